"""Pools of threads and of worker processes: one `map` that keeps the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..problem.problem import Problem
from .workers import Answer, apply_to_items, evaluate_rows, source_of

__all__ = ["ThreadPool", "WorkerLost", "WorkerPool"]


class Counts(Protocol):
    """What counts likelihood calls and why points were rejected."""

    calls: int
    rejected: Counter[str]


class WorkerLost(RuntimeError):
    """Report that a worker process ended; the state of the run has been saved."""


class ThreadPool:
    """Map functions over a fixed number of threads, in order."""

    broken = ""

    def __init__(self, threads: int) -> None:
        """Start a pool of threads."""
        self.size = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="relicfit-nested")

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Return the results in the order of the items."""
        return list(self._executor.map(function, items))

    def close(self) -> None:
        """End the threads."""
        self._executor.shutdown()


class WorkerPool:
    """Map functions over the workers of an executor, in chunks, in order.

    When a worker ends, the tasks it leaves behind are done here, so that the state of the run stays
    whole; ``broken`` then says what happened and the run saves its state and stops.
    """

    def __init__(self, executor: Executor, workers: int, problem: Problem) -> None:
        """Use an executor whose workers build the model of a problem."""
        self.size = workers
        self.broken = ""
        self._executor = executor
        self._source = source_of(problem)
        self._counts: Counts | None = None

    def count_in(self, counts: Counts) -> None:
        """Add the likelihood calls and rejections of the workers to those of a target."""
        self._counts = counts

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Return the results in the order of the items."""
        chunks = _split(list(items), self.size)
        parts = self._collect(
            [(apply_to_items, function, chunk) for chunk in chunks],
            lambda chunk: [function(item) for item in chunk],
        )
        return [result for part in parts for result in part]

    def evaluate(
        self,
        here: Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]],
        cube: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Evaluate rows of the unit cube over the workers; ``here`` does it without them."""
        chunks = np.array_split(cube, min(self.size, len(cube)))
        parts = self._collect([(evaluate_rows, chunk) for chunk in chunks], here)
        logl, blobs = (np.concatenate(column) for column in zip(*parts, strict=True))
        return logl, blobs

    def _collect(self, tasks: list[tuple[Any, ...]], here: Callable[[Any], Any]) -> list[Any]:
        futures: list[Any] = []
        try:
            for function, *arguments in tasks if not self.broken else ():
                futures.append(self._executor.submit(function, self._source, *arguments))
        except BrokenExecutor as error:
            self.broken = str(error)
        results = []
        for index, task in enumerate(tasks):
            try:
                if index >= len(futures):
                    raise BrokenExecutor(self.broken)
                answer: Answer = futures[index].result()
            except BrokenExecutor as error:
                self.broken = str(error) or "a worker ended abruptly"
                results.append(here(task[-1]))
                continue
            if self._counts is not None:
                self._counts.calls += answer.calls
                self._counts.rejected.update(answer.rejected)
            results.append(answer.results)
        return results

    def close(self) -> None:
        """Leave the executor to whoever opened it."""


def _split(items: Sequence[Any], parts: int) -> list[Sequence[Any]]:
    edges = np.linspace(0, len(items), min(parts, len(items)) + 1).round().astype(int)
    return [items[low:high] for low, high in pairwise(edges)]
