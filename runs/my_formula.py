"""A scenario of one's own: dark matter that freezes out with a constant annihilation cross-section.

Named in a run file as ``scenario = "my_formula.py:ConstantCrossSection"``; the path counts from the folder of
the run file. What a scenario needs is here: texts, parameters, observables, perhaps options and flags, and
``solve``, which maps rows of parameters to rows of observables and a status for each.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from relicfit.solver import Flag, Observable, Parameter, Scenario, Status, constants, kernel

SOLVED, FAILED = int(Status.OK), int(Status.NOT_FINITE)


@kernel
def freeze_out(mass, cross_section, states, degrees_of_freedom):
    """Return the relic abundance and x = mass/T at freeze-out (Kolb & Turner, The Early Universe, section 5.2)."""
    scale = 0.038 * states / np.sqrt(degrees_of_freedom) * constants.PLANCK_MASS * mass * cross_section
    x = 20.0
    for _ in range(30):
        x = np.log(scale) - 0.5 * np.log(x)
    omega = 1.07e9 * x / (np.sqrt(degrees_of_freedom) * constants.PLANCK_MASS * cross_section)
    return omega, x


@kernel
def solve_rows(theta, states, degrees_of_freedom):
    """Return observables (n, 2) and status (n,) of rows theta (n, 2)."""
    observables = np.full((theta.shape[0], 2), np.nan)
    status = np.full(theta.shape[0], FAILED)
    for row in range(theta.shape[0]):
        omega, x = freeze_out(theta[row, 0], theta[row, 1], states, degrees_of_freedom)
        if np.isfinite(omega) and x > 1.0:
            observables[row, 0], observables[row, 1] = omega, x
            status[row] = SOLVED
    return observables, status


@dataclass(frozen=True)
class ConstantCrossSection(Scenario):
    """Relate mass and s-wave cross-section to the relic abundance by the textbook formula."""

    name = "constant-cross-section"
    summary = "Freeze-out of a particle with a constant s-wave annihilation cross-section."
    source = "E. W. Kolb and M. S. Turner, The Early Universe, section 5.2"
    # A pure function of its rows: threads may share it. Without this line it runs in one thread.
    thread_safe = True

    states: Annotated[float, Field(ge=1.0, le=100.0, description="spin states of dark matter")] = 2.0
    degrees_of_freedom: Annotated[float, Field(ge=3.0, le=200.0, description="g_* at freeze-out")] = 90.0

    @property
    def parameters(self):
        """The mass and the cross-section."""
        return (
            Parameter("mass", "m", "GeV", "mass of dark matter", 1.0, 1e6, {"loguniform": [10, 1e4]}),
            Parameter("cross_section", r"\sigma v", "GeV^-2", "annihilation cross-section times velocity",
                      1e-14, 1e-4, {"loguniform": [1e-10, 1e-7]}, role="coupling"),
        )  # fmt: skip

    @property
    def observables(self):
        """The relic abundance and when it was settled."""
        return (
            Observable("omega_h2", r"\Omega h^2", "", "relic abundance", 0.05,
                       theory_reason="the formula against a numerical solution", role="abundance"),
            Observable("x_freeze_out", "x_f", "", "mass over temperature at freeze-out"),
        )  # fmt: skip

    @property
    def flags(self):
        """Where the formula should not be used."""
        return (
            Flag("relativistic", "freeze-out at x below 3: not cold", lambda p, o: o["x_freeze_out"] < 3),
        )

    def solve(self, theta):
        """Compute observables (n, 2) and status (n,) of rows theta (n, 2)."""
        return solve_rows(theta, self.states, self.degrees_of_freedom)
