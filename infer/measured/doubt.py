"""How far off a corrected trend may be, between its anchors and beyond them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .curve import CLOSE_PAIR, FOLLOWED, U
from .grid import OUTER_NODES

__all__ = ["errors_of", "expected_at"]

Array = NDArray[np.float64]

# Nearer to each other than this, anchors tell nothing of a slope.
CLOSE = 1e-4


@kernel
def errors_of(places: Array, known: Array, correction: Array, trust: Array, length: float) -> Array:
    """Return the errors to expect at places.

    They are continuous along the interval and zero at anchors: a curve that is off by a multiple of them is
    as continuous as the trend, and a root of it is in one of its cells.

    Parameters
    ----------
    known : (k, 5) array
        The anchors, sorted.
    correction : (k,) array
        What the trend was corrected by at each.
    trust : (nodes, 3) array
        See `Trend`.
    length : float
        The distance along the interval over which an error may change entirely.
    """
    excess = _surprises(known, correction, trust)
    found = np.empty(len(places))
    for i in range(len(found)):
        found[i] = _uncertainty(places[i], known, excess, trust, length)
    return found


@kernel
def expected_at(trust: Array, x: float) -> tuple[float, float, float]:
    """Return the error expected of a trend at a place, and its first two derivatives."""
    last = len(OUTER_NODES) - 1
    step = (OUTER_NODES[last] - OUTER_NODES[0]) / last
    along = min(max((x - OUTER_NODES[0]) / step, 0.0), float(last))
    j = min(int(along), last - 1)
    share = along - j
    a, b = trust[j], trust[j + 1]
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])


@kernel
def _surprises(known: Array, correction: Array, trust: Array) -> Array:
    """Return by how much corrections at each anchor, and their slopes, exceed what was expected, (k, 2)."""
    excess = np.ones((len(correction), 2))
    steepest = 0.0
    for k in range(len(correction)):
        before = steepest
        error, steepest, _ = expected_at(trust, known[k, U])
        excess[k] = max(1.0, 0.5 * abs(correction[k]) / error)
        if k and known[k, U] - known[k - 1, U] > CLOSE:
            gap = known[k, U] - known[k - 1, U]
            # Two anchors close to each other tell of a slope there, not of errors elsewhere.
            ratio = 0.5 * abs(correction[k] - correction[k - 1]) / gap / max(steepest, before)
            excess[k - 1, 1], excess[k, 1] = max(excess[k - 1, 1], ratio), max(excess[k, 1], ratio)
    return excess


@kernel
def _uncertainty(x: float, known: Array, excess: Array, trust: Array, length: float) -> float:
    """Return the uncertainty of a corrected trend at a place, from the errors expected of the trend there.

    Surprises at the nearest anchors on either side make it larger.
    """
    n = len(known)
    error, slope, bend = expected_at(trust, x)
    if n == 0:
        return error
    right = 0
    while right < n and known[right, U] <= x:
        right += 1
    left, end = max(right - 1, 0), min(right, n - 1)
    error *= max(excess[left, 0], excess[end, 0])
    steeper = max(excess[left, 1], excess[end, 1])
    slope, bend = steeper * slope, steeper * bend
    if right in (0, n):
        away = abs(x - known[end, U])
        off = slope * away
        if n > 1:
            gap = known[1, U] - known[0, U] if right == 0 else known[n - 1, U] - known[n - 2, U]
            if gap < CLOSE_PAIR and away < FOLLOWED * gap:
                # There the correction is continued linearly.
                off = min(off, 0.5 * bend * away * (away + gap) + slope * CLOSE * away / max(gap, CLOSE))
        return min(error, max(off, error * away / length))
    before, after = x - known[right - 1, U], known[right, U] - x
    off = min(slope * min(before, after), 0.5 * bend * before * after)
    return min(error, max(off, error * before * after / length**2))
