"""Interpolation in tables of logarithms, and fading at their edges."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from ..tables import FADE, TINY

__all__ = [
    "Curve",
    "Surface",
    "fade",
    "interpolate",
    "is_physical",
    "locate",
    "safe_log",
    "surface_at",
    "surface_rows",
]


class Curve(NamedTuple):
    """Hold nodes (k,) and values (k,), linear between them and constant beyond."""

    nodes: NDArray[np.float64]
    values: NDArray[np.float64]


class Surface(NamedTuple):
    """Hold a grid x (k,), y (l,) and quantities on it (q, k, l), bilinear inside and constant beyond."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    values: NDArray[np.float64]


@kernel
def is_physical(values, row, lowest, highest):
    """Tell whether every observable of a row lies in its domain; NaN does not."""
    for k in range(values.shape[0]):  # noqa: SIM110 - numba compiles no generators
        if not (lowest[k] <= values[k, row] <= highest[k]):
            return False
    return True


@kernel
def safe_log(x):
    """Return the logarithm of a non-negative number, that of zero about -691."""
    return np.log(max(x, TINY))


@kernel
def locate(x, nodes):
    """Return the interval of x among ascending nodes and the position in it, held inside."""
    last = nodes.shape[0] - 1
    if x <= nodes[0]:
        return 0, 0.0
    if x >= nodes[last]:
        return last - 1, 1.0
    low, high = 0, last
    while high - low > 1:
        middle = (low + high) // 2
        if x >= nodes[middle]:
            low = middle
        else:
            high = middle
    return low, (x - nodes[low]) / (nodes[low + 1] - nodes[low])


@kernel
def interpolate(x, curve):
    """Return the value of a curve at x."""
    i, u = locate(x, curve.nodes)
    return curve.values[i] * (1.0 - u) + curve.values[i + 1] * u


@kernel
def surface_at(surface, quantity, i, u, j, v):
    """Return one quantity of a surface at the place that `locate` found along both axes."""
    z = surface.values
    low = z[quantity, i, j] * (1.0 - v) + z[quantity, i, j + 1] * v
    high = z[quantity, i + 1, j] * (1.0 - v) + z[quantity, i + 1, j + 1] * v
    return low * (1.0 - u) + high * u


@kernel
def surface_rows(surface, ln_x, ln_y):
    """Return all quantities of a surface (q, n) at places ln_x (n,), ln_y (n,)."""
    quantities = surface.values.shape[0]
    result = np.empty((quantities, ln_x.shape[0]))
    for row in range(ln_x.shape[0]):
        i, u = locate(ln_x[row], surface.x)
        j, v = locate(ln_y[row], surface.y)
        for quantity in range(quantities):
            result[quantity, row] = surface_at(surface, quantity, i, u, j, v)
    return result


@kernel
def fade(x, low, high):
    """Return 1 inside [low, high] and 0 farther than ``FADE`` outside, with a continuous slope."""
    u = min(max(min(x - low, high - x) / FADE + 1.0, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)
