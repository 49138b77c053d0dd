"""How many proposals dynesty makes at a time, and the pool that makes them."""

from __future__ import annotations

from ....solver.numerics import batch
from ...execution.pools import ThreadPool
from .settings import DynestySettings

__all__ = ["pool_for", "queue_size_for"]

# Below this time per evaluation the threads spend their time waiting for Python's lock.
WORTH_THREADS_MS = 0.2
# Proposals under way per worker: enough that no worker waits for the slowest.
PROPOSALS_PER_WORKER = 2


def queue_size_for(settings: DynestySettings, cost_ms: float, workers: int = 0) -> int:
    """Return the number of proposals made at a time.

    It decides the random stream, so it must not depend on timings or on this machine: one for cheap
    scenarios, four for dear ones, two per worker process, unless the run file says otherwise.
    """
    if settings.queue_size:
        return settings.queue_size
    if workers:
        return PROPOSALS_PER_WORKER * workers
    return 4 if cost_ms >= WORTH_THREADS_MS else 1


def pool_for(settings: DynestySettings, queue_size: int) -> ThreadPool | None:
    """Return a pool of at most ``queue_size`` threads, None where proposals come one at a time."""
    # dynesty wants a pool for a longer queue also where one thread serves it.
    return ThreadPool(min(settings.threads or batch.threads(), queue_size)) if queue_size > 1 else None
