"""Profile likelihoods from samples: the best point of every cell, whatever its weight.

The marginal posterior says how much probability lies at a value, the profile how well the data can be
fitted there. Samples underestimate a profile where they are few, so cells that hold none stay empty and the
bands are a lower bound on the allowed region.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVELS_1D", "LEVELS_2D", "Profile", "Profile2D", "profile_1d", "profile_2d"]

FloatArray = NDArray[np.float64]

# -2 Delta ln L that holds 68.27 and 95.45 % for one and for two Gaussian parameters (Wilks).
LEVELS_1D = (1.0, 4.0)
LEVELS_2D = (2.30, 6.18)


@dataclass(frozen=True)
class Profile:
    """Hold a profile along one quantity.

    Attributes
    ----------
    edges : (k + 1,) array
    best : (k,) array
        ln L of the best sample of each cell minus that of all; NaN where a cell is empty.
    """

    edges: FloatArray
    best: FloatArray

    @property
    def centres(self) -> FloatArray:
        """The middles of the cells (k,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    def interval(self, level: float) -> tuple[float, float]:
        """Return the ends of the cells where -2 ln(L/L_max) is at most a level."""
        inside = np.flatnonzero(-2.0 * np.nan_to_num(self.best, nan=-np.inf) <= level)
        return float(self.edges[inside[0]]), float(self.edges[inside[-1] + 1])


@dataclass(frozen=True)
class Profile2D:
    """Hold a profile over two quantities: ``best`` (k, l) as in `Profile`, and the edges of both."""

    x_edges: FloatArray
    y_edges: FloatArray
    best: FloatArray


def profile_1d(values: FloatArray, log_likelihood: FloatArray, edges: FloatArray) -> Profile:
    """Return the profile of samples (n,) with their ln L (n,) over cells."""
    cell = np.searchsorted(edges, values, side="right") - 1
    best = _best_of(cell, values.size, log_likelihood, len(edges) - 1)
    return Profile(edges, best)


def profile_2d(
    x: FloatArray, y: FloatArray, log_likelihood: FloatArray, x_edges: FloatArray, y_edges: FloatArray
) -> Profile2D:
    """Return the profile of samples (n,), (n,) with their ln L (n,) over a grid of cells."""
    i = np.searchsorted(x_edges, x, side="right") - 1
    j = np.searchsorted(y_edges, y, side="right") - 1
    rows, columns = len(x_edges) - 1, len(y_edges) - 1
    inside = (i >= 0) & (i < rows) & (j >= 0) & (j < columns)
    cell = np.where(inside, i * columns + j, -1)
    best = _best_of(cell, x.size, log_likelihood, rows * columns)
    return Profile2D(x_edges, y_edges, best.reshape(rows, columns))


def _best_of(cell: NDArray[np.intp], size: int, log_likelihood: FloatArray, cells: int) -> FloatArray:
    best = np.full(cells, -np.inf)
    inside = (cell >= 0) & (cell < cells) & np.isfinite(log_likelihood)
    if size and inside.any():
        np.maximum.at(best, cell[inside], log_likelihood[inside])
        best -= log_likelihood[np.isfinite(log_likelihood)].max()
    return np.where(np.isfinite(best), best, np.nan)
