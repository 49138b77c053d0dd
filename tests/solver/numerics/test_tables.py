"""Look-up tables: they pass through their nodes, converge, and end in constants."""

import math

import numpy as np
import pytest

from relicfit.solver.numerics import tables
from relicfit.solver.numerics.kernel import kernel


@kernel
def one(table, x):
    return tables.lookup1(table, x)


@kernel
def two(table, x):
    return tables.lookup2(table, x)


@kernel
def two_and_slope(table, x):
    return tables.lookup2_slope(table, x)


@kernel
def third(table, x):
    return tables.lookup_third(table, x)


def waves(x):
    return np.array([np.sin(x), np.exp(-x), np.cos(2.0 * x)])


def test_table_passes_through_its_nodes():
    table = tables.build_table(waves, 0.0, 3.0, 30)
    for x in np.linspace(0.0, 3.0, 31):
        assert (*two(table, x), third(table, x)) == pytest.approx(tuple(waves(x)), abs=1e-13)
        assert one(table, x) == two(table, x)[0]


def test_error_falls_with_the_fourth_power_of_the_spacing():
    x = np.random.default_rng(0).uniform(0.0, 3.0, 400)
    errors = []
    for cells in (20, 40, 80):
        table = tables.build_table(np.sin, 0.0, 3.0, cells)
        errors.append(max(abs(one(table, value) - math.sin(value)) for value in x))
    assert errors[0] / errors[1] == pytest.approx(16.0, rel=0.5)
    assert errors[1] / errors[2] == pytest.approx(16.0, rel=0.5)


def test_slope_is_the_derivative_of_the_second_function():
    table = tables.build_table(waves, 0.0, 3.0, 300)
    for x in np.linspace(0.01, 2.99, 17):
        first, second, slope = two_and_slope(table, x)
        assert (first, second) == two(table, x)
        assert slope == pytest.approx(-math.exp(-x), abs=1e-6)


@pytest.mark.parametrize(("x", "end"), [(-1.0, 0.0), (-math.inf, 0.0), (4.0, 3.0), (math.inf, 3.0)])
def test_table_is_constant_beyond_its_ends(x, end):
    table = tables.build_table(waves, 0.0, 3.0, 30)
    assert two(table, x) == pytest.approx(two(table, end), abs=1e-14)


def test_not_a_number_does_not_leave_the_table():
    assert math.isfinite(one(tables.build_table(np.sin, 0.0, 3.0, 30), math.nan))


def test_constants_have_no_slope():
    table = tables.constant_table(2.0, 5.0, 7.0)
    for x in (-1e3, 0.0, 0.5, 1e3):
        assert two_and_slope(table, x) == (2.0, 5.0, 0.0)
        assert third(table, x) == 7.0
