"""Equilibrium densities against scipy and their limits."""

import math

import numpy as np
import pytest
from scipy.special import kve, zeta

from relicfit.solver.equilibrium import density, density_massless_boson


@pytest.mark.parametrize("x", [1e-6, 1e-3, 0.3, 1.0, 5.0, 80.0, 3e4])
def test_maxwell_boltzmann_density(x):
    value, fall = density(3.0, x, math.log(x), False)
    assert value == pytest.approx(3.0 * x**2 * kve(2, x) / (2.0 * math.pi**2), rel=2e-9)
    step = 1e-5
    ends = [
        density(3.0, x * math.exp(h), math.log(x) + h, False)[0] * math.exp(-x * math.expm1(h))
        for h in (-step, step)
    ]
    assert fall == pytest.approx(-math.log(ends[1] / ends[0]) / (2 * step), rel=1e-5, abs=1e-6)


def test_density_of_a_light_particle_is_that_of_a_massless_one():
    light, _ = density(4.0, 1e-6, math.log(1e-6), False)
    assert light == pytest.approx(density_massless_boson(4.0, False), rel=1e-5)
    assert density_massless_boson(4.0, True) / density_massless_boson(4.0, False) == pytest.approx(zeta(3))


@pytest.mark.parametrize("x", [0.5, 20.0])
def test_non_relativistic_density(x):
    value, fall = density(2.0, x, math.log(x), True)
    assert value == pytest.approx(2.0 * (x / (2.0 * math.pi)) ** 1.5, rel=1e-12)
    assert fall == pytest.approx(x - 1.5)


def test_non_relativistic_density_is_the_limit_of_the_full_one():
    ratios = [
        density(1.0, x, math.log(x), True)[0] / density(1.0, x, math.log(x), False)[0] for x in (10.0, 100.0)
    ]
    assert ratios == pytest.approx([1 / (1 + 15 / 80), 1 / (1 + 15 / 800)], rel=0.02)
    assert np.diff(ratios) > 0
