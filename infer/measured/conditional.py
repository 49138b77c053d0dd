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
from .grid import INNER_NODES, OUTER_NODES, REFERENCE

__all__ = [
    "ANCHOR",
    "MOST_ANCHORS",
    "draw_inner",
    "draw_outer",
    "expect",
    "inner_shift",
    "propose",
    "sign_changes",
]

if TYPE_CHECKING:
    from .pilot import Trend

Array = NDArray[np.float64]
Table = tuple[Array, Array, Array, Array]

# The columns of an anchor: where (u, w), the distances there, and the other likelihoods.
ANCHOR = ("u", "distance", "rest", "w", "inner_distance")
MOST_ANCHORS = 12
# An integral is good enough when its pieces are uncertain by less than this share of it; by more where the
# measured value is several standard deviations off, so that no posterior will be found there.
TOLERANCE = 0.3
DEPTH_SCALE = 4.0
DEEP_ENOUGH = 20.0
# A root whose cell holds such a share of the integral has an anchor this near.
ROOT_SHARE = 1e-3
NEAR_ROOT = 0.02
# Possible shifts of the trend that are looked at, in its errors.
REACH = 1.5
# ... and beyond which they are ruled out.
CERTAIN = 4.0
# The slope of the distance may be off by so many of its errors.
LIKELY = 2.0
# The share of the table that holds all of the density that counts: five standard deviations either way.
WINDOW = 0.4
# Cells per interval of the pilot's nodes.
FINER = 8
# Farther than this from the density, in ln(observable), a cell holds nothing, whatever else is known of it.
OUT_OF_REACH = 2.0
FLAT = 1e-12
# Nearer to each other than this, anchors tell nothing of a slope.
CLOSE = 1e-4
# As near as this to an anchor, in the parameter and in shares of the table, another would tell nothing new.
SAME = 3e-3
LOWEST = -1e8

GRID = np.concatenate(
    [[0.0], np.linspace(OUTER_NODES[0], OUTER_NODES[-1], (len(OUTER_NODES) - 1) * FINER + 1), [1.0]]
)
INNER_GRID = np.concatenate([[0.0], INNER_NODES, [1.0]])
U, DISTANCE, REST, W, INNER = range(5)


@kernel
def _smooth(nodes: Array, values: Array, where: Array) -> Array:
    """Interpolate by cubics on equidistant nodes, with central slopes limited so that no extremum appears."""
    n = len(nodes)
    slopes = np.zeros(n)
    for i in range(1, n - 1):
        left = (values[i] - values[i - 1]) / (nodes[i] - nodes[i - 1])
        right = (values[i + 1] - values[i]) / (nodes[i + 1] - nodes[i])
        if left * right > 0.0:
            slopes[i] = np.copysign(min(0.5 * abs(left + right), 3.0 * min(abs(left), abs(right))), left)
    slopes[0] = (values[1] - values[0]) / (nodes[1] - nodes[0])
    slopes[n - 1] = (values[n - 1] - values[n - 2]) / (nodes[n - 1] - nodes[n - 2])
    found = np.empty(len(where))
    i = 0
    for k in range(len(where)):
        x = where[k]
        if x <= nodes[0]:
            found[k] = values[0] + slopes[0] * (x - nodes[0])
            continue
        if x >= nodes[n - 1]:
            found[k] = values[n - 1] + slopes[n - 1] * (x - nodes[n - 1])
            continue
        while i < n - 2 and x > nodes[i + 1]:
            i += 1
        h = nodes[i + 1] - nodes[i]
        t = (x - nodes[i]) / h
        a, b = values[i], values[i + 1]
        found[k] = (
            a * (1.0 + 2.0 * t) * (1.0 - t) ** 2
            + b * t * t * (3.0 - 2.0 * t)
            + h * (slopes[i] * t * (1.0 - t) ** 2 + slopes[i + 1] * t * t * (t - 1.0))
        )
    return found


