"""Pools for dynesty: threads that each run a whole chain of proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..solver.numerics import batch
from .settings import DynestySettings

__all__ = ["ThreadPool", "pool_for", "queue_size_for"]

# Below this time per evaluation the threads spend their time waiting for Python's lock.
WORTH_THREADS_MS = 0.2


class ThreadPool:
    """Map functions over a fixed number of threads, in order."""

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


def queue_size_for(settings: DynestySettings, cost_ms: float) -> int:
    """Return the number of proposals made at a time.

    It decides the random stream, so it must not depend on timings or on this machine: one for cheap
    scenarios, four for dear ones, unless the run file says otherwise.
    """
    if settings.queue_size:
        return settings.queue_size
    return 4 if cost_ms >= WORTH_THREADS_MS else 1


def pool_for(settings: DynestySettings, queue_size: int) -> ThreadPool | None:
    """Return a pool of at most ``queue_size`` threads, None where one is enough."""
    threads = min(settings.threads or batch.threads(), queue_size)
    return ThreadPool(threads) if threads > 1 else None
