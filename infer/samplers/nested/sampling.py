"""dynesty: nested sampling on the unit cube, with checkpoints that resume bit for bit."""

from __future__ import annotations

import math
import signal
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import dynesty
import numpy as np
from dynesty.dynamicsampler import DynamicSampler
from dynesty.dynamicsampler import DynamicSamplerStatesEnum as Stage
from dynesty.internal_samplers import InternalSampler, RSliceSampler, RWalkSampler, UniformBoundSampler
from numpy.typing import NDArray

from ...execution.executors import WorkerLost, WorkerPool, pool_for, queue_size_for
from ...execution.workers import model_of, source_of
from ...problem.settings import DynestySettings
from ...storage.atomic import Checkpoint
from ...target.posterior import Posterior
from .outcome import NestedRun, collect, prior_alone
from .start import Plateau, live_points

__all__ = ["BudgetSpent", "Interrupted", "Progress", "run_nested"]


class Interrupted(KeyboardInterrupt):
    """Report a Ctrl-C after which the state has been saved."""


class BudgetSpent(Interrupted):
    """Report that the time allowed is over and that the state has been saved."""


@dataclass(frozen=True)
class Progress:
    """Say where a nested run stands."""

    iterations: int
    calls: int
    log_evidence: float
    remaining: float
    batch: int