@kernel
def _linear(nodes: Array, values: Array, x: float) -> float:
    n = len(nodes)
    if x <= nodes[0]:
        return values[0]
    if x >= nodes[n - 1]:
        return values[n - 1]
    i = np.searchsorted(nodes, x, side="right") - 1
    share = (x - nodes[i]) / (nodes[i + 1] - nodes[i])
    return values[i] + share * (values[i + 1] - values[i])


@kernel
def _corrected(nodes: Array, corrections: Array, errors: Array, x: float) -> float:
    """Return the correction at a place: in units of the error expected there, interpolated linearly.

    Where the trend is good, as on a plateau, a correction found where it is poor counts for little.
    """
    scaled = np.empty(len(nodes))
    for k in range(len(nodes)):
        scaled[k] = corrections[k] / _linear(OUTER_NODES, errors, nodes[k])
    return _linear(nodes, scaled, x) * _linear(OUTER_NODES, errors, x)


@kernel
def _bin(x: float, ends: Array, count: int) -> int:
    return min(max(int((x - ends[0]) / (ends[1] - ends[0]) * count), 0), count - 1)


@kernel
def _density(x: float, table: Table) -> float:
    ends, density, _, _ = table
    if x < ends[0] or x > ends[1]:
        return 0.0
    return density[_bin(x, ends, len(density))]


@kernel
def _area(a: float, b: float, table: Table) -> float:
    """Return the integral of the density between two distances, in either order."""
    ends, density, before, after = table
    low, high = max(min(a, b), ends[0]), min(max(a, b), ends[1])
    if high <= low:
        return 0.0
    n = len(density)
    i, j = _bin(low, ends, n), _bin(high, ends, n)
    if i == j:
        return density[i] * (high - low)
    step = (ends[1] - ends[0]) / n
    parts = density[i] * (ends[0] + (i + 1) * step - low) + density[j] * (high - ends[0] - j * step)
    # Full bins between, from the side where the sums are small.
    whole = before[j] - before[i + 1] if before[j] <= after[i + 1] else after[i + 1] - after[j]
    return max(parts + whole, 0.0)


@kernel
def _cell(a: float, b: float, width: float, table: Table) -> float:
    """Return the integral over a cell on which the distance runs from a to b."""
    if abs(b - a) < FLAT:
        return width * _density(0.5 * (a + b), table)
    return width * _area(a, b, table) / abs(b - a)


@kernel
def _most(a: float, b: float, reach: float, climb: float, width: float, table: Table) -> float:
    """Return what a cell holds at most if the distance is uncertain by ``reach`` but climbs by ``climb``."""
    low, high = min(a, b) - reach, max(a, b) + reach
    top = 1.0 if low <= 0.0 <= high else max(_density(low, table), _density(high, table))
    if climb > FLAT:
        top = min(top, _area(low, high, table) / climb)
    return width * top


@kernel
def _ceiling(most: Array, climb: Array, window: float) -> float:
    """Return what all cells hold at most together.

    The peak of the density spans a window of the distance. Where the distance climbs or falls steadily, it
    can only be in cells that fit into one window at a time.
    """
    total = best = running = span = 0.0
    first = 0
    for i in range(len(most)):
        if i > first and climb[i] * climb[i - 1] < 0.0:
            total += best
            best = running = span = 0.0
            first = i
        running += most[i]
        span += abs(climb[i])
        # The cell at either end may be in the window in part.
        while first < i and span - abs(climb[first]) - abs(climb[i]) > window:
            running -= most[first]
            span -= abs(climb[first])
            first += 1
        best = max(best, running)
    return total + best


@kernel
def _inside(a: float, b: float, share: float, table: Table) -> float:
    """Return the distance below which a share of the integral from a to b lies, by bisection."""
    total = _area(a, b, table)
    low, high = a, b
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _area(a, middle, table) < share * total:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def _inner_values(shift: Array) -> Array:
    """Return the shift on INNER_GRID, continued to both ends."""
    n = len(shift)
    values = np.empty(n + 2)
    values[1 : n + 1] = shift
    first = (shift[1] - shift[0]) / (INNER_GRID[2] - INNER_GRID[1])
    last = (shift[n - 1] - shift[n - 2]) / (INNER_GRID[n] - INNER_GRID[n - 1])
    values[0] = shift[0] - first * INNER_GRID[1]
    values[n + 1] = shift[n - 1] + last * (1.0 - INNER_GRID[n])
    return values


