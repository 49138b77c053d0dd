"""A scenario in closed form with two couplings for one relic abundance, and an asymmetry beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import Observable, Parameter, Scenario

ASYMMETRY = 8.7e-11
# The abundance rises as coupling squared, peaks here and falls.
MIDDLE = 1e-2


def abundance(a, c, coupling):
    """Return the relic abundance."""
    x = (coupling / MIDDLE) ** 2
    return 0.12 * (0.4 + 2.0 * a * c) * 2.0 / (x + 1.0 / x)


@dataclass(frozen=True)
class TwoBranches(Scenario):
    name = "two-branch-test"
    summary = "The relic abundance rises and falls with the coupling; the asymmetry is proportional to b."
    source = "none"

    @property
    def parameters(self):
        return (
            Parameter("a", "a", "", "sets the largest abundance", 0.0, 1.0, {"uniform": [0, 1]}),
            Parameter("c", "c", "", "sets it too", 0.0, 1.0, {"uniform": [0, 1]}),
            Parameter(
                "coupling", "g", "", "a coupling", 1e-9, 1e3, {"loguniform": [1e-4, 1]}, role="coupling"
            ),
            Parameter("b", "b", "", "factor of the asymmetry", 1e-9, 1e9, {"loguniform": [1e-3, 1e2]}),
        )

    @property
    def observables(self):
        return (
            Observable("omega_h2", r"\Omega h^2", "", "the abundance", role="abundance"),
            Observable("baryon_yield", "Y", "", "the asymmetry"),
            Observable("heavy", "h", "", "something that a bound may exclude"),
        )

    def solve(self, theta):
        a, c, coupling, b = theta.T
        omega = abundance(a, c, coupling)
        found = np.column_stack([omega, ASYMMETRY * b * (0.2 + a) * coupling**0.1, 0.5 * a + c])
        return found, np.full(len(theta), int(Status.OK))
