"""Gauss-Legendre rules on [0, 1] and the matrix that integrates from a node to the end."""

import numpy as np
import pytest

from relicfit.solver.numerics.quadrature import gauss_legendre, tail_matrix


@pytest.mark.parametrize("order", [2, 5, 8])
def test_rule_integrates_polynomials_of_its_degree_and_not_of_the_next(order):
    nodes, weights = gauss_legendre(order)
    for degree in range(2 * order):
        assert weights @ nodes**degree == pytest.approx(1.0 / (degree + 1), rel=1e-13)
    assert abs(weights @ nodes ** (2 * order) * (2 * order + 1) - 1.0) > 1e-12


@pytest.mark.parametrize("order", [3, 8])
def test_tail_matrix_integrates_polynomials_from_each_node_to_the_end(order):
    nodes, _ = gauss_legendre(order)
    matrix = tail_matrix(order)
    for degree in range(order):
        exact = (1.0 - nodes ** (degree + 1)) / (degree + 1)
        assert matrix @ nodes**degree == pytest.approx(exact, abs=1e-13)


def test_tail_matrix_integrates_an_exponential():
    nodes, _ = gauss_legendre(8)
    assert tail_matrix(8) @ np.exp(-2.0 * nodes) == pytest.approx(
        (np.exp(-2.0 * nodes) - np.exp(-2.0)) / 2.0, abs=1e-8
    )
