"""Roots of functions on a grid, against functions whose roots are known."""

import numpy as np
import pytest

from relicfit.solver.numerics.roots import follow_extrema, refine_roots

FUNCTIONS = {
    "line": (lambda x: x - 0.3, 0.3),
    "cube": (lambda x: (x - 0.3) ** 3, 0.3),
    "exponential": (lambda x: np.exp(8.0 * x) - 5.0, np.log(5.0) / 8.0),
    "step-like": (lambda x: np.tanh(200.0 * (x - 0.123)), 0.123),
    "pole beside": (lambda x: 1.0 / (x + 0.05) - 3.0, 1.0 / 3.0 - 0.05),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_refinement_finds_the_root(name):
    function, root = FUNCTIONS[name]
    low, high = np.array([0.0]), np.array([1.0])
    roots, residuals = refine_roots(
        lambda x, bracket: function(x), low, high, function(low), function(high), 1e-13, 0.0
    )
    assert roots[0] == pytest.approx(root, abs=1e-12)
    assert abs(residuals[0]) == abs(function(roots)[0])


def test_many_brackets_are_refined_together_in_few_calls():
    calls = []

    def function(x, bracket):
        calls.append(len(x))
        return np.sin(x)

    low = np.pi * np.arange(1, 50) - 1.0
    high = low + 2.3
    roots, _ = refine_roots(function, low, high, np.sin(low), np.sin(high), 1e-13, 1e-14)
    assert roots == pytest.approx(np.pi * np.arange(1, 50), abs=1e-12)
    assert len(calls) < 15


def test_every_value_is_told_to_which_bracket_it_belongs():
    roots = np.array([0.2, 0.5, 0.55, 0.9])
    low, high = np.zeros(4), np.ones(4)
    found, _ = refine_roots(
        lambda x, bracket: (x - roots[bracket]) ** 3, low, high, -(roots**3), (1.0 - roots) ** 3, 1e-12, 0.0
    )
    assert found == pytest.approx(roots, abs=1e-11)


def test_a_value_that_is_lost_ends_its_bracket_without_a_root():
    def function(x, bracket):
        return np.where(np.abs(x - 0.5) < 0.2, np.nan, x - 0.5)

    low, high = np.array([0.0, 0.6]), np.array([1.0, 0.9])
    _, residuals = refine_roots(function, low, high, low - 0.5, np.array([0.5, 0.4]), 1e-12, 1e-12)
    assert np.isinf(residuals[0])


@pytest.mark.parametrize("depth", [1e-2, 1e-4, 1e-7])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_two_roots_between_neighbours_of_the_grid_are_seen(depth, sign):
    def function(x):
        return sign * ((x - 0.5123) ** 2 - depth**2)

    x = np.linspace(0.0, 1.0, 14)
    f = function(x)
    if depth < 1e-2:
        assert not (f[:-1] * f[1:] < 0.0).any()
    x, f = follow_extrema(function, x, f)
    assert (f[:-1] * f[1:] < 0.0).sum() == 2


def test_extrema_at_the_ends_of_the_grid_are_followed():
    def function(x):
        return (x - 0.01) ** 2 - 1e-6

    _, f = follow_extrema(function, np.linspace(0.0, 1.0, 11), function(np.linspace(0.0, 1.0, 11)))
    assert (f[:-1] * f[1:] < 0.0).sum() == 2


def test_extrema_that_stay_away_from_zero_give_no_roots():
    def function(x):
        return 0.1 + (x - 0.5) ** 2

    grid = np.linspace(0.0, 1.0, 14)
    _, f = follow_extrema(function, grid, function(grid))
    assert (f > 0.0).all()
