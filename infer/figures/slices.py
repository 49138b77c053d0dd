"""The three viable slices of arXiv:2404.12428, figures 3 and 4, at lambda_H = 1 and Omega h^2 = 0.12.

The paper gives the mass differences 5 and 2.5 GeV, and B_1 = 0.95 for its figure 1 only; B_1 of its other
slices is not stated, 0.6 for the third one is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.scenario import scenario
from ..style import BLUE, GREEN, RED
from .inverse import coupling_along

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PAPER_ENDS", "SLICES", "Slice", "mark_end", "slices"]

BOUNDS = (1e-8, 1e-3)
MASSES = np.arange(150.0, 661.0, 6.0)
# Mass difference, B_1, colour, line.
SLICES = ((5.0, 0.95, BLUE, "-"), (2.5, 0.95, RED, "--"), (5.0, 0.6, GREEN, "-."))
# About how far the paper finds viable masses, in GeV by mass difference.
PAPER_ENDS = {5.0: 510.0, 2.5: 640.0}


@dataclass(frozen=True)
class Slice:
    """Hold one slice: masses (n,) in GeV and what belongs to them, NaN where no coupling is viable."""

    delta_m: float
    b_1: float
    mass: NDArray[np.float64]
    coupling: NDArray[np.float64]
    observables: dict[str, NDArray[np.float64]]


@lru_cache(maxsize=4)
def slices(absorptive_masses: str = "vacuum") -> tuple[Slice, ...]:
    """Compute the slices, with vacuum or thermal masses in the absorptive part."""
    model = scenario("conversion-leptogenesis", cp_source="paper", absorptive_masses=absorptive_masses)
    found = []
    for delta_m, b_1, *_ in SLICES:
        row = model.theta(
            {
                "m_chi": 300.0,
                "delta_m": delta_m,
                "lambda_H": 1.0,
                "B_1": b_1,
                "coupling": 1e-6,
                "i1_over_xi": 1e-3,
            }
        )
        theta = np.tile(row, (len(MASSES), 1))
        theta[:, [item.name for item in model.parameters].index("m_chi")] = MASSES
        coupling, table = coupling_along(model, theta, "coupling", BOUNDS)
        names = [item.name for item in model.observables]
        found.append(Slice(delta_m, b_1, MASSES, coupling, dict(zip(names, table.T, strict=True))))
    return tuple(found)


def mark_end(axis: Axes, mass: NDArray[np.float64], values: NDArray[np.float64], color: str) -> None:
    """Put a dot where a slice ends: beyond, no coupling gives the abundance."""
    there = np.flatnonzero(np.isfinite(values))
    if len(there) and there[-1] + 1 < len(mass):
        axis.plot(mass[there[-1]], values[there[-1]], "o", color=color, ms=4, label="_")
