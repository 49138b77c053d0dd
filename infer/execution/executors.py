"""Where work is done: threads, worker processes or MPI ranks, opened by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from ...errors import UserError
from ...solver.numerics import batch
from .workers import become_worker

__all__ = ["KINDS", "open_executor"]

KINDS = ("threads", "processes", "mpi")


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
        from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
        from multiprocessing import current_process, get_context

        if getattr(current_process(), "_inheriting", False):
            # A script without a guard, run once more by one of its own workers: the first says so.
            raise SystemExit(1)
        count = workers or batch.threads()
        # A forked child would inherit threads and locks of the parent.
        with ProcessPoolExecutor(
            count, mp_context=get_context("spawn"), initializer=become_worker
        ) as executor:
            try:
                executor.submit(os.getpid).result()
            except BrokenExecutor as error:
                raise UserError(
                    f"--executor processes: no worker process comes up ({error}). A script must call it below "
                    'if __name__ == "__main__": as every worker reads the script once more.'
                ) from None
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
