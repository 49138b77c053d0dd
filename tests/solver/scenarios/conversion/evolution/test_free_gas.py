"""Degrees of freedom of a gas of free Standard Model particles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.cosmology import cosmology_at, g_rho
from relicfit.solver.scenarios.conversion.evolution.free_gas import free_gas, free_gas_table


def test_all_particles_count_when_hot_and_the_light_ones_when_cold():
    np.testing.assert_allclose(np.ravel(free_gas(np.array([1e5]))), 106.75, rtol=1e-5)
    # Photons, three neutrinos, electrons: 2 + 7/8 (6 + 4).
    np.testing.assert_allclose(np.ravel(free_gas(np.array([4e-3]))), 10.75, rtol=5e-3)


def test_around_ten_gev_it_exceeds_the_interacting_plasma_by_seven_per_cent():
    free = float(free_gas(np.array([10.0]))[0][0])
    assert free == pytest.approx(86.2, abs=0.1)
    assert free / float(g_rho(10.0)) == pytest.approx(1.07, abs=0.005)


def test_quarks_and_gluons_give_way_to_pions():
    above, below = free_gas(np.array([0.6, 0.04]))[0]
    assert above == pytest.approx(61.75 + 12.0, abs=3.0)  # u, d, s, gluons; charm begins
    assert below == pytest.approx(14.25, abs=2.0)  # muons and pions end


def test_entropy_is_the_derivative_of_the_pressure_away_from_confinement():
    # P = T s - ρ and dP/dT = s, with ρ = π²/30 g_ρ T⁴ and s = 2π²/45 g_s T³.
    for temperature in (1.0, 20.0, 60.0, 300.0):
        step = 1e-3
        t = temperature * np.exp(np.array([-step, 0.0, step]))
        rho, s = free_gas(t)
        rho, s = math.pi**2 / 30.0 * rho * t**4, 2.0 * math.pi**2 / 45.0 * s * t**3
        pressure = t * s - rho
        slope = (pressure[2] - pressure[0]) / (2.0 * step * temperature)
        assert slope == pytest.approx(s[1], rel=1e-5)


@pytest.mark.parametrize("temperature", [5e-3, 0.15, 3.0, 132.0, 2e4])
def test_table_reproduces_the_gas(temperature):
    _, entropy, _ = cosmology_at(free_gas_table(), math.log(temperature))
    expected = 2.0 * math.pi**2 / 45.0 * free_gas(np.array([temperature]))[1][0]
    assert entropy == pytest.approx(expected, rel=1e-5)
