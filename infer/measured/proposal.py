"""Whether the integral along the parameters that give way is known well enough, and where to solve next if not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .cells import FLAT, Table, area, density_at, draw_inner, inner_mass, inner_values, linear
from .conditional import REACH, SHORT
from .curve import DISTANCE, MOST_ANCHORS, Curve, U, curve_of, log_sum, shifted
from .doubt import errors_of, expected_at
from .grid import OUTER_NODES, REFERENCE
from .trend import POOR, Row

__all__ = ["AVERAGE", "SPREAD", "TOLERANCE", "propose"]

Array = NDArray[np.float64]


# The density along the interval is good enough when the pieces of its integral are uncertain by less than this
# share of it; by more where the measured value is several standard deviations off, so that no posterior will be
# found there.
TOLERANCE = 0.6
# Where the average of the integral over what is possible will do, it may be uncertain by this share of it.
AVERAGE, SPREAD = 0.0, 0.8
DEPTH_SCALE = 4.0
DEEP_ENOUGH = 20.0
# A root whose cell holds such a share of the integral has an anchor this near, along the interval and in shares
# of the table: two standard deviations.
ROOT_SHARE = 1e-3
NEAR_ROOT = 0.02
NEAR_PEAK = 1.0 / 12.0
# Where the trend is poor and a root is within so many of its errors, a root may hide.
NEARLY = 1.5
# So many errors of the trend are ruled out: where a threshold is to be exceeded, and where all is to be left.
UNLIKELY = 2.5
CERTAIN = 4.0
# The slope of the distance may be off by so many of its errors.
LIKELY = 2.0
# The share of the table that holds all of the density that counts: five standard deviations either way.
WINDOW = 0.4
# As near as this to an anchor, in the parameter and in shares of the table, another would tell nothing new.
SAME = 3e-3


@kernel
def propose(
    row: Row,
    anchors: Array,
    count: int,
    above: float,
    rest_top: float,
    tolerance: float,
    table: Table,
    inner_table: Table,
) -> tuple[float, bool, float, float]:
    """Integrate with the anchors there are, and say where to solve next.

    Parameters
    ----------
    row : Row
        The trend of one point.
    anchors : (MOST_ANCHORS, 5) array, count : int
        See `ANCHOR`; in any order.
    above, rest_top : float
        An integral below the first (ln) is of no interest: all is done as soon as it cannot exceed it, and the
        result then is -inf. The other likelihoods are taken to be no more than the second (ln).
    tolerance : float
        By which share of the integral the density along the interval may be off; every root then has an
        anchor. With `AVERAGE` the average of the integral over possible errors will do, if need be without
        any anchor.
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
    curve = curve_of(row, anchors, count, table, inner_table)
    u, f, mass = curve.u, curve.f, curve.mass
    log_integral = log_sum(mass, curve.reference)
    if count == MOST_ANCHORS:
        return log_integral, True, 0.5, 0.5
    strict = tolerance != AVERAGE
    length = SHORT if strict else 1.0
    errors = errors_of(u, curve.known, curve.correction, row.trust, length)
    middle = 0.5 * (u[1:] + u[:-1])
    vague = errors_of(middle, curve.known, curve.other_correction, row.rest_trust, length)
    if above > -np.inf and _ruled_out(row, curve, errors, vague, above, rest_top, table, inner_table):
        return -np.inf, True, 0.5, 0.5
    hidden = _hidden(row.outer, row.trust, curve.known)
    if hidden >= 0:
        return log_integral, False, OUTER_NODES[hidden], REFERENCE
    lower, higher = shifted(curve, errors, -REACH, table), shifted(curve, errors, REACH, table)
    unsure = mass * np.minimum(vague, 1.0)
    doubt = np.maximum(np.abs(higher - mass), np.abs(lower - mass)) / REACH + unsure
    total = mass.sum()
    depth = _depth(_nearest(f, errors, REACH), table)
    leave = np.exp(depth / DEPTH_SCALE)
    wanted = -1
    if strict:
        if count:
            wanted = _unseen(curve, table)
            if wanted < 0 and doubt.sum() <= tolerance * leave * total:
                return log_integral, True, 0.5, 0.5
    else:
        # What is uncertain is where roots are, not that they are: their integrals move along with them.
        low, high = lower.sum(), higher.sum()
        mean = (low + 4.0 * total + high) / 6.0
        square = (low**2 + 4.0 * total**2 + high**2) / 6.0 - mean**2
        if mean > 0.0:
            log_integral = np.log(mean) + curve.reference
            if square + unsure.sum() ** 2 <= (SPREAD * leave * mean) ** 2:
                return log_integral, True, 0.5, 0.5
        if _depth(_nearest(f, errors, CERTAIN), table) > DEEP_ENOUGH:
            return log_integral, True, 0.5, 0.5
    if count and depth > DEEP_ENOUGH and not (strict and total > 0.0):
        return log_integral, True, 0.5, 0.5
    enough = (tolerance if strict else SPREAD) * leave * total
    if wanted < 0 and doubt.sum() > 0.0:
        wanted = _middle_of_largest(doubt, u, curve.known)
    elif wanted < 0 and count == 0:
        wanted = _closest(f, table)
    while wanted >= 0:
        place = _place(u[wanted], u[wanted + 1], f[wanted], f[wanted + 1])
        if not _known_there(place, linear(u, f, place), curve.known, table):
            break
        # What is left of the doubt in this cell stays; there may be more elsewhere.
        doubt[wanted] = 0.0
        wanted = _middle_of_largest(doubt, u, curve.known) if doubt.sum() > enough else -1
    if wanted < 0:
        return log_integral, True, 0.5, 0.5
    w = REFERENCE
    if len(row.inner):
        w, _ = draw_inner(linear(u, curve.g, place), row.shift, inner_table, 0.5)
    return log_integral, False, place, w


