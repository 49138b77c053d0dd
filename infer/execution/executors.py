"""Where work is spread: threads, processes or MPI ranks, behind one `map` that keeps the order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...solver.numerics import batch
from ..problem.problem import Problem
from ..problem.settings import DynestySettings
from ..target.posterior import Posterior
from .workers import Answer, apply_to_items, become_worker, evaluate_rows, source_of

__all__ = [
    "KINDS",
    "SpreadPosterior",
    "ThreadPool",
    "WorkerLost",
    "WorkerPool",
    "open_executor",
    "pool_for",
    "queue_size_for",
    "spread_posterior",
]

KINDS = ("threads", "processes", "mpi")
# Below this time per evaluation the threads spend their time waiting for Python's lock.
WORTH_THREADS_MS = 0.2
# Proposals under way per worker: enough that no worker waits for the slowest.
PROPOSALS_PER_WORKER = 2


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
        self._counts: Posterior | None = None

    def count_in(self, posterior: Posterior) -> None:
        """Add the likelihood calls and rejections of the workers to those of a posterior."""
        self._counts = posterior

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


class SpreadPosterior(Posterior):
    """Evaluate batches of the unit cube over workers, single points here."""

    def __init__(self, problem: Problem, pool: WorkerPool) -> None:
        """Take the parts of a problem and a pool whose workers know it."""
        super().__init__(problem)
        self.pool = pool
        pool.count_in(self)

    def on_cube(self, cube: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return log-likelihood (n,) and blobs (n, m); see `Posterior.on_cube`."""
        cube = np.atleast_2d(cube)
        if len(cube) < 2 * self.pool.size:
            return super().on_cube(cube)
        return self.pool.evaluate(super().on_cube, cube)


def spread_posterior(problem: Problem, pool: WorkerPool | None) -> Posterior:
    """Return what samplers see of a problem, over the workers of a pool if there is one."""
    return Posterior(problem) if pool is None else SpreadPosterior(problem, pool)


@contextmanager
def open_executor(kind: str, workers: int = 0) -> Iterator[tuple[Executor, int] | None]:
    """Open the executor of a kind and say how many workers it has; None for threads, which need none.

    With ``mpi`` every rank started by ``mpiexec`` calls this; the first goes on, the others work for it
    and then end.

    Raises
    ------
    UserError
        Where the kind is unknown, or MPI is missing or has no ranks to work.
    SystemExit
        In a rank that has finished working.
    """
    if kind == "threads":
        yield None
    elif kind == "processes":
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        count = workers or batch.threads()
        # A forked child would inherit threads and locks of the parent.
        with ProcessPoolExecutor(
            count, mp_context=get_context("spawn"), initializer=become_worker
        ) as executor:
            yield executor, count
    elif kind == "mpi":
        with _mpi_executor(workers) as opened:
            yield opened
    else:
        raise UserError(f"--executor {kind}: unknown; allowed: {', '.join(KINDS)}.")


@contextmanager
def _mpi_executor(workers: int) -> Iterator[tuple[Executor, int]]:
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPICommExecutor
    except ImportError as error:
        raise UserError(
            f"--executor mpi: MPI is not available ({error}). Install it with: pip install 'relicfit[mpi]'."
        ) from None
    ranks = MPI.COMM_WORLD.Get_size()
    if ranks < 2:
        raise UserError(
            "--executor mpi: there is one rank only, none is left to work. Start with: "
            "mpiexec -n 3 relicfit run FILE --executor mpi (one rank directs, the others work)."
        )
    if MPI.COMM_WORLD.Get_rank() > 0:
        become_worker()
    with MPICommExecutor(MPI.COMM_WORLD, root=0) as executor:
        if executor is not None:
            yield executor, min(workers or ranks - 1, ranks - 1)
    if executor is None:
        raise SystemExit(0)


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
