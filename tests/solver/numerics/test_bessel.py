"""The Bessel tables against scipy."""

import math

import numpy as np
import pytest
from scipy.special import kve

from relicfit.solver.numerics import bessel
from relicfit.solver.numerics.kernel import kernel

# From far below to far above the tables, dense inside.
X = np.concatenate([[1e-12, 1e-7], np.geomspace(1.0001e-5, 0.9999e4, 3000), [2e4, 1e6, 1e9]])
TOLERANCE = 1e-9


@kernel
def sample(x, out):
    for i in range(x.size):
        out[0, i], out[1, i] = bessel.scaled_k2_and_ratio(x[i])
        out[2, i] = bessel.k1_scaled(x[i])
        out[3, i] = bessel.ln_x2_k2_scaled(x[i])
        out[4, i] = bessel.ratio_k1_k2(x[i])


@pytest.fixture(scope="module")
def table():
    out = np.empty((5, X.size))
    sample(X, out)
    return out


def test_second_function(table):
    exact = np.log(X**2 * kve(2, X))
    assert np.abs(table[0] - exact).max() < TOLERANCE
    assert np.array_equal(table[0], table[3])


def test_time_dilation(table):
    assert np.abs(table[1] / (kve(1, X) / kve(2, X)) - 1.0).max() < 2.0 * TOLERANCE
    assert np.array_equal(table[1], table[4])


def test_first_function(table):
    assert np.abs(table[2] / kve(1, X) - 1.0).max() < 2.0 * TOLERANCE


def test_functions_are_continuous_at_the_ends_of_the_table():
    for edge in (bessel.SMALLEST_ARGUMENT, bessel.LARGEST_ARGUMENT):
        out = np.empty((5, 2))
        sample(edge * np.array([1.0 - 1e-10, 1.0 + 1e-10]), out)
        assert out[:, 0] == pytest.approx(out[:, 1], rel=5e-9, abs=1e-8)


def test_time_dilation_has_its_limits(table):
    assert table[1, 0] == pytest.approx(0.5 * X[0], rel=1e-9)
    assert table[1, -1] == pytest.approx(1.0, abs=1e-8)
    assert (np.diff(table[1]) > 0.0).all()
    assert table[0, 0] == pytest.approx(math.log(2.0), abs=1e-10)
