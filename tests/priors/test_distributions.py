"""The univariate priors: inverse pairs, densities, samples."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from relicfit.priors import (
    DISTRIBUTIONS,
    Beta,
    Distribution,
    HalfNormal,
    LogNormal,
    LogUniform,
    Normal,
    TruncatedNormal,
    Uniform,
)

ROUND_TRIP = 1e-10
# Quantiles that samplers reach: 1e-300 is 37 standard deviations out and near the smallest double, 2^-53 the
# distance of the largest double below one from one. Zero and one are moved to their neighbours inside.
EXTREME_U = [0.0, 1e-300, 1e-100, 1e-16, 1e-5, 0.5, 1 - 1e-5, 1 - 1e-12, 1 - 2**-53, 1.0]

location = st.floats(-1e3, 1e3)
width = st.floats(1e-3, 1e3)
positive = st.floats(-20, 20).map(lambda power: 10.0**power)
unit = st.one_of(st.floats(0.0, 1.0), st.sampled_from(EXTREME_U))

STRATEGIES: dict[str, st.SearchStrategy[Distribution]] = {
    "uniform": st.builds(lambda low, size: Uniform(low, low + size), location, width),
    "loguniform": st.builds(lambda low, ratio: LogUniform(low, low * ratio), positive, st.floats(1.01, 1e12)),
    "normal": st.builds(Normal, location, width),
    "truncnormal": st.builds(
        lambda mean, sd, a, size: TruncatedNormal(mean, sd, mean + a * sd, mean + (a + size) * sd),
        location,
        width,
        st.floats(-50, 50),
        st.floats(1e-2, 60),
    ),
    "lognormal": st.builds(LogNormal, positive, st.floats(1e-2, 5)),
    "halfnormal": st.builds(HalfNormal, positive),
    "beta": st.builds(
        lambda a, b, low, size: Beta(a, b, low, low + size),
        st.floats(0.05, 100),
        st.floats(0.05, 100),
        location,
        width,
    ),
}

EXAMPLES: dict[str, Distribution] = {
    "uniform": Uniform(-2.0, 3.0),
    "loguniform": LogUniform(150.0, 700.0),
    "normal": Normal(0.237, 0.05),
    "truncated normal across the mean": TruncatedNormal(1.0, 2.0, -1.0, 4.0),
    "truncated normal in the upper tail": TruncatedNormal(0.0, 1.0, 30.0, 31.0),
    "truncated normal in the lower tail": TruncatedNormal(5.0, 0.1, 1.0, 2.0),
    "lognormal": LogNormal(1e-10, 0.7),
    "halfnormal": HalfNormal(3.0),
    "beta": Beta(2.0, 3.5),
    "stretched beta": Beta(1.5, 4.0, 10.0, 20.0),
}

# scipy's own implementations are the reference where they exist.
REFERENCES = {
    "uniform": scipy.stats.uniform(-2.0, 5.0),
    "loguniform": scipy.stats.loguniform(150.0, 700.0),
    "normal": scipy.stats.norm(0.237, 0.05),
    "truncated normal across the mean": scipy.stats.truncnorm(-1.0, 1.5, 1.0, 2.0),
    "truncated normal in the upper tail": scipy.stats.truncnorm(30.0, 31.0),
    "truncated normal in the lower tail": scipy.stats.truncnorm(-40.0, -30.0, 5.0, 0.1),
    "lognormal": scipy.stats.lognorm(0.7, scale=1e-10),
    "halfnormal": scipy.stats.halfnorm(0.0, 3.0),
    "beta": scipy.stats.beta(2.0, 3.5),
    "stretched beta": scipy.stats.beta(1.5, 4.0, 10.0, 10.0),
}
QUANTILES = np.array([1e-6, 1e-3, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 0.999, 1 - 1e-6])


def test_every_sampled_distribution_has_a_round_trip_strategy():
    assert set(STRATEGIES) == set(DISTRIBUTIONS) - {"fixed"}


@pytest.mark.parametrize("name", STRATEGIES)
def test_unit_to_parameter_and_back_is_the_identity(name):
    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(STRATEGIES[name], unit)
    def check(distribution, u):
        x = distribution.from_unit(np.array([u]))
        low, high = distribution.support
        assert np.isfinite(x).all()
        assert low <= x[0] <= high
        # x is stored to one part in 2^53, so u is known only as well as the cdf tells its neighbours apart.
        rounding = distribution.to_unit(np.nextafter(x, np.inf)) - distribution.to_unit(
            np.nextafter(x, -np.inf)
        )
        assert abs(distribution.to_unit(x)[0] - u) <= ROUND_TRIP + rounding[0]

    check()


@pytest.mark.parametrize(
    "distribution",
    [
        Normal(0.0, 2.0),
        HalfNormal(2.0),
        LogNormal(1.0, 0.3),
        TruncatedNormal(0.0, 1.0, -60.0, -1.0),
        Beta(2.0, 4.0),
        Beta(5.0, 100.0),
    ],
    ids=repr,
)
def test_lower_tail_keeps_its_relative_accuracy(distribution):
    u = np.array([1e-300, 1e-100, 1e-30, 1e-10, 1e-3])
    np.testing.assert_allclose(distribution.to_unit(distribution.from_unit(u)), u, rtol=ROUND_TRIP)


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_quantile_never_decreases(name):
    u = np.concatenate(
        [10.0 ** np.arange(-300, 0, 7.0), np.linspace(0, 1, 1001)[1:-1], 1 - 2.0 ** -np.arange(10, 54)]
    )
    examples = [example for example in EXAMPLES.values() if isinstance(example, DISTRIBUTIONS[name])]
    assert examples
    for example in examples:
        x = example.from_unit(np.sort(u))
        assert np.all(np.diff(x) >= -4 * np.spacing(np.abs(x[1:])))


@pytest.mark.parametrize("name", EXAMPLES)
def test_quantiles_cdf_and_density_match_scipy(name):
    distribution, reference = EXAMPLES[name], REFERENCES[name]
    x = distribution.from_unit(QUANTILES)
    np.testing.assert_allclose(x, reference.ppf(QUANTILES), rtol=1e-9)
    np.testing.assert_allclose(distribution.to_unit(x), reference.cdf(x), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(distribution.log_density(x), reference.logpdf(x), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", EXAMPLES)
def test_density_is_the_derivative_of_the_cdf(name):
    distribution = EXAMPLES[name]
    x = distribution.from_unit(QUANTILES[1:-1])
    density = np.exp(distribution.log_density(x))
    # The step moves u by 1e-5: truncation and rounding of the central difference both stay below 1e-6.
    step = 1e-5 * np.minimum(QUANTILES[1:-1], 1 - QUANTILES[1:-1]) / density
    above, below = x + step, x - step
    slope = (distribution.to_unit(above) - distribution.to_unit(below)) / (above - below)
    np.testing.assert_allclose(slope, density, rtol=1e-6)


@pytest.mark.parametrize("name", EXAMPLES)
def test_density_integrates_to_one(name):
    distribution = EXAMPLES[name]
    # All but 2e-13 of the probability, cut at quantiles so that no piece hides a peak.
    edges = distribution.from_unit(
        np.array([1e-13, 1e-9, 1e-6, 1e-3, 0.1, 0.5, 0.9, 1 - 1e-3, 1 - 1e-6, 1 - 1e-9, 1 - 1e-13])
    )

    def density(x):
        return float(np.exp(distribution.log_density(np.array([x])))[0])

    pieces = pairwise(edges)
    total = sum(scipy.integrate.quad(density, a, b, epsabs=0, epsrel=1e-10)[0] for a, b in pieces if a < b)
    assert total == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_lies_outside_the_support(name):
    distribution = EXAMPLES[name]
    low, high = distribution.support
    outside = np.array([x for x in (low - 1.0, high + 1.0, -np.inf, np.inf, np.nan) if not low < x < high])
    assert np.all(distribution.log_density(outside) == -np.inf)
    assert distribution.to_unit(np.array([low]))[0] == 0.0
    assert distribution.to_unit(np.array([high]))[0] == 1.0


# False-alarm rate: ten comparisons at 1e-4 each. With 20,000 draws a width wrong by 8 % fails nearly always.
KS_LEVEL = 1e-4
DRAWS = 20_000


@pytest.mark.parametrize("name", EXAMPLES)
def test_samples_follow_the_distribution(name):
    x = EXAMPLES[name].from_unit(np.random.default_rng(2024).random(DRAWS))
    assert scipy.stats.kstest(x, REFERENCES[name].cdf).pvalue > KS_LEVEL


@pytest.mark.parametrize("name", EXAMPLES)
def test_samples_of_a_stretched_distribution_fail_the_same_comparison(name):
    x = EXAMPLES[name].from_unit(np.random.default_rng(2024).random(DRAWS))
    middle = np.median(x)
    assert scipy.stats.kstest(middle + 1.08 * (x - middle), REFERENCES[name].cdf).pvalue < KS_LEVEL


@pytest.mark.parametrize("name", STRATEGIES)
def test_arrays_of_parameters_equal_single_distributions_bit_for_bit(name):
    kind = DISTRIBUTIONS[name]
    rng = np.random.default_rng(5)
    base = {
        "low": 0.5,
        "high": 3.0,
        "mean": 1.0,
        "sd": 0.4,
        "median": 2.0,
        "sigma_ln": 0.5,
        "a": 2.0,
        "b": 3.0,
    }
    needed = [field.name for field in fields(kind)]
    arrays = {field: base[field] * rng.uniform(0.9, 1.1, 101) for field in needed}
    if name == "truncnormal":
        arrays["mean"] = rng.uniform(-20.0, 20.0, 101)
    u = rng.random(101)
    whole = kind(**arrays)
    x = whole.from_unit(u)
    for i in range(101):
        single = kind(**{field: float(values[i]) for field, values in arrays.items()})
        assert single.from_unit(u[i : i + 1])[0] == x[i]
        assert single.to_unit(x[i : i + 1])[0] == whole.to_unit(x)[i]
        assert single.log_density(x[i : i + 1])[0] == whole.log_density(x)[i]


def test_beta_density_stays_finite_at_an_infinite_peak():
    peaked = Beta(0.5, 0.5)
    assert np.isfinite(peaked.log_density(np.array([0.0, 1.0]))).all()
    assert np.isfinite(Beta(0.05, 1.0).from_unit(np.array(EXTREME_U))).all()
