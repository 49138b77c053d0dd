"""Simulated data scatter as the likelihood says, and one simulation depends on its number alone."""

import math

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.calibration.outcome import DRAWS
from relicfit.infer.calibration.simulate import CalibrationSettings, prior_recovery, simulate_one
from relicfit.infer.execution.workers import source_of
from relicfit.infer.problem.problem import problem_from
from relicfit.infer.problem.settings import DEFAULT_SAMPLER
from relicfit.likelihoods import likelihood
from relicfit.likelihoods.planck import RelicDensity

SMALL = CalibrationSettings(live_points=40, dlogz=0.3)


def test_simulated_data_scatter_around_the_truth_with_the_width_in_use():
    rng = np.random.default_rng(3)
    term = RelicDensity(theory_error=0.1)
    drawn = [term.simulate({"omega_h2": np.array([0.3])}, rng) for _ in range(2000)]
    values = np.array([item.measured for item in drawn])
    # Five standard errors: a false alarm in a million.
    assert abs(values.mean() - 0.3) < 5 * term.width / math.sqrt(2000)
    assert abs(values.std() / term.width - 1.0) < 5 / math.sqrt(4000)
    assert all(item.width == pytest.approx(term.width) for item in drawn)


def test_an_upper_bound_cannot_be_simulated():
    with pytest.raises(UserError, match="two-sided"):
        RelicDensity(bound="upper").simulate({"omega_h2": np.array([0.3])}, np.random.default_rng(0))


def test_simulated_asymmetries_scatter_in_their_logarithm_with_the_width_in_use():
    rng = np.random.default_rng(4)
    term = likelihood("baryon-asymmetry", **{"theory-factor": 1.5})
    drawn = [term.simulate({"baryon_yield": np.array([-3e-12])}, rng) for _ in range(2000)]
    pulls = np.log(np.array([item.measured for item in drawn]) / 3e-12) / term.width
    # Five standard errors: a false alarm in a million.
    assert abs(pulls.mean()) < 5 / math.sqrt(2000)
    assert abs(pulls.std() - 1.0) < 5 / math.sqrt(4000)
    assert all(item.width == pytest.approx(term.width) for item in drawn)


def test_a_simulation_depends_on_its_number_alone(problem):
    source = source_of(problem)
    first = simulate_one(source, 5, SMALL)
    assert first == simulate_one(source, 5, SMALL)
    assert set(first) == {"a", "log_likelihood"}
    assert all(0 <= rank <= DRAWS for rank in first.values())


@pytest.mark.parametrize("truth", [1e-25, 0.12, 1e9])
def test_relative_data_scatter_in_the_logarithm_and_are_as_sharp_at_every_abundance(truth):
    rng = np.random.default_rng(5)
    term = RelicDensity(theory_error=0.1)
    drawn = [term.relative().simulate({"omega_h2": np.array([truth])}, rng) for _ in range(2000)]
    pulls = np.log(np.array([item.measured for item in drawn]) / truth) * (term.measured / term.width)
    # Five standard errors: a false alarm in a million.
    assert abs(pulls.mean()) < 5 / math.sqrt(2000)
    assert abs(pulls.std() - 1.0) < 5 / math.sqrt(4000)
    # The likelihood of a datum is the density that it was drawn from.
    for item in drawn[:5]:
        off = item.measured * math.exp(2.0 * term.width / term.measured)
        assert item.log_likelihood({"omega_h2": np.array([off])}) == pytest.approx(-2.0)


def test_nautilus_makes_small_runs_of_its_own_and_emcee_takes_the_default(problem):
    by_name = {
        name: simulate_one(source_of(problem_from(problem.content | {"sampler": {"name": name}})), 5, SMALL)
        for name in ("nautilus", "emcee", DEFAULT_SAMPLER)
    }
    assert by_name["emcee"] == by_name[DEFAULT_SAMPLER] != by_name["nautilus"]


def test_a_measurement_under_a_name_of_ones_own_is_simulated(problem):
    stated = {"kind": "measurement", "observable": "omega_h2", "value": 0.1, "error": 0.02}
    content = problem.content | {"likelihoods": {"mine": stated}}
    ranks = simulate_one(source_of(problem_from(content)), 2, SMALL)
    assert all(0 <= rank <= DRAWS for rank in ranks.values())


def test_a_constant_likelihood_returns_the_prior(problem):
    log_evidence, p_value = prior_recovery(problem, CalibrationSettings(live_points=100, dlogz=0.02))
    assert abs(log_evidence) < 0.03
    # A correct sampler fails once in a thousand.
    assert p_value > 1e-3
