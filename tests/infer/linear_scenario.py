"""A scenario whose relic abundance is its first parameter: every evidence is an integral of a Gaussian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from relicfit.solver.scenario import Observable, Parameter, Scenario


@dataclass(frozen=True)
class Linear(Scenario):
    name = "linear-test"
    summary = "The relic abundance is the parameter a; b does nothing."
    source = "none"

    scale: Annotated[float, Field(ge=0.1, le=10.0, description="factor of the abundance")] = 1.0

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
