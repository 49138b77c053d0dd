"""The forms of log-likelihood, against their definitions and against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from relicfit.likelihoods import limits

LN_20 = np.log(20.0)
GAUSSIAN_95 = 0.5 * stats.norm.ppf(0.975) ** 2  # 1.92


def one(value):
    return np.array([value], dtype=float)


def test_ninety_five_percent_points_follow_the_recipes():
    assert limits.smeared_step(one(3.0), 3.0, 0.7)[0] == pytest.approx(-LN_20, rel=1e-12)
    assert limits.counting_limit_without_background(one(1.0))[0] == pytest.approx(-LN_20, rel=1e-12)
    assert limits.rate_half_gaussian(one(1.0))[0] == pytest.approx(-GAUSSIAN_95, rel=1e-12)
    assert limits.counting_limit(one(1.0))[0] == pytest.approx(-GAUSSIAN_95, rel=1e-12)
    np.testing.assert_allclose(limits.cls_map([0.05, 1.0]), [-GAUSSIAN_95, 0.0], atol=1e-12)


def test_smeared_step_is_finite_and_quadratic_deep_in_the_excluded_region():
    values = limits.smeared_step(np.array([1e3, 2e3]), 0.0, 1.0, 1.0)
    assert np.isfinite(values).all()
    assert values[1] / values[0] == pytest.approx(4.0, rel=0.01)


def test_uncertainty_of_a_limit_excludes_less_at_the_limit_and_above():
    x = np.linspace(0.0, 5.0, 51)
    assert np.all(limits.smeared_step(x, 0.0, 0.25, 1.0) > limits.smeared_step(x, 0.0, 0.25))


@given(
    signal=st.floats(0.0, 100.0),
    observed=st.integers(0, 60),
    background=st.floats(0.5, 50.0),
    relative=st.floats(0.02, 0.6),
)
def test_profiled_background_is_the_maximum(signal, observed, background, relative):
    error = relative * background

    def profile(s):
        def minus(theta):
            return -(stats.poisson.logpmf(observed, s + theta) - (theta - background) ** 2 / (2 * error**2))

        best = optimize.minimize_scalar(
            minus,
            bounds=(1e-9, background + observed + 20 * error),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return -best.fun

    expected = profile(signal) - profile(0.0)
    found = limits.poisson_profiled(one(signal), observed, background, error)[0]
    assert found == pytest.approx(expected, abs=1e-5 * (1.0 + abs(expected)))


def test_no_events_over_a_known_background_give_the_zero_background_limit():
    assert limits.poisson_profiled(one(LN_20), 0, 2.0, 0.0)[0] == pytest.approx(-LN_20, rel=1e-12)


@pytest.mark.parametrize("ratio", [0.6, 1.0, 1.7])
def test_observed_and_expected_limits_recover_the_cls_definition(ratio):
    # CLs of a Gaussian measurement mu +- sigma: [1 - Phi((s-mu)/sigma)]/Phi(mu/sigma) = 0.05 at s = s_obs.
    best, width = limits.signal_and_width(one(ratio), one(1.0))
    cls = stats.norm.sf((ratio - best) / width) / stats.norm.cdf(best / width)
    np.testing.assert_allclose(cls, 0.05, rtol=1e-9)
    assert (
        limits.observed_expected(best, best, width)[0] >= limits.observed_expected(one(0.0), best, width)[0]
    )


def test_equal_observed_and_expected_limits_mean_no_excess():
    best, width = limits.signal_and_width(one(2.0), one(2.0))
    assert best[0] == pytest.approx(0.0, abs=1e-9)
    assert limits.observed_expected(one(2.0), best, width)[0] == pytest.approx(-GAUSSIAN_95, rel=1e-6)


@pytest.mark.parametrize("sigma", [0.08, 0.3, 0.4])
def test_marginalisation_over_a_scale_matches_a_fine_integral(sigma):
    rates = np.array([0.1, 1.0, 3.0])
    nodes = np.exp(sigma * limits.NUISANCE_NODES)
    found = limits.marginalised_over_scale(limits.counting_limit_without_background(rates[:, None] * nodes))
    z = np.linspace(-9.0, 9.0, 20001)
    density = stats.norm.pdf(z) * (z[1] - z[0])
    expected = np.log((np.exp(-LN_20 * rates[:, None] * np.exp(sigma * z)) * density).sum(axis=1))
    np.testing.assert_allclose(found, expected, atol=0.01 + 0.01 * np.abs(expected).max())


def test_varying_theory_error_costs_its_normalisation_and_a_constant_one_does_not():
    value, error = one(1.0), 0.1
    assert limits.gaussian(value, 1.0, error, 0.3)[0] == 0.0
    assert limits.gaussian(value, 1.0, error, one(0.3))[0] == pytest.approx(-0.5 * np.log(10.0))


def test_far_beyond_a_limit_the_log_likelihood_grows_with_the_logarithm_and_stays_smooth():
    deep = np.array([-1.0, -99.999, -100.0, -100.001, -1e44])
    found = limits.eased(deep)
    assert np.array_equal(found[:3], deep[:3])
    assert found[3] == pytest.approx(-100.001, rel=1e-9)
    assert found[4] == pytest.approx(-100.0 * (1.0 + np.log(1e42)))
    x = np.linspace(90.0, 110.0, 2001)
    slope = np.gradient(limits.eased(-x), x)
    assert np.all(np.abs(np.diff(slope)) < 2e-4)
    assert np.all(np.diff(limits.rate_half_gaussian(np.geomspace(1.0, 1e40, 100))) < 0.0)
