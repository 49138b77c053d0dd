"""The engine against scipy's Radau with equations written by hand, model by model."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import kve

from relicfit.solver.cosmology import entropy_density, entropy_factor, hubble
from relicfit.solver.network.description import Process, Species, Washout

from .networks import coscattering, solve, wimp

pytestmark = pytest.mark.slow

AGREEMENT = 2e-5
ENGINE = 1e-6
RELATIVE, ABSOLUTE = 1e-9, 1e-11


def plasma(u):
    """Return T, the entropy density and -dt/dlnT at u = -ln T."""
    temperature = np.exp(-u)
    clock = 1.0 / (hubble(temperature) * entropy_factor(temperature))
    return temperature, float(entropy_density(temperature)), float(clock)


def equilibrium(mass, degrees, temperature, entropy):
    x = mass / temperature
    return degrees * mass**2 * temperature * kve(2, x) * np.exp(-x) / (2.0 * np.pi**2) / entropy


def dilation(mass, temperature):
    return kve(1, mass / temperature) / kve(2, mass / temperature)


def radau(slope, hottest, coldest, start):
    span = (-np.log(hottest), -np.log(coldest))
    result = solve_ivp(slope, span, start, method="Radau", rtol=RELATIVE, atol=ABSOLUTE)
    assert result.success
    return result.y[:, -1]


def test_a_single_particle():
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(100.0, 2, t, s)
        return [-c * s * 1.9e-9 * (y - q * q / y)]

    _, s, _ = plasma(-np.log(50.0))
    final = np.exp(radau(slope, 50.0, 0.1, [np.log(equilibrium(100.0, 2, 50.0, s))]))
    found = solve(*wimp(sigma_v=1.9e-9), accuracy=ENGINE, hottest=50.0, coldest=0.1)
    assert found.yields[0, 0] == pytest.approx(final[0], rel=AGREEMENT, abs=0.0)


@pytest.mark.parametrize(("strength", "width"), [(1e-15, 0.0), (1e-16, 0.0), (0.0, 1e-13)])
def test_a_pair_with_conversion(strength, width):
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y1, y2 = np.exp(ln_y)
        q1, q2 = equilibrium(500.0, 2, t, s), equilibrium(510.0, 2, t, s)
        both = c * s * 1e-9 * (y1 * y2 - q1 * q2)
        own = c * s * 2e-8 * (y2**2 - q2**2)
        converted = c * (strength * t + width * dilation(510.0, t)) * (y2 - y1 * q2 / q1)
        return [(converted - both) / y1, (-converted - both - own) / y2]

    _, s, _ = plasma(-np.log(250.0))
    start = np.log([equilibrium(500.0, 2, 250.0, s), equilibrium(510.0, 2, 250.0, s)])
    final = np.exp(radau(slope, 250.0, 2.0, start)).sum()
    found = solve(*coscattering(strength, width), accuracy=ENGINE, hottest=250.0, coldest=2.0)
    assert found.yields[0].sum() == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def test_two_components():
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y1, y2 = np.exp(ln_y)
        q1, q2 = equilibrium(200.0, 2, t, s), equilibrium(100.0, 2, t, s)
        into = c * s * 1e-8 * (y1**2 - (q1 / q2 * y2) ** 2)
        first, second = c * s * 1e-10 * (y1**2 - q1**2), c * s * 1e-9 * (y2**2 - q2**2)
        return [(-into - first) / y1, (into - second) / y2]

    _, s, _ = plasma(-np.log(100.0))
    start = np.log([equilibrium(200.0, 2, 100.0, s), equilibrium(100.0, 2, 100.0, s)])
    final = np.exp(radau(slope, 100.0, 0.5, start))
    species = [Species("a", 200.0, 2), Species("b", 100.0, 2)]
    processes = [
        Process("a a -> SM SM", sigma_v=1e-10),
        Process("b b -> SM SM", sigma_v=1e-9),
        Process("a a -> b b", sigma_v=1e-8),
    ]
    found = solve(species, processes, accuracy=ENGINE, hottest=100.0, coldest=0.5)
    assert found.yields[0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def test_a_parent_that_fills_dark_matter():
    width = 1e-16

    def slope(u, y):
        t, s, c = plasma(u)
        q, q_x = equilibrium(1000.0, 2, t, s), equilibrium(100.0, 2, t, s)
        return [c * width * dilation(1000.0, t) * q * (1.0 - 1e-6 * y[0] / q_x) * 1e6]

    final = 1e-6 * radau(slope, 3e4, 10.0, [0.0])[0]
    species = [Species("B", 1000.0, 2, bath=True), Species("X", 100.0, 2, start="empty")]
    found = solve(species, [Process("B -> X SM", width=width)], accuracy=ENGINE, hottest=3e4, coldest=10.0)
    assert found.yields[0, 0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


@pytest.mark.parametrize("strength", [0.5, 10.0])
def test_leptogenesis(strength):
    mass, epsilon = 1e11, 1e-6
    width = strength * float(hubble(mass))

    def slope(u, y):
        t, s, c = plasma(u)
        q = equilibrium(mass, 2, t, s)
        rate = c * width * dilation(mass, t)
        # n_l = 2 T³/π² carriers; inverse decays take half of γ for each.
        washout = 0.5 * rate * q * s / (2.0 * t**3 / np.pi**2)
        return [-rate * (y[0] - q), 1e6 * epsilon * rate * (y[0] - q) - washout * y[1]]

    final = radau(slope, 1e13, 1e9, [0.0, 0.0])[1] * 1e-6
    found = solve(
        [Species("N", mass, 2, start="empty")],
        [Process("N -> SM SM", width=width, epsilon=epsilon, charge="L")],
        [Washout("L", process="N -> SM SM")],
        ("L",),
        accuracy=ENGINE, hottest=1e13, coldest=1e9,
    )  # fmt: skip
    assert found.charges[0, 0] == pytest.approx(final, rel=1e-4, abs=0.0)


def test_three_to_two():
    strength = 1000.0 / 0.1**5

    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(0.1, 1, t, s)
        return [-c * s**2 * strength / 6.0 * (y**2 - y * q)]

    _, s, _ = plasma(-np.log(0.05))
    final = np.exp(radau(slope, 0.05, 2e-4, [np.log(equilibrium(0.1, 1, 0.05, s))]))
    processes = [Process("S S S -> S S", sigma_v2=strength)]
    found = solve([Species("S", 0.1, 1)], processes, accuracy=ENGINE, hottest=0.05, coldest=2e-4)
    assert found.yields[0, 0] == pytest.approx(final[0], rel=1e-4, abs=0.0)
