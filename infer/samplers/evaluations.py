"""Every likelihood a run has asked for, in order: what is known is not evaluated again after a resumption."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Evaluations"]

Array = NDArray[np.float64]
KEYS = ("cube", "log_likelihood", "blobs")
# Points evaluated between two looks at the clock: few at first, then as many as take about this long.
FIRST_CHUNK = 16
CHUNK_SECONDS = 1.0
# The growth from one chunk to the next where they take no time.
CHUNK_GROWTH = 4.0


class Evaluations:
    """Evaluate points of a target in chunks, and keep them with their likelihoods and blobs.

    A run that is left within a batch and taken up again at an earlier state asks for the same points in the
    same order. It gets those that are here from here.
    """

    def __init__(self, target: Any, look: Callable[[], None] = lambda: None) -> None:
        """Begin with nothing.

        Parameters
        ----------
        target : Target
        look : callable
            Called after every chunk; it may raise to leave the run.
        """
        self.target, self.look = target, look
        self.count = 0
        self._parts: list[dict[str, Array]] = []
        self._chunk = float(FIRST_CHUNK)

    def answer(self, first: int, cube: Array) -> Array:
        """Return the log-likelihoods (n,) of points (n, dim), which are the rows from ``first`` on."""
        parts = [self._known(first, cube)]
        done = len(parts[0])
        while done < len(cube):
            chunk = cube[done : done + int(self._chunk)]
            begin = time.perf_counter()
            logl, blobs = self.target.on_cube(chunk)
            self._pace(len(chunk), time.perf_counter() - begin)
            self.append({"cube": chunk, "log_likelihood": logl, "blobs": blobs})
            parts.append(logl)
            done += len(chunk)
            self.look()
        return np.concatenate(parts)

    def append(self, rows: dict[str, Array]) -> None:
        """Add rows known from elsewhere: ``cube`` (n, dim), ``log_likelihood`` (n,), ``blobs`` (n, m)."""
        self._parts.append({key: rows[key] for key in KEYS})
        self.count += len(rows["cube"])

    def rows(self, start: int = 0, stop: int | None = None) -> dict[str, Array]:
        """Return the rows from ``start`` to ``stop``; there must be some."""
        if len(self._parts) > 1:
            self._parts = [{key: np.concatenate([part[key] for part in self._parts]) for key in KEYS}]
        return {key: values[start:stop] for key, values in self._parts[0].items()}

    def _known(self, first: int, cube: Array) -> Array:
        if first >= self.count:
            return np.empty(0)
        there = self.rows(first, first + len(cube))
        differ = np.any(there["cube"] != cube[: len(there["cube"])], axis=1)
        if differ.any():
            # They were asked for by another arithmetic: of another machine, or another library.
            kept = first + int(np.argmax(differ))
            self._parts, self.count = [self.rows(0, kept)], kept
        return there["log_likelihood"][: self.count - first]

    def _pace(self, count: int, seconds: float) -> None:
        fitting = count * CHUNK_SECONDS / max(seconds, 1e-9)
        self._chunk = max(FIRST_CHUNK, min(fitting, CHUNK_GROWTH * self._chunk))