@kernel
def inner_shift(shift: Array, w: float) -> float:
    """Return the shift of the second distance at a place of its parameter's interval."""
    return _linear(INNER_GRID, _inner_values(shift), w)


@kernel
def _inner_mass(level: float, values: Array, table: Table) -> float:
    """Return the integral over the second parameter at a level of the second distance."""
    total = 0.0
    for i in range(len(values) - 1):
        total += _cell(level + values[i], level + values[i + 1], INNER_GRID[i + 1] - INNER_GRID[i], table)
    return total


@kernel
def draw_inner(level: float, shift: Array, table: Table, share: float) -> tuple[float, float]:
    """Return where a share of the second parameter's conditional lies, and the logarithm of its density.

    Where the conditional is empty that is the point that comes closest, with density zero.
    """
    values = _inner_values(shift)
    total = _inner_mass(level, values, table)
    if not total > 0.0:
        best, place = np.inf, 0.5
        for i in range(len(values)):
            off = max(table[0][0] - level - values[i], level + values[i] - table[0][1])
            if off < best:
                best, place = off, INNER_GRID[i]
        return place, -np.inf
    wanted = share * total
    last = len(values) - 2
    for i in range(len(values) - 1):
        a, b = level + values[i], level + values[i + 1]
        width = INNER_GRID[i + 1] - INNER_GRID[i]
        mass = _cell(a, b, width, table)
        if wanted <= mass or i == last:
            part = min(max(wanted / mass, 0.0), 1.0) if mass > 0.0 else 0.5
            if abs(b - a) < FLAT:
                return INNER_GRID[i] + part * width, np.log(_density(0.5 * (a + b), table) / total)
            x = _inside(a, b, part, table)
            return INNER_GRID[i] + width * (x - a) / (b - a), np.log(_density(x, table) / total)
        wanted -= mass
    return 0.5, -np.inf


@kernel
def _merged(outer: Array, inner: Array, trust: Array, anchors: Array) -> tuple[Array, Array, Array, Array]:
    """Return nodes, distance, level of the second distance, and correction: grid and anchors together.

    ``anchors`` (n, 5) are sorted. ``inner`` holds the second distance at the reference, (nodes,) or empty;
    the anchors' column of it must have been reduced to the reference.
    """
    trend = _smooth(OUTER_NODES, outer, GRID)
    nested = len(inner) > 0
    level = _smooth(OUTER_NODES, inner, GRID) if nested else np.zeros(len(GRID))
    n = len(anchors)
    correction, other = np.empty(n), np.empty(n)
    for k in range(n):
        correction[k] = anchors[k, DISTANCE] - _linear(GRID, trend, anchors[k, U])
        other[k] = anchors[k, INNER] - _linear(GRID, level, anchors[k, U]) if nested else 0.0
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
        g[m] = level[i] + (_linear(anchors[:, U], other, GRID[i]) if n else 0.0)
        i += 1
    return u, f, g, correction


@kernel
def _others(u: Array, rest: Array, trust: Array, anchors: Array) -> tuple[Array, Array]:
    """Return the other likelihoods (ln) in the middle of every cell, and the correction at every anchor."""
    n = len(anchors)
    middle = 0.5 * (u[1:] + u[:-1])
    found = _smooth(OUTER_NODES, rest, middle)
    correction = np.empty(n)
    for k in range(n):
        at = np.array([anchors[k, U]])
        correction[k] = anchors[k, REST] - _smooth(OUTER_NODES, rest, at)[0]
    if n:
        for i in range(len(middle)):
            found[i] += _corrected(anchors[:, U], correction, trust[:, 0], middle[i])
    return found, correction


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
            weight *= _inner_mass(0.5 * (g[i] + g[i + 1]), values, inner_table)
        factor[i] = weight
        mass[i] = weight * _cell(f[i], f[i + 1], u[i + 1] - u[i], table)
    return mass, factor, reference


