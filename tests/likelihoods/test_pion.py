"""Pions that decay to dark matter: universality, peaks, invisible π⁰."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.likelihoods.likelihood import likelihood
from relicfit.likelihoods.pion import TO_95, phase_space_ratio, positron_acceptance

# Half of it is the square of 1.96: lnL at a 95 % point of a half-Gaussian.
AT_95 = -1.921


def value(mass, br_pion, br_neutral=0.0, **options):
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, float)) for x in (mass, br_pion, br_neutral)))
    return likelihood("pion-decay", **options).evaluate(
        dict(zip(("mass", "br_pion", "br_neutral_pion"), arrays, strict=True))
    )


def test_branching_ratio_of_the_line_to_electrons_is_excluded_by_universality():
    # 1.51e-4 more than doubles BR(π → eν) = 1.2344(30)e-4: five hundred standard deviations.
    result, flags = value(7e-6, 1.51e-4, lepton="e")
    assert result[0] < -100
    assert flags["mass without a peak search: universality alone"][0]


def test_one_standard_deviation_of_the_ratio_costs_half():
    # From the Standard Model, 0.0008e-4 above the measurement with an error of 0.0030e-4.
    for lepton, branching in (("e", 0.0022e-4), ("mu", 0.0038 / 1.2352)):
        result, _ = value(1e-3, branching, lepton=lepton)
        assert result[0] == pytest.approx(-0.5 + 0.5 * (0.8 / 3.0) ** 2, abs=2e-3)


def test_peak_limits_are_the_published_mixings_times_phase_space():
    # HEPData 91133 and 91134, 90 % CL: |U_e|² < 9.24e-9 at 105.053 MeV, |U_μ|² < 1.70701e-6 at 22.8319 MeV.
    electron = likelihood("pion-decay", lepton="e").peak_limit(0.105053)[0]
    assert electron == pytest.approx(
        TO_95 * 9.23714e-9 * 1.2352e-4 * phase_space_ratio(0.105053, 0.51099895e-3), rel=1e-3
    )
    muon = likelihood("pion-decay").peak_limit(0.0228319)[0]
    assert muon == pytest.approx(TO_95 * 1.70701e-6 * phase_space_ratio(0.0228319, 0.1056583755), rel=1e-3)
    for lepton, mass, limit in (("e", 0.105053, electron), ("mu", 0.0228319, muon)):
        assert value(mass, limit, lepton=lepton)[0][0] == pytest.approx(AT_95, abs=2e-3)


def test_no_search_reaches_the_paper_s_bound_for_muons():
    # arXiv:2111.14808 quotes 1e-7; the best published numbers are ten times weaker.
    mass = np.linspace(0.0157, 0.0338, 50)
    limits = likelihood("pion-decay").peak_limit(mass)
    assert (limits > 1e-6).all()
    assert (limits < 1e-5).all()


def test_phase_space_ratio_is_that_of_two_body_kinematics():
    # Γ ∝ [m_ℓ² + M² - (m_ℓ² - M²)²/m_π²] p: the square of the amplitude of the axial current times the momentum.
    pion, lepton, mass = 0.13957039, 0.1056583755, 0.02

    def width(m):
        momentum = np.sqrt((pion**2 - (lepton + m) ** 2) * (pion**2 - (lepton - m) ** 2)) / (2 * pion)
        return (lepton**2 + m**2 - (lepton**2 - m**2) ** 2 / pion**2) * momentum

    assert phase_space_ratio(mass, lepton) == pytest.approx(width(mass) / width(0.0), rel=1e-12)
    assert phase_space_ratio(0.034, lepton) == 0.0


def test_heavy_dark_matter_leaves_the_positrons_of_the_ratio():
    found = positron_acceptance(np.array([1e-3, 0.055, 0.0705, 0.09]))
    assert found[:2] == pytest.approx([1.0, 1.0], abs=1e-3)
    assert found[2] == pytest.approx(0.5, abs=0.05)
    assert found[3] < 1e-6


def test_invisible_neutral_pions_are_bounded_at_the_published_limit():
    # 4.4e-9 at 90 % CL is where a half-normal distribution has 90 % below.
    assert value(0.05, 0.0, 4.4e-9)[0][0] == pytest.approx(-0.5 * 1.645**2, abs=1e-3)
    assert value(0.05, 0.0, 4.4e-9, lepton="tau")[0][0] == pytest.approx(-0.5 * 1.645**2, abs=1e-3)


def test_closed_decays_are_not_constrained_and_not_flagged():
    result, flags = value([0.14, 0.5], 0.0)
    assert result.tolist() == [0.0, 0.0]
    assert not any(flag.any() for flag in flags.values())


def test_tau_says_that_no_charged_pion_decays_to_it():
    assert value(0.01, 0.0, lepton="tau")[1]["no charged pion decays to a tau"][0]


def test_the_lepton_is_that_of_the_scenario_and_another_one_is_refused():
    told = likelihood("pion-decay").told({"contact_lepton": "e"})
    assert told.describe() == likelihood("pion-decay", lepton="e").describe()
    with pytest.raises(UserError, match="the scenario couples to e"):
        likelihood("pion-decay", lepton="mu").told({"contact_lepton": "e"})
