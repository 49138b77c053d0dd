"""The likelihood along the parameters that give way: its integral, where to solve next, and draws from it.

Along the first parameter's unit interval the distance f(u) = ln(observable/measured) is the trend of the
pilot plus a correction that makes it exact at every anchor, a point that was solved. On cells where f is
linear, the integral of the tabulated density of the measurement is a difference of its primitive: however
narrow the peak, nothing is missed between nodes. All other likelihoods are interpolated between anchors. A
second measurement multiplies the density by its own integral over its own parameter, done the same way.

The density so defined is what points are drawn from, so it must be normalised exactly; how close it is to
the true one decides the efficiency of the weights, not their correctness.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .cells import FLAT, Table, cell, density_at, inner_mass, inner_values, inside, linear, smooth
from .doubt import errors_of
from .grid import GRID, INNER_GRID, LOWEST, OUTER_NODES
from .trend import Row, Trend

__all__ = [
    "ANCHOR",
    "MOST_ANCHORS",
    "NORMAL",
    "WIDE",
    "Curve",
    "at_places",
    "curve_of",
    "draw_outer",
    "expect",
    "integral",
    "log_sum",
    "log_value",
    "nothing",
    "shifted",
    "sign_changes",
]

Array = NDArray[np.float64]


# The columns of an anchor: where (u, w), the distances there, and the other likelihoods.
ANCHOR = ("u", "distance", "rest", "w", "inner_distance")
MOST_ANCHORS = 12
# Farther than this from the density, in ln(observable), a cell holds nothing, whatever else is known of it.
OUT_OF_REACH = 2.0
# Averages over possible errors: shifts of the distance, in its errors, with their weights. The first three of a
# normal distribution; those of Student's t for four degrees of freedom, as errors are a little less regular,
# closer to each other than a narrow density is wide.
REACH = 3.0**0.5
NORMAL = (np.array([-REACH, 0.0, REACH]), np.array([1.0, 4.0, 1.0]) / 6.0)
_WIDE = np.linspace(-3.0, 3.0, 9)
_STUDENT = (1.0 + _WIDE**2 / 4.0) ** -2.5
WIDE = (_WIDE, _STUDENT / _STUDENT.sum())
# An error is taken to change entirely over such a length of the interval, where densities are wanted.
SHORT = 0.05
# Corrections at two anchors so near to each other are continued linearly, over so many of their distances.
CLOSE_PAIR, FOLLOWED = 0.05, 1.0
# Between anchors nearer to each other than this no trend is needed to know how the distance bends.
NEAR_ANCHORS = 0.12
U, DISTANCE, REST, W, INNER = range(5)


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
def integral(row: Row, anchors: Array, count: int, table: Table, inner_table: Table) -> float:
    """Return the logarithm of the integral, relative to the peaks of both densities; see `propose`."""
    curve = curve_of(row, anchors, count, table, inner_table)
    return log_sum(curve.mass, curve.reference)


@kernel
def log_sum(mass: Array, reference: float) -> float:
    """Return ln of what cells hold together, -inf where that is nothing."""
    total = mass.sum()
    return np.log(total) + reference if total > 0.0 else -np.inf


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
        nested = len(row.inner) > 0
        values = inner_values(row.shift) if nested else np.zeros(1)
        u, f, g, _ = _merged(row, anchors[:count])
        other, _ = _others(u, row, anchors[:count])
        error = np.empty(len(u))
        for k in range(len(u)):
            error[k] = linear(OUTER_NODES, row.trust[:, 0], u[k])
        for j in range(len(shifts)):
            mass, _, reference = _masses(
                u, f + shifts[j] * error, g, other, table, values, inner_table, nested
            )
            found[i, j] = max(log_sum(mass, reference), LOWEST)
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
    wanted = share * mean
    k = 0
    while k < len(shifts) - 1 and (wanted > held[k] or held[k] == 0.0):
        wanted -= held[k]
        k += 1
    while k > 0 and held[k] == 0.0:
        k -= 1
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
def shifted(curve: Curve, errors: Array, shift: float, table: Table) -> Array:
    """Return what cells hold, over exp(reference), with the distance off by so many of its errors."""
    u, f = curve.u, curve.f
    mass = np.empty(len(curve.mass))
    for i in range(len(mass)):
        low, high = f[i] + shift * errors[i], f[i + 1] + shift * errors[i + 1]
        mass[i] = curve.factor[i] * cell(low, high, u[i + 1] - u[i], table)
    return mass


@kernel
def _drawn(u: Array, f: Array, mass: Array, wanted: float, table: Table) -> tuple[int, float]:
    """Return the cell and the place up to which cells hold so much."""
    i = 0
    while i < len(mass) - 1 and (wanted > mass[i] or mass[i] == 0.0):
        wanted -= mass[i]
        i += 1
    while i > 0 and mass[i] == 0.0:
        i -= 1
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
        for i in range(len(middle)):
            found[i] += _corrected(known[:, U], correction, row.rest_trust[:, 0], middle[i])
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
