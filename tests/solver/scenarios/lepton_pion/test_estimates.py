import math
from functools import partial

import numpy as np
import pytest
from lepton_pion_dirac import GAMMA, METRIC, RIGHT

from relicfit.solver.constants import FERMI_CONSTANT
from relicfit.solver.scenarios.lepton_pion import abundance, estimates, flavour, widths
from relicfit.solver.scenarios.two_state.mediation import mediated_lifetime_s, mediated_width
from relicfit.solver.scenarios.two_state.rows import suppressed_width

# The statistics of the paper, which the rates that stand beside have.
relic_yield = partial(abundance.relic_yield, statistics="mb")


@pytest.mark.parametrize("particle", estimates.NARROW_PARTICLES, ids=lambda item: item.name)
def test_narrowness_is_that_of_table_1(particle):
    found = estimates.narrowness(particle.lifetime_s, particle.mass)
    assert found == pytest.approx(particle.printed, rel=0.04, abs=0)


@pytest.mark.parametrize(("x_max", "least", "most"), [(0.9, 0.4, 0.8), (0.7, 0.1, 0.3), (0.3, 1e-3, 1e-2)])
def test_off_shell_estimate_is_high_and_right_only_near_the_pole(x_max, least, most):
    # χ → π μ*, left-handed: the integral of (3.2) over the estimate (3.3), whose virtual muon decays as on its shell.
    mass = 0.13957039 + math.sqrt(x_max) * 0.1056583755
    exact = float(widths.partial_widths(mass, 1.0, chirality="L")[widths.PION_VIRTUAL_LEPTON])
    # The width into a muon of the largest k² vanishes at its threshold: take half that momentum.
    lighter = 0.5 * (mass - 0.13957039)
    root = math.sqrt((mass**2 - (0.13957039 + lighter) ** 2) * (mass**2 - (0.13957039 - lighter) ** 2))
    square = (0.093 * 22 * 0.093) ** 2 * (mass**2 + lighter**2 - 0.13957039**2)
    on_shell = square * root / (16 * math.pi * mass**3)
    epsilon = estimates.narrowness(2.1969811e-6, 0.1056583755)
    assert least < exact / estimates.off_shell_width(epsilon, on_shell, x_max) < most


def test_loop_factors_are_those_of_the_text_but_for_a_slip():
    # The paper prints 1e-5 for the first, of which (e/4π)² is 6e-4.
    assert estimates.photon_loop_factor() == pytest.approx((0.3028 / (4 * math.pi)) ** 4, rel=1e-3)
    assert estimates.photon_loop_factor() == pytest.approx(3.4e-7, rel=0.02)
    assert estimates.electroweak_loop_factor() == pytest.approx(3.3e-18, rel=0.02)


def test_co_stability_and_the_thresholds_of_figure_4():
    assert [round(1e3 * edge) for edge in estimates.co_stability("mu")] == [34, 245]
    found = list(estimates.decay_thresholds("mu").values())
    assert found == sorted(found)
    assert found == pytest.approx([0.0339, 0.1057, 0.1396, 0.2452], rel=2e-3)


def test_mixing_of_equation_3_13_is_a_fifth_of_a_milli_ev():
    assert estimates.neutrino_mixing_mass(FERMI_CONSTANT) * 1e12 == pytest.approx(0.18, rel=0.02)
    ratio = estimates.neutrino_mixing_mass(1e-5, "tau") / estimates.neutrino_mixing_mass(1e-5, "mu")
    assert ratio == pytest.approx(1.77686 / 0.1056583755, rel=1e-9)


def test_hot_relics_weigh_what_gives_the_observed_density():
    assert estimates.hot_relic_mass(1.0, 1.0, "boson") == pytest.approx(1.6e-9, rel=0.02)
    assert estimates.hot_relic_mass(1.0, 1.0) == pytest.approx(2.1e-9, rel=0.01)
    assert estimates.hot_relic_mass(1.0, 1.0, as_printed=True) == pytest.approx(0.787e-9, rel=0.01)
    # Against the numerical freeze-out of a relativistic relic, with Maxwell-Boltzmann statistics (ζ(3) and 3/4 → 1).
    from relicfit.solver.cosmology import g_s

    relic = float(relic_yield(1e-6, 1e-18, 0.1, thermal_start=True))
    expected = 45 * 4 / (2 * math.pi**4 * g_s(0.1))
    assert relic == pytest.approx(expected, rel=1e-3)
    assert estimates.hot_relic_mass(4.0, g_s(0.1), "boson") * relic * 1.2020569 == pytest.approx(
        4.373e-10, rel=1e-3
    )


