"""Integrals along the parameters that give way, and draws from the density there.

What points are drawn from must be normalised exactly; how close it is to the true density decides the
efficiency of the weights, not their correctness.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .cells import FLAT, Table, density_at, inner_mass, inner_values, inside, linear, smooth
from .curve import ANCHOR, MOST_ANCHORS, curve_of, log_sum, shifted
from .doubt import errors_of
from .grid import LOWEST, OUTER_NODES
from .trend import Row, Trend

__all__ = [
    "NORMAL",
    "REACH",
    "SHORT",
    "WIDE",
    "at_places",
    "draw_outer",
    "expect",
    "integral",
    "log_value",
    "nothing",
    "sign_changes",
]

Array = NDArray[np.float64]


# Averages over possible errors: shifts of the distance, in its errors, with their weights. NORMAL has the first
# moments of a normal distribution; WIDE is Student's t for four degrees of freedom, as errors are a little less
# regular, so far out that no single draw comes to weigh as much as hundreds, and in steps that leave no gap where
# an error is several times as large as a density is wide.
REACH = 3.0**0.5
NORMAL = (np.array([-REACH, 0.0, REACH]), np.array([1.0, 4.0, 1.0]) / 6.0)
_WIDE = np.linspace(-6.0, 6.0, 33)
_STUDENT = (1.0 + _WIDE**2 / 4.0) ** -2.5
WIDE = (_WIDE, _STUDENT / _STUDENT.sum())
# An error is taken to change entirely over such a length of the interval, where densities are wanted.
SHORT = 0.05


@kernel
def integral(row: Row, anchors: Array, count: int, table: Table, inner_table: Table) -> float:
    """Return the logarithm of the integral, relative to the peaks of both densities; see `propose`."""
    curve = curve_of(row, anchors, count, table, inner_table)
    return log_sum(curve.mass, curve.reference)


def nothing() -> tuple[Array, int]:
    """Return room for anchors, and how many there are: none yet."""
    return np.zeros((MOST_ANCHORS, len(ANCHOR))), 0


def expect(trend: Trend, table: Table, inner_table: Table, shifts: Array) -> Array:
    """Return ln of the integrals that trends alone lead to expect, (n, shifts), at least `LOWEST`.

    The distance is shifted by so many of its errors.
    """
    return _expect(*trend.parts, *nothing(), table, inner_table, shifts)


@kernel
def _expect(
    outer: Array,
    inner: Array,
    shift: Array,
    rest: Array,
    trust: Array,
    rest_trust: Array,
    anchors: Array,
    count: int,
    table: Table,
    inner_table: Table,
    shifts: Array,
) -> Array:
    found = np.empty((len(outer), len(shifts)))
    for i in range(len(outer)):
        row = Row(outer[i], inner[i], shift[i], rest[i], trust[i], rest_trust[i])
        curve = curve_of(row, anchors, count, table, inner_table)
        errors = errors_of(curve.u, curve.known, curve.correction, row.trust, 1.0)
        for j in range(len(shifts)):
            mass = shifted(curve, errors, shifts[j], table)
            found[i, j] = max(log_sum(mass, curve.reference), LOWEST)
    return found


@kernel
def at_places(values: Array, u: Array) -> Array:
    """Interpolate values (n, nodes) of a trend at a place each (n,)."""
    found = np.empty(len(u))
    for i in range(len(u)):
        found[i] = smooth(OUTER_NODES, values[i], u[i : i + 1])[0]
    return found


@kernel
def draw_outer(
    row: Row,
    anchors: Array,
    count: int,
    table: Table,
    inner_table: Table,
    average: tuple[Array, Array],
    share: float,
) -> tuple[float, float, float, float, float]:
    """Return where a share of the first parameter's conditional lies.

    The conditional is an average over possible errors of the distance: where that is badly known, as beyond
    anchors, no place that may matter goes without. ``average`` is `NORMAL` or `WIDE`.

    Returns
    -------
    u : float
    log_density : float
        Per unit of the interval, normalised.
    slope : float
        Of the distance.
    level : float
        Of the second distance at the reference.
    log_integral : float
        What the density was normalised by, relative to the peaks of both densities.
    """
    shifts, weights = average
    curve = curve_of(row, anchors, count, table, inner_table)
    u, f = curve.u, curve.f
    errors = errors_of(u, curve.known, curve.correction, row.trust, SHORT)
    mean = 0.0
    held = np.empty(len(shifts))
    for k in range(len(shifts)):
        held[k] = weights[k] * shifted(curve, errors, shifts[k], table).sum()
        mean += held[k]
    # One of the curves that are possible, and where on it.
    k, wanted = _part_of(held, share * mean)
    mass = shifted(curve, errors, shifts[k], table)
    i, place = _drawn(u, f + shifts[k] * errors, mass, wanted / weights[k], table)
    density, width = 0.0, u[i + 1] - u[i]
    part = (place - u[i]) / width if width > 0.0 else 0.5
    for k in range(len(shifts)):
        low, high = f[i] + shifts[k] * errors[i], f[i + 1] + shifts[k] * errors[i + 1]
        density += weights[k] * density_at(low + part * (high - low), table)
    slope = (f[i + 1] - f[i]) / width if width > 0.0 else 0.0
    log_density = np.log(density * curve.factor[i] / mean) if mean > 0.0 else -np.inf
    log_mean = np.log(mean) + curve.reference if mean > 0.0 else -np.inf
    return place, log_density, slope, linear(u, curve.g, place), log_mean


@kernel
def _part_of(held: Array, wanted: float) -> tuple[int, float]:
    """Return which of the parts brings their running sum to so much, one that holds anything, and the rest."""
    i = 0
    while i < len(held) - 1 and (wanted > held[i] or held[i] == 0.0):
        wanted -= held[i]
        i += 1
    while i > 0 and held[i] == 0.0:
        i -= 1
    return i, wanted


@kernel
def _drawn(u: Array, f: Array, mass: Array, wanted: float, table: Table) -> tuple[int, float]:
    """Return the cell and the place up to which cells hold so much."""
    i, wanted = _part_of(mass, wanted)
    part = min(max(wanted / mass[i], 0.0), 1.0) if mass[i] > 0.0 else 0.5
    width = u[i + 1] - u[i]
    if abs(f[i + 1] - f[i]) < FLAT:
        return i, u[i] + part * width
    x = inside(f[i], f[i + 1], part, table)
    return i, u[i] + width * (x - f[i]) / (f[i + 1] - f[i])


@kernel
def log_value(
    distance: float, rest: float, level: float, shift: Array, table: Table, inner_table: Table
) -> float:
    """Return ln of the integrand at a place that was solved, in the units of `integral`.

    ``level`` is the second distance at the reference; without a second measurement ``shift`` is empty.
    """
    value = density_at(distance, table)
    if len(shift):
        value *= inner_mass(level, inner_values(shift), inner_table)
    return np.log(value) + rest if value > 0.0 else -np.inf


@kernel
def sign_changes(row: Row, anchors: Array, count: int, table: Table, inner_table: Table) -> Array:
    """Return where the distance crosses zero, in ascending order."""
    curve = curve_of(row, anchors, count, table, inner_table)
    u, f = curve.u, curve.f
    found = np.empty(len(u))
    n = 0
    for i in range(len(u) - 1):
        if f[i] * f[i + 1] < 0.0 or f[i] == 0.0:
            found[n] = u[i] + (u[i + 1] - u[i]) * f[i] / (f[i] - f[i + 1])
            n += 1
    return found[:n]
