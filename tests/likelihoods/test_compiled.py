"""The compiled likelihoods give what the same formulas give in numpy."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import log_ndtr as scipy_log_ndtr

from relicfit.likelihoods import likelihood, limits
from relicfit.likelihoods.compiled.statistics import log_ndtr
from relicfit.likelihoods.production import ln_cross_section
from relicfit.likelihoods.tables import fade

POINTS = 4000


def spread(rng, low, high):
    return low * (high / low) ** rng.uniform(size=POINTS)


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(8)
    muons = rng.uniform(0.0, 1.0, POINTS)
    return SimpleNamespace(
        m_phi=spread(rng, 60.0, 1200.0),
        delta_m=spread(rng, 0.7, 30.0),
        ctau_m=spread(rng, 1e-5, 1e3),
        branching_mu=muons,
        branching_e=rng.uniform(0.0, 1.0, POINTS) * (1.0 - muons),
    )


def marginalised(form, signal, error):
    if not error:
        return form(signal)
    return limits.marginalised_over_scale(form(signal[:, None] * np.exp(error * limits.NUISANCE_NODES)))


def compressed(instance, at):
    """The formula of the likelihood's docstring, marginalised over the cross-section."""
    ln_mass, ln_difference = np.log(at.m_phi), np.log(at.delta_m)
    observed, expected = instance.limits(at.m_phi, at.delta_m)
    prompt = -np.expm1(-instance.prompt_length_mm * 1e-3 / at.ctau_m)
    produced = np.exp(ln_cross_section(ln_mass)) * prompt**2

    def form(produced):
        total = 0.0
        for k, flavour in enumerate(instance.flavours):
            best, width = limits.signal_and_width(observed[k], expected[k])
            fraction = getattr(at, f"branching_{flavour}") ** 2
            if produced.ndim == 2:
                best, width, fraction = best[:, None], width[:, None], fraction[:, None]
            term = limits.observed_expected(produced * fraction, best, 1.2 * width)
            total = total + (term if instance.reward_excess else limits.clipped_at_background(term))
        return total

    edges = fade(ln_mass, -np.inf, math.log(300.0)) * fade(ln_difference, 0.0, math.log(20.0))
    return marginalised(form, produced, instance.cross_section_error) * edges


def lep(instance, at):
    limit = instance.mass_limit(at.delta_m, at.branching_mu, at.branching_e)
    return limits.smeared_step(-at.m_phi, -limit, 2.0) * fade(np.log(at.delta_m), math.log(2.0), np.inf)


def disappearing(instance, at):
    total = 0.0
    for item in instance._maps:

        def form(factor, item=item):
            visible = item.visible(np.log(at.m_phi), np.log(at.ctau_m))
            return sum(
                limits.poisson_profiled(
                    region.luminosity * rate[:, None] * factor,
                    region.observed,
                    region.background,
                    region.background_error,
                )
                for rate, region in zip(visible, item.regions, strict=True)
            )

        total = total + limits.marginalised_over_scale(form(np.exp(item.error * limits.NUISANCE_NODES)))
    return total


def stable(instance, at):
    ln_mass = np.maximum(np.log(at.m_phi), instance._envelope.blocks[0][0])
    ratio = instance.rate_over_limit(at.m_phi) * np.exp(-2.0 * instance.detector_length_m / at.ctau_m)
    form = limits.counting_limit_without_background
    result = marginalised(form, ratio, instance.cross_section_error)
    return instance._envelope.faded(result, ln_mass)[0]


@pytest.mark.parametrize(
    ("name", "options", "reference"),
    [
        ("compressed-sleptons", {}, compressed),
        ("compressed-sleptons", {"flavours": ["mu", "e"], "reward-excess": True}, compressed),
        ("compressed-sleptons", {"cross-section-error": 0.0}, compressed),
        ("lep-sleptons", {}, lep),
        ("disappearing-tracks", {}, disappearing),
        ("disappearing-tracks", {"analyses": ["atlas-1712.02118", "cms-2004.05153"]}, disappearing),
        ("hscp", {}, stable),
        ("hscp", {"experiments": ["cms"], "cross-section-error": 0.0}, stable),
    ],
)
def test_compiled_rows_equal_the_formula(name, options, reference, points):
    instance = likelihood(name, **options)
    expected = reference(instance, points)
    assert np.sum(expected < -0.5) > 10
    # The best fit of the compressed search is interpolated in a table that is good to 1e-6.
    rtol = 3e-6 if name == "compressed-sleptons" else 1e-11
    # Where an excess is rewarded the term changes its sign: what is left of it there has no digits.
    atol = 1e-7 if "reward-excess" in options else 1e-9
    np.testing.assert_allclose(instance.log_likelihood(vars(points)), expected, rtol=rtol, atol=atol)


def test_log_of_the_normal_distribution_function():
    x = np.concatenate([np.linspace(-60.0, 10.0, 7001), [-1e6, -20.0 - 1e-12, -20.0 + 1e-12, 40.0]])
    found = np.array([log_ndtr(value) for value in x])
    np.testing.assert_allclose(found, scipy_log_ndtr(x), rtol=2e-13, atol=1e-300)
