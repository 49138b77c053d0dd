"""The inverse problem: all roots, their branches, and why there are none."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import brentq

from relicfit.errors import UserError
from relicfit.solver.inverse import branch_names, find_roots, roots_along
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import Observable, Parameter, Scenario, scenario, scenario_names


@dataclass(frozen=True)
class Toy(Scenario):
    """A scenario given by formulas, with gaps, empty universes and a jump."""

    name = "toy"

    @property
    def parameters(self):
        return (
            Parameter("coupling", "g", "", "coupling", 1e-12, 1e3, role="coupling"),
            Parameter("shape", "s", "", "which formula", 0.0, 10.0, default=0.0),
        )

    @property
    def observables(self):
        return (
            Observable("omega_h2", "Y", "", "abundance", role="abundance"),
            Observable("signal", "S", "", "signal"),
        )

    def solve(self, theta):
        g, shape = theta.T
        rise_and_fall = 10.0 * g / (1.0 + g**2)
        ripple = np.exp(np.sin(3.0 * np.log(g)))
        jump = np.where(g < 1.0, 0.01 * g, 100.0 * g)
        value = np.select([shape == 0, shape == 1, shape == 2], [rise_and_fall, ripple, jump], rise_and_fall)
        status = np.zeros(len(g), dtype=np.int64)
        status[(shape == 3) & (g > 1.0)] = Status.DEPLETED
        status[(shape == 4) & (g < 1.0)] = Status.STEP_LIMIT
        status[shape == 5] = Status.CLOSED_CHANNEL
        value = np.where(status == 0, value, np.nan)
        return np.column_stack([value, value]), status


WHOLE = (1e-4, 1e3)


def test_rising_and_falling_branch_are_found_and_named():
    search = find_roots(Toy(), {}, "coupling", "omega_h2", 1.0, WHOLE)
    exact = 5.0 - np.sqrt(24.0), 5.0 + np.sqrt(24.0)
    assert [root.value for root in search.roots] == pytest.approx(exact, rel=1e-10)
    assert [root.branch for root in search.roots] == ["freeze-in", "freeze-out"]
    slopes = [(1.0 - g**2) / (1.0 + g**2) for g in exact]
    assert [root.slope for root in search.roots] == pytest.approx(slopes, rel=1e-3)
    assert search.reason == ""


def test_branches_of_other_quantities_are_named_by_their_direction():
    search = find_roots(Toy(), {}, "coupling", "signal", 1.0, WHOLE)
    assert [root.branch for root in search.roots] == ["rising", "falling"]


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_says_which_parameter_is_a_coupling_and_what_counts_dark_matter(name):
    model = scenario(name)
    assert next(item.name for item in model.observables if item.role == "abundance") == "omega_h2"
    couplings = [item.name for item in model.parameters if item.role == "coupling"]
    assert couplings
    assert branch_names(model, couplings[0], "omega_h2") == ("freeze-in", "freeze-out")
    assert branch_names(model, model.parameters[0].name, "omega_h2") == ("rising", "falling")


def test_roots_along_a_curve_are_those_of_single_points_on_either_branch():
    shapes = np.array([0.0, 1.0, 3.0, 5.0])
    theta = np.column_stack([np.full(4, np.nan), shapes])
    for rising, branch, pick in ((True, "freeze-in", 0), (False, "freeze-out", -1)):
        values, observables = roots_along(Toy(), theta, "coupling", "omega_h2", 1.0, WHOLE, rising)
        for shape, value, row in zip(shapes, values, observables, strict=True):
            search = find_roots(Toy(), {"shape": shape}, "coupling", "omega_h2", 1.0, WHOLE)
            single = [root.value for root in search.roots if root.branch == branch]
            if single:
                assert value == pytest.approx(single[pick], rel=1e-10)
                assert row[0] == pytest.approx(1.0, rel=1e-9)
            else:
                assert np.isnan(value)
                assert np.isnan(row).all()


def test_jump_along_a_curve_is_not_a_root():
    theta = np.array([[np.nan, 2.0], [np.nan, 0.0]])
    values, _ = roots_along(Toy(), theta, "coupling", "omega_h2", 1.0, (1e-1, 1e1), True)
    assert np.isfinite(values).tolist() == [False, True]


@pytest.mark.parametrize("below", [1e-3, 1e-6, 1e-9])
def test_pair_of_roots_closer_than_the_grid_is_found(below):
    # The maximum is 5, at g = 1: the roots stand at g = 1 ± sqrt(2 below).
    search = find_roots(Toy(), {}, "coupling", "omega_h2", 5.0 * (1.0 - below), WHOLE, points=40)
    assert len(search.roots) == 2
    assert np.log([root.value for root in search.roots]) == pytest.approx(
        np.sqrt(2.0 * below) * np.array([-1.0, 1.0]), rel=0.1
    )


def test_target_just_above_the_maximum_has_no_roots_and_says_so():
    search = find_roots(Toy(), {}, "coupling", "omega_h2", 5.0 * (1.0 + 1e-6), WHOLE)
    assert search.roots == ()
    assert "omega_h2 stays between 0.001 and 5, below the target 5" in search.reason
    assert "coupling = 0.0001 to 1000" in search.reason


def test_no_root_is_missed_against_a_dense_scan():
    dense = np.linspace(*np.log(WHOLE), 200_001)
    for target in (0.5, 0.9, 1.0, 2.0, 2.7, 2.718):
        values = np.sin(3.0 * dense) - np.log(target)
        crossings = np.flatnonzero(values[:-1] * values[1:] < 0.0)
        expected = [
            brentq(lambda x, t=target: np.sin(3.0 * x) - np.log(t), dense[i], dense[i + 1], xtol=1e-13)
            for i in crossings
        ]
        search = find_roots(Toy(), {"shape": 1.0}, "coupling", "omega_h2", target, WHOLE)
        assert np.log([root.value for root in search.roots]) == pytest.approx(expected, abs=1e-6)


def test_jump_across_the_target_is_not_a_root():
    search = find_roots(Toy(), {"shape": 2.0}, "coupling", "omega_h2", 1.0, (1e-1, 1e1))
    assert search.roots == ()
    assert "jumps across the target 1" in search.reason


def test_empty_universe_counts_as_nothing():
    search = find_roots(Toy(), {"shape": 3.0}, "coupling", "omega_h2", 1.0, WHOLE)
    assert [root.branch for root in search.roots] == ["freeze-in"]


def test_gaps_are_not_crossed_and_are_reported():
    search = find_roots(Toy(), {"shape": 4.0}, "coupling", "omega_h2", 7.0, WHOLE)
    assert search.roots == ()
    assert Status.STEP_LIMIT.sentence in search.reason
    search = find_roots(Toy(), {"shape": 4.0}, "coupling", "omega_h2", 1.0, WHOLE)
    assert [root.branch for root in search.roots] == ["freeze-out"]
    search = find_roots(Toy(), {"shape": 5.0}, "coupling", "omega_h2", 1.0, WHOLE)
    assert "could not be computed anywhere" in search.reason
    assert f"97 of 97 points: {Status.CLOSED_CHANNEL.sentence}" in search.reason


def test_root_at_an_end_of_the_range_is_found():
    target = 10.0 * 1e-4 / (1.0 + 1e-8)
    search = find_roots(Toy(), {}, "coupling", "omega_h2", target, WHOLE)
    assert search.roots[0].value == pytest.approx(1e-4, rel=1e-9)


def test_mistakes_are_named_all_at_once():
    with pytest.raises(UserError) as caught:
        find_roots(Toy(), {}, "couplin", "omega_h", -1.0, (1.0, 0.5))
    text = str(caught.value)
    for part in (
        "Did you mean coupling?",
        "Did you mean omega_h2?",
        "target: found -1",
        "bounds: found 1 to 0.5",
    ):
        assert part in text


def test_bounds_outside_the_physical_range_are_refused():
    with pytest.raises(UserError, match="physical range"):
        find_roots(Toy(), {}, "coupling", "omega_h2", 1.0, (1e-4, 1e4))


FREEZE_IN = {"mass": 1.0, "delta": 0.5, "reheating_temperature": 10.0}


def test_freeze_in_scenario_has_a_root_on_both_branches():
    model = scenario("thermal-freeze-in")
    search = find_roots(model, FREEZE_IN, "coupling", "omega_h2", 0.12, (1e-14, 1.0))
    assert [root.branch for root in search.roots] == ["freeze-in", "freeze-out"]
    for root in search.roots:
        observables, _ = model.evaluate(model.theta({**FREEZE_IN, "coupling": root.value}))
        assert observables[0, 0] == pytest.approx(0.12, rel=1e-9)
    assert search.roots[0].slope == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_roots_of_the_solver_are_those_of_a_dense_scan(seed):
    rng = np.random.default_rng(seed)
    model = scenario("thermal-freeze-in")
    point = {
        "mass": 10.0 ** rng.uniform(-2, 3),
        "delta": rng.uniform(0.1, 1.0),
        "reheating_temperature": 10.0 ** rng.uniform(0, 3),
        "annihilation": 10.0 ** rng.uniform(2, 10),
    }
    bounds = (1e-14, 3.0)
    dense = np.geomspace(*bounds, 4001)
    rows = np.array([model.theta({**point, "coupling": g}) for g in dense])
    observables, status = model.evaluate(rows)
    omega = np.where(status == 0, observables[:, 0], 0.0)
    for target in (0.12, 1e-3, 10.0):
        expected = np.flatnonzero((omega[:-1] - target) * (omega[1:] - target) < 0.0)
        search = find_roots(model, point, "coupling", "omega_h2", target, bounds)
        assert len(search.roots) == len(expected)
        for root, i in zip(search.roots, expected, strict=True):
            assert dense[i] <= root.value <= dense[i + 1]
