"""The thermal absorptive part γ(T), the resonant asymmetry and the melting mass of φ."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from relicfit.solver.scenarios.conversion.asymmetry import (
    SPHALERON_TEMPERATURE,
    absorptive_part,
    melted_mass_phi,
    resonant_asymmetry,
    thermal_mass_phi,
)


@pytest.mark.parametrize(
    ("m_phi", "m_chi", "temperature", "expected"),
    [
        (305.0, 300.0, 300.0, 7.13193e-4),
        (305.0, 300.0, 100.0, 5.61524e-4),
        (305.0, 300.0, 30.0, 5.10163e-4),
        (305.0, 300.0, 132.0, 5.85737e-4),
        (302.5, 300.0, 132.0, 1.477135e-4),
        (205.0, 200.0, 132.0, 1.429271e-3),
    ],
)
def test_absorptive_part_with_vacuum_masses(m_phi, m_chi, temperature, expected):
    assert absorptive_part(m_phi, m_chi, temperature, False) == pytest.approx(expected, rel=1e-3)


def test_absorptive_part_with_the_thermal_mass_of_phi_and_with_boltzmann_leptons():
    hot = thermal_mass_phi(305.0, 1.0, SPHALERON_TEMPERATURE)
    assert absorptive_part(hot, 300.0, SPHALERON_TEMPERATURE, False) == pytest.approx(2.589747e-3, rel=1e-3)
    assert absorptive_part(305.0, 300.0, SPHALERON_TEMPERATURE, True) == pytest.approx(1.06e-3, rel=5e-3)


def integrated(m_phi: float, m_chi: float, temperature: float) -> float:
    """Return γ by nested adaptive quadrature over the momentum of χ and both lepton energies."""
    kappa = 0.5 * (m_phi**2 - m_chi**2)

    def at(p: float) -> tuple[float, float]:
        energy = math.hypot(p, m_chi)
        lowest, highest = kappa * (energy - p) / m_chi**2, kappa * (energy + p) / m_chi**2

        def along(e: float) -> float:
            return (energy * e - kappa) / p

        def occupied(e: float) -> float:
            return 1.0 / (math.exp(e / temperature) + 1.0) + 1.0 / math.expm1((e + energy) / temperature)

        def weight(e: float) -> float:
            return math.exp(-(energy - m_chi + e) / temperature)

        time = 2.0 / p * quad(lambda e: e * occupied(e), lowest, highest)[0]
        space = 2.0 / p * quad(lambda e: along(e) * occupied(e), lowest, highest)[0]
        decays = quad(lambda e: weight(e) * (e * time - along(e) * space), lowest, highest)[0]
        return p / energy * decays / kappa, p / energy * quad(weight, lowest, highest)[0]

    end = m_chi + 50.0 * temperature
    numerator = quad(lambda p: at(p)[0], 0.0, end, limit=100)[0]
    return numerator / quad(lambda p: at(p)[1], 0.0, end, limit=100)[0]


@pytest.mark.parametrize(
    ("m_phi", "m_chi", "temperature"), [(305.0, 300.0, 132.0), (120.0, 70.0, 132.0), (720.0, 700.0, 40.0)]
)
def test_absorptive_part_agrees_with_nested_quadrature(m_phi, m_chi, temperature):
    expected = integrated(m_phi, m_chi, temperature)
    assert absorptive_part(m_phi, m_chi, temperature, False) == pytest.approx(expected, rel=1e-6)


def test_soft_leptons_give_the_closed_form():
    # Δm → 0: f = 1/2 + f_B(E_χ), and f_B → 0 for cold χ: γ → 4 κ²/m_χ⁴ f = 2 (Δm/m_χ)².
    small = 1e-4
    found = absorptive_part(1.0 + small, 1.0, 0.02, False)
    assert found == pytest.approx(2.0 * small**2, rel=1e-2)


@given(st.floats(70.0, 900.0), st.floats(0.005, 0.3), st.floats(0.1, 2.0))
def test_absorptive_part_is_positive_and_rises_with_temperature(m_chi, gap, warmth):
    temperature = 132.0 * warmth
    m_phi = m_chi * (1.0 + gap)
    colder = absorptive_part(m_phi, m_chi, temperature, False)
    assert 0.0 < colder < absorptive_part(m_phi, m_chi, 1.2 * temperature, False)


def test_resonance_is_linear_far_away_and_reaches_one_half_on_top():
    assert resonant_asymmetry(0.5, 100.0, 1e-3, 2.0, 0.0) == pytest.approx(0.5 * 1e-3 / 100.0, rel=1e-9)
    gamma = 3e-4
    on_top = [resonant_asymmetry(1.0, xi, gamma, 2.0, 0.0) for xi in np.geomspace(1e-6, 1.0, 2001)]
    assert max(on_top) == pytest.approx(0.5, rel=1e-4)
    assert resonant_asymmetry(1.0, gamma, gamma, 2.0, 0.0) == pytest.approx(0.5, rel=1e-12)


def test_thermal_splitting_moves_the_resonance_by_the_formula_of_the_paper():
    i_1, xi, gamma, x, splitting = 0.3, 0.02, 1e-3, 2.3, 1.5
    expected = i_1 * xi * gamma / ((xi + math.pi * splitting / (2.0 * x) ** 2) ** 2 + gamma**2)
    assert resonant_asymmetry(i_1, xi, gamma, x, splitting) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("m_phi", "expected"), [(305.0, 275.0), (205.0, 157.0), (455.0, 436.0)])
def test_the_mass_of_phi_melts_with_the_higgs_field(m_phi, expected):
    assert melted_mass_phi(m_phi, 1.0, SPHALERON_TEMPERATURE) == pytest.approx(expected, abs=0.6)


def test_a_tachyonic_phi_has_zero_mass_and_no_portal_leaves_the_gauge_term():
    assert melted_mass_phi(80.0, 2.0, SPHALERON_TEMPERATURE) == 0.0
    without = melted_mass_phi(305.0, 0.0, SPHALERON_TEMPERATURE)
    assert without == pytest.approx(math.sqrt(305.0**2 + 0.1282153 / 4.0 * 132.0**2), rel=1e-6)
