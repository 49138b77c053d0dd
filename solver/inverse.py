"""The inverse problem: every value of a parameter for which an observable has a wanted value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, unknown_name
from .numerics.roots import follow_extrema, refine_roots
from .scenario import Scenario

__all__ = ["Root", "RootSearch", "find_roots"]

# ln(observable/target) of a point where nothing is left, or nothing produced; and the largest size used.
NOTHING = -1e3
# Refinement ends at this residual in ln(observable), or this width in ln(parameter).
RESIDUAL = 1e-10
WIDTH = 1e-13
# Slopes are central differences over this step in ln(parameter): wide against numerical noise.
SLOPE_STEP = 0.01
# Where the residual stays above this, the observable jumps across the target without reaching it.
JUMP = 1e-3
# More of a coupling produces more dark matter by freeze-in and leaves less at freeze-out.
COUPLINGS = frozenset({"coupling", "width", "g_chi", "g_sm", "coupling_2", "coupling_12"})
ABUNDANCES = frozenset({"omega_h2", "final_yield"})


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
    column = _check(scenario, point, parameter, observable, target, bounds, points)
    given = {name: value for name, value in point.items() if name != parameter}
    row = scenario.theta({**given, parameter: bounds[0]})
    scenario.theta({**given, parameter: bounds[1]})
    position = [item.name for item in scenario.parameters].index(parameter)

    def evaluate(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        theta = np.tile(row, (len(x), 1))
        theta[:, position] = np.clip(np.exp(x), *bounds)
        observables, status = scenario.evaluate(theta)
        return _ln_ratio(observables[:, column], status, target), status

    def residual(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return evaluate(x)[0]

    x = np.linspace(math.log(bounds[0]), math.log(bounds[1]), points)
    f, status = evaluate(x)
    x, f = follow_extrema(residual, x, f)
    f[np.abs(f) <= RESIDUAL] = 0.0
    ends = np.flatnonzero((f[:-1] * f[1:] < 0.0) | (f[:-1] == 0.0))
    found = np.empty((0, 2))
    if ends.size:
        found = np.column_stack(
            refine_roots(residual, x[ends], x[ends + 1], f[ends], f[ends + 1], WIDTH, RESIDUAL)
        )
    found = np.vstack([found, [[x[-1], 0.0]] if f[-1] == 0.0 else np.empty((0, 2))])
    jumps = np.abs(found[:, 1]) > max(JUMP, 10.0 * scenario.accuracy)
    roots = _describe(residual, found[~jumps, 0], parameter, observable, x[0], x[-1])
    reason = "" if roots else _reason(f, status, int(jumps.sum()), parameter, observable, target, bounds)
    return RootSearch(roots, reason)


def _check(
    scenario: Scenario,
    point: Mapping[str, float],
    parameter: str,
    observable: str,
    target: float,
    bounds: tuple[float, float],
    points: int,
) -> int:
    """Refuse what makes no sense, and return the column of the observable."""
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
    return observables.index(observable)


def _ln_ratio(values: NDArray[np.float64], status: NDArray[np.int64], target: float) -> NDArray[np.float64]:
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
    residual, x: NDArray[np.float64], parameter: str, observable: str, lowest: float, highest: float
) -> tuple[Root, ...]:
    if not len(x):
        return ()
    x = np.sort(x)
    before, after = np.maximum(x - SLOPE_STEP, lowest), np.minimum(x + SLOPE_STEP, highest)
    values = residual(np.concatenate([before, after])).reshape(2, -1)
    slopes = (values[1] - values[0]) / (after - before)
    names = ("rising", "falling")
    if parameter in COUPLINGS and observable in ABUNDANCES:
        names = ("freeze-in", "freeze-out")
    return tuple(
        Root(float(np.exp(value)), names[0] if slope > 0.0 else names[1], float(slope))
        for value, slope in zip(x, slopes, strict=True)
    )


def _reason(
    f: NDArray[np.float64],
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
