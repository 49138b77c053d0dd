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

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .cells import FLAT, Table, cell, density_at, inner_mass, inner_values, inside, linear, smooth
from .grid import GRID, INNER_GRID, OUTER_NODES

__all__ = [
    "ANCHOR",
    "MOST_ANCHORS",
    "at_places",
    "draw_outer",
    "expect",
    "log_value",
    "nothing",
    "sign_changes",
]

if TYPE_CHECKING:
    from .trend import Trend

Array = NDArray[np.float64]


# The columns of an anchor: where (u, w), the distances there, and the other likelihoods.
ANCHOR = ("u", "distance", "rest", "w", "inner_distance")
MOST_ANCHORS = 12
# Possible shifts of the trend that are looked at, in its errors: with weights 1/6, 2/3 and 1/6 for -REACH, 0
# and REACH, the average over a normal distribution.
REACH = 3.0**0.5
# Farther than this from the density, in ln(observable), a cell holds nothing, whatever else is known of it.
OUT_OF_REACH = 2.0
# Corrections at two anchors so near to each other are continued linearly, over so many of their distances.
CLOSE_PAIR, FOLLOWED = 0.05, 3.0
LOWEST = -1e8
U, DISTANCE, REST, W, INNER = range(5)


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
def merged(outer: Array, inner: Array, trust: Array, anchors: Array) -> tuple[Array, Array, Array, Array]:
    """Return nodes, distance, level of the second distance, and correction: grid and anchors together.

    ``anchors`` (n, 5) are sorted. ``inner`` holds the second distance at the reference, (nodes,) or empty;
    the anchors' column of it must have been reduced to the reference.
    """
    trend = smooth(OUTER_NODES, outer, GRID)
    nested = len(inner) > 0
    level = smooth(OUTER_NODES, inner, GRID) if nested else np.zeros(len(GRID))
    n = len(anchors)
    correction, other = np.empty(n), np.empty(n)
    for k in range(n):
        correction[k] = anchors[k, DISTANCE] - linear(GRID, trend, anchors[k, U])
        other[k] = anchors[k, INNER] - linear(GRID, level, anchors[k, U]) if nested else 0.0
    size = len(GRID) + n
    u, f, g = np.empty(size), np.empty(size), np.empty(size)
    i = k = 0
    for m in range(size):
        if k < n and (i >= len(GRID) or anchors[k, U] <= GRID[i]):
            u[m], f[m], g[m] = anchors[k, U], anchors[k, DISTANCE], anchors[k, INNER] if nested else 0.0
            k += 1
            continue
        u[m] = GRID[i]
        f[m] = trend[i] + (_corrected(anchors[:, U], correction, trust[:, 0], GRID[i]) if n else 0.0)
        g[m] = level[i] + (linear(anchors[:, U], other, GRID[i]) if n else 0.0)
        i += 1
    return u, f, g, correction


@kernel
def others(u: Array, rest: Array, trust: Array, anchors: Array) -> tuple[Array, Array]:
    """Return the other likelihoods (ln) in the middle of every cell, and the correction at every anchor."""
    n = len(anchors)
    middle = 0.5 * (u[1:] + u[:-1])
    found = smooth(OUTER_NODES, rest, middle)
    correction = np.empty(n)
    for k in range(n):
        at = np.array([anchors[k, U]])
        correction[k] = anchors[k, REST] - smooth(OUTER_NODES, rest, at)[0]
    if n:
        for i in range(len(middle)):
            found[i] += _corrected(anchors[:, U], correction, trust[:, 0], middle[i])
    return found, correction


