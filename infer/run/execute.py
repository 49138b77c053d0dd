"""One run from its problem to its folder: start, resume, stop, write."""

from __future__ import annotations

import logging
import math
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import UserError
from ...solver.numerics import batch
from ..diagnostics.noise import audit_noise
from ..diagnostics.second_seed import compare_seeds, with_second_seed
from ..diagnostics.verdict import Diagnostics, of_chains, of_nested
from ..execution.executors import WorkerLost, WorkerPool, queue_size_for, spread_posterior
from ..problem.problem import Problem
from ..problem.provenance import differences, fingerprint, versions
from ..problem.settings import DynestySettings
from ..results.folder import CHECKPOINT, CORNER, LOG, OWN_FILES, POSTERIOR, Result, load, write_result
from ..results.table import summarise
from ..samplers.ensemble.sampling import Chains, Convergence, EnsembleState, run_ensembles, start
from ..samplers.nested.outcome import NestedRun
from ..samplers.nested.sampling import BudgetSpent, Interrupted, Progress, run_nested
from ..samples.draws import Draws, from_chains, from_nested
from ..storage.atomic import Checkpoint
from ..target.posterior import Posterior
from ..target.time_limit import Watchdog
from .forecast import forecast
from .progress import ChainBar, NestedBar
from .status_file import LiveStatus

__all__ = ["execute", "output_directory"]

# emcee steps between two looks at the clock.
BLOCK = 50
# A run expected to take longer than this says so before it starts.
WORTH_A_FORECAST = 10.0
SECOND_CHECKPOINT = "checkpoint-second-seed"

logger = logging.getLogger("relicfit")


def output_directory(problem: Problem, out: str | Path | None = None) -> Path:
    """Return where a run writes: ``--out``, or a folder named after the run file beside it."""
    if out is not None:
        return Path(out)
    return problem.path.with_suffix("") if problem.path is not None else Path("runs") / problem.name


