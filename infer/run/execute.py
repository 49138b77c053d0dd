"""One run from its problem to its folder: start, resume, stop, write."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ...solver.numerics import batch
from ..diagnostics.branches import with_branches
from ..diagnostics.noise import audit_noise, with_noise_audit
from ..diagnostics.verdict import Diagnostics
from ..execution.pools import WorkerPool
from ..execution.spread import spread_posterior
from ..exports.table import sample_table
from ..problem.problem import Problem
from ..problem.provenance import versions
from ..results.arrays import as_tree
from ..results.folder import CHECKPOINT, CORNER, LOG, Result, load, write_result
from ..results.table import Row, summarise
from ..samplers.session import Standing
from ..samplers.stopping import listening, stop_now
from ..samples.draws import Draws
from ..storage.atomic import write_atomically
from ..storage.checkpoint import Checkpoint
from ..storage.heartbeat import Heartbeat
from ..target.posterior import Posterior
from ..target.time_limit import TimeLimit
from .folder import log_to, prepared
from .forecast import forecast
from .model_check import doubts_about
from .progress import RunBar
from .refuge import written_somewhere
from .sample import EXTRA_CHECKPOINTS, Lent, header_of, sample
from .so_far import write_so_far
from .status_file import LiveStatus

__all__ = ["execute", "so_far_of"]

# A run expected to take longer than this says so before it starts.
WORTH_A_FORECAST = 10.0
# The status is written this often where a single piece of work takes longer.
SECONDS_BETWEEN_BEATS = 30.0

logger = logging.getLogger("relicfit")


def execute(
    problem: Problem,
    directory: Path,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = True,
    executor: tuple[Executor, int] | None = None,
    budget: float = math.inf,
    on_stall: Callable[[str], object] | None = None,
    accept_changes: bool = False,
) -> Result:
    """Run a problem and write its folder.

    Parameters
    ----------
    resume, overwrite : bool
        Continue from a checkpoint; replace an earlier result.
    progress : bool
        Show a progress bar where standard error is a terminal, and a forecast of a long run.
    executor : (Executor, workers), optional
        Worker processes, see `open_executor`; threads if not given.
    budget : float
        Seconds after which to save the state and stop with `BudgetSpent`.
    on_stall : callable, optional
        Called from another thread with a sentence when a point takes longer than its limit.
    accept_changes : bool
        Continue from a checkpoint although sources have changed since; the result says which.

    Raises
    ------
    UserError
        Where the folder exists and neither ``resume`` nor ``overwrite`` is set, cannot be written, or
        holds a checkpoint of another problem.
    Interrupted
        After Ctrl-C, with the checkpoint written.
    """
    problem.need_something_to_sample()
    begin = time.monotonic()
    workers = WorkerPool(*executor, problem) if executor is not None else None
    posterior = spread_posterior(problem, workers)
    doubts = doubts_about(problem)
    if problem.sampler.threads:
        batch.set_threads(problem.sampler.threads)
    checkpoint = Checkpoint(directory / CHECKPOINT)
    header = header_of(problem, workers)
    with (
        listening(stop_now),
        prepared(directory, checkpoint, problem, header, resume, overwrite, accept_changes) as continued,
    ):
        if continued is None:
            return load(directory)
        with log_to(directory / LOG, append=continued):
            logger.info("%s %s: %s", "resume" if continued else "start", directory.name, problem.content)
            logger.info("versions %s", versions(problem))
            for text in doubts:
                logger.warning("model check: %s", text)
                if progress and not continued:
                    print(f"{directory.name}: model check: {text}", file=sys.stderr, flush=True)
            status = LiveStatus(directory, posterior)
            lent = Lent(None, workers, begin + budget, accept_changes)
            with Heartbeat(status.beat, SECONDS_BETWEEN_BEATS), _told(status, begin):
                draws, diagnostics = _sampled(
                    posterior, checkpoint, continued, lent, status, progress, on_stall
                )
                audit = audit_noise(posterior, draws, problem.sampler.seed)
                diagnostics = with_noise_audit(diagnostics, audit)
                diagnostics = with_branches(diagnostics, draws, posterior, problem.sampler.seed)
                if accepted := checkpoint.accepted():
                    text = f"the run went on under changed sources: {'; '.join(accepted)}"
                    diagnostics = replace(diagnostics, remarks=[*diagnostics.remarks, text])
                rows = summarise(posterior, draws)

                def write(place: Path) -> Result:
                    # A picture may fail over a label or a setting of the machine: that takes nothing with it.
                    _try_corner(posterior, draws, diagnostics, rows, place)
                    return write_result(place, posterior, draws, diagnostics, rows)

                # What is being written is finished first: it takes seconds, and the run is over.
                with listening(lambda number, frame: logger.info("signal %d: the run ends as it is", number)):
                    result = written_somewhere(directory, write)
            # A run with an evidence that came to its end has nothing to go on with, whatever is wrong with it.
            ended = draws.weighted is not None and draws.weighted.finished
            if (diagnostics.converged or ended) and result.directory == directory:
                for name in (CHECKPOINT, *EXTRA_CHECKPOINTS):
                    Checkpoint(directory / name).remove()
            seconds = time.monotonic() - begin
            logger.info("finished after %.1f s, %d likelihood calls", seconds, posterior.calls)
            logger.info("converged" if diagnostics.converged else "; ".join(diagnostics.problems))
            status.end("finished", "converged" if diagnostics.converged else "; ".join(diagnostics.problems))
    return result


def so_far_of(problem: Problem, directory: Path, executor: tuple[Executor, int] | None = None) -> Result:
    """Write what an unfinished run of a problem has so far; see `write_so_far`."""
    workers = WorkerPool(*executor, problem) if executor is not None else None
    return write_so_far(problem, directory, header_of(problem, workers))


def _sampled(
    posterior: Posterior,
    checkpoint: Checkpoint,
    continued: bool,
    lent: Lent,
    status: LiveStatus,
    progress: bool,
    on_stall: Callable[[str], object] | None,
) -> tuple[Draws, Diagnostics]:
    """Sample within sight of the bar, the status and the watch over single points."""
    limit = posterior.problem.sampler.point_time_limit
    with TimeLimit(posterior, limit, _stalled(status, on_stall)), RunBar(progress) as bar:
        status.start(_say_forecast(posterior, lent.workers, continued, progress))

        def report(standing: Standing) -> None:
            bar.update(standing)
            status.update(standing)

        return sample(posterior, checkpoint, continued, replace(lent, report=report))


@contextmanager
def _told(status: LiveStatus, begin: float) -> Iterator[None]:
    """Let log and status tell how a run ends that does not come to its end."""
    try:
        yield
    except KeyboardInterrupt as error:
        unsaved = getattr(error, "unsaved", "")
        logger.info("interrupted after %.1f s", time.monotonic() - begin)
        how = (
            f"the state could not be saved ({unsaved})"
            if unsaved
            else "the state is saved; --resume continues"
        )
        status.end("interrupted", how)
        raise
    except BaseException as error:
        logger.error("%s: %s", type(error).__name__, error)
        status.end("failed", f"{type(error).__name__}: {error}")
        raise


def _stalled(status: LiveStatus, act: Callable[[str], object] | None) -> Callable[[str], object] | None:
    """Let the status tell of a point that takes too long: the action may end the process."""
    if act is None:
        return None

    def tell(text: str) -> None:
        status.end("failed", text)
        act(text)

    return tell


def _say_forecast(posterior: Posterior, workers: WorkerPool | None, continued: bool, progress: bool) -> float:
    """Tell how long a run may take, and return the seconds."""
    expected = forecast(posterior, workers.size if workers is not None else 1)
    logger.info("forecast: %s", expected)
    if progress and expected.seconds > WORTH_A_FORECAST and not continued:
        print(f"{posterior.problem.name}: {expected}", file=sys.stderr, flush=True)
    return expected.seconds


def _try_corner(
    posterior: Posterior, draws: Draws, diagnostics: Diagnostics, rows: list[Row], directory: Path
) -> None:
    try:
        _draw_corner(posterior, draws, diagnostics, rows, directory)
    except Exception as error:
        text = f"{CORNER} could not be drawn ({type(error).__name__}: {error}); the results are complete"
        logger.warning(text)
        print(f"{directory}: {text}.", file=sys.stderr)


def _draw_corner(
    posterior: Posterior, draws: Draws, diagnostics: Diagnostics, rows: list[Row], directory: Path
) -> None:
    from ..corner.picture import corner_picture
    from ..corner.words import Words

    chains, count, _ = draws.cube.shape
    if chains * count <= 2 * posterior.dim:
        logger.info("too few draws for a corner plot")
        return
    problem = posterior.problem
    table = sample_table(as_tree(posterior, draws, diagnostics), problem)
    best = {row.name: row.best_fit for row in rows}
    figure = corner_picture([table], Words(), best, f"{problem.name}: {problem.scenario.name}")
    write_atomically(directory / CORNER, lambda path: figure.savefig(path, dpi=150))
