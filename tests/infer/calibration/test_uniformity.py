"""The band around uniform ranks keeps its promise, and what is not uniform leaves it."""

import numpy as np
import pytest

from relicfit.infer.calibration.uniformity import COVERAGE, uniformity


def test_uniform_ranks_leave_the_band_as_often_as_stated():
    rng = np.random.default_rng(1)
    sets = [uniformity(rng.integers(64, size=128), 64) for _ in range(300)]
    p_values = np.array([item.p_ecdf for item in sets])
    # 15 +- 3.8 of 300 lie below 0.05: outside 3 to 30 once in 10,000.
    assert 3 <= np.sum(p_values < 1.0 - COVERAGE) <= 30
    assert 3 <= np.sum([item.p_value < 0.05 for item in sets]) <= 30
    inside = [np.all((item.difference >= item.lower) & (item.difference <= item.upper)) for item in sets]
    # 285 +- 3.8 of 300.
    assert 0.9 < np.mean(inside) < 0.99


@pytest.mark.parametrize(
    "fault",
    [
        lambda rng: np.clip(rng.normal(31.5, 12.0, 128), 0, 63).astype(int),
        lambda rng: np.where(
            rng.random(128) < 0.5, rng.integers(16, size=128), 63 - rng.integers(16, size=128)
        ),
        lambda rng: (64 * rng.random(128) ** 1.6).astype(int),
    ],
    ids=["posterior too wide", "posterior too narrow", "biased"],
)
def test_ranks_that_are_not_uniform_are_accused(fault):
    assert uniformity(fault(np.random.default_rng(2)), 64).p_value < 0.01
