from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.scenarios.conversion.rates import electroweak as ew
from relicfit.solver.scenarios.conversion.rates.annihilation import (
    CHANNELS,
    cross_section,
    s_wave,
    sigma_v_coefficients,
)

S_CHECK = (2.1 * 305.0) ** 2


def test_electroweak_parameters_are_those_of_the_tree_level_scheme():
    assert pytest.approx(79.82436, rel=1e-7) == ew.W_MASS
    assert pytest.approx(0.2336991, rel=1e-6) == ew.SIN2_W
    assert pytest.approx(246.22057, rel=1e-7) == ew.VEV
    assert pytest.approx(0.09825153, rel=1e-7) == ew.E_SQUARED_MZ
    assert pytest.approx(0.1282153, rel=1e-6) == ew.HYPERCHARGE_COUPLING_SQUARED


@pytest.mark.parametrize(
    ("channel", "portal", "expected"),
    [
        ("gamma gamma", 0.0, 5.42344e-9),
        ("gamma Z", 0.0, 3.23298e-9),
        ("Z Z", 0.0, 4.81585e-10),
        ("W W", 0.0, 2.51772e-11),
        ("Z h", 0.0, 2.23531e-11),
        ("Z Z", 1.0, 7.76857e-8),
        ("h h", 1.0, 1.538927e-8),
        ("Z h", 1.0, 6.74844e-10),
        ("gamma h", 1.0, 2.474934e-9),
        (None, 0.0, 1.0790436e-8),
        (None, 1.0, 3.080132e-7),
    ],
)
def test_cross_sections_at_305_gev_are_those_of_an_independent_calculation(channel, portal, expected):
    assert cross_section(S_CHECK, 305.0, portal, channel) == pytest.approx(expected, rel=1e-5)


def test_fermions_and_w_pairs_split_into_gauge_and_higgs_parts():
    def parts(*names):
        return (
            sum(sigma_v_coefficients(name, S_CHECK, 305.0) for name in names) / 2 / (1 - 1 / 1.05**2) ** 0.5
        )

    fermions = parts("light fermions", "t t")
    assert fermions[0] == pytest.approx(1.604900e-9, rel=1e-5)
    assert fermions[2] == pytest.approx(4.48986e-8, rel=1e-5)
    assert parts("W W")[2] == pytest.approx(1.566035e-7, rel=1e-5)


def test_the_pair_at_rest_annihilates_in_the_s_wave_alone():
    coefficients = s_wave(305.0)
    assert coefficients @ 0.0 ** np.arange(5) == pytest.approx(6.95794e-9, rel=1e-5)
    assert coefficients.sum() == pytest.approx(2.039667e-7, rel=1e-5)
    slow = 4.0 * 305.0**2 / (1.0 - 1e-4**2)
    nearly = sum(sigma_v_coefficients(name, slow, 305.0) for name in CHANNELS)
    np.testing.assert_allclose(nearly, coefficients, rtol=1e-6)


def test_photon_pairs_approach_the_threshold_value():
    # sigma v -> 2 pi alpha²/m² (scalar electrodynamics).
    value = sigma_v_coefficients("gamma gamma", 4.0 * 200.0**2, 200.0)[0]
    assert value == pytest.approx(2.0 * math.pi * ew.ALPHA_MZ**2 / 200.0**2, rel=1e-9)


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_are_zero_below_their_threshold_and_never_negative(channel):
    threshold = CHANNELS[channel].threshold
    m_phi = 70.0
    s = np.array([0.999, 1.001, 1.1, 2.0, 1e3]) * max(threshold, 2 * m_phi) ** 2
    for portal in (-1.0, 0.0, 0.5, 2.0):
        value = sigma_v_coefficients(channel, s, m_phi) @ portal ** np.arange(5)
        assert (value[1:] >= 0.0).all()
        if threshold > 2 * m_phi:
            assert value[0] == 0.0


# Far above all masses the electroweak symmetry is restored; corrections are of order (m/E)².
HIGH_ENERGY = (3e5) ** 2
MASS = 305.0


def high_energy(channel, power):
    return sigma_v_coefficients(channel, HIGH_ENERGY, MASS)[power] / 2.0


def test_fermion_pairs_come_from_hypercharge_at_high_energy():
    squares = sum(
        f.colours * ((f.charge - f.isospin) ** 2 + (f.charge**2 if f.charge else 0.0))
        for f in ew.FERMIONS.values()
    )
    expected = ew.HYPERCHARGE_COUPLING_SQUARED**2 / (24.0 * math.pi * HIGH_ENERGY) * squares
    assert high_energy("light fermions", 0) + high_energy("t t", 0) == pytest.approx(expected, rel=1e-4)


def test_w_pairs_and_zh_become_the_goldstone_bosons_at_high_energy():
    expected = 2.0 * ew.HYPERCHARGE_COUPLING_SQUARED**2 / (192.0 * math.pi * HIGH_ENERGY)
    assert high_energy("W W", 0) + high_energy("Z h", 0) == pytest.approx(expected, rel=1e-4)


def test_the_portal_produces_four_real_scalars_at_high_energy():
    found = sum(high_energy(name, 2) for name in ("W W", "Z Z", "h h"))
    assert found == pytest.approx(2.0 / (16.0 * math.pi * HIGH_ENERGY), rel=1e-4)


def test_neutral_gauge_pairs_become_hypercharge_bosons_at_high_energy():
    found = sum(high_energy(name, 0) for name in ("gamma gamma", "gamma Z", "Z Z"))
    scale = ew.HYPERCHARGE_COUPLING_SQUARED / ew.E_SQUARED_MZ
    assert found == pytest.approx(scale**2 * high_energy("gamma gamma", 0), rel=1e-4)
