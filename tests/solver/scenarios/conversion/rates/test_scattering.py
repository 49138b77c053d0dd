from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import k1e, kve

from relicfit.solver.scenarios.conversion.rates import electroweak as ew
from relicfit.solver.scenarios.conversion.rates.scattering import (
    lepton_scattering_rate,
    lepton_scattering_squared,
    photon_scattering_rate,
    photon_scattering_squared,
    reduced_width,
)


def test_squared_amplitudes_are_those_of_an_independent_calculation():
    photon = photon_scattering_squared(360.0**2, -5000.0, 305.0, 300.0, 0.0, 20.0)
    lepton = lepton_scattering_squared(380.0**2, -5000.0, 305.0, 300.0, 12.0, 0.0)
    assert photon == pytest.approx(14.620360, rel=1e-7)
    assert lepton == pytest.approx(19.325322, rel=1e-7)


@pytest.mark.parametrize(
    ("x", "rate_a", "rate_b"),
    [(3.0, 2.085943, 1.829510), (1.0, 11.52651, 9.02826), (10.0, 0.252262, 0.225590)],
)
def test_rates_are_those_of_an_independent_calculation(x, rate_a, rate_b):
    x_phi = x * 305.0 / 300.0
    assert photon_scattering_rate(x_phi, 305.0, 300.0) == pytest.approx(rate_a, rel=1e-5)
    assert lepton_scattering_rate(x_phi, 305.0, 300.0) == pytest.approx(rate_b, rel=1e-5)


def brute_force(squared, x_phi, m_phi, m_chi, partner, outgoing):
    """Integrate over s and the scattering angle, with nothing done to flatten the integrand."""
    temperature = m_phi / x_phi

    def over_energy(y):
        root = m_phi + partner + temperature * y
        s = root**2
        p = math.sqrt((s - (m_phi + partner) ** 2) * (s - (m_phi - partner) ** 2)) / (2 * root)
        q = (s - m_chi**2) / (2 * root)

        def over_angle(c):
            incoming, out = math.hypot(p, partner), q
            return squared(s, partner**2 - 2 * (incoming * out - p * q * c))

        transfer = 2 * p * q * quad(over_angle, -1, 1, epsrel=1e-6, limit=500)[0]
        weight = k1e(root / temperature) / kve(2, x_phi) * math.exp((m_phi - root) / temperature)
        return temperature * weight * transfer

    total = sum(quad(over_energy, a, b, epsrel=1e-6)[0] for a, b in ((0, 1), (1, 6), (6, 40)))
    return outgoing * total / (128 * math.pi**3 * m_phi**2 * reduced_width(m_phi, m_chi))


def test_rates_agree_with_brute_force_integration_over_energy_and_angle():
    x_phi, m_phi, m_chi = 4.0, 120.0, 100.0
    photon = math.sqrt(4 / 3 * ew.E_SQUARED_MZ) * m_phi / x_phi
    lepton = 0.5 * math.sqrt(ew.E_SQUARED_MZ) * m_phi / x_phi

    def process_a(s, t):
        return photon_scattering_squared(s, t, m_phi, m_chi, 0.0, photon)

    def process_b(s, w):
        return lepton_scattering_squared(s, w, m_phi, m_chi, lepton, 0.0)

    expected = brute_force(process_a, x_phi, m_phi, m_chi, photon, ew.E_SQUARED_MZ)
    assert photon_scattering_rate(x_phi, m_phi, m_chi) == pytest.approx(expected, rel=1e-5)
    expected = brute_force(process_b, x_phi, m_phi, m_chi, lepton, ew.E_SQUARED_MZ)
    assert lepton_scattering_rate(x_phi, m_phi, m_chi) == pytest.approx(expected, rel=1e-5)


def test_rates_with_thermal_regulators_know_only_ratios_of_masses_and_temperature():
    for rate in (photon_scattering_rate, lepton_scattering_rate):
        assert rate(7.0, 90.0, 80.0) == pytest.approx(rate(7.0, 900.0, 800.0), rel=1e-12)


def test_rates_over_the_width_fall_with_the_square_of_a_small_mass_gap():
    x_phi, gaps = 2.0, np.array([1e-4, 2e-4])
    for rate in (photon_scattering_rate, lepton_scattering_rate):
        wide = rate(x_phi, 300.0, 300.0 * (1 - gaps))
        assert wide[0] / wide[1] == pytest.approx(4.0, rel=0.02)


def test_lepton_scattering_has_only_a_collinear_logarithm():
    masses = 1e-3 * np.array([1.0, 1e-1, 1e-2])
    rates = lepton_scattering_rate(5.0, 305.0, 300.0, masses)
    first, second = np.diff(rates)
    assert first > 0.0
    assert second == pytest.approx(first, rel=1e-4)


def test_softer_photons_scatter_more_often():
    rates = [photon_scattering_rate(5.0, 305.0, 300.0, mass) for mass in (4 / 3, 1 / 9, 1 / 90)]
    assert np.all(np.diff(rates) > 0.0)
