"""Rows of parameters spread over threads: the kernels release the GIL, so plain threads scale."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError

__all__ = ["map_rows", "set_threads", "threads"]

# Below this many rows waking another thread costs more than it saves.
SMALLEST_BATCH = 32
# Rows differ in cost by less than a factor of two: more chunks cost more in hand-overs than they even out
# (512 rows on two threads: 1.83 times one thread with one chunk each, 1.4 with eight).
CHUNKS_PER_THREAD = 1


def _processors() -> int:
    """Return how many processors this process may use; not every system can say."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _wanted() -> int:
    """Return the number of threads that the environment asks for, 0 where it says nothing."""
    text = os.environ.get("RELICFIT_THREADS", "").strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise UserError(
            f"RELICFIT_THREADS: found {text!r} in the environment; a whole number from 0 (what the machine has) "
            "to 9999 is wanted."
        )
    return int(text)


_threads = _wanted() or _processors()


def set_threads(count: int) -> None:
    """Set how many threads a batch may use."""
    global _threads
    _threads = max(1, int(count))


def threads() -> int:
    """Return how many threads a batch may use."""
    return _threads


@lru_cache(maxsize=4)
def _pool(count: int, process: int) -> ThreadPoolExecutor:
    # The process number is part of the key: a forked child must not inherit its parent's threads.
    return ThreadPoolExecutor(count, thread_name_prefix="relicfit")


def map_rows(
    solve: Callable[[NDArray[np.float64]], tuple[NDArray, ...]], rows: NDArray[np.float64]
) -> tuple[NDArray, ...]:
    """Apply a function of (n, d) rows in chunks and join the parts of its result.

    Every row is computed by the same code in isolation, so the result does not depend on the number
    of threads or on the chunks.
    """
    if _threads == 1 or len(rows) < SMALLEST_BATCH:
        return solve(rows)
    chunks = np.array_split(rows, min(CHUNKS_PER_THREAD * _threads, len(rows)))
    parts = list(_pool(_threads, os.getpid()).map(solve, chunks))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
