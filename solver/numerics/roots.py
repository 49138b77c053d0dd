"""Roots of a function on a grid, all at once: every step is one batched call."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["follow_extrema", "refine_roots"]

MOST_ITERATIONS = 120
# An extremum is followed if it is this near to zero, or this near in units of its rise.
NEAR_ZERO = 1e-3
NEAR_RISE = 4.0
# Each round puts this many points around an extremum; so many rounds reach rounding errors.
POINTS_PER_ROUND = 9
ROUNDS = 12

Array = NDArray[np.float64]


def refine_roots(
    function: Callable[[Array, NDArray[np.int64]], Array],
    low: Array,
    high: Array,
    f_low: Array,
    f_high: Array,
    x_tolerance: float,
    f_tolerance: float,
) -> tuple[Array, Array]:
    """Shrink brackets until the residual or the bracket is small enough.

    T. R. Chandrupatla, Adv. Eng. Softw. 28 (1997) 145: inverse quadratic interpolation where it is
    safe, bisection elsewhere.

    Parameters
    ----------
    function : callable
        Maps abscissae (m,) and the numbers (m,) of their brackets to (m,) values; a value that is not
        finite ends the refinement with an infinite residual.
    low, high, f_low, f_high : (n,) arrays
        Brackets, and the values at their ends, of opposite sign.
    x_tolerance, f_tolerance : float
        The width of a bracket, and the residual, that end its refinement.

    Returns
    -------
    roots, residuals : (n,) arrays
    """  # fmt: skip
    a, b, f_a, f_b = high.copy(), low.copy(), f_high.copy(), f_low.copy()
    c, f_c = a.copy(), f_a.copy()
    t = np.full(a.shape, 0.5)
    best = np.where(np.abs(f_a) < np.abs(f_b), a, b)
    residual = np.where(np.abs(f_a) < np.abs(f_b), f_a, f_b)
    active = np.abs(residual) > f_tolerance
    for _ in range(MOST_ITERATIONS):
        if not active.any():
            break
        x = a + t * (b - a)
        f = np.zeros_like(x)
        f[active] = function(x[active], np.flatnonzero(active))
        lost = ~np.isfinite(f)
        f[lost] = 0.0
        same = np.sign(f) == np.sign(f_a)
        c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
        b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
        # Finished brackets take part in the arithmetic, but their result is kept apart.
        a, f_a = x, f
        nearer_a = np.abs(f_a) < np.abs(f_b)
        best = np.where(active, np.where(nearer_a, a, b), best)
        residual = np.where(active, np.where(nearer_a, f_a, f_b), residual)
        residual[active & lost] = np.inf
        width = np.abs(b - a)
        active &= ~lost
        active &= (np.abs(residual) > f_tolerance) & (width > x_tolerance)
        with np.errstate(all="ignore"):
            xi = (a - b) / (c - b)
            phi = (f_a - f_b) / (f_c - f_b)
            safe = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
            quadratic = f_a / (f_b - f_a) * f_c / (f_b - f_c) + (c - a) / (b - a) * f_a / (
                f_c - f_a
            ) * f_b / (f_c - f_b)
            margin = np.where(width > 0.0, 0.5 * x_tolerance / width, 0.5)
        t = np.where(safe & np.isfinite(quadratic), quadratic, 0.5)
        t = np.minimum(1.0 - margin, np.maximum(margin, t))
    return best, residual


def follow_extrema(function: Callable[[Array], Array], x: Array, f: Array) -> tuple[Array, Array]:
    """Return a grid and its values with points added around extrema that turn back near zero.

    Two roots between neighbours of a grid show as such an extremum. NaN marks what is not known.
    """
    candidates = _turning_points(f)
    extra_x, extra_f = [], []
    left = x[np.maximum(candidates - 1, 0)]
    right = x[np.minimum(candidates + 1, len(x) - 1)]
    sign = np.sign(f[candidates])
    for _ in range(ROUNDS):
        if not len(left):
            break
        nodes = np.linspace(left, right, POINTS_PER_ROUND, axis=1)
        values = function(nodes.ravel()).reshape(nodes.shape)
        extra_x.append(nodes.ravel())
        extra_f.append(values.ravel())
        # From above zero we look for a minimum, from below for a maximum.
        heights = np.where(np.isnan(values), np.inf, sign[:, None] * values)
        lowest = heights.argmin(axis=1)
        lines = np.arange(len(left))
        left = nodes[lines, np.maximum(lowest - 1, 0)]
        right = nodes[lines, np.minimum(lowest + 1, POINTS_PER_ROUND - 1)]
        going = heights[lines, lowest] > 0.0
        left, right, sign = left[going], right[going], sign[going]
    all_x = np.concatenate([x, *extra_x])
    all_f = np.concatenate([f, *extra_f])
    unique_x, first = np.unique(all_x, return_index=True)
    return unique_x, all_f[first]


def _turning_points(f: Array) -> NDArray[np.int64]:
    """Return the points of the grid that are nearer to zero than both neighbours, on one side."""
    found = []
    for i, value in enumerate(f):
        neighbours = [f[j] for j in (i - 1, i + 1) if 0 <= j < len(f) and not np.isnan(f[j])]
        if np.isnan(value) or not neighbours:
            continue
        rises = [math.copysign(1.0, value) * (other - value) for other in neighbours]
        if min(rises) >= 0.0 and abs(value) < NEAR_ZERO + NEAR_RISE * max(rises):
            found.append(i)
    return np.array(found, dtype=np.int64)
