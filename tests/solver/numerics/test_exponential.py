"""The fast exponential against the one of the C library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relicfit.solver.numerics.exponential import fast_exp


@given(st.floats(-708.0, 709.0))
def test_fast_exponential_is_exact_to_fourteen_digits(x):
    assert fast_exp(x) == pytest.approx(math.exp(x), rel=1e-14)


def test_fast_exponential_is_exact_at_zero_and_smooth_across_its_pieces():
    assert fast_exp(0.0) == 1.0
    edge = 0.5 * math.log(2.0) / 32
    for x in np.nextafter(edge, [-1.0, 1.0]):
        assert fast_exp(x) == pytest.approx(math.exp(x), rel=4e-16)


def test_fast_exponential_beyond_its_range_is_a_limit_and_nan_stays_nan():
    assert [fast_exp(x) for x in (-709.0, -1e10, -math.inf)] == [0.0, 0.0, 0.0]
    assert [fast_exp(x) for x in (709.5, math.inf)] == [math.inf, math.inf]
    assert math.isnan(fast_exp(math.nan))