def test_baryons_do_not_keep_fermi_coupled_dark_matter_in_equilibrium():
    assert estimates.baryon_decoupling_temperature(FERMI_CONSTANT) == pytest.approx(1.96, rel=0.01)
    temperature = np.array([0.05, 0.1, 0.15])
    assert (estimates.baryon_rate_over_hubble(temperature, FERMI_CONSTANT) < 2e-3).all()
    # Γ/H ∝ C² T³ at a constant number of degrees of freedom.
    slope = np.diff(np.log(estimates.baryon_rate_over_hubble(np.array([50.0, 100.0]), 1e-7))) / math.log(2)
    assert slope == pytest.approx(3.0, abs=0.1)


def test_cross_section_on_neutrons_is_that_of_neutrinos_at_the_fermi_coupling():
    from relicfit.solver import cosmology

    coupling = 2 * math.sqrt(2) * FERMI_CONSTANT
    sigma = FERMI_CONSTANT**2 * (1 + 3 * 1.27**2) * 12 * 0.1**2 / math.pi
    expected = 0.5 * 0.8e-10 * cosmology.entropy_density(0.1) * sigma / cosmology.hubble(0.1)
    assert estimates.baryon_rate_over_hubble(0.1, coupling) == pytest.approx(expected, rel=1e-9)


def test_fierz_identity_behind_the_third_scalar_operator():
    # (P_R)_ab (P_R)_cd = (P_R)_ad (P_R)_cb/2 + (σP_R)_ad (σP_R)_cb/8; a minus sign for fields.
    sigma = [[0.5j * (GAMMA[m] @ GAMMA[n] - GAMMA[n] @ GAMMA[m]) for n in range(4)] for m in range(4)]
    tensor = sum(
        METRIC[m, m] * METRIC[n, n] * np.einsum("ad,cb->abcd", sigma[m][n] @ RIGHT, sigma[m][n] @ RIGHT)
        for m in range(4)
        for n in range(4)
    )
    right = 0.5 * np.einsum("ad,cb->abcd", RIGHT, RIGHT) + tensor / 8
    np.testing.assert_allclose(np.einsum("ab,cd->abcd", RIGHT, RIGHT), right, atol=1e-14)


def test_scalar_operators_add_with_their_isospin_factors():
    assert estimates.scalar_coupling(1e-6, 2e-6, 0.0) == pytest.approx(0.0, abs=1e-20)
    assert estimates.scalar_coupling(0.0, 0.0, 4e-6) == pytest.approx(-1e-6)
    # Their pion couplings by isospin, h.c. of C' included: π± of d̄_R u_L and π⁰ of d̄_R d_L.
    c_left, c_prime = 3e-6, 1e-6
    charged = 2 * c_left * (-1 / math.sqrt(2)) + c_prime * (1 / math.sqrt(2))
    neutral = 2 * c_left * (-1 / 2) - c_prime * (-1 / 2)
    found = estimates.scalar_coupling(c_left, c_prime)
    assert charged == pytest.approx(-math.sqrt(2) * found)
    assert neutral == pytest.approx(-found)


def test_two_mediated_states_are_the_estimate_of_the_scenario_and_a_third_adds_a_factor():
    mass, c_2, c_12, c_23 = 0.5, 2 * FERMI_CONSTANT, FERMI_CONSTANT, 3 * FERMI_CONSTANT
    two = mediated_width(mass, c_2, c_12)
    assert two == pytest.approx(suppressed_width(mass, c_2, c_12), rel=1e-12, abs=0)
    assert mediated_width(mass, c_2, c_12, c_23) / two == pytest.approx((c_23 * mass**2) ** 2, rel=1e-12)
    # Section 5 wants 1e26 s at C ~ G_F and M ~ GeV: three states give 5e19 s there, and 1e35 s at 0.1 GeV.
    assert mediated_lifetime_s(1.0, FERMI_CONSTANT) < 10.0
    assert mediated_lifetime_s(1.0, *[FERMI_CONSTANT] * 3) == pytest.approx(4.8e19, rel=0.01)
    assert (
        mediated_lifetime_s(0.1, *[FERMI_CONSTANT] * 2)
        < 1e26
        < mediated_lifetime_s(0.1, *[FERMI_CONSTANT] * 3)
    )


def test_shift_of_b_decays_has_the_size_of_the_anomalies_for_a_leptoquark_of_a_tev():
    # Eq. (4.5): ε_L2²/M_U² = 1/(6 TeV)² for ε_L2 of 0.1 to 0.2 at a TeV.
    found = flavour.spurions(lepton=(1e-2, 1 / 6, 1.0)).wilson_shift(1000.0)
    assert found == pytest.approx(0.2**2 / 6000.0**2, rel=1e-9)
