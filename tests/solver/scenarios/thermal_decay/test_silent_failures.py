"""Random points of the prior box end in finite observables or in a status, never in a silent number."""

import numpy as np
import pytest

from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.tests.solver.scenarios.thermal_decay.radau import draw

CASES = [
    (name, interaction, annihilation)
    for name in ("thermal-freeze-out", "thermal-freeze-in")
    for interaction in ("dim-4", "dim-6")
    for annihilation in (False, True)
]
EMPTY = {Status.DEPLETED, Status.NO_PRODUCTION}


def check(name, interaction, annihilation, points):
    model = scenario(name, interaction=interaction)
    theta = draw(np.random.default_rng(21), points, model, annihilation)
    observables, status = model.evaluate(theta)
    solved = status == Status.OK
    assert set(status) <= {Status.OK, *EMPTY}
    assert np.isfinite(observables[solved]).all()
    assert np.isnan(observables[~solved]).all()
    names = [item.name for item in model.observables]
    y, z = observables[solved, names.index("final_yield")], observables[solved, names.index("z_freeze_out")]
    # A relativistic particle with d_DM = 4 has Y = 0.28 d_DM/g_s at most.
    assert ((y > 0.0) & (y < 1.0)).all()
    assert (z > 0.0).all()
    if name == "thermal-freeze-out":
        # Decays can only be this fast where they are hardly suppressed.
        assert (theta[status == Status.DEPLETED, 1] < 0.1).all()
        assert not (status == Status.NO_PRODUCTION).any()
    else:
        # Nothing is produced only after reheating to far below the mass.
        empty = status == Status.NO_PRODUCTION
        assert (theta[empty, 0] > 50.0 * theta[empty, 7]).all()


@pytest.mark.parametrize(("name", "interaction", "annihilation"), CASES)
def test_three_thousand_draws_are_finite_or_have_a_status(name, interaction, annihilation):
    check(name, interaction, annihilation, 3000)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "interaction", "annihilation"), CASES)
def test_twenty_thousand_draws_are_finite_or_have_a_status(name, interaction, annihilation):
    check(name, interaction, annihilation, 20_000)


@pytest.mark.parametrize("name", ["thermal-freeze-out", "thermal-freeze-in"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_rows_outside_the_physical_range_get_a_status(name, value):
    model = scenario(name)
    point = {"mass": 1.0, "delta": 0.5, "coupling": 1e-6}
    if name == "thermal-freeze-in":
        point["reheating_temperature"] = 10.0
    good = model.theta(point)
    rows = np.tile(good, (len(good) + 1, 1))
    rows[np.arange(len(good)), np.arange(len(good))] = value
    observables, status = model.evaluate(rows)
    assert (status[:-1] == Status.BAD_INPUT).all()
    assert np.isnan(observables[:-1]).all()
    assert status[-1] == Status.OK


def test_edges_of_the_physical_range_are_solved_or_have_a_status():
    for name in ("thermal-freeze-out", "thermal-freeze-in"):
        for interaction in ("dim-4", "dim-6"):
            model = scenario(name, interaction=interaction)
            # Corners of the range: all but the couplings at their very ends.
            ends = np.array([[item.lower, item.upper] for item in model.parameters])
            ends[2] = (1e-13, 3.0)
            ends[6] = (0.0, 1e10)
            corners = np.array(np.meshgrid(*ends)).reshape(len(ends), -1).T
            observables, status = model.evaluate(corners)
            assert np.array_equal(np.isfinite(observables).all(axis=1), status == Status.OK)
