from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from relicfit.solver.scenarios.conversion.rates import electroweak as ew
from relicfit.solver.scenarios.conversion.rates.annihilation import s_wave
from relicfit.solver.scenarios.conversion.rates.bound_states import bound_state_term, ionisation_per_capture
from relicfit.solver.scenarios.conversion.rates.direct import direct_rates
from relicfit.solver.scenarios.conversion.rates.options import RateOptions
from relicfit.solver.scenarios.conversion.rates.sommerfeld import (
    coulomb_average,
    coulomb_factor,
    higgs_strength,
    yukawa_average,
    z_strength,
)


@pytest.mark.parametrize(("x_phi", "expected"), [(20, 1.0639418), (100, 1.148147), (1000, 1.524515)])
def test_coulomb_average_is_that_of_an_independent_calculation(x_phi, expected):
    assert coulomb_average(x_phi) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("x_phi", [0.5, 30.0, 1e4, 1e6])
def test_averages_are_integrals_over_a_maxwellian(x_phi):
    def average(factor):
        # u = w² removes the root at rest.
        def integrand(w):
            return 4 / np.sqrt(np.pi) * w * w * np.exp(-w * w) * factor(2 * w / np.sqrt(x_phi))

        return quad(integrand, 0, 1, epsrel=1e-10)[0] + quad(integrand, 1, 8, epsrel=1e-10)[0]

    assert coulomb_average(x_phi) == pytest.approx(average(coulomb_factor), rel=1e-8)
    expected = average(lambda v: coulomb_factor(v) * np.arctan(2.4 * v) / (2.4 * v))
    assert yukawa_average(x_phi, 2.4) == pytest.approx(expected, rel=1e-8)


def test_enhancement_grows_towards_the_cold_limit_of_the_coulomb_average():
    # S -> 2 pi alpha/v, whose average is 2 sqrt(pi) alpha sqrt(x).
    x_phi = 1e9
    assert coulomb_average(x_phi) == pytest.approx(2 * np.sqrt(np.pi * x_phi) * ew.ALPHA_MZ, rel=1e-3)


@pytest.mark.parametrize("velocity", [0.1, 0.3, 0.45])
def test_higgs_exchange_follows_the_schroedinger_equation(velocity):
    m_phi, portal = 305.0, 1.0
    strength = (portal * ew.VEV) ** 2 / (16 * np.pi * m_phi**2)
    momentum, reduced = 0.5 * m_phi * velocity, 0.5 * m_phi

    def equation(r, y):
        potential = -ew.ALPHA_MZ / r - strength / r * np.exp(-ew.ROUNDED_HIGGS_MASS * r)
        return [y[1], (2 * reduced * potential - momentum**2) * y[0]]

    # The regular solution u = r near the origin; 1/(amplitude k)² at infinity is the enhancement. Coulomb
    # waves settle slowly, so the amplitude is read with the local wave number far out.
    start, end = 1e-7, 400.0 / momentum
    first_order = -reduced * (ew.ALPHA_MZ + strength)
    y = solve_ivp(
        equation,
        (start, end),
        [start * (1 + first_order * start), 1 + 2 * first_order * start],
        method="DOP853",
        rtol=1e-9,
        atol=1e-12,
    ).y[:, -1]
    local = np.sqrt(momentum**2 + 2 * reduced * ew.ALPHA_MZ / end)
    amplitude2 = (y[0] ** 2 + (y[1] / local) ** 2) * local / momentum
    exact = 1 / (momentum**2 * amplitude2)
    w = m_phi / ew.ROUNDED_HIGGS_MASS * velocity
    estimate = coulomb_factor(velocity) * (1 + higgs_strength(m_phi, portal) * np.arctan(w) / w)
    assert estimate == pytest.approx(exact, abs=0.01)


def test_strengths_are_four_reduced_masses_times_coupling_over_the_exchanged_mass():
    alpha_h = (0.7 * ew.VEV) ** 2 / (16 * np.pi * 250.0**2)
    assert higgs_strength(250.0, 0.7) == pytest.approx(4 * 125.0 * alpha_h / ew.ROUNDED_HIGGS_MASS, rel=1e-12)
    assert z_strength(250.0) == pytest.approx(4 * 125.0 * ew.ALPHA_MZ * ew.TAN_W**2 / ew.Z_MASS, rel=1e-12)


@pytest.mark.parametrize(("x_phi", "expected"), [(20, 7.4521e-5), (100, 7.8145e-4)])
def test_bound_state_term_is_that_of_an_independent_calculation(x_phi, expected):
    sigma_0 = s_wave(305.0).sum()
    assert bound_state_term(305.0, x_phi, sigma_0) / sigma_0 == pytest.approx(expected, rel=1e-4)


def test_bound_states_catch_every_captured_pair_once_ionisation_has_ended():
    sigma_0 = s_wave(305.0).sum()
    cold = bound_state_term(305.0, 1e8, sigma_0)
    assert ionisation_per_capture(1e8) == 0.0
    assert bound_state_term(305.0, 1e8, 100 * sigma_0) == pytest.approx(cold, rel=1e-12)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (RateOptions(), 1.912740e-7),
        (RateOptions(sommerfeld="none", bound_states=False), 1.782169e-7),
    ],
)
def test_full_annihilation_rate_is_that_of_an_independent_calculation(options, expected):
    x = 20.0 * 300.0 / 305.0
    sigma_v, _, _ = direct_rates(300.0, 5.0, 1.0, options, np.array([x]))
    assert sigma_v[0] == pytest.approx(expected, rel=1e-5)