@kernel
def masses(
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


@kernel
def sorted_anchors(anchors: Array, count: int, inner: Array, values: Array) -> Array:
    """Return the anchors in the order of u, the second distance reduced to the reference."""
    found = anchors[:count].copy()
    for i in range(1, count):
        for k in range(i, 0, -1):
            if found[k, U] >= found[k - 1, U]:
                break
            for c in range(found.shape[1]):
                found[k, c], found[k - 1, c] = found[k - 1, c], found[k, c]
    if len(inner):
        for k in range(count):
            found[k, INNER] -= linear(INNER_GRID, values, found[k, W])
    return found


@kernel
def integral(
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
) -> float:
    """Return the logarithm of the integral, relative to the peaks of both densities; see `propose`."""
    nested = len(inner) > 0
    values = inner_values(shift) if nested else np.zeros(1)
    known = sorted_anchors(anchors, count, inner, values)
    u, f, g, _ = merged(outer, inner, trust, known)
    other, _ = others(u, rest, rest_trust, known)
    mass, _, reference = masses(u, f, g, other, table, values, inner_table, nested)
    total = mass.sum()
    return np.log(total) + reference if total > 0.0 else -np.inf


def nothing() -> tuple[Array, int]:
    """Return room for anchors, and how many there are: none yet."""
    return np.zeros((MOST_ANCHORS, len(ANCHOR))), 0


def expect(trend: Trend, table: Table, inner_table: Table, shifts: Array) -> Array:
    """Return ln of the integrals that trends alone lead to expect, (n, shifts), at least `LOWEST`.

    The distance is shifted by so many of its errors.
    """
    parts = (trend.outer, trend.inner, trend.shift, trend.rest, trend.trust, trend.rest_trust)
    return _expect(*parts, *nothing(), table, inner_table, shifts)


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
        for j in range(len(shifts)):
            found[i, j] = integral(
                outer[i] + shifts[j] * trust[i, :, 0], inner[i], shift[i], rest[i], trust[i], rest_trust[i],
                anchors, count, table, inner_table,
            )  # fmt: skip
            found[i, j] = max(found[i, j], LOWEST)
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
    share: float,
) -> tuple[float, float, float, float, float]:
    """Return where a share of the first parameter's conditional lies.

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
    nested = len(inner) > 0
    values = inner_values(shift) if nested else np.zeros(1)
    known = sorted_anchors(anchors, count, inner, values)
    u, f, g, _ = merged(outer, inner, trust, known)
    other, _ = others(u, rest, rest_trust, known)
    mass, factor, reference = masses(u, f, g, other, table, values, inner_table, nested)
    total = mass.sum()
    wanted = share * total
    i = 0
    while i < len(mass) - 1 and (wanted > mass[i] or mass[i] == 0.0):
        wanted -= mass[i]
        i += 1
    while i > 0 and mass[i] == 0.0:
        i -= 1
    part = min(max(wanted / mass[i], 0.0), 1.0) if mass[i] > 0.0 else 0.5
    width = u[i + 1] - u[i]
    slope = (f[i + 1] - f[i]) / width if width > 0.0 else 0.0
    if abs(f[i + 1] - f[i]) < FLAT:
        place, x = u[i] + part * width, 0.5 * (f[i] + f[i + 1])
    else:
        x = inside(f[i], f[i + 1], part, table)
        place = u[i] + width * (x - f[i]) / (f[i + 1] - f[i])
    log_density = np.log(density_at(x, table) * factor[i] / total)
    return place, log_density, slope, linear(u, g, place), np.log(total) + reference


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
def sign_changes(outer: Array, inner: Array, shift: Array, trust: Array, anchors: Array, count: int) -> Array:
    """Return where the distance crosses zero, in ascending order."""
    values = inner_values(shift) if len(inner) else np.zeros(1)
    known = sorted_anchors(anchors, count, inner, values)
    u, f, _, _ = merged(outer, inner, trust, known)
    found = np.empty(len(u))
    n = 0
    for i in range(len(u) - 1):
        if f[i] * f[i + 1] < 0.0 or f[i] == 0.0:
            found[n] = u[i] + (u[i + 1] - u[i]) * f[i] / (f[i] - f[i + 1])
            n += 1
    return found[:n]