@kernel
def _sorted(anchors: Array, count: int, inner: Array, values: Array) -> Array:
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
            found[k, INNER] -= _linear(INNER_GRID, values, found[k, W])
    return found


@kernel
def propose(
    outer: Array,
    inner: Array,
    shift: Array,
    rest: Array,
    trust: Array,
    rest_trust: Array,
    anchors: Array,
    count: int,
    above: float,
    rest_top: float,
    table: Table,
    inner_table: Table,
) -> tuple[float, bool, float, float]:
    """Integrate with the anchors there are, and say where to solve next.

    Parameters
    ----------
    outer, inner, shift, rest, trust, rest_trust
        The trend of one point; the second and third empty without a second measurement.
    anchors : (MOST_ANCHORS, 5) array, count : int
        See `ANCHOR`; in any order.
    above, rest_top : float
        An integral below the first (ln) is of no interest: all is done as soon as it cannot exceed it, and the
        result then is -inf. The other likelihoods are taken to be no more than the second (ln).
    table, inner_table
        See `Measurement.table`.

    Returns
    -------
    log_integral : float
        Relative to the peaks of both densities; -inf where there is nothing.
    done : bool
    u, w : float
        The next anchor if not done.
    """
    nested = len(inner) > 0
    values = _inner_values(shift) if nested else np.zeros(1)
    known = _sorted(anchors, count, inner, values)
    u, f, g, correction = _merged(outer, inner, trust, known)
    other, other_correction = _others(u, rest, rest_trust, known)
    mass, factor, reference = _masses(u, f, g, other, table, values, inner_table, nested)
    total = mass.sum()
    log_integral = np.log(total) + reference if total > 0.0 else -np.inf
    if count == MOST_ANCHORS:
        return log_integral, True, 0.5, 0.5
    excess, rest_excess = (
        _surprises(known, correction, trust),
        _surprises(known, other_correction, rest_trust),
    )
    doubt = np.zeros(len(mass))
    best = np.inf
    most, climb = np.zeros(len(mass)), np.zeros(len(mass))
    screened = above > -np.inf
    inner_top = 1.0
    if nested and screened:
        inner_top = 0.0
        for i in range(len(values)):
            inner_top = max(inner_top, _inner_mass(-values[i], values, inner_table))
    for i in range(len(mass)):
        middle = 0.5 * (u[i] + u[i + 1])
        expected = trust[_node(middle)]
        off = _uncertainty(middle, known, excess, expected)
        vague = _uncertainty(middle, known, rest_excess, rest_trust[_node(middle)])
        width = u[i + 1] - u[i]
        if screened:
            certain = min(other[i] + CERTAIN * vague, rest_top)
            firm = max(abs(f[i + 1] - f[i]) - LIKELY * expected[1] * width, 0.0)
            most[i] = (
                np.exp(certain - above) * inner_top * _most(f[i], f[i + 1], CERTAIN * off, firm, width, table)
            )
            climb[i] = np.copysign(firm, f[i + 1] - f[i])
        reach = REACH * off
        up = factor[i] * _cell(f[i] + reach, f[i + 1] + reach, width, table)
        down = factor[i] * _cell(f[i] - reach, f[i + 1] - reach, width, table)
        doubt[i] = max(abs(up - mass[i]), abs(down - mass[i])) / REACH + mass[i] * min(vague, 1.0)
        if f[i] * f[i + 1] <= 0.0:
            best = 0.0
        else:
            best = min(best, max(min(abs(f[i]), abs(f[i + 1])) - reach, 0.0))
    if screened and _ceiling(most, climb, WINDOW * (table[0][1] - table[0][0])) < 1.0:
        return -np.inf, True, 0.5, 0.5
    in_doubt = doubt.sum()
    depth = _depth(best, table)
    if count and depth > DEEP_ENOUGH:
        return log_integral, True, 0.5, 0.5
    unseen = _unseen(u, f, mass, known)
    if count and unseen < 0 and in_doubt <= TOLERANCE * total * np.exp(depth / DEPTH_SCALE):
        return log_integral, True, 0.5, 0.5
    if unseen >= 0 and count:
        i = unseen
    elif in_doubt > 0.0:
        i = _middle_of_largest(doubt, u, known)
    else:
        i = 0 if count == 0 else -1
        best = np.inf
        for k in range(len(mass)):
            near = min(_beyond(f[k], table), _beyond(f[k + 1], table))
            if count == 0 and near < best:
                best, i = near, k
    if i < 0:
        return log_integral, True, 0.5, 0.5
    place = _place(u[i], u[i + 1], f[i], f[i + 1])
    for k in range(count):
        same = abs(_linear(u, f, place) - known[k, DISTANCE]) < SAME * (table[0][1] - table[0][0])
        if same and abs(known[k, U] - place) < SAME:
            return log_integral, True, 0.5, 0.5
    w = REFERENCE
    if nested:
        w, _ = draw_inner(_linear(u, g, place), shift, inner_table, 0.5)
    return log_integral, False, place, w


