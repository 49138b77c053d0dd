"""Look-up tables on a uniform grid: cubic pieces, several functions interleaved, a few nanoseconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .kernel import kernel

__all__ = ["Table", "build_table", "constant_table", "lookup1", "lookup2", "lookup2_slope", "lookup_third"]


class Table(NamedTuple):
    """Hold cubic pieces of one or more functions on a uniform grid.

    Attributes
    ----------
    start, inverse_step : float
        The first node and the reciprocal spacing.
    coefficients : (cells, 4 * functions) array
        Per cell and function the coefficients of 1, t, t², t³ with t in [0, 1] across the cell.
    """

    start: float
    inverse_step: float
    coefficients: NDArray[np.float64]


def build_table(function: Callable[..., NDArray], start: float, stop: float, cells: int) -> Table:
    """Tabulate a vectorised function with not-a-knot cubic splines.

    Parameters
    ----------
    function : callable
        Maps the (cells + 1,) nodes to values of shape (cells + 1,) or (functions, cells + 1).
    start, stop : float
        The range; outside it a look-up returns the end value.
    cells : int
        The number of intervals.
    """
    from scipy.interpolate import CubicSpline

    nodes = np.linspace(start, stop, cells + 1)
    step = (stop - start) / cells
    values = np.atleast_2d(function(nodes))
    powers = step ** np.arange(4)
    pieces = [CubicSpline(nodes, row).c[::-1].T * powers for row in values]
    return Table(float(start), 1.0 / step, np.ascontiguousarray(np.hstack(pieces)))


def constant_table(*values: float) -> Table:
    """Return a table whose functions are constants, a stand-in for a real one."""
    row = np.concatenate([[value, 0.0, 0.0, 0.0] for value in values])
    return Table(0.0, 1.0, np.ascontiguousarray(row[None, :]))


@kernel
def locate(table, x):
    """Return the cell and the position in it, held inside the table."""
    position = (x - table.start) * table.inverse_step
    cells = table.coefficients.shape[0]
    if not position > 0.0:
        return 0, 0.0
    if position >= cells:
        return cells - 1, 1.0
    cell = int(position)
    return cell, position - cell


@kernel
def lookup1(table, x):
    """Return the first function of a table at x."""
    cell, t = locate(table, x)
    c = table.coefficients
    return c[cell, 0] + t * (c[cell, 1] + t * (c[cell, 2] + t * c[cell, 3]))


@kernel
def lookup2(table, x):
    """Return the first two functions of a table at x."""
    cell, t = locate(table, x)
    c = table.coefficients
    first = c[cell, 0] + t * (c[cell, 1] + t * (c[cell, 2] + t * c[cell, 3]))
    second = c[cell, 4] + t * (c[cell, 5] + t * (c[cell, 6] + t * c[cell, 7]))
    return first, second


@kernel
def lookup2_slope(table, x):
    """Return the first two functions of a table at x and the derivative of the second."""
    cell, t = locate(table, x)
    c = table.coefficients
    first = c[cell, 0] + t * (c[cell, 1] + t * (c[cell, 2] + t * c[cell, 3]))
    second = c[cell, 4] + t * (c[cell, 5] + t * (c[cell, 6] + t * c[cell, 7]))
    slope = (c[cell, 5] + t * (2.0 * c[cell, 6] + t * 3.0 * c[cell, 7])) * table.inverse_step
    return first, second, slope


@kernel
def lookup_third(table, x):
    """Return the third function of a table at x."""
    cell, t = locate(table, x)
    c = table.coefficients
    return c[cell, 8] + t * (c[cell, 9] + t * (c[cell, 10] + t * c[cell, 11]))
