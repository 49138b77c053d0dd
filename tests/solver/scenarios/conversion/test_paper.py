"""What arXiv:2404.12428 states, against the default and the "paper-like" choices, row by row.

The numbers beside the paper's are those of an independent implementation; tolerances are those of its
last digits. `table` prints the comparison: ``pytest -s -m slow -k table``.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from relicfit.solver.inverse import find_roots
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario

OMEGA = 0.12


@cache
def model(**options):
    return scenario("conversion-leptogenesis", strength="width", **{"cp_source": "paper", **options})


def predicted(chosen, m_chi, delta_m, b_1, width, lambda_h=1.0):
    point = dict(m_chi=m_chi, delta_m=delta_m, lambda_H=lambda_h, B_1=b_1, width=width, i1_over_xi=1e-3)
    row, status = chosen.evaluate(chosen.theta(point))
    assert status[0] == Status.OK
    return point | dict(zip((item.name for item in chosen.observables), row[0], strict=True))


@cache
def viable(m_chi, delta_m, b_1, **options):
    """Return the observables at the width that leaves Ωh² = 0.12, for λ_H = 1."""
    chosen = model(**options)
    place = dict(m_chi=m_chi, delta_m=delta_m, lambda_H=1.0, B_1=b_1, i1_over_xi=1e-3)
    found = find_roots(chosen, place, "width", "omega_h2", OMEGA, (1e-28, 1e-6))
    assert len(found.roots) == 1, found.reason
    return predicted(chosen, m_chi, delta_m, b_1, found.roots[0].value)


def floor(m_chi, delta_m, lambda_h, **options):
    return predicted(model(**options), m_chi, delta_m, 0.95, 1e-12, lambda_h)["omega_h2_equilibrium"]


def largest_mass(delta_m, lambda_h, low, high, **options):
    """Return the mass above which even conversions in equilibrium leave more than 0.12."""
    return brentq(lambda m_chi: floor(m_chi, delta_m, lambda_h, **options) - OMEGA, low, high, xtol=1e-3)


@pytest.mark.parametrize(("delta_m", "paper", "default"), [(5.0, 510.0, 482.0), (2.5, 640.0, 621.0)])
def test_largest_mass_of_dark_matter(delta_m, paper, default):
    found = largest_mass(delta_m, 1.0, 400.0, 800.0)
    assert found == pytest.approx(default, abs=1.0)
    assert found == pytest.approx(paper, rel=0.06)


@pytest.mark.slow
@pytest.mark.parametrize(("delta_m", "paper", "paper_like"), [(5.0, 510.0, 501.0), (2.5, 640.0, 639.0)])
def test_largest_mass_with_paper_like_choices(delta_m, paper, paper_like):
    found = largest_mass(delta_m, 1.0, 400.0, 800.0, choices="paper-like")
    assert found == pytest.approx(paper_like, abs=1.0)
    assert found == pytest.approx(paper, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("delta_m", "expected"), [(5.0, 500.0), (2.5, 636.0)])
def test_higgs_exchange_raises_the_largest_mass(delta_m, expected):
    found = largest_mass(delta_m, 1.0, 400.0, 800.0, sommerfeld="coulomb+yukawa")
    assert found == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("delta_m", "default"), [(1.0, 79.0), (0.2, 125.0), (0.05, 134.0)])
def test_without_the_portal_masses_stay_below_150_gev(delta_m, default):
    found = largest_mass(delta_m, 0.0, 70.5, 180.0)
    # 126.1 and 136.0 GeV for the two smaller gaps, where Radau without tables leaves 0.1200 as well.
    assert found == pytest.approx(default, rel=0.015)
    assert found < 150.0


@pytest.mark.parametrize(("delta_m", "least", "where"), [(2.5, 0.33, 75.0), (5.0, 1.08, 140.0)])
def test_without_the_portal_larger_gaps_have_no_solution(delta_m, least, where):
    found = minimize_scalar(lambda m: floor(m, delta_m, 0.0), bounds=(70.0, 180.0), method="bounded")
    assert found.fun == pytest.approx(least, rel=0.02)
    assert found.fun > OMEGA
    assert found.x == pytest.approx(where, abs=10.0)


SLICES = [
    (5.0, 0.95, 200.0, 6.18e-14, 0.319, 1.28e-6, 4.99e-5, 4.89, 3.56e-3, 5.21e-4),
    (5.0, 0.95, 400.0, 2.08e-13, 0.0947, 3.28e-6, 5.40e-5, 4.78, 1.48e-2, 4.39e-3),
    (5.0, 0.95, 440.0, 3.01e-13, 0.0655, 4.13e-6, 3.69e-5, 4.55, 2.64e-2, 8.52e-3),
    (2.5, 0.95, 200.0, 1.95e-14, 1.01, 1.42e-6, 1.28e-5, 6.38, 5.50e-2, 2.99e-3),
    (2.5, 0.95, 400.0, 6.50e-14, 0.304, 3.64e-6, 1.16e-5, 5.19, 0.273, 3.77e-2),
    (2.5, 0.95, 500.0, 1.07e-13, 0.185, 5.20e-6, 6.10e-6, 4.82, 0.826, 0.149),
    (5.0, 0.6, 200.0, 7.93e-15, 2.49, 4.58e-7, 1.89e-6, 6.58, 9.42e-2, 1.38e-2),
    (5.0, 0.6, 400.0, 2.76e-14, 0.715, 1.19e-6, 9.12e-6, 5.59, 8.77e-2, 2.60e-2),
]


@pytest.mark.parametrize("row", SLICES, ids=lambda row: f"{row[0]:g}-{row[1]:g}-{row[2]:g}")
def test_slices_of_the_default_choices(row):
    delta_m, b_1, m_chi, width, ctau_cm, coupling, asymmetry, x_peak, vacuum, thermal = row
    found = viable(m_chi, delta_m, b_1)
    assert found["width"] == pytest.approx(width, rel=1e-2)
    assert 100.0 * found["ctau_m"] == pytest.approx(ctau_cm, rel=1e-2)
    assert found["coupling_rms"] == pytest.approx(coupling, rel=1e-2)
    assert -found["asymmetry_sph"] == pytest.approx(asymmetry, rel=2e-2)
    assert found["x_peak"] == pytest.approx(x_peak, rel=1e-2)
    assert found["i1_over_xi_required"] == pytest.approx(vacuum, rel=2e-2)
    hot = predicted(model(absorptive_masses="thermal"), m_chi, delta_m, b_1, found["width"])
    assert hot["i1_over_xi_required"] == pytest.approx(thermal, rel=2e-2)


@pytest.mark.parametrize(
    ("b_1", "paper_ctau", "paper", "resonant"),
    [
        (0.6, 1.34, 7.00e-6, 5.67e-5),
        (0.8, 0.68, 3.50e-5, 7.10e-5),
        (0.9, 0.34, 5.77e-5, 7.80e-5),
        (0.95, 0.172, 7.13e-5, 8.19e-5),
        (0.99, 0.034, 8.34e-5, 8.56e-5),
    ],
)
def test_sources_of_the_asymmetry_by_branching_fraction(b_1, paper_ctau, paper, resonant):
    found = viable(300.0, 5.0, b_1)
    assert 100.0 * found["ctau_m"] == pytest.approx(paper_ctau, rel=2e-2)
    assert found["asymmetry_sph"] == pytest.approx(-paper, rel=1e-2)
    other = predicted(model(cp_source="resonant"), 300.0, 5.0, b_1, found["width"])
    assert other["asymmetry_sph"] == pytest.approx(resonant, rel=1e-2)


# Decay length (cm) and |D(T_sph)| at 300 and 450 GeV, Δm = 5 GeV, B_1 = 0.95, each at Ωh² = 0.12.
VARIANTS = {
    "default": ({}, (0.172, 7.1e-5), (0.055, 3.0e-5)),
    "photon-mass-eT/3": ({"photon_mass": 1.0 / 9.0}, (0.182, 5.4e-5), (0.058, 2.1e-5)),
    "muon-regulator": ({"lepton_mass": "muon"}, (0.187, 2.9e-5), (0.059, 9.6e-6)),
    "both": ({"photon_mass": 1.0 / 9.0, "lepton_mass": "muon"}, (0.197, 2.4e-5), (0.062, 8.0e-6)),
    "electron-muon": ({"lepton_mass": "electron-muon"}, (0.198, 2.1e-5), (0.063, 6.7e-6)),
    "no-scatterings": ({"scattering": False}, (0.137, 4.5e-4), (0.044, 1.9e-3)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_what_each_open_choice_is_worth(name):
    options, *columns = VARIANTS[name]
    for m_chi, (ctau_cm, asymmetry) in zip((300.0, 450.0), columns, strict=True):
        found = viable(m_chi, 5.0, 0.95, **options)
        assert 100.0 * found["ctau_m"] == pytest.approx(ctau_cm, rel=2e-2)
        assert abs(found["asymmetry_sph"]) == pytest.approx(asymmetry, rel=4e-2)


def test_gamma_falls_steeply_only_with_the_thermal_mass_of_phi():
    from relicfit.solver.scenarios.conversion.asymmetry import absorptive_part, thermal_mass_phi

    temperatures = [300.0, 100.0, 30.0]
    vacuum = [absorptive_part(305.0, 300.0, t, False) for t in temperatures]
    hot = [absorptive_part(thermal_mass_phi(305.0, 1.0, t), 300.0, t, False) for t in temperatures]
    np.testing.assert_allclose(vacuum, [7.1e-4, 5.6e-4, 5.1e-4], rtol=1e-2)
    np.testing.assert_allclose(hot, [3.0e-2, 1.5e-3, 5.7e-4], rtol=3e-2)


def test_decay_length_and_required_phase_along_the_slices_move_as_in_the_figures():
    masses = [200.0, 300.0, 400.0, 440.0]
    for delta_m, b_1 in ((5.0, 0.95), (2.5, 0.95), (5.0, 0.6)):
        along = [viable(m_chi, delta_m, b_1) for m_chi in masses]
        lengths = [found["ctau_m"] for found in along]
        assert np.all(np.diff(lengths) < 0.0)
        assert min(lengths) > 3e-4
        assert max(lengths) < 0.05
    rising = [viable(m_chi, 5.0, 0.95)["i1_over_xi_required"] for m_chi in masses]
    assert np.all(np.diff(rising) > 0.0)


# Δm, λ_H, bracket, paper, default, paper-like: the largest m_χ with a solution.
LARGEST_MASSES = [
    (5.0, 1.0, 400.0, 800.0, 510.0, 482.0, 501.0),
    (2.5, 1.0, 400.0, 800.0, 640.0, 621.0, 639.0),
    (1.0, 0.0, 70.5, 180.0, 150.0, 79.0, 82.0),
    (0.2, 0.0, 70.5, 180.0, 150.0, 125.0, 129.0),
    (0.05, 0.0, 70.5, 180.0, 150.0, 134.0, 137.0),
]

# Ranges of the default and the paper-like choices along slices, in the paper's order of claims:
# (quantity, Δm, B_1, masses, default, paper-like or None). The paper: |Δ_φ/ε| 1e-6 to 1e-5 below 450 GeV
# with its maximum around x = 5, couplings of 1e-6, decay lengths of cm to mm, |I_1/ξ| 1e-3 to 1e-1,
# |ε| 1e-5 to 1e-4, mass splittings of meV.
RANGES = [
    ("asymmetry_sph", 5.0, 0.95, (160.0, 440.0), (3.2e-5, 7.1e-5), (0.8e-5, 2.1e-5)),
    ("asymmetry_sph", 2.5, 0.95, (160.0, 440.0), (0.85e-5, 1.6e-5), (0.24e-5, 0.49e-5)),
    ("asymmetry_sph", 5.0, 0.6, (160.0, 440.0), (0.06e-5, 0.9e-5), (0.07e-5, 0.31e-5)),
    ("x_peak", 5.0, 0.95, (200.0, 470.0), (4.0, 5.0), None),
    ("coupling_rms", 5.0, 0.95, (160.0, 440.0), (0.9e-6, 4e-6), (0.9e-6, 4e-6)),
    ("ctau_m", 5.0, 0.95, (160.0, 440.0), (0.07e-2, 0.47e-2), None),
    ("i1_over_xi_required", 5.0, 0.95, (160.0, 465.0), (3.4e-3, 6e-2), None),
    ("epsilon_required", 5.0, 0.95, (160.0, 440.0), (3.6e-6, 8e-6), None),
    ("delta_m12", 5.0, 0.95, (160.0, 440.0), (85e-12, 580e-12), None),
]


def along_masses(name, delta_m, b_1, masses, **options):
    points = [viable(float(m_chi), delta_m, b_1, **options) for m_chi in np.linspace(*masses, 15)]
    if name == "delta_m12":
        # At |I_1| = 1, where ξ is the inverse of the required phase.
        values = [found[name] * found["i1_over_xi"] / found["i1_over_xi_required"] for found in points]
    else:
        values = [abs(found[name]) for found in points]
    return min(values), max(values)


@pytest.mark.slow
def test_table_of_the_paper_default_and_paper_like():
    """Print the whole comparison and hold each column to its reference."""
    print()
    for delta_m, lambda_h, low, high, paper, default, paper_like in LARGEST_MASSES:
        found = [
            largest_mass(delta_m, lambda_h, low, high, **options)
            for options in ({}, {"choices": "paper-like"})
        ]
        print(
            f"largest m_chi, {delta_m:g} GeV, lambda_H {lambda_h:g}: paper {paper:.0f}  "
            f"default {found[0]:.1f}  paper-like {found[1]:.1f}"
        )
        np.testing.assert_allclose(found, [default, paper_like], rtol=0.015)
    for name, delta_m, b_1, masses, *columns in RANGES:
        found = [
            along_masses(name, delta_m, b_1, masses, **options) for options in ({}, {"choices": "paper-like"})
        ]
        print(f"{name} {delta_m:g}/{b_1:g}: " + "  ".join(f"{low:.3g}..{high:.3g}" for low, high in found))
        for measured, expected in zip(found, columns, strict=True):
            if expected is not None:
                # The references quote one or two digits, over masses they do not state.
                np.testing.assert_allclose(np.log(measured), np.log(expected), atol=0.22)


@pytest.mark.slow
def test_initial_conditions_matter_less_with_paper_like_choices():
    for m_chi, delta_m, change in ((300.0, 5.0, -0.07), (300.0, 2.5, -0.034)):
        found = viable(m_chi, delta_m, 0.95, choices="paper-like")
        empty = predicted(model(choices="paper-like", start="empty"), m_chi, delta_m, 0.95, found["width"])
        assert empty["asymmetry_sph"] / found["asymmetry_sph"] - 1.0 == pytest.approx(change, abs=0.01)
        assert math.log(empty["omega_h2"] / found["omega_h2"]) == pytest.approx(0.0, abs=3e-4)
