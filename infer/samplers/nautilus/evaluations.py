"""Every likelihood a run has asked for, in order: blobs of its samples, and answers for steps taken again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Evaluations"]

Array = NDArray[np.float64]
KEYS = ("cube", "log_likelihood", "blobs")


class Evaluations:
    """Keep points with their likelihoods and blobs, in the order in which they were evaluated.

    nautilus carries the number of a row in place of its blobs. After a resumption it takes the steps since
    its last snapshot again and asks for the same points: those that are here are not evaluated again.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[dict[str, Array]] = []
        self.count = 0

    def append(self, cube: Array, log_likelihood: Array, blobs: Array) -> None:
        """Add rows (n, dim), (n,), (n, m)."""
        self._parts.append(dict(zip(KEYS, (cube, log_likelihood, blobs), strict=True)))
        self.count += len(cube)

    def rows(self, start: int = 0, stop: int | None = None) -> dict[str, Array]:
        """Return the rows from ``start`` to ``stop`` as ``cube``, ``log_likelihood`` and ``blobs``."""
        self._merge()
        if not self._parts:
            return {}
        return {key: self._parts[0][key][start:stop] for key in KEYS}

    def known(self, start: int, cube: Array) -> tuple[Array, Array]:
        """Return likelihoods (k,) and blobs (k, m) of the first k of some points, as far as they follow ``start``.

        Rows that differ from those asked for are forgotten: they were found with another arithmetic.
        """
        if start >= self.count:
            return np.empty(0), np.empty((0, 0))
        there = self.rows(start, start + len(cube))
        same = np.all(there["cube"] == cube[: len(there["cube"])], axis=1)
        first = len(same) if same.all() else int(np.argmin(same))
        if first < len(same):
            self._keep(start + first)
        return there["log_likelihood"][:first], there["blobs"][:first]

    def _keep(self, count: int) -> None:
        self._parts = [self.rows(0, count)]
        self.count = count

    def _merge(self) -> None:
        if len(self._parts) > 1:
            self._parts = [{key: np.concatenate([part[key] for part in self._parts]) for key in KEYS}]