@kernel
def _known_there(place: float, distance: float, known: Array, table: Table) -> bool:
    """Tell whether an anchor is so near, in the parameter and the distance, that another tells nothing new."""
    for k in range(len(known)):
        same = abs(distance - known[k, DISTANCE]) < SAME * (table[0][1] - table[0][0])
        if same and abs(known[k, U] - place) < SAME:
            return True
    return False


@kernel
def _ruled_out(
    row: Row,
    curve: Curve,
    errors: Array,
    vague: Array,
    above: float,
    rest_top: float,
    table: Table,
    inner_table: Table,
) -> bool:
    """Tell whether the integral cannot exceed a threshold (ln), whatever errors are likely."""
    u, f = curve.u, curve.f
    most, climb = np.zeros(len(curve.mass)), np.zeros(len(curve.mass))
    inner_top = 1.0
    if len(row.inner):
        inner_top = 0.0
        values = inner_values(row.shift)
        for i in range(len(values)):
            inner_top = max(inner_top, inner_mass(-values[i], values, inner_table))
    for i in range(len(most)):
        width = u[i + 1] - u[i]
        slope_error = expected_at(row.trust, 0.5 * (u[i] + u[i + 1]))[1]
        firm = max(abs(f[i + 1] - f[i]) - LIKELY * slope_error * width, 0.0)
        off = UNLIKELY * max(errors[i], errors[i + 1])
        certain = min(curve.other[i] + UNLIKELY * vague[i], rest_top)
        most[i] = np.exp(certain - above) * inner_top * _most(f[i], f[i + 1], off, firm, width, table)
        climb[i] = np.copysign(firm, f[i + 1] - f[i])
    return _ceiling(most, climb, WINDOW * (table[0][1] - table[0][0])) < 1.0


@kernel
def _nearest(f: Array, errors: Array, reach: float) -> float:
    """Return how near the distance comes to zero if it is off by so many errors at most."""
    best = np.inf
    for i in range(len(f)):
        if i and f[i] * f[i - 1] <= 0.0:
            return 0.0
        best = min(best, max(abs(f[i]) - reach * errors[i], 0.0))
    return best


@kernel
def _closest(f: Array, table: Table) -> int:
    """Return the cell that comes closest to where the density is not zero."""
    best, found = np.inf, -1
    for i in range(len(f) - 1):
        near = min(_beyond(f[i], table), _beyond(f[i + 1], table))
        if near < best:
            best, found = near, i
    return found


@kernel
def _most(a: float, b: float, reach: float, climb: float, width: float, table: Table) -> float:
    """Return what a cell holds at most if the distance is uncertain by ``reach`` but climbs by ``climb``."""
    low, high = min(a, b) - reach, max(a, b) + reach
    top = 1.0 if low <= 0.0 <= high else max(density_at(low, table), density_at(high, table))
    if climb > FLAT:
        top = min(top, area(low, high, table) / climb)
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
def _unseen(curve: Curve, table: Table) -> int:
    """Return the cell of a root that matters and has no anchor near it, -1 if there is none."""
    u, f, mass, known = curve.u, curve.f, curve.mass, curve.known
    total = mass.sum()
    for i in range(len(mass)):
        if f[i] * f[i + 1] < 0.0 and mass[i] > ROOT_SHARE * total:
            slope = abs(f[i + 1] - f[i]) / (u[i + 1] - u[i])
            wanted = min(NEAR_ROOT, NEAR_PEAK * (table[0][1] - table[0][0]) / slope)
            near = np.inf
            for k in range(len(known)):
                near = min(near, abs(known[k, U] - 0.5 * (u[i] + u[i + 1])))
            if near > wanted:
                return i
    return -1


@kernel
def _hidden(outer: Array, trust: Array, known: Array) -> int:
    """Return the node to solve where the trend is too poor to say how often the distance crosses zero, or -1.

    Where the distance has one sign before some badly known nodes and the other after them, there is one
    root: wherever exactly it is, it will be found. Where the sign is the same, two may hide.
    """
    count = len(outer)
    half = 0.5 * (OUTER_NODES[1] - OUTER_NODES[0])
    # The sign before the badly known nodes, 0 at the beginning of the interval; that of them most likely a root.
    before, worst, least = 0.0, -1, NEARLY
    for j in range(count + 1):
        value = error = 0.0
        if j < count:
            value, error = outer[j], trust[j, 0]
            for k in range(len(known)):
                if abs(known[k, U] - OUTER_NODES[j]) <= half:
                    value, error = known[k, DISTANCE], 0.0
            if error > POOR:
                if abs(value) < least * error:
                    worst, least = j, abs(value) / error
                continue
        after = np.sign(value)
        if worst >= 0 and before * after >= 0.0:
            return worst
        before, worst, least = after, -1, NEARLY
    return -1


@kernel
def _depth(distance: float, table: Table) -> float:
    """Return how far the logarithm of the density has fallen at a distance, on its less steep side."""
    highest = max(density_at(distance, table), density_at(-distance, table))
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
