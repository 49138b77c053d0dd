"""The density matrix at points that two independent implementations agreed on before this one was written."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.numerics.tables import lookup1
from relicfit.solver.scenarios.conversion.asymmetry import absorptive_part
from relicfit.solver.scenarios.conversion.density_matrix import functions
from relicfit.solver.scenarios.conversion.density_matrix.medium import medium_at
from relicfit.tests.solver.scenarios.conversion.density_matrix.points import (
    B_REAL,
    A,
    B,
    C,
    D,
    evolve,
    omega_h2,
    slopes,
    state_of,
    system,
)

PLACES = [(305.0, 300.0, 132.0), (305.0, 300.0, 1000.0), (152.5, 150.0, 132.0)]


def kappa(m_phi, m_chi):
    return 0.5 * (m_phi**2 - m_chi**2)


@pytest.mark.parametrize(
    ("place", "expected"), list(zip(PLACES, [0.584231, 0.140533, 0.402718], strict=True))
)
def test_mean_inverse_energy(place, expected):
    from relicfit.solver.numerics.bessel import ratio_k1_k2

    assert ratio_k1_k2(place[1] / place[2]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("place", "expected"), list(zip(PLACES, [0.578638, 0.90452, 0.712468], strict=True)))
def test_helicity_correlation_of_the_thermal_mass(place, expected):
    assert functions.mass_correlation(math.log(place[1] / place[2])) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("y", "expected"), [(0.02, 1.00092), (0.1, 1.01325), (0.5, 1.09416), (2.0, 0.51021)])
def test_lepton_tadpole(y, expected):
    assert lookup1(functions.RESONANCE, math.log(y)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("place", "tadpole", "whole"),
    list(zip(PLACES, [98.8964, 31676.5, 266.644], [462.907, 52511.5, 629.953], strict=True)),
)
def test_thermal_self_energy(place, tadpole, whole):
    m_phi, m_chi, temperature = place
    ln_z = math.log(m_phi / temperature)
    assert lookup1(functions.TADPOLE, ln_z) * temperature**2 == pytest.approx(tadpole, rel=1e-5)
    ln_y = math.log(kappa(m_phi, m_chi) / (m_chi * temperature))
    assert functions.thermal_self_energy(ln_z, ln_y) * temperature**2 == pytest.approx(whole, rel=2e-4)


@pytest.mark.parametrize(("place", "expected"), list(zip(PLACES, [0.01671, 0.01159, 0.01388], strict=True)))
def test_helicity_correlation_of_the_decay(place, expected):
    m_phi, m_chi, temperature = place
    found = functions.decay_correlation(math.log(m_chi / temperature), kappa(m_phi, m_chi) / m_chi**2)
    assert found == pytest.approx(expected, rel=1e-2)


def test_absorptive_part_with_boltzmann_leptons():
    assert absorptive_part(305.0, 300.0, 132.0, True) == pytest.approx(0.00105903, rel=1e-3)
    assert absorptive_part(305.0, 300.0, 132.0, False) == pytest.approx(0.000585737, rel=1e-3)


def test_couplings_of_the_first_point():
    assert A.h[0, 0].real == pytest.approx(1.69975e-11, rel=1e-5)
    assert A.h[1, 1].real == pytest.approx(8.94603e-13, rel=1e-5)
    assert A.h[0, 1] == pytest.approx(2.75735e-12 * (1 + 1j), rel=1e-5)
    assert A.at(1.0).splittings[1] == pytest.approx(2.66963e-12, rel=1e-5)
    assert C.splittings[1:] == pytest.approx((3.4882e-10, 9.30186e-10), rel=1e-5)


def test_coefficients_of_the_first_point_at_decoupling():
    here, setting = system(A)
    found = medium_at(here.plasma, here.vertex, setting.effects, here.ln_sph)
    assert found.flow / here.vertex.unit_width == pytest.approx(4.22218e13, rel=1e-4)
    assert found.potential * 132.0**3 / 6.0 == pytest.approx(1.03202e8, rel=1e-4)
    assert found.sigma_eq == pytest.approx(0.00191992, rel=1e-4)
    assert found.yield_eq == pytest.approx(0.00196303, rel=1e-4)
    assert found.rate_b == pytest.approx(2.82877, rel=2e-3)
    assert found.rate_lepton_free == pytest.approx(0.588451 + 3.29513, rel=2e-3)
    assert found.rate == pytest.approx(0.588451 + 3.29513 + 2.82877, rel=2e-3)


def with_tau(point):
    """Return the point with a third lepton that does not couple."""
    return point.with_couplings(np.vstack([point.couplings, np.zeros((1, point.couplings.shape[1]))]))


def test_right_hand_side_at_a_state_far_from_anything():
    x = np.array([[[1.05, 0.02 + 0.01j], [0.02 - 0.01j, 1.5]], [[1.04, 0.02 + 0.03j], [0.02 - 0.03j, 1.4]]])
    found = slopes(with_tau(A.at(10.0)), 2.0, state_of(x, np.array([4.0, 5.0, 1.0]) * 1e-7, -0.001))
    assert found[-1] == pytest.approx(7.84646e8, rel=2e-3)
    np.testing.assert_allclose(found[:4], [-4.96013, 5.39976, -28.5239, -48.9218], rtol=5e-3)
    np.testing.assert_allclose(found[4:8], [-3.93955, 4.47632, 25.2517, -41.0425], rtol=5e-3)
    charges = 1e-6 * found[8:11]
    np.testing.assert_allclose(charges, [-9.13135e-05, -9.16288e-05, 0.0], rtol=5e-3, atol=1e-15)
    assert charges.sum() == pytest.approx(-0.000182942, rel=5e-3)


ROWS = [
    (0.1, 5.7833e-09, [1.07583, 1.9626], 0.153492),
    (1.0, 6.83187e-08, [1.08254, 1.95304], 0.166983),
    (10.0, 2.20216e-06, [1.22475, 1.17404], 0.119497),
    (100.0, 4.16806e-08, [1.04367, 1.46679], 0.00743834),
    (1000.0, 4.32049e-09, [1.04315, 1.6091], 0.000910781),
    (-1.0, -4.77674e-08, [None, 1.9688], None),
    (-10.0, -1.46844e-07, [None, 1.94185], None),
    (-100.0, -4.01785e-08, [None, 1.74839], None),
]


@pytest.mark.parametrize(("xi", "baryons", "populations", "coherence"), ROWS)
def test_asymmetry_populations_and_coherence_of_the_first_point(xi, baryons, populations, coherence):
    found = evolve(A.at(xi))
    assert found.baryon_yield == pytest.approx(baryons, rel=1e-3)
    for value, expected in zip(found.populations, populations, strict=True):
        if expected is not None:
            assert value == pytest.approx(expected, rel=3e-3)
    if coherence is not None:
        assert found.coherence == pytest.approx(coherence, rel=0.02)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"helicity": "averaged"}, 3.75858e-08),
        ({"thermal_mass": False}, 4.24026e-08),
        ({"chemistry": "broken"}, 4.48938e-08),
        ({"chemistry": "paper"}, 4.54482e-08),
        ({"blocking": True}, 4.15077e-08),
        ({"back_reaction": False}, 2.61938e-08),
        ({"share": 1e-6}, 2.01302e-08),
        ({"washout": False, "back_reaction": False}, 2.76977e-06),
    ],
)
def test_what_each_effect_does_to_the_asymmetry(options, expected):
    assert evolve(A.at(100.0), **options).baryon_yield == pytest.approx(expected, rel=1e-3)


def test_large_splitting_with_decays_alone_is_the_number_of_the_four_equations():
    options = dict(coherence="decay", helicity="averaged", thermal_mass=False, chemistry="paper")
    assert evolve(A.at(1e4), **options).scalar == pytest.approx(8.68557e-12, rel=1e-3)


def test_adiabatic_limit():
    # 0.13 % between the limit and the full equations at this splitting.
    assert 1e4 * evolve(A.at(1e4)).baryon_yield == pytest.approx(4.26956e-06, rel=5e-3)


def test_unaligned_flavours():
    point = B.at(100.0)
    h = point.h
    assert (h[0, 1] ** 2).imag / (h[0, 0] * h[1, 1]).real == pytest.approx(-0.1404, rel=1e-3)
    found = evolve(point)
    assert found.baryon_yield == pytest.approx(-1.05434e-07, rel=2e-3)
    np.testing.assert_allclose(found.charges, [2.56169e-06, -2.94029e-06], rtol=2e-3)


@pytest.mark.parametrize(
    ("xi", "expected"), [(-100.0, -1.27e-8), (100.0, 1.37e-7), (1e3, 9.24e-9), (1e4, 5.33e-10)]
)
def test_flavours_make_an_asymmetry_where_the_invariant_vanishes(xi, expected):
    assert abs(B_REAL.h[0, 1].imag) < 1e-12 * abs(B_REAL.h[0, 1])
    assert evolve(B_REAL.at(xi)).baryon_yield == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("xi", "expected"), [(0.0, 2.380e-10), (0.1, -1.2586e-9), (1.0, -1.7262e-8)])
def test_unaligned_flavours_at_small_splittings(xi, expected):
    found = evolve(B.at(xi))
    assert found.baryon_yield == pytest.approx(expected, rel=0.02)
    if xi == 0.0:
        np.testing.assert_allclose(found.charges, [-7.515e-9, 8.369e-9], rtol=0.02)


def test_three_states_and_three_flavours():
    found = evolve(C)
    expected = np.array([5.79434e-07, -8.9397e-07, 3.16588e-07])
    np.testing.assert_allclose(found.charges, expected, atol=0.002 * np.max(np.abs(expected)))
    assert found.baryon_yield == pytest.approx(5.71391e-10, abs=1e-9)
    np.testing.assert_allclose(found.populations, [1.16165, 1.2984, 1.66982], rtol=3e-3)


def test_three_states_and_three_flavours_averaged_over_helicity():
    found = evolve(C, helicity="averaged")
    expected = np.array([5.65178e-07, -1.02747e-06, 4.58768e-07])
    np.testing.assert_allclose(found.charges, expected, atol=0.002 * np.max(np.abs(expected)))
    assert found.baryon_yield == pytest.approx(-9.82474e-10, abs=1e-9)


def test_light_states():
    found = evolve(D)
    assert found.baryon_yield == pytest.approx(3.98046e-07, rel=2e-3)
    np.testing.assert_allclose(found.populations, [1.16036, 1.1338], rtol=3e-3)


@pytest.mark.parametrize(
    ("xi", "expected"),
    [
        (0.1, 0.0798176),
        (1.0, 0.0993636),
        (10.0, 0.115629),
        (100.0, 0.119379),
        (-1.0, 0.145843),
        (-10.0, 0.124396),
    ],
)
def test_relic_density_depends_on_the_splitting(xi, expected):
    assert omega_h2(A.at(xi)) == pytest.approx(expected, rel=1e-3)


def test_three_states_without_vacuum_splitting():
    degenerate = C.at(0.0, 0.0)
    assert evolve(degenerate).baryon_yield == pytest.approx(5.71e-11, rel=0.05)
    assert abs(evolve(degenerate, helicity="averaged").baryon_yield) < 1e-15


@pytest.mark.parametrize(("xi", "expected"), [(100.0, 2.019e-8), (1e3, -4.298e-9), (1e4, -3.015e-9)])
def test_empty_start_early_enough(xi, expected):
    assert evolve(A.at(xi), start=0.005, share=1e-6).baryon_yield == pytest.approx(expected, rel=0.02)
