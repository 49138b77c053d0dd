"""Calibration accepts what fits together and accuses what does not."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.calibration.calibrate import (
    DRAWS,
    CalibrationSettings,
    calibrate,
    prior_recovery,
    simulate_one,
)
from relicfit.infer.calibration.uniformity import COVERAGE, uniformity
from relicfit.infer.execution.workers import source_of
from relicfit.infer.problem.problem import load_problem
from relicfit.likelihoods import likelihood
from relicfit.likelihoods.planck import RelicDensity

SMALL = CalibrationSettings(live_points=40, dlogz=0.3)


@pytest.fixture
def problem(known_linear, tmp_path):
    path = tmp_path / "linear.toml"
    path.write_text(
        'scenario = "linear-test"\n[parameters]\na = { uniform = [0.02, 0.22] }\nb = 1.0\n'
        '[likelihoods]\nrelic-density = { theory-error = 0.05 }\n[sampler]\nwalks = 10\nbound = "none"\n'
    )
    return load_problem(path)


def test_uniform_ranks_leave_the_band_as_often_as_stated():
    rng = np.random.default_rng(1)
    sets = [uniformity(rng.integers(64, size=128), 64) for _ in range(300)]
    p_values = np.array([item.p_ecdf for item in sets])
    # 15 +- 3.8 of 300 lie below 0.05: outside 3 to 30 once in 10,000.
    assert 3 <= np.sum(p_values < 1.0 - COVERAGE) <= 30
    assert 3 <= np.sum([item.p_value < 0.05 for item in sets]) <= 30
    inside = [np.all((item.difference >= item.lower) & (item.difference <= item.upper)) for item in sets]
    # 285 +- 3.8 of 300.
    assert 0.9 < np.mean(inside) < 0.99


@pytest.mark.parametrize(
    "fault",
    [
        lambda rng: np.clip(rng.normal(31.5, 12.0, 128), 0, 63).astype(int),
        lambda rng: np.where(
            rng.random(128) < 0.5, rng.integers(16, size=128), 63 - rng.integers(16, size=128)
        ),
        lambda rng: (64 * rng.random(128) ** 1.6).astype(int),
    ],
    ids=["posterior too wide", "posterior too narrow", "biased"],
)
def test_ranks_that_are_not_uniform_are_accused(fault):
    assert uniformity(fault(np.random.default_rng(2)), 64).p_value < 0.01


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


def test_a_limit_is_refused_by_name(problem, tmp_path):
    both = replace(problem, likelihoods=(*problem.likelihoods, likelihood("cmb-decay")))
    with pytest.raises(UserError, match="cmb-decay cannot simulate data"):
        calibrate(both, 16, tmp_path / "out")


def test_a_simulation_depends_on_its_number_alone(problem):
    source = source_of(problem)
    first = simulate_one(source, 5, SMALL)
    assert first == simulate_one(source, 5, SMALL)
    assert set(first) == {"a", "log_likelihood"}
    assert all(0 <= rank <= DRAWS for rank in first.values())


def test_calibration_goes_on_where_it_stopped_and_refuses_another_file(problem, tmp_path):
    out = tmp_path / "out"
    few = calibrate(problem, 3, out, SMALL)
    done = []
    more = calibrate(problem, 5, out, SMALL, report=lambda now, total: done.append(now))
    assert done == [4, 5]
    assert more.ranks["a"][:3] == few.ranks["a"]
    assert all(path.exists() for path in more.write(out))
    assert len(json.loads((out / "calibration.json").read_text())["ranks"]) == 5
    with pytest.raises(UserError, match=r"calibration\.live_points"):
        calibrate(problem, 5, out, CalibrationSettings(live_points=50))


def test_a_constant_likelihood_returns_the_prior(problem):
    log_evidence, p_value = prior_recovery(problem, CalibrationSettings(live_points=100, dlogz=0.02))
    assert abs(log_evidence) < 0.03
    # A correct sampler fails once in a thousand.
    assert p_value > 1e-3


def misscaled(monkeypatch, factor):
    own = RelicDensity.simulate

    def simulate(self, observables, rng):
        drawn = own(self, observables, rng)
        truth = float(observables["omega_h2"][0])
        return replace(drawn, measured=truth + factor * (drawn.measured - truth))

    monkeypatch.setattr(RelicDensity, "simulate", simulate)


@pytest.mark.slow
def test_a_width_wrong_by_one_half_fails_where_the_right_one_passes(problem, tmp_path, monkeypatch):
    assert calibrate(problem, 128, tmp_path / "right", SMALL).passed
    misscaled(monkeypatch, 1.5)
    assert not calibrate(problem, 128, tmp_path / "wrong", SMALL).passed


def test_simulated_asymmetries_scatter_in_their_logarithm_with_the_width_in_use():
    rng = np.random.default_rng(4)
    term = likelihood("baryon-asymmetry", **{"theory-factor": 1.5})
    drawn = [term.simulate({"baryon_yield": np.array([-3e-12])}, rng) for _ in range(2000)]
    pulls = np.log(np.array([item.measured for item in drawn]) / 3e-12) / term.width
    # Five standard errors: a false alarm in a million.
    assert abs(pulls.mean()) < 5 / math.sqrt(2000)
    assert abs(pulls.std() - 1.0) < 5 / math.sqrt(4000)
    assert all(item.width == pytest.approx(term.width) for item in drawn)


FREEZE_IN = """
scenario = "thermal-freeze-in"
[parameters]
mass = { loguniform = [0.1, 10] }
delta = 0.5
coupling = { loguniform = [1e-12, 1e-11] }
reheating_temperature = 1e3
[options]
densities = "nr"
[likelihoods]
relic-density = { theory-error = 0.3 }
[sampler]
walks = 12
"""


@pytest.mark.slow
def test_freeze_in_is_calibrated(tmp_path):
    path = tmp_path / "freeze-in.toml"
    path.write_text(FREEZE_IN)
    found = calibrate(
        load_problem(path), 64, tmp_path / "out", CalibrationSettings(live_points=60, dlogz=0.3)
    )
    assert found.passed, str(found)
    assert abs(found.prior_log_evidence) < 0.05


CONVERSION = """
scenario = "conversion-leptogenesis"
[parameters]
m_chi = { uniform = [250, 400] }
delta_m = 5.0
lambda_H = 1.0
B_1 = 0.95
coupling = { loguniform = [1e-6, 1e-5] }
i1_over_xi = { loguniform = [1e-3, 1e-1] }
[likelihoods]
relic-density = { theory-error = 0.3 }
baryon-asymmetry = {}
[sampler]
walks = 15
"""


@pytest.mark.slow
def test_conversion_leptogenesis_is_calibrated(tmp_path):
    path = tmp_path / "conversion.toml"
    path.write_text(CONVERSION)
    found = calibrate(
        load_problem(path), 64, tmp_path / "out", CalibrationSettings(live_points=60, dlogz=0.3)
    )
    assert found.passed, str(found)
    assert abs(found.prior_log_evidence) < 0.05
