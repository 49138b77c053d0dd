"""Which parameters of a network only scale rates, found out by calling the rates at a few points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .engine import span_of
from .expansion import Faster
from .grid import Grid
from .points import Points, called, rates_of
from .shared import Scaling
from .values import ends, nominal

__all__ = ["scaling_of", "unscaled"]

FloatArray = NDArray[np.float64]

# Rates are compared at a few temperatures: a step in ln T.
COARSE_STEP = 0.5
# Of powers of numbers and sums over energies.
POWER_ROUNDING = 1e-11


def scaling_of(scenario: Any) -> Scaling | None:
    """Return the parameters in ``power`` that multiply rates by exactly that power and change nothing else.

    They are looked at in the middle and at the ends of the suggested priors, all combinations of one parameter with
    the others in the middle, low or high.
    """
    topology = scenario.topology
    names = [item.name for item in scenario.parameters]
    middle = np.array([nominal(item) for item in scenario.parameters])
    low, high = np.array([ends(item) for item in scenario.parameters]).T
    found = []
    for k, name in enumerate(topology.parameters):
        if name not in names or not middle[names.index(name)] > 0.0:
            continue
        column = names.index(name)
        if not low[column] > 0.0:
            low[column] = middle[column]
        try:
            scales = not any(
                unscaled(scenario, base, column, value, topology.powers[k])
                for base in (middle, low, high)
                for value in (low[column], middle[column], high[column])
            )
        except Exception:
            # What a user's rate does not like is told where it is asked for.
            scales = False
        if scales:
            found.append((column, middle[column], topology.powers[k]))
    if not found:
        return None
    columns, references, powers = zip(*found, strict=True)
    return Scaling(np.array(columns), np.array(references), np.array(powers))


def unscaled(
    scenario: Any, base: FloatArray, column: int, value: float, powers: FloatArray
) -> tuple[int, float, float] | None:
    """Return what does not scale from a point (d,) to another value of a parameter; None where everything does.

    That is the process or washout, by what its rate is larger, and by what its power says; -1 for the masses, the start
    or the expansion.
    """
    rows = np.array([base, base])
    rows[1, column] = value
    first, second = (scenario.points(row[None, :]) for row in rows)
    grids = [_grid(points) for points in (first, second)]
    if not (_same(grids[0].start, grids[1].start) and _same(grids[0].end, grids[1].end)):
        return -1, np.nan, 1.0
    if not np.array_equal(first.masses(), second.masses()) or not _same_expansion(first, second, grids[0]):
        return -1, np.nan, 1.0
    before, after = (_all_rates(points, grids[0]) for points in (first, second))
    for p, power in enumerate(powers):
        wanted = float((value / base[column]) ** power)
        expected = before[p] * wanted
        with np.errstate(all="ignore"):
            good = np.abs(after[p] - expected) <= POWER_ROUNDING * np.abs(expected)
        if not good.all():
            g = int(np.argmin(good))
            return p, float(after[p, g] / before[p, g]), wanted
    return None


def _same(first: FloatArray, second: FloatArray) -> bool:
    return bool(np.array_equal(first, second))


def _same_expansion(first: Points, second: Points, grid: Grid) -> bool:
    a, b = first.expansion, second.expansion
    if isinstance(a, Faster) and isinstance(b, Faster):
        t = grid.temperatures()
        return _same(np.broadcast_to(a.factor(t), t.shape), np.broadcast_to(b.factor(t), t.shape))
    return bool(a == b)


def _grid(points: Points) -> Grid:
    hottest, coldest = span_of(points, points.masses(), 1.0)
    return Grid(-np.log(hottest), -np.log(coldest), COARSE_STEP)


def _all_rates(points: Points, grid: Grid) -> FloatArray:
    """Return the rates of processes and washouts, as they are stated, (P + W, nodes); inverse decays as decays."""
    temperature = grid.temperatures()
    rates = list(rates_of(points, points.masses(), grid)[0])
    for item, p in zip(points.washouts, points.topology.by_process, strict=True):
        rates.append(
            rates[p] if p >= 0 else called(item.rate, temperature, f"washout of {item.charge}: rate", "T")[0]
        )
    return np.array(rates)
