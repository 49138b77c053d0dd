"""Gauss-Legendre nodes on [0, 1] and the matrix that integrates an interpolant from a node to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["gauss_legendre", "tail_matrix"]


def gauss_legendre(order: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of the Gauss-Legendre rule on [0, 1], each of shape (order,)."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return 0.5 * (nodes + 1.0), 0.5 * weights


def tail_matrix(order: int) -> NDArray[np.float64]:
    """Return the (order, order) matrix M with ∫ f from node i to 1 = Σ_j M[i, j] f(node j).

    Exact for polynomials of degree order - 1: the integral of the interpolating polynomial.
    """
    nodes, weights = np.polynomial.legendre.leggauss(order)
    degrees = np.arange(order)
    # Legendre coefficients of the interpolant: projection with the Gauss rule is exact here.
    projection = (degrees + 0.5)[:, None] * np.polynomial.legendre.legvander(nodes, order - 1).T * weights
    tails = np.empty((order, order))
    for degree in degrees:
        antiderivative = np.polynomial.legendre.Legendre.basis(degree).integ()
        tails[:, degree] = antiderivative(1.0) - antiderivative(nodes)
    return 0.5 * tails @ projection
