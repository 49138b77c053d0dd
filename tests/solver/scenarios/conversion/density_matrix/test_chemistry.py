"""Chemical potentials of right-handed leptons from the conserved charges, against the linear systems."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.solver.scenarios.conversion.density_matrix.chemistry import CHEMISTRIES

CHARGES = np.array([3.0, -1.0, 0.4])
SCALAR = float(CHARGES.sum())


def symmetric(charges, scalar):
    """Return μ_e and B of three flavours above the electroweak transition, in units T²/(6s).

    Unknowns: μ_q, μ_u, μ_d, μ_H, μ_l1..3, μ_e1..3. With Yukawa couplings, sphalerons of both kinds, hypercharge.
    """
    rows, known = [], []

    def equation(terms, value=0.0):
        row = np.zeros(10)
        for index, factor in terms:
            row[index] += factor
        rows.append(row)
        known.append(value)

    q, u, d, h = range(4)
    equation([(u, 1), (q, -1), (h, -1)])
    equation([(d, 1), (q, -1), (h, 1)])
    for k in range(3):
        equation([(7 + k, 1), (4 + k, -1), (h, 1)])
        # Q_k = B/3 - L_k with B = 3 (2 μ_q + μ_u + μ_d) and L_k = 2 μ_lk + μ_ek.
        equation([(q, 2), (u, 1), (d, 1), (4 + k, -2), (7 + k, -1)], charges[k])
    equation([(q, 9), (4, 1), (5, 1), (6, 1)])
    # Hypercharge: φ⁻ carries -1; Higgs bosons count twice.
    leptons = [(4 + k, -1.0) for k in range(3)] + [(7 + k, -1.0) for k in range(3)]
    equation([(q, 3), (u, 6), (d, -3), (h, 2), *leptons], scalar)
    mu = np.linalg.solve(np.array(rows), np.array(known))
    return mu[7:], 3.0 * (2.0 * mu[q] + mu[u] + mu[d])


def broken(charges, scalar):
    """Return μ_e and B where the Higgs field is large: unknowns μ_u, μ_W (of W⁻) and μ_ν1..3."""
    rows, known = [], []
    for k in range(3):
        # B/3 = 2 (2 μ_u + μ_W) and L_k = 3 μ_νk + 2 μ_W.
        row = np.array([4.0, 2.0 - 2.0, 0.0, 0.0, 0.0])
        row[2 + k] = -3.0
        rows.append(row)
        known.append(charges[k])
    rows.append(np.array([9.0, 6.0, 1.0, 1.0, 1.0]))
    known.append(0.0)
    # Charge: quarks, leptons, W bosons of three polarisations, each boson counting twice, and φ⁻.
    rows.append(np.array([12.0 - 6.0, -6.0 - 6.0 - 6.0, -2.0, -2.0, -2.0]))
    known.append(scalar)
    mu = np.linalg.solve(np.array(rows), np.array(known))
    return mu[2:] + mu[1], 6.0 * (2.0 * mu[0] + mu[1])


@pytest.mark.parametrize(("name", "system"), [("equilibrium", symmetric), ("broken", broken)])
def test_potentials_and_baryons_solve_the_equilibrium_conditions(name, system):
    chemistry = CHEMISTRIES[name]
    for scalar in (SCALAR, 0.0, 2.5):
        potentials, baryons = system(CHARGES, scalar)
        expected = chemistry.own * CHARGES + chemistry.total * CHARGES.sum() + chemistry.scalar * scalar
        np.testing.assert_allclose(potentials, expected, rtol=1e-12)
        assert baryons == pytest.approx(
            chemistry.charge * CHARGES.sum() + chemistry.hidden * scalar, rel=1e-12
        )


def test_check_values_of_the_broken_phase():
    chemistry = CHEMISTRIES["broken"]
    assert chemistry.total == pytest.approx(0.04804805, rel=1e-6)
    assert chemistry.scalar == pytest.approx(-0.02252252, rel=1e-6)
    assert (chemistry.charge, chemistry.hidden) == pytest.approx((12.0 / 37.0, -1.0 / 37.0), rel=1e-12)


def test_paper_counts_fermi_dirac_leptons():
    # y_k = -Q_k s π²/(1.5 ζ(3) T³) and the code's unit is 6 s/T³.
    assert 6.0 * CHEMISTRIES["paper"].own == pytest.approx(
        -(np.pi**2) / (1.5 * 1.2020569031595942), rel=1e-12
    )
