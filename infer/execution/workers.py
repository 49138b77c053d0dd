"""What a worker process keeps: the model, built once from the run file, and tasks that find it by name.

Tasks carry the resolved run file (a kilobyte of text) and parameter rows, never model objects. A worker
builds the posterior when it first meets a run file and keeps it.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics import batch
from ..problem.problem import Problem, problem_from
from ..problem.trust import trust_sources
from ..target.posterior import Posterior
from ..target.time_limit import TimeLimit

__all__ = [
    "Answer",
    "apply_to_items",
    "become_worker",
    "end_of_worker",
    "evaluate_rows",
    "model_of",
    "source_of",
]

# Models a worker keeps; a comparison of more scenarios builds the oldest again.
KEPT_MODELS = 8

_is_worker = False


class Answer(NamedTuple):
    """Hold the results of a chunk and what it adds to the counts of the main process."""

    results: Any
    calls: int
    rejected: dict[str, int]


def source_of(problem: Problem) -> str:
    """Return the text from which a worker rebuilds a problem."""
    return json.dumps({"content": problem.content, "name": problem.name}, sort_keys=True)


@lru_cache(maxsize=KEPT_MODELS)
def model_of(source: str) -> Posterior:
    """Return this process's posterior of a problem, built on first use."""
    described = json.loads(source)
    posterior = Posterior(problem_from(described["content"], name=described["name"]))
    if _is_worker:
        limit = posterior.problem.sampler.point_time_limit
        # A worker that hangs ends; the main process meets the same point, names it and stops.
        TimeLimit(posterior, limit, _end).__enter__()
    return posterior


def _end(text: str) -> None:
    print(f"worker: {text}", file=sys.stderr, flush=True)
    os._exit(1)


def end_of_worker() -> Callable[[str], object] | None:
    """Return what a worker does about a point that hangs: it ends; nothing in any other process."""
    return _end if _is_worker else None


def become_worker() -> None:
    """Say that this process works for another: one thread, and an end where an evaluation hangs."""
    global _is_worker
    _is_worker = True
    # What arrives here has been loaded by the process that sends it.
    trust_sources()
    batch.set_threads(1)


def _counted(source: str, work: Callable[[Posterior], Any]) -> Answer:
    posterior = model_of(source)
    calls, rejected = posterior.calls, Counter(posterior.rejected)
    results = work(posterior)
    return Answer(results, posterior.calls - calls, dict(posterior.rejected - rejected))


def apply_to_items(source: str, function: Callable[[Any], Any], items: Sequence[Any]) -> Answer:
    """Apply a function, whose likelihood is found by `model_of`, to every item of a chunk."""
    return _counted(source, lambda _: [function(item) for item in items])


def evaluate_rows(source: str, rows: NDArray[np.float64]) -> Answer:
    """Evaluate rows (n, dim) of the unit cube: log-likelihood (n,), blobs (n, m)."""
    return _counted(source, lambda posterior: posterior.on_cube(rows))
