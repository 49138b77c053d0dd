"""Interval arithmetic: what an expression can at most reach while its parameters stay inside their bounds.

An interval is a pair ``(low, high)``. ``UNDEFINED`` (both ends NaN) stands for "may have no value", such as
the logarithm of an interval that reaches below zero. It spreads through every operation and fails every
comparison, so nothing is ever proved from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

__all__ = ["INTERVAL_OPERATIONS", "UNDEFINED", "Interval", "outer"]

Interval = tuple[float, float]
UNDEFINED: Interval = (math.nan, math.nan)


def outer(interval: Interval) -> Interval:
    """Return the interval itself, or the whole real line where it is undefined."""
    return (-math.inf, math.inf) if math.isnan(interval[0]) or math.isnan(interval[1]) else interval


def _monotone(function: np.ufunc, domain_low: float = -math.inf) -> Callable[[Interval], Interval]:
    def image(a: Interval) -> Interval:
        if not a[0] >= domain_low:
            return UNDEFINED
        with np.errstate(all="ignore"):
            return float(function(a[0])), float(function(a[1]))

    return image


def _from_corners(function: np.ufunc) -> Callable[[Interval, Interval], Interval]:
    def image(a: Interval, b: Interval) -> Interval:
        with np.errstate(all="ignore"):
            corners = [float(function(x, y)) for x in a for y in b]
        return UNDEFINED if any(map(math.isnan, corners)) else (min(corners), max(corners))

    return image


def _negative(a: Interval) -> Interval:
    return -a[1], -a[0]


def _absolute(a: Interval) -> Interval:
    ends = sorted(map(abs, a))
    return (0.0, ends[1]) if a[0] < 0 < a[1] else (ends[0], ends[1])


def _divide(a: Interval, b: Interval) -> Interval:
    return UNDEFINED if b[0] <= 0 <= b[1] else _from_corners(np.divide)(a, b)


def _power(a: Interval, b: Interval) -> Interval:
    corners = _from_corners(np.power)
    if a[0] > 0 or (a[0] >= 0 and b[0] >= 0):
        return corners(a, b)
    if b[0] == b[1] and b[0] >= 0 and b[0].is_integer():
        return corners(_absolute(a), b) if b[0] % 2 == 0 else corners(a, b)
    return UNDEFINED


INTERVAL_OPERATIONS: dict[str, Callable[..., Interval]] = {
    "+": _from_corners(np.add),
    "-": _from_corners(np.subtract),
    "*": _from_corners(np.multiply),
    "/": _divide,
    "**": _power,
    "negative": _negative,
    "log": _monotone(np.log, domain_low=0.0),
    "log10": _monotone(np.log10, domain_low=0.0),
    "exp": _monotone(np.exp),
    "sqrt": _monotone(np.sqrt, domain_low=0.0),
    "abs": _absolute,
    "min": _from_corners(np.minimum),
    "max": _from_corners(np.maximum),
}
