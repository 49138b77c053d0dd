"""The coupling matrix: widths, phases, flavours, μ → eγ, and the line of χ_2 → γ χ_1."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.conversion.couplings import rows_from
from relicfit.solver.scenarios.conversion.flavour import (
    branching_mu_e_gamma,
    coupling_matrix,
    cp_invariant,
    loop_function,
    mu_e_mixing,
    partial_widths,
    photon_line_energy,
    splitting_ratio,
)
from relicfit.solver.scenarios.conversion.predictions import MODEL_COLUMNS

moduli = st.lists(st.floats(1e-8, 1e-4), min_size=4, max_size=4)
phases = st.lists(st.floats(-math.pi, math.pi), min_size=4, max_size=4)


def matrix(size, angle):
    return coupling_matrix(np.reshape(size, (2, 2)), np.reshape(angle, (2, 2)))


def column(rows, name):
    return rows[:, MODEL_COLUMNS.index(name)]


def test_widths_add_up_to_those_of_the_check_point():
    # λ_rms = 2.11498e-6 in all four entries gives Γ_tot = 1.14803e-13 GeV at (305, 300).
    widths = partial_widths(np.full((2, 2), 2.11498e-6 + 0j), 305.0, 300.0)
    assert widths.sum() == pytest.approx(1.14803e-13, rel=1e-4)
    np.testing.assert_allclose(widths, widths[0, 0])


@given(moduli, phases)
def test_cp_invariant_is_bounded_and_blind_to_lepton_phases(size, angle):
    couplings = matrix(size, angle)
    found = cp_invariant(couplings)
    assert abs(found) <= 1.0 + 1e-12
    rephased = couplings * np.exp(1j * np.array([[0.7], [-1.9]]))
    assert cp_invariant(rephased) == pytest.approx(found, abs=1e-9)


@given(moduli)
def test_real_couplings_violate_no_cp(size):
    assert cp_invariant(matrix(size, np.zeros(4))) == pytest.approx(0.0, abs=1e-12)


def test_largest_cp_violation_is_aligned_with_a_phase_of_an_eighth_turn():
    couplings = matrix(np.ones(4), [0.0, math.pi / 4, 0.0, math.pi / 4])
    assert cp_invariant(couplings) == pytest.approx(1.0, rel=1e-12)


def test_orthogonal_states_violate_no_cp_and_mix_no_flavours():
    couplings = matrix([1.0, 1.0, 1.0, 1.0], [0.0, 0.3, 0.0, 0.3 + math.pi])
    assert cp_invariant(couplings) == pytest.approx(0.0, abs=1e-12)
    assert mu_e_mixing(couplings) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.9, 0.9499, 0.9501, 0.967, 0.999])
def test_loop_function_agrees_with_forty_digits(ratio):
    from mpmath import log, mp, mpf

    with mp.workdps(40):
        r = mpf(ratio)
        exact = (1 - 6 * r + 3 * r**2 + 2 * r**3 - 6 * r**2 * log(r)) / (6 * (1 - r) ** 4)
    assert loop_function(ratio) == pytest.approx(float(exact), rel=1e-9)


def test_loop_function_limits():
    assert loop_function(1.0) == pytest.approx(1.0 / 12.0, rel=1e-12)
    assert loop_function(1e-12) == pytest.approx(1.0 / 6.0, rel=1e-6)


def test_mu_to_e_gamma_is_more_than_ten_orders_below_the_limit_for_viable_couplings():
    # MEG II, arXiv:2310.12614: 3.1e-13. The paper's statement below its Fig. 4.
    largest = branching_mu_e_gamma(2.0 * (1e-6) ** 2, 305.0, 300.0)
    assert 0.0 < largest < 3.1e-13 * 1e-10


def test_mu_to_e_gamma_scales_with_the_fourth_power_of_couplings_and_masses():
    reference = branching_mu_e_gamma(1e-12, 305.0, 300.0)
    assert branching_mu_e_gamma(4e-12, 305.0, 300.0) == pytest.approx(16.0 * reference, rel=1e-12)
    assert branching_mu_e_gamma(1e-12, 610.0, 600.0) == pytest.approx(reference / 16.0, rel=1e-12)
    # 3α/(64π G_F² m_φ⁴) (1/12)² for m_φ = m_χ = 100 GeV and unit mixing.
    by_hand = 3.0 / 137.036 / (64.0 * math.pi) / 1.16638e-5**2 / 1e8 / 144.0
    assert branching_mu_e_gamma(1.0, 100.0, 100.0) == pytest.approx(by_hand, rel=1e-4)


def test_photon_line_carries_the_mass_difference_less_the_recoil():
    assert photon_line_energy(1e-10, 300.0) == pytest.approx(1e-10, rel=1e-9)
    assert photon_line_energy(100.0, 300.0) == pytest.approx((400.0**2 - 300.0**2) / 800.0, rel=1e-12)


def test_splitting_ratio_inverts_the_check_point():
    # Δm_12 = 439 meV for ξ = 1/6.0779e-3 at Γ_tot = 1.148e-13 GeV, B_1 = 0.95.
    unit = 6.4162516e-3
    size = np.sqrt(1.148e-13 / unit * np.array([[0.95, 0.05], [0.95, 0.05]]) / 2.0)
    ratio = splitting_ratio(size + 0j, 439e-12, 300.0)
    assert ratio == pytest.approx(1.0 / 6.0779e-3, rel=3e-3)


@pytest.mark.parametrize("muons", [0.05, 0.3, 0.9])
def test_the_three_parametrisations_describe_the_same_point(muons):
    model = scenario("conversion-leptogenesis", parametrisation="flavour")
    couplings = np.sqrt(1.148e-13 / 6.4162516e-3 * np.outer([1.0 - muons, muons], [0.95, 0.05]))
    theta = np.array([[300.0, 5.0, 1.0, *couplings.ravel(), 0.4, 1.1, 439e-12]])
    assert theta.shape[1] == len(model.parameters)
    by_matrix = rows_from(theta, "flavour", "coupling", 1.0)
    width, b_1 = column(by_matrix, "width")[0], column(by_matrix, "B_1")[0]
    by_phases = rows_from(
        np.array([[300.0, 5.0, 1.0, b_1, width, muons, 0.4, 1.1, 439e-12]]), "phases", "width", 1.0
    )
    np.testing.assert_allclose(by_phases, by_matrix, rtol=1e-6, atol=1e-20)
    i_1, xi = column(by_matrix, "i_1")[0], column(by_matrix, "xi")[0]
    by_rates = rows_from(np.array([[300.0, 5.0, 1.0, b_1, width, i_1 / xi, muons]]), "rates", "width", i_1)
    np.testing.assert_allclose(by_rates[:, :8], by_matrix[:, :8], rtol=1e-6, atol=1e-20)
    # Without phases, mixing is the largest the rates allow.
    assert column(by_rates, "mixing")[0] >= column(by_matrix, "mixing")[0] * (1.0 - 1e-6)


def test_rates_with_aligned_phases_mix_flavours_as_much_as_rates_allow():
    theta = np.array([[300.0, 5.0, 1.0, 0.95, 1.148e-13, 0.3, 0.0, 0.0, 439e-12]])
    by_phases = rows_from(theta, "phases", "width", 1.0)
    by_rates = rows_from(np.array([[300.0, 5.0, 1.0, 0.95, 1.148e-13, 6e-3, 0.3]]), "rates", "width", 1.0)
    np.testing.assert_allclose(column(by_phases, "mixing"), column(by_rates, "mixing"), rtol=1e-12)


def test_scenario_predicts_the_same_rare_decay_and_line_as_the_functions():
    model = scenario("conversion-leptogenesis", parametrisation="phases", strength="width")
    point = {"m_chi": 120.0, "delta_m": 20.0, "lambda_H": 0.5, "B_1": 0.8, "width": 1e-12}
    point |= {"muon_fraction": 0.4, "phase_e2": 0.3, "phase_mu2": -0.5, "delta_m12": 1e-9}
    for delta_m in (2.0, 20.0):
        theta = model.theta({**point, "delta_m": delta_m})
        row = dict(zip((item.name for item in model.observables), model.evaluate(theta)[0][0], strict=True))
        mixing = column(rows_from(theta[None], "phases", "width", 1.0), "mixing")[0]
        expected = branching_mu_e_gamma(mixing, 120.0 + delta_m, 120.0)
        assert row["br_mu_e_gamma"] == pytest.approx(float(expected), rel=1e-9)
        assert row["line_energy"] == pytest.approx(photon_line_energy(1e-9, 120.0), rel=1e-9)
