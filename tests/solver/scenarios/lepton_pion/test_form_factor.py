import math

import numpy as np
import pytest
from scipy.integrate import quad

from relicfit.solver.scenarios.lepton_pion import channels, densities
from relicfit.solver.scenarios.lepton_pion.form_factor import form_factor_squared, pion_form_factor

# The fit to τ decays, which lack the mixing of ρ and ω, peaks lower than e⁺e⁻ → π⁺π⁻ does, at 45.
MEASURED_PEAK, BELOW_MEASURED = 45.0, 0.10


def test_form_factor_is_one_without_momentum():
    assert pion_form_factor(0.0) == pytest.approx(1.0, rel=1e-12)
    for s in (-1e-8, 1e-8):
        assert form_factor_squared(s) == pytest.approx(1.0, abs=1e-7)


def test_slope_at_zero_is_the_charge_radius_of_the_pion():
    step = 1e-4
    slope = (pion_form_factor(step).real - pion_form_factor(-step).real) / (2 * step)
    radius_fm = math.sqrt(6 * slope) * 0.1973269804
    # PDG 2022: 0.659(4) fm.
    assert radius_fm == pytest.approx(0.659, rel=0.01)


def test_peak_of_the_rho_has_its_measured_height():
    s = np.linspace(0.5, 0.7, 401)
    heights = np.array([form_factor_squared(x) for x in s])
    assert heights.max() == pytest.approx(MEASURED_PEAK, rel=BELOW_MEASURED)
    assert math.sqrt(s[heights.argmax()]) == pytest.approx(0.765, abs=0.01)


def test_form_factor_satisfies_a_dispersion_relation_at_spacelike_momenta():
    # F(s) = 1 + (s/π) ∫ ds' Im F/(s' (s' - s)), for the real admixture of one resonance to 3 %: the complex
    # phases of the fit are not analytic, and the tail above 4 GeV is cut.
    s = -0.3
    threshold = (0.13957039 + 0.1349768) ** 2
    cut = quad(
        lambda x: pion_form_factor(x).imag / (x * (x - s)),
        threshold,
        100.0,
        limit=400,
        points=[0.5, 0.7, 3.0],
    )[0]
    assert 1 + s / math.pi * cut == pytest.approx(pion_form_factor(s).real, rel=0.03)


def test_form_factor_is_continuous_across_the_threshold():
    threshold = (0.13957039 + 0.1349768) ** 2
    below, above = pion_form_factor(threshold * (1 - 1e-9)), pion_form_factor(threshold * (1 + 1e-9))
    assert above.real == pytest.approx(below.real, rel=1e-6)


@pytest.mark.parametrize(("temperature", "growth", "total"), [(0.15, 8.6, 1.62), (0.10, 12.0, 2.15)])
def test_rho_multiplies_the_production_of_pion_pairs(temperature, growth, total):
    # One Breit-Wigner resonance of the ρ, which peaks at 27, would give 5.8 and 8.6.
    pairs = (channels.CHARGED_TO_NEUTRAL, channels.NEUTRAL_TO_CHARGED, channels.TWO_PIONS)
    with_rho, without = (
        [densities.reaction_density(c, temperature, 0.15, pion_form_factor=name) for c in pairs]
        for name in ("rho", "none")
    )
    assert with_rho[2] / without[2] == pytest.approx(growth, rel=0.03)
    assert sum(with_rho) / sum(without) == pytest.approx(total, rel=0.03)
    # Exchanged, the ρ weakens the scattering.
    assert 0.4 < with_rho[0] / without[0] < 0.8


@pytest.mark.parametrize(("mass", "w"), [(0.15, 0.5), (0.2, 1.5), (1.2, 2.0)])
@pytest.mark.parametrize(
    "channel", [channels.CHARGED_TO_NEUTRAL, channels.NEUTRAL_TO_CHARGED, channels.TWO_PIONS]
)
def test_cross_sections_with_the_form_factor_match_adaptive_quadrature(mass, w, channel):
    from relicfit.solver.scenarios.lepton_pion.amplitudes import (
        kallen_root,
        two_pion_annihilation_squared,
        two_pion_scattering_squared,
    )

    m_1, m_2, m_3, m_4 = channels.channel_masses(channel, mass, 0.1056583755)
    s = w * w
    p_in, p_out = kallen_root(w, m_1, m_2) / (2 * w), kallen_root(w, m_3, m_4) / (2 * w)
    e_in, e_out = (s + m_1**2 - m_2**2) / (2 * w), (s + m_3**2 - m_4**2) / (2 * w)
    centre, half = m_1**2 + m_3**2 - 2 * e_in * e_out, 2 * p_in * p_out

    def square(t):
        if channel == channels.TWO_PIONS:
            return form_factor_squared(s) * two_pion_annihilation_squared(s, t, mass, m_2, m_3, m_4)
        return form_factor_squared(t) * two_pion_scattering_squared(s, t, mass, m_3, m_2, m_4)

    integral = quad(square, centre - half, centre + half, epsrel=1e-10, limit=400)[0]
    expected = 2 * integral / (8 * math.pi * s)
    found = channels.reduced_cross_section(channel, w, mass, 0.1056583755, False, True)
    assert found == pytest.approx(expected, rel=1e-5, abs=0)
