"""The uniform grid in u = ln(1/T) on which everything about a point is tabulated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PADDING", "Grid", "step_for"]

FloatArray = NDArray[np.float64]

COARSEST_STEP = 0.025
# What cubic pieces of the coarsest step miss, where the degrees of freedom of the plasma change fastest; it falls
# with the fourth power of the step.
COARSEST_ERROR = 5e-6
TABLE_SHARE_OF_ACCURACY = 0.25
# Nodes beyond either end, so that slopes at the ends need no rule of their own.
PADDING = 2


def step_for(accuracy: float) -> float:
    """Return the step in u for a relative error of the final yields: the coarsest one, or a half, a quarter, ..."""
    halvings = math.log(COARSEST_ERROR / (TABLE_SHARE_OF_ACCURACY * accuracy), 16.0)
    return COARSEST_STEP * 0.5 ** max(0, math.ceil(halvings))


@dataclass(frozen=True, eq=False)
class Grid:
    """Hold the grids of n points, of one step and as many cells as the longest needs.

    Attributes
    ----------
    start, end : (n,) arrays
        u at the first cell, and where the evolution ends at the latest.
    step : float
    """

    start: FloatArray
    end: FloatArray
    step: float

    @property
    def cells(self) -> int:
        """The number of cells."""
        return math.ceil(float((self.end - self.start).max()) / self.step) + 1

    @property
    def nodes(self) -> int:
        """The number of nodes, those beyond the ends included."""
        return self.cells + 1 + 2 * PADDING

    @property
    def first(self) -> FloatArray:
        """u at the first node, (n,)."""
        return self.start - PADDING * self.step

    def temperatures(self, later: float = 0.0) -> FloatArray:
        """Return the temperatures at all nodes, (n, nodes), or between them by a part of a step."""
        first = self.first + later * self.step
        return np.exp(-(first[:, None] + self.step * np.arange(self.nodes)))

    def own(self) -> NDArray[np.bool_]:
        """Return which nodes each point needs for itself, (n, nodes)."""
        last = np.ceil((self.end - self.start) / self.step)[:, None] + 1 + 2 * PADDING
        return np.arange(self.nodes) <= last

    def rows(self, chosen: NDArray[np.int64]) -> Grid:
        """Return the grids of some of the points."""
        return Grid(self.start[chosen], self.end[chosen], self.step)
