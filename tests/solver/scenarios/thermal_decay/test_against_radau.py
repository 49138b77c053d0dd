"""The relic density against scipy's Radau at 1e-10, on random points of the prior box."""

import numpy as np
import pytest

from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.tests.solver.scenarios.thermal_decay.radau import Reference, draw

CASES = [
    ("thermal-freeze-out", {}, False),
    ("thermal-freeze-out", {}, True),
    ("thermal-freeze-in", {}, False),
]
MORE_CASES = [
    ("thermal-freeze-out", {"interaction": "dim-6"}, False),
    ("thermal-freeze-out", {"interaction": "dim-6"}, True),
    ("thermal-freeze-in", {"interaction": "dim-6"}, False),
    ("thermal-freeze-in", {}, True),
    ("thermal-freeze-in", {"interaction": "dim-6"}, True),
    ("thermal-freeze-out", {"densities": "nr"}, True),
    ("thermal-freeze-in", {"heavier": "final", "share_a": 0.3, "d_a": 3.0}, False),
    ("thermal-freeze-out", {"heavier": "final", "share_a": 0.7}, True),
]
# The reference scatters by this much.
REFERENCE_ERROR = 1e-7


def compare(name, options, annihilation, points, seed):
    finest = scenario(name, accuracy=1e-9, **options)
    theta = draw(np.random.default_rng(seed), points, finest, annihilation)
    observables, status = finest.evaluate(theta)
    solved = status == Status.OK
    # What is not solved is an empty universe: T_RH far below M, or decays that never stop.
    assert set(status[~solved]) <= {Status.NO_PRODUCTION, Status.DEPLETED}
    assert solved.mean() > 0.6
    reference = Reference(finest, theta[solved], observables[solved, 1]).final_yield
    for accuracy in (1e-4, 1e-5):
        coarse, coarse_status = scenario(name, accuracy=accuracy, **options).evaluate(theta)
        assert np.array_equal(coarse_status, status)
        error = np.abs(coarse[solved, 1] / reference - 1.0)
        assert error.max() <= accuracy + REFERENCE_ERROR, theta[solved][error.argmax()]


@pytest.mark.parametrize(("name", "options", "annihilation"), CASES)
def test_relic_density_is_as_accurate_as_asked_on_forty_points(name, options, annihilation):
    compare(name, options, annihilation, 40, seed=11)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options", "annihilation"), CASES + MORE_CASES)
def test_relic_density_is_as_accurate_as_asked_on_two_hundred_points(name, options, annihilation):
    compare(name, options, annihilation, 200, seed=12)
