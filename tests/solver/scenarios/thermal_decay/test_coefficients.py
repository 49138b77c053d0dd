"""The compiled coefficients of the Boltzmann equation against direct formulas with scipy's Bessel functions."""

import math

import numpy as np
import pytest
from scipy.special import kve

from relicfit.solver.cosmology import cosmology_table, entropy_density, entropy_factor, hubble
from relicfit.solver.scenarios.thermal_decay.system import Setting, make_system, rates

PLANCK_MASS = 1.220890e19


def number_density(degrees, mass, temperature):
    """Maxwell-Boltzmann, times e^{m/T}."""
    if mass == 0.0:
        return degrees * temperature**3 / math.pi**2
    return degrees * mass**2 * temperature * kve(2, mass / temperature) / (2.0 * math.pi**2)


def direct(row, heavier_final, d_a, share_a, z):
    """Return a, b and Yeq from their definitions."""
    mass, delta, coupling, g_sm, d_dm, d_b, strength, _ = row
    temperature = mass / z
    sigma = (g_sm * coupling / mass) ** 2 / (4.0 * math.pi)
    s, expansion = entropy_density(temperature), hubble(temperature) * entropy_factor(temperature)
    n_dm = number_density(d_dm, mass, temperature)
    if heavier_final:
        m_a, m_b = share_a * mass * (1.0 + delta), (1.0 - share_a) * mass * (1.0 + delta)
        n_a = number_density(d_a, m_a, temperature)
    else:
        m_a, m_b, n_a = mass, delta * mass, n_dm
    n_b = number_density(d_b, m_b, temperature)
    boltzmann = math.exp(-(m_a + m_b - mass) / temperature)
    b = n_a * n_b / n_dm * boltzmann * sigma / expansion
    sigma_ann = strength * hubble(mass) / entropy_density(mass)
    return s * sigma_ann / expansion, b, n_dm * math.exp(-z) / s


@pytest.mark.parametrize("heavier_final", [False, True])
def test_rates_and_equilibrium_match_direct_formulas(heavier_final):
    rng = np.random.default_rng(3)
    table = cosmology_table()
    for _ in range(60):
        mass, z = 10.0 ** rng.uniform(-2, 3), 10.0 ** rng.uniform(-1, 1.6)
        row = np.array([mass, rng.uniform(0.01, 1), 1e-4, 0.5, 2.0, rng.uniform(1, 9), 1e6, 0.0])
        d_a, share_a = 3.0, rng.uniform(0.2, 0.8)
        system = make_system(row, Setting(False, heavier_final, False, d_a, share_a, 1e-4, table))
        a, b, q, _ = rates(system, math.log(z))
        # 1/Z is the derivative of a spline: good to 1e-5 at the QCD transition.
        assert (a, b, q) == pytest.approx(direct(row, heavier_final, d_a, share_a, z), rel=3e-5)


def test_logarithmic_slope_of_equilibrium_is_its_derivative():
    row = np.array([5.0, 0.3, 1e-4, 1.0, 2.0, 4.0, 0.0, 0.0])
    for constant in (None, 75.0):
        system = make_system(row, Setting(False, False, False, 1.0, 0.5, 1e-4, cosmology_table(constant)))
        for u in np.linspace(-3.0, 4.0, 29):
            step = 1e-5
            numerical = math.log(rates(system, u + step)[2] / rates(system, u - step)[2]) / (2.0 * step)
            assert rates(system, u)[3] == pytest.approx(numerical, rel=1e-6, abs=1e-6)


def test_strength_is_that_of_the_paper_for_constant_degrees_of_freedom():
    # Eq. (2.4): f = λ/z², so a = λ/z and, without a Boltzmann factor, b = λ Y_B/z.
    mass, strength = 3.0, 1e7
    row = np.array([mass, 0.0, 1e-3, 1.0, 2.0, 4.0, strength, 0.0])
    system = make_system(row, Setting(False, False, False, 1.0, 0.5, 1e-4, cosmology_table(75.0)))
    sigma = (1e-3 / mass) ** 2 / (4.0 * math.pi)
    decay_strength = PLANCK_MASS * mass * sigma * math.sqrt(math.pi * 75.0 / 45.0)
    partner = 45.0 * 4.0 / (2.0 * math.pi**4 * 75.0)
    for z in (0.1, 1.0, 20.0):
        a, b, _, _ = rates(system, math.log(z))
        assert a == pytest.approx(strength / z, rel=1e-12)
        assert b == pytest.approx(decay_strength * partner / z, rel=1e-12)


def test_heavier_final_state_follows_the_conventions_of_the_paper_far_below_the_masses():
    # Eqs. (2.5)-(2.6): B = R (d_DM/s) (M T/2π)^{3/2} e^{-Δ/T}, Δ = m_A + m_B - M.
    mass, delta, d_dm, d_a, d_b, share_a, z = 2.0, 0.4, 2.0, 3.0, 5.0, 0.3, 25.0
    row = np.array([mass, delta, 1e-3, 1.0, d_dm, d_b, 0.0, 0.0])
    system = make_system(row, Setting(False, True, True, d_a, share_a, 1e-4, cosmology_table(75.0)))
    m_a, m_b = share_a * mass * (1 + delta), (1 - share_a) * mass * (1 + delta)
    assert m_a + m_b - mass == pytest.approx(delta * mass)
    ratio = d_a * d_b / d_dm**2 * (m_a * m_b / mass**2) ** 1.5
    temperature = mass / z
    n = ratio * d_dm * (mass * temperature / (2 * math.pi)) ** 1.5 * math.exp(-delta * z)
    sigma = (1e-3 / mass) ** 2 / (4 * math.pi)
    expansion = math.sqrt(4 * math.pi**3 * 75.0 / 45.0) * temperature**2 / PLANCK_MASS
    assert rates(system, math.log(z))[1] == pytest.approx(n * sigma / expansion, rel=1e-10)
