"""Tables that points share: where parameters only scale rates, those of one coupling serve for all.

A parameter in ``power`` multiplies rates, and nothing else, where that is checked to hold. Tables are then made at a
fixed value of it, kept, and read with the logarithm of the scale added: scans and posteriors over couplings at fixed
masses call the rates of the user once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .points import Points, Tables, tables_of

__all__ = ["Scaling", "Shared", "shared_by"]

FloatArray = NDArray[np.float64]
Key = tuple[bytes, float, float, float]

# As many points are kept; one takes some 100 kB.
MOST_KEPT = 64


@dataclass(frozen=True, eq=False)
class Scaling:
    """Hold which parameters only scale rates.

    Attributes
    ----------
    columns : (K,) int array
        Their places among the parameters.
    references : (K,) array
        The values at which tables are made.
    powers : (K, P + W) array
    """

    columns: NDArray[np.int64]
    references: FloatArray
    powers: FloatArray


@dataclass(frozen=True, eq=False)
class Shared:
    """Hold which of the distinct tables each point reads, and what its rates are larger by.

    Attributes
    ----------
    make : function
        Returns the points of rows of parameters.
    theta : (r, d) array
        The distinct rows that tables are made for.
    which : (n,) int array
    offsets : (n, P + W) array
        Of the logarithms of rates.
    kept : dict
        Tables that have been made, of one row each.
    """

    make: Callable[[FloatArray], Points]
    theta: FloatArray
    which: NDArray[np.int64]
    offsets: FloatArray
    kept: dict[Key, Tables]

    def tables(self, grid: Grid, wanted: NDArray[np.bool_]) -> tuple[Tables, NDArray[np.int64]]:
        """Return tables on the grids of n points, and which of them each point reads that is wanted (n,)."""
        places = np.flatnonzero(wanted)
        rows, first, inverse = np.unique(self.which[places], return_index=True, return_inverse=True)
        grid = grid.rows(places[first])
        keys: list[Key] = [
            (self.theta[row].tobytes(), float(start), float(end), grid.step)
            for row, start, end in zip(rows, grid.start, grid.end, strict=True)
        ]
        found = {key: self.kept[key] for key in keys if key in self.kept}
        missing = np.array([i for i, key in enumerate(keys) if key not in found], dtype=np.int64)
        which = np.zeros(len(self.which), dtype=np.int64)
        which[places] = inverse.reshape(-1)
        if missing.size:
            points = self.make(self.theta[rows[missing]])
            made = tables_of(points, points.masses(), grid.rows(missing))
            if 1 < missing.size == places.size:
                # Nothing is shared in this batch, and will hardly be later.
                return made, which
            new = {keys[i]: made.row(k) for k, i in enumerate(missing)}
            found |= new
            if len(self.kept) + len(new) > MOST_KEPT:
                self.kept.clear()
            if len(new) <= MOST_KEPT:
                self.kept.update(new)
        return Tables.joined([found[key] for key in keys]), which


def shared_by(
    make: Callable[[FloatArray], Points], scaling: Scaling, theta: FloatArray, kept: dict[Key, Tables]
) -> Shared:
    """Return what rows of parameters (n, d) share; a value that is not positive scales nothing."""
    fixed = theta.copy()
    offsets = np.zeros((len(theta), scaling.powers.shape[1]))
    for k, column in enumerate(scaling.columns):
        positive = theta[:, column] > 0.0
        fixed[positive, column] = scaling.references[k]
        rise = np.log(np.where(positive, theta[:, column], scaling.references[k]) / scaling.references[k])
        offsets += rise[:, None] * scaling.powers[k]
    rows, which = np.unique(fixed, axis=0, return_inverse=True)
    return Shared(make, rows, which.reshape(-1), offsets, kept)
