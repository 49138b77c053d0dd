"""The inverse problem: every value of a parameter for which an observable is as wanted, at a point or along a curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, unknown_name
from .numerics.roots import follow_extrema, refine_roots
from .scenario import Scenario

__all__ = ["Root", "RootSearch", "branch_names", "find_roots", "roots_along"]

Array = NDArray[np.float64]

# ln(observable/target) of a point where nothing is left, or nothing produced; and the largest size used.
NOTHING = -1e3
# Refinement ends at this residual in ln(observable), or this width in ln(parameter).
ROOT_RESIDUAL = 1e-10
ROOT_WIDTH = 1e-13
# Slopes are central differences over this step in ln(parameter): wide against numerical noise.
SLOPE_STEP = 0.01
# Where the residual stays above this, the observable jumps across the target without reaching it.
JUMP = 1e-3


@dataclass(frozen=True)
class Root:
    """Hold one solution.

    Attributes
    ----------
    value : float
        The value of the parameter.
    branch : str
        "freeze-in" where an abundance rises with a coupling, "freeze-out" where it falls; for other
        quantities "rising" or "falling".
    slope : float
        dln(observable)/dln(parameter).
    """

    value: float
    branch: str
    slope: float


@dataclass(frozen=True)
class RootSearch:
    """Hold all solutions, in ascending order; without any, ``reason`` says why there is none."""

    roots: tuple[Root, ...]
    reason: str


def find_roots(
    scenario: Scenario,
    point: Mapping[str, float],
    parameter: str,
    observable: str,
    target: float,
    bounds: tuple[float, float],
    points: int = 97,
) -> RootSearch:
    """Find every value of a parameter at which an observable equals a target.

    The range is scanned on a logarithmic grid in one batch; extrema near the target are followed, so
    that a pair of roots between two points of the grid is not missed; all brackets are then refined
    together.

    Parameters
    ----------
    scenario : Scenario
    point : mapping
        Values by name of the other required parameters.
    parameter, observable : str
        Names in the scenario.
    target : float
        Positive, in the unit of the observable.
    bounds : (float, float)
        The range, positive, in the unit of the parameter.
    points : int
        The size of the grid.

    Raises
    ------
    UserError
        Where a name is unknown, a value is outside its physical range or the range is not a range.

    Examples
    --------
    >>> from relicfit.solver.scenario import scenario
    >>> model = scenario("thermal-freeze-out", d_sm=75)
    >>> search = find_roots(model, {"mass": 1, "delta": 0.2}, "coupling", "omega_h2", 0.12, (1e-9, 1))
    >>> [(root.branch, f"{root.value:.2g}") for root in search.roots]
    [('freeze-out', '2.5e-07')]
    """
    search = _search(scenario, parameter, observable, target, bounds, points)
    given = {name: value for name, value in point.items() if name != parameter}
    row = scenario.theta({**given, parameter: bounds[0]})
    scenario.theta({**given, parameter: bounds[1]})

    def residual(x: Array, bracket: NDArray[np.int64] | None = None) -> Array:
        return search.evaluate(np.tile(row, (len(x), 1)), x)[0]

    x = np.linspace(*search.ends, points)
    f, status = search.evaluate(np.tile(row, (points, 1)), x)
    x, f = follow_extrema(residual, x, f)
    f[np.abs(f) <= ROOT_RESIDUAL] = 0.0
    ends = np.flatnonzero((f[:-1] * f[1:] < 0.0) | (f[:-1] == 0.0))
    found = np.empty((0, 2))
    if ends.size:
        found = np.column_stack(
            refine_roots(residual, x[ends], x[ends + 1], f[ends], f[ends + 1], ROOT_WIDTH, ROOT_RESIDUAL)
        )
    found = np.vstack([found, [[x[-1], 0.0]] if f[-1] == 0.0 else np.empty((0, 2))])
    jumps = np.abs(found[:, 1]) > search.jump
    roots = _describe(residual, np.sort(found[~jumps, 0]), branch_names(scenario, parameter, observable), x)
    reason = "" if roots else _reason(f, status, int(jumps.sum()), parameter, observable, target, bounds)
    return RootSearch(roots, reason)


def roots_along(
    scenario: Scenario,
    theta: Array,
    parameter: str,
    observable: str,
    target: float,
    bounds: tuple[float, float],
    rising: bool,
    points: int = 61,
) -> tuple[Array, Array]:
    """Find for every row of a curve the value of a parameter at which an observable equals a target.

    Every step is one batch over all rows. A pair of roots between two neighbours of the grid is not seen.

    Parameters
    ----------
    scenario : Scenario
    theta : (n, d) array
        The other parameters; the column of the parameter is not read.
    parameter, observable, target, bounds, points
        As for `find_roots`.
    rising : bool
        Whether the smallest value is wanted at which the observable rises, or the largest at which it falls.

    Returns
    -------
    values : (n,) array, NaN where there is none
    observables : (n, k) array at these values
    """
    search = _search(scenario, parameter, observable, target, bounds, points)
    x = np.linspace(*search.ends, points)
    f = search.evaluate(np.repeat(theta, points, axis=0), np.tile(x, len(theta)))[0].reshape(-1, points)
    left, right = f[:, :-1], f[:, 1:]
    if rising:
        crossing = (left < 0.0) & (right >= 0.0)
        cell = np.argmax(crossing, axis=1)
    else:
        crossing = (left > 0.0) & (right <= 0.0)
        cell = points - 2 - np.argmax(crossing[:, ::-1], axis=1)
    rows = np.flatnonzero(crossing.any(axis=1))
    values = np.full(len(theta), np.nan)
    observables = np.full((len(theta), scenario.shape[1]), np.nan)
    if not rows.size:
        return values, observables
    cell = cell[rows]
    found, left_over = refine_roots(
        lambda x, bracket: search.evaluate(theta[rows[bracket]], x)[0],
        x[cell], x[cell + 1], f[rows, cell], f[rows, cell + 1], ROOT_WIDTH, ROOT_RESIDUAL,
    )  # fmt: skip
    reached = np.abs(left_over) <= search.jump
    rows, found = rows[reached], found[reached]
    values[rows] = np.exp(found)
    observables[rows] = scenario.evaluate(search.points(theta[rows], found))[0]
    return values, observables


def branch_names(scenario: Scenario, parameter: str, observable: str) -> tuple[str, str]:
    """Return the names of the branches on which an observable rises and falls with a parameter.

    More of a coupling produces more dark matter by freeze-in and leaves less at freeze-out.
    """
    couplings = {item.name for item in scenario.parameters if item.role == "coupling"}
    abundances = {item.name for item in scenario.observables if item.role == "abundance"}
    if parameter in couplings and observable in abundances:
        return "freeze-in", "freeze-out"
    return "rising", "falling"


@dataclass(frozen=True)
class _Search:
    """Hold what is looked for: a column of the observables at a target, by a column of the parameters."""

    scenario: Scenario
    position: int
    column: int
    target: float
    bounds: tuple[float, float]

    @property
    def ends(self) -> tuple[float, float]:
        return math.log(self.bounds[0]), math.log(self.bounds[1])

    @property
    def jump(self) -> float:
        return max(JUMP, 10.0 * self.scenario.accuracy)

    def points(self, theta: Array, x: Array) -> Array:
        """Return rows with the logarithm of the parameter at x."""
        moved = theta.copy()
        moved[:, self.position] = np.clip(np.exp(x), *self.bounds)
        return moved

    def evaluate(self, theta: Array, x: Array) -> tuple[Array, NDArray[np.int64]]:
        """Return ln(observable/target) and the status of rows with the logarithm of the parameter at x."""
        observables, status = self.scenario.evaluate(self.points(theta, x))
        return _ln_ratio(observables[:, self.column], status, self.target), status


def _search(
    scenario: Scenario,
    parameter: str,
    observable: str,
    target: float,
    bounds: tuple[float, float],
    points: int,
) -> _Search:
    """Refuse what makes no sense, and return what is looked for."""
    parameters = [item.name for item in scenario.parameters]
    observables = [item.name for item in scenario.observables]
    problems = []
    if parameter not in parameters:
        problems.append(f"parameter: {unknown_name('parameter', parameter, parameters)}")
    if observable not in observables:
        problems.append(f"observable: {unknown_name('observable', observable, observables)}")
    if not 0.0 < target < math.inf:
        problems.append(f"target: found {target:g}; a positive number is needed.")
    if not 0.0 < bounds[0] < bounds[1] < math.inf:
        problems.append(
            f"bounds: found {bounds[0]:g} to {bounds[1]:g}; "
            "a positive lower end and a larger upper end are needed."
        )
    if points < 3:
        problems.append(f"points: found {points}; at least 3 are needed.")
    if problems:
        raise UserError(*problems)
    return _Search(scenario, parameters.index(parameter), observables.index(observable), target, bounds)


def _ln_ratio(values: Array, status: NDArray[np.int64], target: float) -> Array:
    """Return ln(observable/target): NOTHING for an empty universe, NaN where nothing could be computed."""
    from .numerics.status import Status

    result = np.full(len(values), np.nan)
    empty = np.isin(status, [Status.DEPLETED, Status.NO_PRODUCTION])
    solved = (status == Status.OK) & np.isfinite(values)
    result[empty | (solved & (values <= 0.0))] = NOTHING
    positive = solved & (values > 0.0)
    result[positive] = np.log(values[positive] / target)
    return np.clip(result, NOTHING, -NOTHING)


def _describe(
    residual: Callable[[Array], Array], x: Array, names: tuple[str, str], grid: Array
) -> tuple[Root, ...]:
    if not len(x):
        return ()
    before, after = np.maximum(x - SLOPE_STEP, grid[0]), np.minimum(x + SLOPE_STEP, grid[-1])
    values = residual(np.concatenate([before, after])).reshape(2, -1)
    slopes = (values[1] - values[0]) / (after - before)
    return tuple(
        Root(float(np.exp(value)), names[0] if slope > 0.0 else names[1], float(slope))
        for value, slope in zip(x, slopes, strict=True)
    )


def _reason(
    f: Array,
    status: NDArray[np.int64],
    jumps: int,
    parameter: str,
    observable: str,
    target: float,
    bounds: tuple[float, float],
) -> str:
    from .numerics.status import Status

    span = f"{parameter} = {bounds[0]:g} to {bounds[1]:g}"
    known = f[~np.isnan(f)]
    if not known.size:
        text = f"{observable} could not be computed anywhere for {span}"
    elif jumps:
        text = f"{observable} jumps across the target {target:g} for {span} without taking that value"
    else:
        low, high = (
            target * math.exp(value) if value > NOTHING else 0.0 for value in (min(known), max(known))
        )
        side = "below" if max(known) < 0.0 else "above" if min(known) > 0.0 else "around"
        text = (
            f"{observable} stays between {low:.3g} and {high:.3g}, {side} the target {target:g}, for {span}"
        )
    codes, counts = np.unique(status[status != Status.OK], return_counts=True)
    notes = [
        f"{n} of {len(status)} points: {Status(code).sentence}" for code, n in zip(codes, counts, strict=True)
    ]
    return "; ".join([text, *notes]) + "."
