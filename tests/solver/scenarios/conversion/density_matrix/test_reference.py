"""The compiled density matrix against Radau on complex matrices, and four equations as its limit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import kve

from relicfit.tests.solver.scenarios.conversion import reference as four_equations
from relicfit.tests.solver.scenarios.conversion.density_matrix import reference
from relicfit.tests.solver.scenarios.conversion.density_matrix.points import A, B, C, Point, evolve

# The default of the scenario.
DEFAULT_ACCURACY = 1e-4
# A thirtieth of what the observed baryons need: errors of less count absolutely.
SMALLEST_CHARGE = 1e-11


def prior_points(number: int, seed: int, states: int = 2, leptons: int = 2) -> list[Point]:
    """Return points from wide priors with arbitrary phases and couplings by flavour."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        m_chi = 150.0 * (600.0 / 150.0) ** rng.uniform()
        delta_m = 20.0 ** rng.uniform()
        size = 10.0 ** rng.uniform(-7.5, -5.0) * np.exp(rng.uniform(-1.5, 0.0, (leptons, states)))
        couplings = size * np.exp(1j * rng.uniform(-np.pi, np.pi, (leptons, states)))
        point = Point((), (0.0,) * states, m_chi, delta_m, float(10.0 ** rng.uniform(-1.0, 0.3)))
        signs = rng.choice([-1.0, 1.0], size=states - 1)
        found.append(point.with_couplings(couplings).at(*(signs * 10.0 ** rng.uniform(0.0, 4.0, states - 1))))
    return found


def largest_error(
    point: Point, accuracy: float = DEFAULT_ACCURACY, rtol: float = 1e-6
) -> tuple[float, float]:
    """Return the errors of the charges, over the largest, and of the populations."""
    exact, found = reference.solve(point, rtol), evolve(point, accuracy=accuracy)
    charges = np.max(np.abs(found.charges - exact.charges)) / (
        np.max(np.abs(exact.charges)) + SMALLEST_CHARGE
    )
    return charges, float(np.max(np.abs(found.populations / exact.populations - 1.0)))


def test_compiled_evolution_is_that_of_radau_without_tables():
    charges, populations = largest_error(B.at(-3.0))
    assert charges < 1e-3
    assert populations < 1e-3


@pytest.mark.slow
def test_compiled_evolution_is_that_of_radau_over_the_prior():
    errors = np.array([largest_error(point) for point in prior_points(50, seed=3)])
    assert errors.max() < 1e-3


@pytest.mark.slow
def test_three_states_are_those_of_radau():
    points = [C, *prior_points(4, seed=4, states=3, leptons=3)]
    errors = np.array([largest_error(point) for point in points])
    assert errors.max() < 1e-3


class Resonant(four_equations.System):
    """The four equations with ε(T) = I_1 γ(T)/ξ, γ of Boltzmann leptons in closed form, in units of its last value."""

    def rhs(self, ln_x, y):
        """Return the derivatives by ln x, the source of the asymmetry scaled."""
        derivative = super().rhs(ln_x, y)
        erased = self.at(ln_x)[1] * self.washout(y, ln_x)[0] * y[-1]
        now, last = boltzmann_absorption(ln_x), boltzmann_absorption(math.log(300.0 / 132.0))
        derivative[-1] = (derivative[-1] + erased) * now / last - erased
        return derivative


def boltzmann_absorption(ln_x, m_phi=305.0, m_chi=300.0):
    """Return γ(T) of Boltzmann leptons."""
    x = math.exp(ln_x)
    z = x * m_phi / m_chi
    ratio = kve(1, z) / kve(1, x) * math.exp(x - z)
    return (m_phi**2 - m_chi**2) ** 2 / (m_phi * m_chi**3) * ratio


def test_decays_alone_far_from_resonance_are_the_four_equations_with_the_resonant_source():
    """Γ_1 ε_1 = +Γ_2 ε_2 comes out of the density matrix; the paper's relation has the other sign."""
    xi = 1e4
    coherent = evolve(
        A.at(xi), coherence="decay", helicity="averaged", thermal_mass=False, chemistry="paper", accuracy=1e-6
    )
    widths = (0.95 * 1.148e-13, 0.05 * 1.148e-13)
    system = Resonant(four_equations.Point(300.0, 5.0, 1.0, widths, (widths[0], widths[0])))
    start, stop = math.log(0.05), math.log(300.0 / 132.0)
    values = system.at(start)
    y0 = np.array([values[5], values[6], values[6], 0.0])
    # The Jacobian of the unscaled source serves: it only steers the iteration.
    result = solve_ivp(system.rhs, (start, stop), y0, "Radau", rtol=1e-8, atol=1e-8, jac=system.jacobian)
    epsilon = boltzmann_absorption(stop) / xi
    assert epsilon * result.y[-1, -1] * four_equations.ASYMMETRY_UNIT == pytest.approx(
        coherent.scalar, rel=2e-4
    )
    assert coherent.scalar == pytest.approx(8.68557e-12, rel=1e-3)
