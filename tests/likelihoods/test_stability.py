import math

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.likelihoods.likelihood import likelihood


def log_likelihood(lifetime, **options):
    value, flags = likelihood("stability", **options).evaluate({"lifetime_s": np.atleast_1d(lifetime)})
    assert flags == {}
    return value


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [("age", 4.354e17), ("radiation", 160e9 * 3.15576e7), ("visible", 1e26), (3e25, 3e25)],
)
def test_limit_holds_95_per_cent_of_a_half_gaussian_rate(limit, seconds):
    from scipy.stats import halfnorm

    value = log_likelihood(seconds, lower_limit=limit)[0]
    assert value == pytest.approx(-0.5 * halfnorm.ppf(0.95) ** 2, rel=1e-9, abs=0)


def test_stable_dark_matter_is_not_penalised():
    assert log_likelihood([np.inf, 1e40]) == pytest.approx([0.0, 0.0], abs=1e-30)


def test_log_likelihood_is_quadratic_in_the_rate_without_a_step():
    lifetimes = np.geomspace(1e-12, 1e30, 4001)
    values = log_likelihood(lifetimes)
    assert np.isfinite(values).all()
    assert (np.diff(values) > 0).all()
    slopes = np.diff(np.log(-values)) / np.diff(np.log(lifetimes))
    # Beyond -100 the point is excluded whatever the form, and the slope is eased.
    near = values[:-1] > -100.0
    assert slopes[near] == pytest.approx(np.full(near.sum(), -2.0), rel=1e-6, abs=0)


@pytest.mark.parametrize("lifetime", [math.nan, 0.0, -1.0])
def test_unphysical_lifetimes_are_minus_infinity(lifetime):
    assert log_likelihood([lifetime, 1e18])[0] == -math.inf
    assert np.isfinite(log_likelihood([lifetime, 1e18])[1])


def test_unknown_limit_is_refused_with_what_is_allowed():
    with pytest.raises(UserError, match="radiation"):
        likelihood("stability", lower_limit="radiaton")
