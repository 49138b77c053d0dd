"""The expansion history: values, tables, and consistency of the entropy."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from relicfit.solver import cosmology
from relicfit.solver.numerics.kernel import kernel

# T in GeV, g_rho, g_s: the tables of Saikawa & Shirai, arXiv:1803.01038 (version 2, EOS2018), interpolated
# in ln T by us. Their fits, which the package uses, differ from them by up to 4.2 % near 0.185 GeV.
TABULATED = [
    (1e-5, 3.3831, 3.9309),
    (2.97470e-4, 8.8571, 8.9637),
    (1e-2, 10.7452, 10.7430),
    (5.01187e-2, 14.6228, 14.3163),
    (1e-1, 17.7410, 17.3292),
    (1.50409e-1, 27.2854, 25.5488),
    (1.85431e-1, 38.3483, 35.3670),
    (2.96980e-1, 52.1909, 49.7051),
    (1.0, 69.7615, 68.7376),
    (1e1, 81.0102, 80.8910),
    (1e2, 101.7552, 100.9331),
    (1e3, 104.1728, 104.1686),
    (1e4, 104.2757, 104.2718),
]


@kernel
def table_at(table, ln_temperature):
    return cosmology.cosmology_at(table, ln_temperature)


@kernel
def cooling_at(table, ln_temperature):
    return cosmology.cooling_integral(table, ln_temperature)


@pytest.mark.parametrize(
    ("temperature", "rho", "s"),
    [(1e-3, 10.5454, 10.5482), (0.05, 14.6197, 14.3144), (1.0, 69.7438, 68.7716), (100.0, 101.320, 100.694)],
)
def test_degrees_of_freedom_of_the_fits(temperature, rho, s):
    assert cosmology.g_rho(temperature) == pytest.approx(rho, rel=3e-3)
    assert cosmology.g_s(temperature) == pytest.approx(s, rel=3e-3)


@pytest.mark.parametrize(("temperature", "value"), [(0.05, 0.91908), (0.15, 0.65147), (1.0, 0.94713)])
def test_entropy_factor(temperature, value):
    assert cosmology.entropy_factor(temperature) == pytest.approx(value, rel=0.01)


def test_expansion_rate_and_entropy_density_at_one_gev():
    assert cosmology.hubble(1.0) == pytest.approx(1.1356e-18, rel=0.01)
    assert cosmology.entropy_density(1.0) == pytest.approx(30.167, rel=0.01)


@pytest.mark.parametrize(("temperature", "rho", "s"), TABULATED)
def test_fits_agree_with_the_tables_of_their_authors(temperature, rho, s):
    assert cosmology.g_rho(temperature) == pytest.approx(rho, rel=0.045)
    assert cosmology.g_s(temperature) == pytest.approx(s, rel=0.045)


def test_degrees_of_freedom_are_continuous_where_the_fits_meet():
    below, above = cosmology.JUNCTION * np.exp([-1e-9, 1e-9])
    for g in (cosmology.g_rho, cosmology.g_s):
        assert g(above) == pytest.approx(g(below), rel=1e-8)
    # The derivative too: Z has no step anywhere near.
    near = np.exp(np.linspace(math.log(0.08), math.log(0.18), 2001))
    assert np.abs(np.diff(cosmology.entropy_factor(near))).max() < 2e-3


def test_entropy_factor_is_below_one_where_particles_disappear():
    temperatures = np.geomspace(1e-4, 1e3, 300)
    z = cosmology.entropy_factor(temperatures)
    rises = np.gradient(np.log(cosmology.g_s(temperatures)), np.log(temperatures)) > 1e-3
    assert (z[rises] < 1.0).all()
    assert z.min() == pytest.approx(0.64, abs=0.03)


def test_entropy_is_conserved():
    # dT/dt = -H T Z conserves s a³: d ln s/d ln a = -3 with d ln T/d ln a = -Z.
    for temperature in (1e-3, 0.05, 0.15, 0.3, 10.0):
        step = 1e-4
        s = cosmology.entropy_density(temperature * np.exp([-step, step]))
        slope = np.log(s[1] / s[0]) / (2.0 * step)
        assert slope * cosmology.entropy_factor(temperature) == pytest.approx(3.0, rel=1e-4)


def test_table_agrees_with_the_formulas():
    table = cosmology.cosmology_table()
    for ln_t in np.random.default_rng(1).uniform(math.log(1e-6), math.log(1e4), 300):
        t = math.exp(ln_t)
        h, s, inverse_z = table_at(table, ln_t)
        assert h * t**2 == pytest.approx(float(cosmology.hubble(t)), rel=1e-6)
        assert s * t**3 == pytest.approx(float(cosmology.entropy_density(t)), rel=1e-6)
        assert 1.0 / inverse_z == pytest.approx(float(cosmology.entropy_factor(t)), rel=1e-4)


def test_table_is_constant_beyond_its_ends():
    table = cosmology.cosmology_table()
    for ln_t in (math.log(1e-12), math.log(1e18)):
        inside = min(max(ln_t, math.log(cosmology.COLDEST_FIT)), math.log(cosmology.HOTTEST_FIT))
        assert table_at(table, ln_t)[:2] == pytest.approx(table_at(table, inside)[:2], rel=1e-12)
        assert table_at(table, ln_t)[2] == pytest.approx(1.0, abs=1e-3)


def test_constant_degrees_of_freedom():
    table = cosmology.cosmology_table(75.0)
    for ln_t in (-10.0, 0.0, 5.0):
        h, s, inverse_z = table_at(table, ln_t)
        assert h == pytest.approx(math.sqrt(4 * math.pi**3 * 75 / 45) / 1.220890e19, rel=1e-12)
        assert s == pytest.approx(2 * math.pi**2 * 75 / 45, rel=1e-12)
        assert inverse_z == 1.0
        assert cooling_at(table, ln_t) == pytest.approx(s / h, rel=1e-12)


@pytest.mark.parametrize("temperature", [1e-7, 1e-3, 0.02, 0.15, 1.0, 300.0])
def test_cooling_integral_is_the_integral_of_entropy_over_expansion(temperature):
    def integrand(ln_t):
        t = math.exp(ln_t)
        expansion = cosmology.hubble(t) * cosmology.entropy_factor(t)
        return float(cosmology.entropy_density(t) / expansion)

    end = math.log(temperature)
    parts = [
        quad(integrand, a, b, epsabs=0.0, epsrel=1e-9)[0]
        for a, b in zip(end - np.arange(12, 0, -1), end - np.arange(11, -1, -1), strict=True)
    ]
    # What lies below e^{-12} T is a geometric tail with constant g_s.
    first = integrand(end - 12.0)
    direct = (sum(parts) + first) / temperature
    assert cooling_at(cosmology.cosmology_table(), end) == pytest.approx(direct, rel=2e-6)


def test_functions_take_arrays_of_any_shape():
    temperatures = np.geomspace(1e-3, 1e3, 6).reshape(2, 3)
    for name in ("g_rho", "g_s", "hubble", "entropy_density", "entropy_factor"):
        function = getattr(cosmology, name)
        assert function(temperatures).shape == (2, 3)
        assert function(temperatures)[1, 2] == function(temperatures[1, 2])
