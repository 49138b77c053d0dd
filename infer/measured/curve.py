"""The distance along the first parameter's interval: the trend of the pilot, corrected where points were solved.

Corrections make it exact at every anchor, a point that was solved. On cells where it is linear, the integral
of the tabulated density of the measurement is a difference of its primitive: however narrow the peak, nothing
is missed between nodes. All other likelihoods are interpolated between anchors. A second measurement
multiplies the density by its own integral over its own parameter, done the same way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .cells import Table, cell, inner_mass, inner_values, linear, smooth
from .grid import GRID, INNER_GRID, OUTER_NODES
from .trend import REST_MARGIN, Row

__all__ = [
    "ANCHOR",
    "CLOSE_PAIR",
    "DISTANCE",
    "FOLLOWED",
    "MOST_ANCHORS",
    "Curve",
    "U",
    "curve_of",
    "log_sum",
    "shifted",
]

Array = NDArray[np.float64]


# The columns of an anchor: where (u, w), the distances there, and the other likelihoods.
ANCHOR = ("u", "distance", "rest", "w", "inner_distance")
MOST_ANCHORS = 12
U, DISTANCE, REST, W, INNER = range(5)
# Farther than this from the density, in ln(observable), a cell holds nothing, whatever else is known of it.
OUT_OF_REACH = 6.0
# Corrections at two anchors so near to each other are continued linearly, over so many of their distances.
CLOSE_PAIR, FOLLOWED = 0.05, 1.0
# Between anchors nearer to each other than this no trend is needed to know how the distance bends.
NEAR_ANCHORS = 0.12


class Curve(NamedTuple):
    """Hold what is known along the first parameter's interval, on m cells.

    Attributes
    ----------
    u, f, g : (m + 1,) arrays
        The edges of the cells, with the distance and the level of the second distance there.
    other : (m,) array
        The other likelihoods (ln) in the middle of each cell.
    mass, factor : (m,) arrays
        What each cell holds, and its factor beside the first density, both over exp(reference).
    reference : float
    known : (k, 5) array
        The anchors, sorted, the second distance reduced to the reference.
    correction, other_correction : (k,) arrays
        By how much the trends of f and of the other likelihoods were corrected at each.
    """

    u: Array
    f: Array
    g: Array
    other: Array
    mass: Array
    factor: Array
    reference: float
    known: Array
    correction: Array
    other_correction: Array


@kernel
def curve_of(row: Row, anchors: Array, count: int, table: Table, inner_table: Table) -> Curve:
    """Put together the trend of one point and its anchors (MOST_ANCHORS, 5), of which ``count`` are set."""
    nested = len(row.inner) > 0
    values = inner_values(row.shift) if nested else np.zeros(1)
    known = _sorted(anchors, count, nested, values)
    u, f, g, correction = _merged(row, known)
    other, other_correction = _others(u, row, known)
    mass, factor, reference = _masses(u, f, g, other, table, values, inner_table, nested)
    return Curve(u, f, g, other, mass, factor, reference, known, correction, other_correction)


@kernel
def log_sum(mass: Array, reference: float) -> float:
    """Return ln of what cells hold together, -inf where that is nothing."""
    total = mass.sum()
    return np.log(total) + reference if total > 0.0 else -np.inf


@kernel
def shifted(curve: Curve, errors: Array, shift: float, table: Table) -> Array:
    """Return what cells hold, over exp(reference), with the distance off by so many of its errors."""
    u, f = curve.u, curve.f
    mass = np.empty(len(curve.mass))
    for i in range(len(mass)):
        low, high = f[i] + shift * errors[i], f[i + 1] + shift * errors[i + 1]
        mass[i] = curve.factor[i] * cell(low, high, u[i + 1] - u[i], table)
    return mass


@kernel
def _sorted(anchors: Array, count: int, nested: bool, values: Array) -> Array:
    """Return the anchors in the order of u, the second distance reduced to the reference."""
    found = anchors[:count].copy()
    for i in range(1, count):
        for k in range(i, 0, -1):
            if found[k, U] >= found[k - 1, U]:
                break
            for c in range(found.shape[1]):
                found[k, c], found[k - 1, c] = found[k - 1, c], found[k, c]
    if nested:
        for k in range(count):
            found[k, INNER] -= linear(INNER_GRID, values, found[k, W])
    return found


@kernel
def _merged(row: Row, known: Array) -> tuple[Array, Array, Array, Array]:
    """Return nodes, distance, level of the second distance, and correction: grid and anchors together."""
    nested = len(row.inner) > 0
    trend = smooth(OUTER_NODES, row.outer, GRID)
    level = smooth(OUTER_NODES, row.inner, GRID) if nested else np.zeros(len(GRID))
    n = len(known)
    correction, other = np.empty(n), np.empty(n)
    for k in range(n):
        correction[k] = known[k, DISTANCE] - linear(GRID, trend, known[k, U])
        other[k] = known[k, INNER] - linear(GRID, level, known[k, U]) if nested else 0.0
    size = len(GRID) + n
    u, f, g = np.empty(size), np.empty(size), np.empty(size)
    i = k = 0
    for m in range(size):
        if k < n and (i >= len(GRID) or known[k, U] <= GRID[i]):
            u[m], f[m], g[m] = known[k, U], known[k, DISTANCE], known[k, INNER] if nested else 0.0
            k += 1
            continue
        u[m] = GRID[i]
        f[m] = trend[i] + (_corrected(known[:, U], correction, row.trust[:, 0], GRID[i]) if n else 0.0)
        if 0 < k < n:
            f[m] = _between(GRID[i], f[m], known, k)
        g[m] = level[i] + (linear(known[:, U], other, GRID[i]) if n else 0.0)
        i += 1
    return u, f, g, correction


@kernel
def _between(x: float, value: float, known: Array, k: int) -> float:
    """Return the distance between two anchors close to each other, k - 1 and k.

    It deviates from a straight line no more than the change of slope to their neighbours allows: there they
    know better than the trend how it bends.
    """
    n = len(known)
    gap = known[k, U] - known[k - 1, U]
    if n < 3 or not 0.0 < gap < NEAR_ANCHORS:
        return value
    slope = (known[k, DISTANCE] - known[k - 1, DISTANCE]) / gap
    change = 0.0
    for j in (k - 1, k + 1):
        if 0 < j < n and known[j, U] > known[j - 1, U]:
            other = (known[j, DISTANCE] - known[j - 1, DISTANCE]) / (known[j, U] - known[j - 1, U])
            change = max(change, abs(other - slope))
    before, after = x - known[k - 1, U], known[k, U] - x
    line, bound = known[k - 1, DISTANCE] + slope * before, change * min(before, after)
    return min(max(value, line - bound), line + bound)


@kernel
def _others(u: Array, row: Row, known: Array) -> tuple[Array, Array]:
    """Return the other likelihoods (ln) in the middle of every cell, and the correction at every anchor."""
    n = len(known)
    middle = 0.5 * (u[1:] + u[:-1])
    found = smooth(OUTER_NODES, row.rest, middle)
    correction = np.empty(n)
    for k in range(n):
        at = np.array([known[k, U]])
        correction[k] = known[k, REST] - smooth(OUTER_NODES, row.rest, at)[0]
    if n:
        # Corrections of a very small likelihood must not make a very large one elsewhere.
        top = max(row.rest.max(), known[:, REST].max()) + REST_MARGIN
        for i in range(len(middle)):
            changed = found[i] + _corrected(known[:, U], correction, row.rest_trust[:, 0], middle[i])
            found[i] = min(changed, top)
    return found, correction


@kernel
def _corrected(nodes: Array, corrections: Array, errors: Array, x: float) -> float:
    """Return the correction at a place: in units of the error expected there, interpolated linearly.

    Where the trend is good, as on a plateau, a correction found where it is poor counts for little. Beyond
    the outermost nodes it does not grow.
    """
    last = len(nodes) - 1
    if last and (x < nodes[0] or x > nodes[last]):
        # Two anchors close to each other tell the slope.
        end, other = (0, 1) if x < nodes[0] else (last, last - 1)
        gap = nodes[end] - nodes[other]
        if 0.0 < abs(gap) < CLOSE_PAIR and abs(x - nodes[end]) < FOLLOWED * abs(gap):
            return corrections[end] + (corrections[end] - corrections[other]) * (x - nodes[end]) / gap
    scaled = np.empty(len(nodes))
    for k in range(len(nodes)):
        scaled[k] = corrections[k] / linear(OUTER_NODES, errors, nodes[k])
    error = linear(OUTER_NODES, errors, x)
    if x < nodes[0]:
        error = min(error, linear(OUTER_NODES, errors, nodes[0]))
    elif x > nodes[last]:
        error = min(error, linear(OUTER_NODES, errors, nodes[last]))
    return linear(nodes, scaled, x) * error


@kernel
def _masses(
    u: Array, f: Array, g: Array, other: Array, table: Table, values: Array, inner_table: Table, nested: bool
) -> tuple[Array, Array, float]:
    """Return the mass of each cell, its factor beside the first density, and what was taken out (ln)."""
    reference = other.max()
    mass, factor = np.zeros(len(u) - 1), np.zeros(len(u) - 1)
    for i in range(len(u) - 1):
        weight = np.exp(other[i] - reference)
        low, high = min(f[i], f[i + 1]), max(f[i], f[i + 1])
        if nested and low - OUT_OF_REACH < table[0][1] and high + OUT_OF_REACH > table[0][0]:
            weight *= inner_mass(0.5 * (g[i] + g[i + 1]), values, inner_table)
        factor[i] = weight
        mass[i] = weight * cell(f[i], f[i + 1], u[i + 1] - u[i], table)
    return mass, factor, reference
