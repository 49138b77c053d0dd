"""Momenta today and what they mean, against closed forms and independent integrals."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from relicfit.solver.constants import OMEGA_H2_PER_YIELD_GEV
from relicfit.solver.cosmology import g_s
from relicfit.solver.momentum import warmness

ROUNDED = 1e-5  # of reference values that are given with six digits


def yield_of_all(mass):
    return 0.12 / (OMEGA_H2_PER_YIELD_GEV * mass)


def streaming_integral(mass, y_mean):
    """Return ∫ da v/(a² H), from a = 0 to today, with the cosmological constant."""
    u = y_mean * warmness.TEMPERATURE_TODAY / mass
    dark = 0.6736**2 - warmness.MATTER - warmness.RADIATION

    def integrand(ln_a):
        a = math.exp(ln_a)
        h = math.sqrt(warmness.RADIATION / a**4 + warmness.MATTER / a**3 + dark)
        return u / math.sqrt(a * a + u * u) / (a * h)

    return 2997.92458 * quad(integrand, -40.0, 0.0, epsrel=1e-9, limit=400)[0]


def test_thermal_relics_have_the_temperature_that_boltzmann_codes_take():
    assert warmness.relic_temperature(1.0) == pytest.approx(0.1601121, rel=ROUNDED)
    assert warmness.relic_temperature(5.7) == pytest.approx(0.0896326, rel=ROUNDED)


def test_moments_of_massless_fermions():
    def moment(n):
        return quad(lambda q: q**n / (math.exp(q) + 1.0), 0.0, 80.0)[0]

    assert pytest.approx(moment(3) / moment(2), rel=1e-8) == warmness.FERMI_MEAN
    assert pytest.approx(moment(4) / moment(2), rel=1e-8) == warmness.FERMI_MEAN_SQUARE


def test_a_thermal_relic_is_equivalent_to_itself():
    for mass_kev in (0.5, 5.7, 30.0):
        rms = math.sqrt(warmness.FERMI_MEAN_SQUARE) * warmness.relic_temperature(mass_kev)
        assert warmness.equivalent_mass(1e-6 * mass_kev, rms) == pytest.approx(mass_kev, rel=1e-9)


def test_equivalent_mass_and_limits_of_decays_in_the_whole_standard_model():
    assert warmness.equivalent_mass(7e-6, 1.0) == pytest.approx(2.84518, rel=ROUNDED)
    rms = math.sqrt(8.75) * (warmness.ENTROPY_STATES_TODAY / 106.75) ** (1.0 / 3.0)
    for limit, least in ((5.7, 17.398), (5.3, 15.790), (6.5, 20.728)):
        assert warmness.least_mass(limit, rms) == pytest.approx(least, rel=1e-4)
        assert warmness.equivalent_mass(1e-6 * least, rms) == pytest.approx(limit, rel=1e-4)


def test_free_streaming_against_the_integral():
    for mass, mean, value in ((17.5e-6, 0.8306, 0.06315), (7e-6, 2.378, 0.37917)):
        assert streaming_integral(mass, mean) == pytest.approx(value, rel=2e-4)
        assert warmness.free_streaming(mass, mean) == pytest.approx(value, rel=1e-3)
    mean = warmness.FERMI_MEAN * warmness.relic_temperature(5.7)
    assert warmness.free_streaming(5.7e-6, mean) == pytest.approx(0.06570, rel=1e-3)
    assert warmness.free_streaming(7e-6, 2.378) == pytest.approx(0.37934, rel=1e-4)


def test_extra_radiation():
    found = warmness.delta_n_eff(yield_of_all(7e-6), 7e-6, 2.378)
    assert found == pytest.approx(1.659e-3, rel=5e-3)
    assert warmness.delta_n_eff_cmb(yield_of_all(7e-6), 7e-6, 2.378) == pytest.approx(7.57e-8, rel=5e-3)
    assert warmness.delta_n_eff(yield_of_all(17.5e-6), 17.5e-6, 0.8306) == pytest.approx(2.318e-4, rel=5e-3)


def test_thermalised_dirac_fermions_of_the_quark_plasma_are_radiation():
    # Four states that leave the plasma at 1 GeV: excluded by N_eff, and all of dark matter at 36 eV only.
    states = 4.0
    yield_hot = states * 0.75 * 1.2020569 / math.pi**2 / (2.0 * math.pi**2 / 45.0 * g_s(1.0))
    y = warmness.FERMI_MEAN * (warmness.ENTROPY_STATES_TODAY / g_s(1.0)) ** (1.0 / 3.0)
    assert warmness.delta_n_eff(yield_hot, 1e-9, y) == pytest.approx(0.16, abs=0.005)
    assert 0.12 / (OMEGA_H2_PER_YIELD_GEV * yield_hot) == pytest.approx(36e-9, rel=0.02)


def test_velocities_today():
    assert pytest.approx(0.07041, rel=1e-3) == warmness.VELOCITY_TODAY_KM_S


def test_free_streaming_stays_finite_for_the_hottest():
    assert np.isfinite(warmness.free_streaming(1e-9, 30.0))
    assert warmness.free_streaming(1e-9, 30.0) > warmness.free_streaming(1e-8, 30.0) > 0.0
