"""How far off a corrected trend may be, between its anchors and beyond them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .grid import OUTER_NODES

__all__ = ["errors_of", "node"]

Array = NDArray[np.float64]

# Nearer to each other than this, anchors tell nothing of a slope.
CLOSE = 1e-4
U = 0


@kernel
def errors_of(cells: Array, known: Array, correction: Array, trust: Array, length: float) -> Array:
    """Return the errors to expect in the middle of cells, whose edges are given.

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
    found = np.empty(len(cells) - 1)
    for i in range(len(found)):
        middle = 0.5 * (cells[i] + cells[i + 1])
        found[i] = _uncertainty(middle, known, excess, trust[node(middle)], length)
    return found


@kernel
def node(x: float) -> int:
    """Return the pilot's node nearest to a place."""
    n = len(OUTER_NODES)
    step = (OUTER_NODES[n - 1] - OUTER_NODES[0]) / (n - 1)
    return min(max(int((x - OUTER_NODES[0]) / step + 0.5), 0), n - 1)


@kernel
def _surprises(known: Array, correction: Array, trust: Array) -> Array:
    """Return by how much the correction at each anchor exceeds the errors expected of the trend there."""
    excess = np.ones(len(correction))
    for k in range(len(correction)):
        expected = trust[node(known[k, U])]
        excess[k] = max(excess[k], 0.5 * abs(correction[k]) / expected[0])
        if k and known[k, U] - known[k - 1, U] > CLOSE:
            gap = known[k, U] - known[k - 1, U]
            steepest = max(expected[1], trust[node(known[k - 1, U])][1])
            ratio = 0.5 * abs(correction[k] - correction[k - 1]) / gap / steepest
            excess[k - 1], excess[k] = max(excess[k - 1], ratio), max(excess[k], ratio)
    return excess


@kernel
def _uncertainty(x: float, known: Array, excess: Array, expected: Array, length: float) -> float:
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
        return min(error, max(off, error * away / length))
    before, after = x - known[right - 1, U], known[right, U] - x
    error, slope, bend = max(excess[right - 1], excess[right]) * expected
    off = min(slope * min(before, after), 0.5 * bend * before * after)
    return min(error, max(off, error * before * after / length**2))