@kernel
def _node(x: float) -> int:
    """Return the pilot's node nearest to a place."""
    n = len(OUTER_NODES)
    step = (OUTER_NODES[n - 1] - OUTER_NODES[0]) / (n - 1)
    return min(max(int((x - OUTER_NODES[0]) / step + 0.5), 0), n - 1)


@kernel
def _surprises(known: Array, correction: Array, trust: Array) -> Array:
    """Return by how much the correction at each anchor exceeds the errors expected of the trend there."""
    excess = np.ones(len(correction))
    for k in range(len(correction)):
        expected = trust[_node(known[k, U])]
        excess[k] = max(excess[k], 0.5 * abs(correction[k]) / expected[0])
        if k and known[k, U] - known[k - 1, U] > CLOSE:
            gap = known[k, U] - known[k - 1, U]
            steepest = max(expected[1], trust[_node(known[k - 1, U])][1])
            ratio = 0.5 * abs(correction[k] - correction[k - 1]) / gap / steepest
            excess[k - 1], excess[k] = max(excess[k - 1], ratio), max(excess[k], ratio)
    return excess


@kernel
def _uncertainty(x: float, known: Array, excess: Array, expected: Array) -> float:
    """Return the uncertainty of a corrected trend at a place, from the errors expected of the trend there.

    Surprises at the nearest anchors on either side make it larger.
    """
    n = len(known)
    if n == 0:
        return expected[0]
    right = 0
    while right < n and known[right, U] <= x:
        right += 1
    if right in (0, n):
        end = 0 if right == 0 else n - 1
        error, slope, bend = excess[end] * expected
        away = abs(x - known[end, U])
        off = slope * away
        if n > 1:
            gap = known[1, U] - known[0, U] if end == 0 else known[n - 1, U] - known[n - 2, U]
            off = min(off, 0.5 * bend * away * (away + gap) + slope * CLOSE * away / max(gap, CLOSE))
        return min(error, off)
    before, after = x - known[right - 1, U], known[right, U] - x
    error, slope, bend = max(excess[right - 1], excess[right]) * expected
    return min(error, slope * min(before, after), 0.5 * bend * before * after)


@kernel
def _middle_of_largest(doubt: Array, u: Array, known: Array) -> int:
    """Return the median cell of the connected cells, between two anchors, that are most in doubt."""
    floor = 1e-6 * doubt.sum()
    best_sum, best_first, best_last = -1.0, 0, 0
    i = k = 0
    while i < len(doubt):
        if doubt[i] <= floor:
            i += 1
            continue
        while k < len(known) and known[k, U] <= u[i]:
            k += 1
        first, total = i, 0.0
        while i < len(doubt) and doubt[i] > floor and (k == len(known) or u[i] < known[k, U]):
            total += doubt[i]
            i += 1
        if total > best_sum:
            best_sum, best_first, best_last = total, first, i
    running = 0.0
    for k in range(best_first, best_last):
        running += doubt[k]
        if running >= 0.5 * best_sum:
            return k
    return best_first