def execute(
    problem: Problem,
    directory: Path,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = True,
    executor: tuple[Executor, int] | None = None,
    budget: float = math.inf,
    on_stall: Callable[[str], object] | None = None,
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

    Raises
    ------
    UserError
        Where the folder exists and neither ``resume`` nor ``overwrite`` is set, cannot be written, or
        holds a checkpoint of another problem.
    Interrupted
        After Ctrl-C, with the checkpoint written.
    """
    begin = time.monotonic()
    workers = WorkerPool(*executor, problem) if executor is not None else None
    posterior = spread_posterior(problem, workers)
    if problem.sampler.threads:
        batch.set_threads(problem.sampler.threads)
    checkpoint = Checkpoint(directory / CHECKPOINT)
    header = fingerprint(problem, _queue(problem, workers))
    continued = _prepare(directory, checkpoint, header, resume, overwrite)
    if continued is None:
        return load(directory)
    with _log_to(directory / LOG, append=continued):
        logger.info("%s %s: %s", "resume" if continued else "start", directory.name, problem.content)
        logger.info("versions %s", versions())
        status = LiveStatus(directory, posterior)
        try:
            with Watchdog(posterior, problem.sampler.point_time_limit, _stalled(status, on_stall)):
                status.start(_say_forecast(posterior, continued, progress))
                draws, diagnostics = _sample(
                    posterior, checkpoint, continued, progress, status, workers, begin + budget
                )
            diagnostics = _with_audit(posterior, draws, diagnostics)
            rows = summarise(posterior, draws)
            _draw_corner(posterior, draws, directory)
            result = write_result(directory, posterior, draws, diagnostics, rows)
        except KeyboardInterrupt:
            logger.info("interrupted after %.1f s", time.monotonic() - begin)
            status.end("interrupted", "the state is saved; --resume continues")
            raise
        except Exception as error:
            logger.error("%s: %s", type(error).__name__, error)
            status.end("failed", f"{type(error).__name__}: {error}")
            raise
        # A nested run that came to its end has nothing to go on with, whatever is wrong with it.
        ended = draws.weighted is not None and draws.weighted.finished
        if diagnostics.converged or ended:
            checkpoint.remove()
            Checkpoint(directory / SECOND_CHECKPOINT).remove()
        seconds = time.monotonic() - begin
        logger.info("finished after %.1f s, %d likelihood calls", seconds, posterior.calls)
        logger.info("converged" if diagnostics.converged else "; ".join(diagnostics.problems))
        status.end("finished", "converged" if diagnostics.converged else "; ".join(diagnostics.problems))
    return result


def _stalled(status: LiveStatus, act: Callable[[str], object] | None) -> Callable[[str], object] | None:
    """Let the status tell of a point that takes too long: the action may end the process."""
    if act is None:
        return None

    def tell(text: str) -> None:
        status.end("failed", text)
        act(text)

    return tell


def _queue(problem: Problem, workers: WorkerPool | None = None) -> dict[str, Any]:
    if isinstance(problem.sampler, DynestySettings):
        count = workers.size if workers is not None else 0
        return {"queue size": queue_size_for(problem.sampler, problem.scenario.cost_ms, count)}
    return {}


def _say_forecast(posterior: Posterior, continued: bool, progress: bool) -> float:
    """Tell how long a run may take, and return the seconds."""
    workers = getattr(getattr(posterior, "pool", None), "size", 1)
    expected = forecast(posterior, workers)
    logger.info("forecast: %s", expected)
    if progress and expected.seconds > WORTH_A_FORECAST and not continued:
        print(f"{posterior.problem.name}: {expected}", file=sys.stderr, flush=True)
    return expected.seconds


def _with_audit(posterior: Posterior, draws: Draws, diagnostics: Diagnostics) -> Diagnostics:
    found = audit_noise(posterior, draws, posterior.problem.sampler.seed)
    remarks = [*diagnostics.remarks] if found.passed else [*diagnostics.remarks, found.warning()]
    return replace(diagnostics, remarks=remarks, numbers=diagnostics.numbers | found.numbers())


def _prepare(
    directory: Path, checkpoint: Checkpoint, header: dict[str, Any], resume: bool, overwrite: bool
) -> bool | None:
    """Make the folder ready: True to continue, False to begin, None if all is done already."""
    finished = (directory / POSTERIOR).exists()
    try:
        if resume and checkpoint.exists:
            changed = differences(checkpoint.header(), header)
            if changed:
                raise UserError(
                    f"{directory}: the checkpoint belongs to another run. Changed since: "
                    + "; ".join(changed)
                    + ". Undo the changes to resume, or begin anew with --overwrite."
                )
            return True
        if resume and finished:
            _same_run(directory, header)
            return None
        if directory.exists() and not directory.is_dir():
            raise UserError(
                f"{directory}: a file is in the way of the result folder. Choose another with --out."
            )
        if directory.is_dir() and any(directory.iterdir()) and not overwrite:
            what = "a finished run" if finished else "an unfinished run" if checkpoint.exists else "files"
            advice = (
                "Use --resume to continue it, --overwrite to replace it"
                if checkpoint.exists
                else (
                    "Use --overwrite to replace it"
                    if finished
                    else "Use --overwrite to write into it all the same"
                )
            )
            raise UserError(f"{directory}: holds {what} already. {advice}, or --out to write elsewhere.")
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(13, "permission denied")
        for name in OWN_FILES:
            (directory / name).unlink(missing_ok=True)
        checkpoint.create(header)
    except OSError as error:
        raise UserError(
            f"{directory}: cannot be written ({error.strerror or error}). Choose another folder with --out."
        ) from None
    return False


def _same_run(directory: Path, header: dict[str, Any]) -> None:
    before = load(directory).problem
    # The queue of a finished run is in its diagnostics; workers of today need not be those of then.
    header = {key: value for key, value in header.items() if key != "queue size"}
    changed = differences(fingerprint(before), header)
    if changed:
        raise UserError(
            f"{directory}: holds a finished run that differs: {'; '.join(changed)}. Use --overwrite to replace "
            "it, or --out to write elsewhere."
        )


@contextmanager
def _log_to(path: Path, append: bool):
    handler = logging.FileHandler(path, mode="a" if append else "w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    previous = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(previous)
        logger.removeHandler(handler)
        handler.close()


def _sample(
    posterior: Posterior,
    checkpoint: Checkpoint,
    continued: bool,
    progress: bool,
    status: LiveStatus,
    workers: WorkerPool | None,
    deadline: float,
) -> tuple[Draws, Diagnostics]:
    settings = posterior.problem.sampler
    if isinstance(settings, DynestySettings):
        with NestedBar(settings.dlogz, enabled=progress) as bar:
            report = _both(bar.update, lambda now: status.nested(now, settings.dlogz))
            run = run_nested(posterior, settings, checkpoint, report, workers, deadline)
        draws = from_nested(run, settings.seed)
        diagnostics = of_nested(run, draws, posterior, settings)
        if not settings.second_seed:
            return draws, diagnostics
        second = checkpoint.folder.with_name(SECOND_CHECKPOINT)
        with NestedBar(settings.dlogz, enabled=progress) as bar:
            report = _both(bar.update, lambda now: status.nested(now, settings.dlogz))
            other = _second_run(posterior, Checkpoint(second), continued, report, workers, deadline)
        return draws, with_second_seed(diagnostics, compare_seeds(run, other))
    with ChainBar(settings, enabled=progress) as bar:
        tell = _both(bar.update, lambda now, verdict: status.chains(now, verdict, settings))
        chains, convergence = _run_chains(posterior, checkpoint, continued, tell, workers, deadline)
    draws = from_chains(chains, convergence)
    return draws, of_chains(convergence, draws, posterior, settings)


def _both(first: Callable[..., None], second: Callable[..., None]) -> Callable[..., None]:
    def tell(*what: Any) -> None:
        first(*what)
        second(*what)

    return tell


def _second_run(
    posterior: Posterior,
    checkpoint: Checkpoint,
    continued: bool,
    report: Callable[[Progress], None],
    workers: WorkerPool | None,
    deadline: float,
) -> NestedRun:
    problem = posterior.problem
    settings = problem.sampler.model_copy(update={"seed": (problem.sampler.seed + 1) % 2**32})
    # Its own counts: those of the first run are already in the diagnostics.
    own = spread_posterior(problem, workers)
    if not (continued and checkpoint.exists):
        checkpoint.create(fingerprint(problem) | {"sampler.seed": settings.seed})
    return run_nested(own, settings, checkpoint, report, workers, deadline)


def _run_chains(
    posterior: Posterior,
    checkpoint: Checkpoint,
    continued: bool,
    report: Callable[[Chains, Convergence | None], None],
    workers: WorkerPool | None = None,
    deadline: float = math.inf,
) -> tuple[Chains, Convergence]:
    settings = posterior.problem.sampler
    state = checkpoint.load() if continued else None
    if state is None:
        chains = start(posterior, settings)
        saved, last_check = 0, 0
    else:
        chains = Chains([EnsembleState(**item) for item in state["ensembles"]])
        chains.blocks = [checkpoint.load_block(i) for i in range(state["blocks"])]
        saved, last_check = state["blocks"], state["last_check"]
        posterior.calls, posterior.rejected = state["calls"], posterior.rejected + _counter(state["rejected"])
    convergence: Convergence | None = None

    def save() -> None:
        nonlocal saved
        # Blocks since the last checkpoint go into one file.
        if len(chains.blocks) > saved:
            merged = Chains([], chains.blocks[saved:])
            block = {key: merged.joined(key) for key in ("cube", "log_likelihood", "blobs")}
            checkpoint.save_block(saved, block)
            chains.blocks[saved:] = [block]
            saved += 1
        checkpoint.save(
            {
                "ensembles": [vars(item) for item in chains.states],
                "blocks": saved,
                "last_check": last_check,
                "calls": posterior.calls,
                "rejected": dict(posterior.rejected),
            }
        )

    saved_at = time.monotonic()
    try:
        for _, verdict in run_ensembles(posterior, settings, chains, BLOCK, last_check):
            if verdict is not None:
                convergence, last_check = verdict, chains.steps
            report(chains, verdict)
            if workers is not None and workers.broken:
                save()
                raise WorkerLost(
                    f"a worker process ended ({workers.broken}). The state is saved: use --resume."
                )
            if time.monotonic() >= deadline and not (verdict is not None and verdict.reached):
                save()
                raise BudgetSpent
            if time.monotonic() - saved_at >= settings.checkpoint_interval:
                save()
                saved_at = time.monotonic()
    except Interrupted:
        raise
    except KeyboardInterrupt:
        if chains.blocks and all(item.steps == chains.steps for item in chains.states):
            save()
            raise Interrupted from None
        raise
    if convergence is None or convergence.steps != chains.steps:
        from ..samplers.ensemble.sampling import converged

        convergence = converged(chains, settings)
    if not convergence.reached:
        save()
    return chains, convergence


def _counter(values: dict[str, int]):
    from collections import Counter

    return Counter(values)


def _draw_corner(posterior: Posterior, draws: Draws, directory: Path) -> None:
    from ..plots.corner import corner_plot
    from ..storage.atomic import write_atomically

    chains, count, _ = draws.cube.shape
    if chains * count <= 2 * posterior.dim:
        logger.info("too few draws for a corner plot")
        return
    figure = corner_plot(posterior, draws)
    write_atomically(directory / CORNER, lambda path: figure.savefig(path, dpi=150))
