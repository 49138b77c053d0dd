"""The line of χ_2 → γ χ_1, and the excited bound states: what the paper names and finds small."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import zeta

from relicfit.solver.scenarios.conversion.flavour import coupling_matrix
from relicfit.solver.scenarios.conversion.photon_line import (
    dipole_loop,
    photon_line_rate,
    transition_overlap,
)
from relicfit.solver.scenarios.conversion.rates.bound_states import bound_state_term, excited_states_term

SIGMA_0 = 2.04e-7  # GeV^-2, s-wave of m_φ = 305 GeV, λ_H = 1


@pytest.mark.parametrize("m_chi", [150.0, 250.0, 300.0])
def test_dipole_loop_is_its_integral(m_chi):
    r = (m_chi / 305.0) ** 2
    lepton = quad(lambda x: r * x * x / (1 - r * x), 0, 1)[0]
    scalar = quad(lambda x: r * x * (1 - x) / (1 - r + r * x), 0, 1)[0]
    assert dipole_loop(305.0, m_chi) == pytest.approx(lepton + scalar, rel=1e-7)


def test_dipole_of_heavy_scalars_is_the_known_contact_limit():
    # ∫ x² + ∫ x(1 - x) = 1/3 + 1/6 for r → 0.
    r = (10.0 / 305.0) ** 2
    assert dipole_loop(305.0, 10.0) / r == pytest.approx(0.5, rel=2e-3)


def test_line_rate_goes_with_the_fourth_power_of_the_coupling_and_the_third_of_the_splitting():
    phases = np.array([[0.0, 0.4], [0.0, 0.9]])
    weak = coupling_matrix(np.full((2, 2), 1e-6), phases)
    strong = coupling_matrix(np.full((2, 2), 2e-6), phases)
    one = photon_line_rate(transition_overlap(weak), 305.0, 300.0, 1e-12)
    assert photon_line_rate(transition_overlap(strong), 305.0, 300.0, 1e-12) == pytest.approx(16 * one)
    assert photon_line_rate(transition_overlap(weak), 305.0, 300.0, 2e-12) == pytest.approx(8 * one, rel=1e-6)
    # 10¹⁷ s is the age of the Universe: nothing is ever seen.
    assert one < 1e-40


def test_without_phases_majorana_states_have_no_transition_dipole():
    assert transition_overlap(coupling_matrix([[1.0, 2.0], [3.0, 4.0]], np.zeros((2, 2)))) == 0.0


# At x = 100 decay of the ground state begins to compete with its ionisation: it is 8 % below detailed balance.
@pytest.mark.parametrize(("x_phi", "tolerance"), [(20.0, 0.02), (100.0, 0.1)])
def test_excited_levels_add_a_fifth_of_the_ground_state_where_ionisation_is_fast(x_phi, tolerance):
    ratio = excited_states_term(305.0, x_phi, SIGMA_0) / bound_state_term(305.0, x_phi, SIGMA_0)
    assert ratio == pytest.approx(zeta(3) - 1.0, rel=tolerance)


def test_more_levels_add_more_and_the_sum_converges():
    few, many, all_of_them = (excited_states_term(305.0, 50.0, SIGMA_0, n) for n in (2, 10, 40))
    assert few < many < all_of_them
    assert all_of_them == pytest.approx(many, rel=0.03)
