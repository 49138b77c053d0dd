"""Linear equations of two dense blocks with a common border, factorised once for many right-hand sides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....numerics.kernel import kernel
from ....numerics.linear import factorise, substitute

__all__ = ["Factors", "factorise_bordered", "factors_of", "solve_bordered"]

BLOCKS = 2


class Factors(NamedTuple):
    """Hold the blocks, overwritten by their factors, and what the border needs.

    Attributes
    ----------
    blocks : (2, n, n) array
    columns : (2, n, m) array
        First the columns of the border, then the blocks' inverses times them.
    rows : (2, m, n) array
    corner : (m, m) array
    orders : (2, n) int array
    corner_order : (m,) int array
    scratch : (n,) array
    """

    blocks: NDArray[np.float64]
    columns: NDArray[np.float64]
    rows: NDArray[np.float64]
    corner: NDArray[np.float64]
    orders: NDArray[np.int64]
    corner_order: NDArray[np.int64]
    scratch: NDArray[np.float64]


@kernel
def factors_of(size, border):
    """Return the arrays for blocks of a size and a border."""
    return Factors(
        np.zeros((BLOCKS, size, size)),
        np.zeros((BLOCKS, size, border)),
        np.zeros((BLOCKS, border, size)),
        np.zeros((border, border)),
        np.zeros((BLOCKS, size), dtype=np.int64),
        np.zeros(border, dtype=np.int64),
        np.zeros(max(size, border)),
    )


@kernel
def factorise_bordered(factors, diagonal):
    """Factorise diagonal - M from the blocks of M; return whether that is possible."""
    size, border = factors.columns.shape[1], factors.columns.shape[2]
    corner = factors.corner
    for i in range(border):
        for j in range(border):
            corner[i, j] = -corner[i, j]
        corner[i, i] += diagonal
    for s in range(BLOCKS):
        block, columns, rows = factors.blocks[s], factors.columns[s], factors.rows[s]
        for i in range(size):
            for j in range(size):
                block[i, j] = -block[i, j]
            block[i, i] += diagonal
        if not factorise(block, factors.orders[s]):
            return False
        for j in range(border):
            # M enters with its sign turned: block x = -column.
            for i in range(size):
                columns[i, j] = -columns[i, j]
            substitute(block, factors.orders[s], columns[:, j], factors.scratch)
            for i in range(size):
                columns[i, j] = factors.scratch[i]
        for i in range(border):
            for j in range(border):
                total = 0.0
                for k in range(size):
                    total += rows[i, k] * columns[k, j]
                corner[i, j] += total
    return factorise(corner, factors.corner_order)


@kernel
def solve_bordered(factors, rows, which):
    """Replace a row (2 n + m,) of an array by the solution."""
    blocks, columns, edges, scratch = factors.blocks, factors.columns, factors.rows, factors.scratch
    size, border = columns.shape[1], columns.shape[2]
    edge = BLOCKS * size
    for s in range(BLOCKS):
        first = s * size
        # Written out: a call for each block costs as much as its arithmetic.
        for i in range(size):
            total = rows[which, first + factors.orders[s, i]]
            for j in range(i):
                total -= blocks[s, i, j] * scratch[j]
            scratch[i] = total
        for i in range(size - 1, -1, -1):
            total = scratch[i]
            for j in range(i + 1, size):
                total -= blocks[s, i, j] * scratch[j]
            scratch[i] = total * blocks[s, i, i]
            rows[which, first + i] = scratch[i]
        for i in range(border):
            total = 0.0
            for k in range(size):
                total += edges[s, i, k] * scratch[k]
            rows[which, edge + i] += total
    substitute(factors.corner, factors.corner_order, rows[which, edge:], scratch)
    for i in range(border):
        rows[which, edge + i] = scratch[i]
    for s in range(BLOCKS):
        for i in range(size):
            total = 0.0
            for j in range(border):
                total += columns[s, i, j] * scratch[j]
            rows[which, s * size + i] -= total
