"""The truncated normal against 60-digit arithmetic, in both tails and for narrow ranges."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from relicfit.priors import TruncatedNormal

# (mean, sd, low, high): across the mean, near it, in either tail, far out, and narrow.
CASES = [
    (0.0, 1.0, -2.0, 3.0),
    (0.0, 1.0, -40.0, 40.0),
    (0.0, 1.0, -1e-9, 2e-9),
    (0.0, 1.0, 1.0, 1.0 + 2.0**-30),
    (0.0, 1.0, 0.0, 0.4),
    (0.0, 1.0, 0.0, 50.0),
    (0.0, 1.0, 8.0, 9.0),
    (0.0, 1.0, -9.0, -8.0),
    (0.0, 1.0, 60.0, 200.0),
    (0.0, 1.0, -200.0, -60.0),
    (-1e4, 1.0, 0.0, 1e-3),
    (1e6, 1.0, -1.0, 0.0),
]
FRACTIONS = [1e-9, 0.01, 0.3, 0.5, 0.8, 0.999]


def exact(case, x):
    """Return the cdf and the log-density in high precision."""
    mean, sd, low, high, x = map(mpmath.mpf, (*case, x))

    def tail(value):
        # Far out on either side the smaller of the two areas carries the information.
        return mpmath.erfc((value - mean) / (sd * mpmath.sqrt(2))) / 2

    sign = -1 if high <= mean else 1
    if sign < 0:
        low, high, x, mean = -high, -low, -x, -mean
    mass = tail(low) - tail(high)
    cdf = (tail(low) - tail(x)) / mass
    density = mpmath.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * mpmath.sqrt(2 * mpmath.pi)) / mass
    return float(1 - cdf if sign < 0 else cdf), float(mpmath.log(density))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cdf_and_density_match_high_precision(case):
    distribution = TruncatedNormal(*case)
    x = distribution.from_unit(np.array(FRACTIONS))
    with mpmath.workdps(60):
        expected = np.array([exact(case, float(value)) for value in x])
    np.testing.assert_allclose(distribution.to_unit(x), expected[:, 0], rtol=0, atol=1e-13)
    # Relative to the width of the range, in which the density is counted.
    np.testing.assert_allclose(distribution.log_density(x), expected[:, 1], rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_quantile_matches_high_precision(case):
    distribution = TruncatedNormal(*case)
    x = distribution.from_unit(np.array(FRACTIONS))
    with mpmath.workdps(60):
        reached = [exact(case, float(value))[0] for value in x]
        step = [exact(case, float(value))[0] for value in np.nextafter(x, np.inf)]
    one_ulp = np.abs(np.array(step) - np.array(reached))
    assert np.all(np.abs(np.array(reached) - FRACTIONS) <= 1e-13 + 2 * one_ulp)


def test_a_far_tail_is_an_exponential():
    # Beyond a = 1e5 standard deviations the density falls as exp(-a t), to 1e-10 in t a.
    distribution = TruncatedNormal(-1e5, 1.0, 0.0, 1.0)
    u = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(distribution.from_unit(u) * 1e5, -np.log1p(-u), rtol=1e-9)
