"""Linear equations of the size of a network: LU factors, used again for every right-hand side."""

from __future__ import annotations

from ..numerics.kernel import kernel

__all__ = ["factorise", "substitute"]


@kernel
def factorise(matrix, order):
    """Replace a matrix by its LU factors with row pivoting; return whether it is regular."""
    n = order.size
    for i in range(n):
        order[i] = i
    for c in range(n):
        best = c
        for i in range(c + 1, n):
            if abs(matrix[i, c]) > abs(matrix[best, c]):
                best = i
        if not abs(matrix[best, c]) > 0.0:
            return False
        if best != c:
            for j in range(n):
                matrix[c, j], matrix[best, j] = matrix[best, j], matrix[c, j]
            order[c], order[best] = order[best], order[c]
        for i in range(c + 1, n):
            matrix[i, c] /= matrix[c, c]
            for j in range(c + 1, n):
                matrix[i, j] -= matrix[i, c] * matrix[c, j]
    return True


@kernel
def substitute(matrix, order, rows, known, result):
    """Solve for one row of an array, with the factors of `factorise`, into another."""
    n = order.size
    for i in range(n):
        total = rows[known, order[i]]
        for j in range(i):
            total -= matrix[i, j] * rows[result, j]
        rows[result, i] = total
    for i in range(n - 1, -1, -1):
        total = rows[result, i]
        for j in range(i + 1, n):
            total -= matrix[i, j] * rows[result, j]
        rows[result, i] = total / matrix[i, i]
    return
