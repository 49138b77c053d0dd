"""Profile likelihoods of samples against the known profile of a Gaussian."""

import numpy as np
import pytest

from relicfit.infer.samples.profile import LEVELS_1D, LEVELS_2D, profile_1d, profile_2d

SLOPE = 0.8


@pytest.fixture(scope="module")
def gaussian():
    """Uniform samples of a correlated Gaussian: its profile has unit width, its section less."""
    x, y = np.random.default_rng(1).uniform(-4.0, 4.0, (2, 200_000))
    logl = -0.5 * (x**2 - 2 * SLOPE * x * y + y**2) / (1 - SLOPE**2)
    return x, y, logl


def test_profile_of_a_gaussian_is_its_marginal_shape(gaussian):
    x, _, logl = gaussian
    found = profile_1d(x, logl, np.linspace(-3.0, 3.0, 61))
    # The best of a cell lies at its inner edge; the profile there is the Gaussian of unit width.
    inner = np.minimum(np.abs(found.edges[1:]), np.abs(found.edges[:-1]))
    np.testing.assert_allclose(found.best, -0.5 * inner**2, atol=0.05)


def test_profile_bands_hold_one_and_two_sigma(gaussian):
    x, _, logl = gaussian
    found = profile_1d(x, logl, np.linspace(-4.0, 4.0, 401))
    for level, sigmas in zip(LEVELS_1D, (1.0, 2.0), strict=True):
        low, high = found.interval(level)
        assert low == pytest.approx(-sigmas, abs=0.06)
        assert high == pytest.approx(sigmas, abs=0.06)


def test_profile_is_not_the_section(gaussian):
    x, y, logl = gaussian
    near = np.abs(y) < 0.02
    section = profile_1d(x[near], logl[near], np.linspace(-3.0, 3.0, 61))
    assert section.interval(1.0)[1] < 0.75


def test_two_dimensional_band_has_the_area_of_the_ellipse(gaussian):
    x, y, logl = gaussian
    edges = np.linspace(-4.0, 4.0, 161)
    found = profile_2d(x, y, logl, edges, edges)
    area = np.sum(-2.0 * found.best <= LEVELS_2D[0]) * (edges[1] - edges[0]) ** 2
    # Cells that touch the ellipse count whole: a rim of half a cell.
    assert area == pytest.approx(np.pi * LEVELS_2D[0] * np.sqrt(1 - SLOPE**2), rel=0.1)


def test_empty_cells_and_impossible_samples_stay_empty():
    found = profile_1d(np.array([0.1, 0.2, 0.9]), np.array([-1.0, -np.inf, -np.inf]), np.linspace(0, 1, 3))
    assert found.best[0] == 0.0
    assert np.isnan(found.best[1])