class _Likelihood:
    """The log-likelihood of one point, as dynesty calls it."""

    def __init__(self, posterior: Posterior) -> None:
        self.posterior = posterior

    def __call__(self, cube: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logl, blobs = self.posterior.on_cube(cube[None, :])
        return float(logl[0]), blobs[0]

    def __reduce__(self) -> tuple[Any, ...]:
        # In a worker this is the model that the worker keeps.
        return _likelihood_of, (source_of(self.posterior.problem),)


def _likelihood_of(source: str) -> _Likelihood:
    return _Likelihood(model_of(source))


def _identity(cube: NDArray[np.float64]) -> NDArray[np.float64]:
    return cube


def run_nested(
    posterior: Posterior,
    settings: DynestySettings,
    checkpoint: Checkpoint,
    report: Callable[[Progress], None] | None = None,
    workers: WorkerPool | None = None,
    deadline: float = math.inf,
) -> NestedRun:
    """Sample to the end, from the checkpoint if it holds a state.

    Parameters
    ----------
    report : callable, optional
        Told where the run stands after every iteration.
    workers : WorkerPool, optional
        Worker processes that make the proposals; threads of this process if not given.
    deadline : float
        The reading of ``time.monotonic`` at which to save the state and stop.

    Raises
    ------
    Interrupted
        After Ctrl-C, once the state is saved; `BudgetSpent` after the deadline.
    WorkerLost
        After the end of a worker process, once the state is saved.
    StartError
        Where nearly all of the prior has likelihood zero.
    """
    queue_size = queue_size_for(settings, posterior.scenario.cost_ms, workers.size if workers else 0)
    # A queue of one draws from the generator of this process.
    pool = workers if workers is not None and queue_size > 1 else pool_for(settings, queue_size)
    likelihood = _Likelihood(posterior)
    externals = {"likelihood": likelihood, "identity": _identity}
    state = checkpoint.load(externals)
    try:
        if state is None:
            sampler, start = _fresh(posterior, settings, likelihood, queue_size, pool)
        else:
            sampler, start = state["sampler"], state["start"]
            posterior.rejected.update(state["rejected"])
            posterior.calls += state["calls"]
            _attach(sampler, pool)
        keeper = _Keeper(sampler, start, posterior, checkpoint, externals, settings, report)
        keeper.pool, keeper.deadline = pool, deadline
        finished = _advance(sampler, settings, keeper, resumed=state is not None)
    except Plateau as plateau:
        return prior_alone(plateau, posterior, queue_size)
    finally:
        if pool is not None:
            pool.close()
    return collect(sampler.results, start, posterior, settings, queue_size, finished)


def _internal(settings: DynestySettings, dim: int) -> InternalSampler:
    if settings.sample == "rwalk":
        return RWalkSampler(ndim=dim, walks=settings.walks or 20 + dim)
    if settings.sample == "rslice":
        return RSliceSampler(ndim=dim, slices=settings.slices or 3 + dim)
    return UniformBoundSampler(ndim=dim)


def _fresh(
    posterior: Posterior,
    settings: DynestySettings,
    likelihood: _Likelihood,
    queue_size: int,
    pool: Any,
) -> tuple[Any, dict[str, Any]]:
    rng = np.random.Generator(np.random.PCG64(settings.seed))
    common = dict(
        bound=settings.bound,
        # Bootstrapped bounds grow out of all proportion around curved posteriors.
        bootstrap=0,
        sample=_internal(settings, posterior.dim),
        rstate=rng,
        blob=True,
        pool=pool,
        queue_size=queue_size,
    )
    if settings.method == "dynamic":
        sampler = dynesty.DynamicNestedSampler(
            likelihood, _identity, posterior.dim, nlive=settings.live_points, **common
        )
        return sampler, {"drawn": 0, "finite": 0}
    points, drawn, finite = live_points(posterior, rng, settings.live_points)
    if np.ptp(points[2]) == 0.0:
        raise Plateau(points, drawn, finite)
    sampler = dynesty.NestedSampler(
        likelihood, _identity, posterior.dim, nlive=len(points[2]), live_points=points, **common
    )
    return sampler, {"drawn": drawn, "finite": finite}


def _attach(sampler: Any, pool: Any) -> None:
    for part in (sampler, getattr(sampler, "sampler", None), getattr(sampler, "batch_sampler", None)):
        if part is not None:
            part.pool = pool
            part.mapper = map if pool is None else pool.map


class _Keeper:
    """Called by dynesty after every iteration: progress, checkpoints, a clean end on Ctrl-C."""

    def __init__(
        self,
        sampler: Any,
        start: dict[str, Any],
        posterior: Posterior,
        checkpoint: Checkpoint,
        externals: dict[str, Any],
        settings: DynestySettings,
        report: Callable[[Progress], None] | None,
    ) -> None:
        self.sampler, self.start, self.posterior = sampler, start, posterior
        self.checkpoint, self.externals, self.settings = checkpoint, externals, settings
        self.report = report
        self.saved_at = time.monotonic()
        self.stop = False
        self.pool: Any = None
        self.deadline = math.inf

    def save(self) -> None:
        state = {
            "sampler": self.sampler,
            "start": self.start,
            "rejected": dict(self.posterior.rejected),
            "calls": self.posterior.calls,
        }
        self.checkpoint.save(state, self.externals)
        self.saved_at = time.monotonic()

    def __call__(self, result: Any, iteration: int, calls: int, **details: Any) -> None:
        if self.report is not None:
            self.report(
                Progress(
                    iteration, calls, float(result.logz), float(result.delta_logz), details.get("nbatch") or 0
                )
            )
        if not _can_be_saved(self.sampler):
            return
        now = time.monotonic()
        lost = self.pool.broken if self.pool is not None else ""
        late = now >= self.deadline
        if self.stop or lost or late or now - self.saved_at >= self.settings.checkpoint_interval:
            self.save()
        if lost:
            raise WorkerLost(f"a worker process ended ({lost}). The state is saved: use --resume.")
        if self.stop:
            raise Interrupted
        if late:
            raise BudgetSpent

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        if self.stop:
            raise KeyboardInterrupt
        self.stop = True


def _can_be_saved(sampler: Any) -> bool:
    if not isinstance(sampler, DynamicSampler):
        return not sampler.added_live
    stage = sampler.internal_state
    between = stage in (Stage.BASE_DONE, Stage.BATCH_DONE) and sampler.batch_sampler is not None
    return stage in (Stage.INBASE, Stage.INBATCH) or between


def _is_finished(sampler: Any) -> bool:
    if isinstance(sampler, DynamicSampler):
        return sampler.internal_state is Stage.RUN_DONE
    return bool(sampler.added_live)


def _advance(sampler: Any, settings: DynestySettings, keeper: _Keeper, resumed: bool) -> bool:
    dynamic = isinstance(sampler, DynamicSampler)
    targets: dict[str, Any] = (
        dict(dlogz_init=settings.dlogz, n_effective=settings.posterior_samples)
        if dynamic
        else dict(dlogz=settings.dlogz)
    )
    limit = max(1, settings.max_calls - keeper.posterior.calls)
    in_main = threading.current_thread() is threading.main_thread()
    previous = signal.signal(signal.SIGINT, keeper.interrupt) if in_main else None
    try:
        with warnings.catch_warnings():
            # A plateau and a reached limit are reported by us, in words and in the diagnostics.
            warnings.filterwarnings("ignore", message="We have reached the plateau")
            warnings.filterwarnings("ignore", message="The sampling was stopped short")
            if not _is_finished(sampler):
                sampler.run_nested(
                    print_progress=True, print_func=keeper, maxcall=limit, resume=resumed, **targets
                )
    finally:
        if in_main:
            signal.signal(signal.SIGINT, previous)
    return keeper.posterior.calls < settings.max_calls
