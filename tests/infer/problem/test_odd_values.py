"""Odd values of settings, options and priors are refused with their name; none is taken for another."""

import math

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import problem_from
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.tests.infer.problem.mutations import ODD_VALUES

CONTENT = {
    "scenario": "thermal-freeze-out",
    "parameters": {"mass": {"loguniform": [0.1, 10]}, "delta": 0.5, "coupling": {"loguniform": [1e-8, 1e-3]}},
    "likelihoods": {"relic-density": {"theory-error": 0.3}},
    "sampler": {"name": "dynesty"},
}
PLACES = (
    "sampler.seed", "sampler.dlogz", "sampler.second-seed", "sampler.threads", "sampler.live-points", "sampler.name",
    "sampler.checkpoint-interval", "sampler.cross-check", "options.accuracy", "options.interaction", "options.d_sm",
    "parameters.mass", "parameters.delta", "parameters.coupling", "likelihoods.relic-density.theory-error",
    "likelihoods.relic-density.bound", "likelihoods.relic-density.error", "scenario", "constraints", "likelihoods",
    "sampler.walks", "sampler.sample", "sampler.bound", "sampler.max-calls", "sampler.posterior-samples",
    "sampler.point-time-limit", "sampler.queue-size", "sampler.method", "options.densities",
    "options.share_a", "sources",
)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", True), ("seed", 1.5), ("seed", "1"), ("seed", -1), ("seed", 2**32), ("dlogz", True), ("dlogz", "0.1"),
        ("dlogz", math.nan), ("second-seed", "yes"), ("second-seed", 1), ("live-points", True), ("threads", False),
        ("checkpoint-interval", math.inf), ("accuracy", True), ("accuracy", math.nan), ("d_sm", True),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_by_its_name(key, value):
    with pytest.raises(UserError, match=f"{key}: found {value!r}; allowed"):
        problem_from(CONTENT, [(key, value)])


@pytest.mark.parametrize("place", PLACES)
def test_every_odd_value_everywhere_is_taken_or_answered(place):
    for value in ODD_VALUES:
        answer = "taken"
        try:
            problem_from(CONTENT, [(place, value)])
        except UserError as error:
            answer = str(error)
        assert 4 < len(answer) <= 3000, (place, value)


@pytest.mark.parametrize(
    ("name", "prior", "share"),
    [
        ("delta", {"halfnormal": 0.5}, "4"),
        ("delta", {"normal": [0.5, 0.3]}, "9"),
        ("mass", {"normal": [1.0, 1.0]}, "1"),
    ],
)
def test_a_prior_whose_tail_leaves_the_physical_range_is_refused_with_its_share(name, prior, share):
    with pytest.raises(
        UserError, match=rf"parameters\.{name}: {share}[\d.]* % of the prior .* physical range"
    ):
        problem_from(CONTENT, [(name, prior)])


def test_a_prior_whose_tail_holds_nothing_is_taken():
    assert problem_from(CONTENT, [("delta", {"normal": [0.5, 0.02]})]).prior.dim == 3


def test_a_width_admits_the_couplings_that_a_coupling_may_have():
    by_width = scenario("conversion-leptogenesis", strength="width")
    by_coupling = scenario("conversion-leptogenesis")
    point = {
        "m_chi": 300.0,
        "delta_m": 5.0,
        "lambda_H": 0.5,
        "B_1": 0.9,
        "i1_over_xi": 1e-3,
        "muon_fraction": 0.5,
    }
    unit_width = (5.0 * 605.0) ** 2 / (16.0 * math.pi * 305.0**3)
    for coupling, status in ((0.9, Status.OK), (1.1, Status.BAD_INPUT), (6.0, Status.BAD_INPUT)):
        theta = by_width.theta(point | {"width": 4.0 * coupling**2 * unit_width})
        assert by_width.evaluate(theta)[1][0] == status
    names = [item.name for item in by_coupling.observables]
    found = by_coupling.evaluate(by_coupling.theta(point | {"coupling": 1.0}))[0][0]
    assert 0.0 < found[names.index("br_mu_e_gamma")] < 1.0


def test_branching_fractions_stay_below_one():
    from relicfit.solver.scenarios.conversion.flavour import branching_mu_e_gamma

    found = branching_mu_e_gamma(np.array([1e-9, 1.0, 2.0]), 60.0, 59.0)
    assert (found < 1.0).all()
    assert branching_mu_e_gamma(1e9, 60.0, 59.0) == pytest.approx(1.0)
