"""Small dense linear equations: LU factors with row pivoting, used again for every right-hand side."""

from __future__ import annotations

from .kernel import kernel

__all__ = ["factorise", "substitute"]


@kernel
def factorise(matrix, order):
    """Replace a matrix by its LU factors with row pivoting; return whether it is regular.

    ``order`` (n,) receives the order of the rows. The diagonal, which is only ever divided by, is kept as its inverse.
    """
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
        inverse = 1.0 / matrix[c, c]
        for i in range(c + 1, n):
            factor = matrix[i, c] * inverse
            matrix[i, c] = factor
            for j in range(c + 1, n):
                matrix[i, j] -= factor * matrix[c, j]
        matrix[c, c] = inverse
    return True


@kernel
def substitute(matrix, order, known, result):
    """Fill the solution for a right-hand side, with the factors of `factorise`; the two are different arrays."""
    n = order.size
    for i in range(n):
        total = known[order[i]]
        for j in range(i):
            total -= matrix[i, j] * result[j]
        result[i] = total
    for i in range(n - 1, -1, -1):
        total = result[i]
        for j in range(i + 1, n):
            total -= matrix[i, j] * result[j]
        result[i] = total * matrix[i, i]