@kernel
def _unseen(u: Array, f: Array, mass: Array, known: Array) -> int:
    """Return the cell of a root that matters and has no anchor near it, -1 if there is none."""
    total = mass.sum()
    for i in range(len(mass)):
        if f[i] * f[i + 1] < 0.0 and mass[i] > ROOT_SHARE * total:
            near = np.inf
            for k in range(len(known)):
                near = min(near, abs(known[k, U] - 0.5 * (u[i] + u[i + 1])))
            if near > NEAR_ROOT:
                return i
    return -1


@kernel
def _depth(distance: float, table: Table) -> float:
    """Return how far the logarithm of the density has fallen at a distance, on its less steep side."""
    highest = max(_density(distance, table), _density(-distance, table))
    return -np.log(highest) if highest > 0.0 else np.inf


@kernel
def _beyond(x: float, table: Table) -> float:
    return max(table[0][0] - x, x - table[0][1])


@kernel
def _place(u0: float, u1: float, f0: float, f1: float) -> float:
    """Return the root inside a cell, or its middle where there is none."""
    if f0 * f1 < 0.0:
        return u0 + (u1 - u0) * f0 / (f0 - f1)
    return 0.5 * (u0 + u1)


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
    values = _inner_values(shift) if nested else np.zeros(1)
    known = _sorted(anchors, count, inner, values)
    u, f, g, _ = _merged(outer, inner, trust, known)
    other, _ = _others(u, rest, rest_trust, known)
    mass, _, reference = _masses(u, f, g, other, table, values, inner_table, nested)
    total = mass.sum()
    return np.log(total) + reference if total > 0.0 else -np.inf


def expect(trend: Trend, table: Table, inner_table: Table) -> Array:
    """Return the logarithm of the integrals (n,) that trends alone lead to expect, at least `LOWEST`."""
    nothing = np.zeros((MOST_ANCHORS, len(ANCHOR)))
    found = [
        integral(
            trend.outer[i],
            trend.inner[i],
            trend.shift[i],
            trend.rest[i],
            trend.trust[i],
            trend.rest_trust[i],
            nothing,
            0,
            table,
            inner_table,
        )
        for i in range(len(trend.outer))
    ]
    return np.maximum(found, LOWEST)


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
) -> tuple[float, float, float, float]:
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
    """
    nested = len(inner) > 0
    values = _inner_values(shift) if nested else np.zeros(1)
    known = _sorted(anchors, count, inner, values)
    u, f, g, _ = _merged(outer, inner, trust, known)
    other, _ = _others(u, rest, rest_trust, known)
    mass, factor, _ = _masses(u, f, g, other, table, values, inner_table, nested)
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
        x = _inside(f[i], f[i + 1], part, table)
        place = u[i] + width * (x - f[i]) / (f[i + 1] - f[i])
    log_density = np.log(_density(x, table) * factor[i] / total)
    return place, log_density, slope, _linear(u, g, place)


@kernel
def sign_changes(outer: Array, inner: Array, shift: Array, trust: Array, anchors: Array, count: int) -> Array:
    """Return where the distance crosses zero, in ascending order."""
    values = _inner_values(shift) if len(inner) else np.zeros(1)
    known = _sorted(anchors, count, inner, values)
    u, f, _, _ = _merged(outer, inner, trust, known)
    found = np.empty(len(u))
    n = 0
    for i in range(len(u) - 1):
        if f[i] * f[i + 1] < 0.0 or f[i] == 0.0:
            found[n] = u[i] + (u[i + 1] - u[i]) * f[i] / (f[i] - f[i + 1])
            n += 1
    return found[:n]
