"""Points outside the physical range: a status and NaN for every scenario, also for a user's own."""

import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from relicfit.solver import Observable, Parameter, Scenario, Status, scenario, scenario_names

ROWS = 40  # more than go to one thread


@dataclass(frozen=True)
class Own(Scenario):
    """A scenario that refuses to be asked outside its range, as a user may write it."""

    name = "own"

    @property
    def parameters(self):
        return (
            Parameter("mass", "m", "GeV", "mass", 1.0, 10.0),
            Parameter("shift", "s", "", "anything finite"),
        )

    @property
    def observables(self):
        return (Observable("omega_h2", "Y", "", "abundance"),)

    def solve(self, theta):
        assert np.isfinite(theta).all()
        assert ((theta[:, 0] >= 1.0) & (theta[:, 0] <= 10.0)).all()
        return theta[:, :1] + theta[:, 1:], np.zeros(len(theta), dtype=np.int64)


@pytest.mark.parametrize(
    ("column", "outside"), [(0, 0.5), (0, 11.0), *((c, x) for c in (0, 1) for x in (np.nan, np.inf, -np.inf))]
)
def test_scenario_of_a_user_is_not_asked_outside_its_range(column, outside):
    theta = np.tile([2.0, 1.0], (ROWS, 1))
    theta[7, column] = outside
    observables, status = Own().evaluate(theta)
    assert status[7] == Status.BAD_INPUT
    assert np.isnan(observables[7]).all()
    others = np.arange(ROWS) != 7
    assert (status[others] == Status.OK).all()
    assert (observables[others] == 3.0).all()


def test_batch_without_a_point_inside_is_answered():
    observables, status = Own().evaluate([[0.0, 1.0], [np.nan, 0.0]])
    assert np.isnan(observables).all()
    assert (status == Status.BAD_INPUT).all()
    assert status.dtype == np.int64


@pytest.mark.parametrize("name", scenario_names())
def test_ends_of_every_range_count_as_inside_and_beyond_as_outside(name):
    model = scenario(name)
    middle = np.array([_inside(item) for item in model.parameters])
    for column, item in enumerate(model.parameters):
        ends = [end for end in (item.lower, item.upper) if np.isfinite(end)]
        beyond = [np.nextafter(end, (-np.inf, np.inf)[end == item.upper]) for end in ends]
        theta = np.tile(middle, (len(beyond) + 2, 1))
        theta[:, column] = [*beyond, np.nan, np.inf]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            observables, status = model.evaluate(theta)
        assert (status == Status.BAD_INPUT).all()
        assert np.isnan(observables).all()
    assert ((model.physical_range[0] <= middle) & (middle <= model.physical_range[1])).all()


def _inside(item):
    if item.default is not None:
        return item.default
    (ends,) = item.prior.values()
    return 2.0 if isinstance(ends[0], str) else float(np.sqrt(ends[0] * ends[1]))
