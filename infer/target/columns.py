"""The columns of a row of blobs by name: likelihood terms, observables, status."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """Name the columns of what a target returns beside the log-likelihood.

    Samplers carry blobs (..., m) through without looking at them; whoever reads them asks here.
    """

    term_names: tuple[str, ...]
    observable_names: tuple[str, ...]

    @property
    def count(self) -> int:
        """The number m of columns."""
        return len(self.term_names) + len(self.observable_names) + 1

    def terms(self, blobs: FloatArray) -> FloatArray:
        """Return the log-likelihoods (..., l), one column per likelihood."""
        return blobs[..., : len(self.term_names)]

    def observables(self, blobs: FloatArray) -> FloatArray:
        """Return the observables (..., k) in the order of the scenario."""
        return blobs[..., len(self.term_names) : -1]

    def observable(self, blobs: FloatArray, name: str) -> FloatArray:
        """Return one observable (...)."""
        return self.observables(blobs)[..., self.observable_names.index(name)]

    def status(self, blobs: FloatArray) -> FloatArray:
        """Return the status (...) as a number; negative where nothing was solved."""
        return blobs[..., -1]

    def pack(self, terms: FloatArray, observables: FloatArray, status: NDArray[np.int64]) -> FloatArray:
        """Return blobs (n, m) of what an evaluation gave."""
        return np.concatenate([terms, observables, status[:, None]], axis=1)

    def nothing(self, rows: int, status: float) -> FloatArray:
        """Return blobs (rows, m) of points that were not solved."""
        blobs = np.full((rows, self.count), np.nan)
        blobs[:, -1] = status
        return blobs
