"""A scenario whose relic abundance is its first parameter: every evidence is an integral of a Gaussian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relicfit.options import option
from relicfit.solver.scenario import Observable, Parameter, Scenario


@dataclass(frozen=True)
class Linear(Scenario):
    name = "linear-test"
    summary = "The relic abundance is the parameter a; b does nothing."
    source = "none"

    scale: float = option(1.0, "factor of the abundance", number=True, lower=0.1, upper=10.0)

    @property
    def parameters(self):
        return (
            Parameter("a", "a", "", "the abundance", 0.0, 1e3, {"uniform": [0, 1]}),
            Parameter("b", "b", "GeV", "idle", 1e-6, 1e6, {"uniform": [0, 1]}),
        )

    @property
    def observables(self):
        return (Observable("omega_h2", r"\Omega h^2", "", "the abundance"),)

    def solve(self, theta):
        return self.scale * theta[:, :1].copy(), np.zeros(len(theta), dtype=np.int64)
