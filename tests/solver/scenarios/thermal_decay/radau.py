"""An independent integration of the Boltzmann equation: scipy's Radau at 1e-10, many points at once.

Every point has its own interval in u = ln z, mapped to [0, 1], so that one call integrates all of them with
the steps that the most demanding one needs. In equilibrium the variable is v = ln(Y/Yeq), later Y over a
constant:

    dv/du = -2 a Yeq sinh v + b (e^{-v} - 1) - dln Yeq/du,     dY/du = -a (Y² - Yeq²) - b (Y - Yeq)
"""

from __future__ import annotations

import math

import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import diags

from relicfit.solver.numerics.kernel import kernel
from relicfit.solver.scenarios.thermal_decay.system import make_system, rates

RTOL = 1e-10
# Equilibrium counts as exact where the rate back to it exceeds this times (1 + z): later the memory of
# the start fades by e^{-TIGHT}.
TIGHT = 50.0
# The variable changes from v to Y where Yeq is this far below the final yield.
DEPARTED = 30.0
LAST = math.log(1e14)
# The ultraviolet rate of dimension six ends at u = 0; intervals before it stop short of that point.
BEFORE_ZERO = -1e-13


def draw(rng, n, scenario, annihilation):
    """Return n rows of parameters from the prior box of the scenario."""

    def loguniform(low, high):
        return np.exp(rng.uniform(math.log(low), math.log(high), n))

    columns = [
        loguniform(1e-3, 1e5),
        rng.uniform(0.0, 1.0, n),
        loguniform(1e-12, 3.0) if scenario.interaction == "dim-4" else loguniform(1e-12, 1e-3),
        loguniform(0.1, 1.0),
        rng.uniform(1.0, 4.0, n),
        rng.uniform(1.0, 12.0, n),
        loguniform(1e-2, 1e10) if annihilation else np.zeros(n),
    ]
    if "reheating_temperature" in [item.name for item in scenario.parameters]:
        columns.append(loguniform(1e-2, 1e6))
    return np.array(columns).T


@kernel
def coefficients(u, theta, setting, out):
    """Fill a, b, Yeq and dln Yeq/du of every row at its own u."""
    for i in range(u.size):
        system = make_system(theta[i], setting)
        out[0, i], out[1, i], out[2, i], out[3, i] = rates(system, u[i])


class Reference:
    """Integrate rows of parameters; ``final_yield`` holds the result.

    ``expected``, the yields under test, only fixes where variables change and their scale.
    """

    def __init__(self, scenario, theta, expected):
        self.setting = scenario.setting
        self.theta = np.ascontiguousarray(scenario._full(theta))
        self.ultraviolet = scenario.interaction == "dim-6"
        reheating = self.theta[:, 7]
        from_equilibrium = reheating == 0.0
        first = 0.0 if scenario.densities == "nr" else math.log(0.05)
        start = np.where(
            from_equilibrium, first, np.log(self.theta[:, 0] / np.where(from_equilibrium, 1.0, reheating))
        )
        grid = (
            start[:, None] + np.linspace(0.0, 1.0, 1500) * np.maximum(0.1, math.log(700.0) - start)[:, None]
        )
        values = np.array([self.at(u) for u in grid.T]).transpose(1, 2, 0)
        tight = self.is_tight(grid, values)
        last_tight = np.where(tight.any(axis=1), tight.shape[1] - 1 - tight[:, ::-1].argmax(axis=1), 0)
        lines = np.arange(len(theta))
        start = grid[lines, last_tight]
        departed = (values[2] < expected[:, None] / DEPARTED) & (grid >= start[:, None])
        change = np.where(departed.any(axis=1), grid[lines, departed.argmax(axis=1)], grid[:, -1])
        from_nothing = ~tight.any(axis=1) & ~from_equilibrium
        change = np.where(from_nothing, start, change)

        zero = np.clip(0.0, start, change)
        v = self.integrate(True, start, zero, np.zeros(len(theta)))
        v = self.integrate(True, zero, change, v)
        self.scale = np.where(from_nothing, expected, np.exp(v) * self.at(change)[2])
        y = np.where(from_nothing, 0.0, 1.0)
        zero = np.maximum(change, 0.0)
        y = self.integrate(False, change, zero, y)
        y = self.integrate(False, zero, np.full(len(theta), LAST), y)
        self.final_yield = y * self.scale

    def at(self, u):
        out = np.empty((4, len(self.theta)))
        coefficients(u, self.theta, self.setting, out)
        return out

    def is_tight(self, u, values):
        rate = 2.0 * values[0] * values[2] + values[1]
        tight = rate > TIGHT * (1.0 + np.exp(u))
        if self.ultraviolet:
            # The rate may drop at u = 0: the memory must fade before.
            tight &= (u > 0.0) | (rate * np.minimum(-u, 1.0) > TIGHT)
        return tight

    def integrate(self, logarithmic, begin, end, y):
        width = end - begin
        if not width.any():
            return y
        ends_at_zero = (end <= 0.0) & (begin < 0.0)

        def values(t):
            u = begin + width * t
            return self.at(np.where(ends_at_zero, np.minimum(u, BEFORE_ZERO), u))

        def slope(t, y):
            a, b, q, fall = values(t)
            if logarithmic:
                return width * (-2.0 * a * q * np.sinh(y) + b * np.expm1(-y) - fall)
            q = q / self.scale
            return width * (-a * self.scale * (y - q) * (y + q) - b * (y - q))

        def jacobian(t, y):
            a, b, q, _ = values(t)
            if logarithmic:
                return diags(width * (-2.0 * a * q * np.cosh(y) - b * np.exp(-y))).tocsc()
            return diags(width * (-2.0 * a * self.scale * y - b)).tocsc()

        # Yields that start from nothing need an absolute tolerance; others may fall by any factor.
        atol = RTOL if logarithmic else np.where(y == 0.0, 1e-3 * RTOL, 0.0)
        result = solve_ivp(slope, (0.0, 1.0), y, method="Radau", jac=jacobian, rtol=RTOL, atol=atol)
        assert result.success, result.message
        return result.y[:, -1]
