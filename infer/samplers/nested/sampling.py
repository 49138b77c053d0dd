"""dynesty: nested sampling on the unit cube, with checkpoints that resume bit for bit."""

from __future__ import annotations

import math
import warnings
from typing import Any, cast

import dynesty
import numpy as np
from dynesty import bounding, internal_samplers, utils
from dynesty import dynesty as interface
from dynesty.dynamicsampler import DynamicSampler
from dynesty.dynamicsampler import DynamicSamplerStatesEnum as Stage
from dynesty.internal_samplers import InternalSampler, RSliceSampler, RWalkSampler, UniformBoundSampler
from dynesty.sampler import Sampler as StaticSampler
from numpy.typing import NDArray

from ...execution.workers import model_of, source_of
from ...samples.nested_run import NestedRun
from ...storage.graph import Known
from ...target.posterior import Posterior
from ...target.target import Target, periodic_axes
from ..session import Session, Standing, StartError
from .outcome import collect, prior_alone
from .queue import pool_for, queue_size_for
from .record import Records
from .settings import DynestySettings
from .start import Plateau, live_points

__all__ = ["run_nested"]

# What a saved state is made of beside plain data: every class of dynesty that a run can hold.
CLASSES = (
    StaticSampler,
    interface.DynamicNestedSampler,
    interface._function_wrapper,
    Stage,
    bounding.UnitCube,
    bounding.Ellipsoid,
    bounding.MultiEllipsoid,
    internal_samplers.RWalkSampler,
    internal_samplers.RSliceSampler,
    internal_samplers.UniformBoundSampler,
    internal_samplers.UnitCubeSampler,
    internal_samplers.SamplerReturn,
    utils.DelayTimer,
    utils.IteratorResultShort,
    utils.LogLikelihood,
    utils.LoglOutput,
    utils.RunRecord,
    utils.SamplerHistoryItem,
)


# Calls beyond the limit after which an iteration is left that finds no new point; others end by themselves.
CALLS_BEYOND = 5000


class _CallsSpent(Exception):
    """Report from within an iteration that the limit of calls is far behind."""


class _Likelihood:
    """The log-likelihood of one point, as dynesty calls it."""

    def __init__(self, target: Target, limit: float = math.inf) -> None:
        self.target, self.limit = target, limit

    def __call__(self, cube: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        if self.target.calls > self.limit:
            raise _CallsSpent
        logl, blobs = self.target.on_cube(cube[None, :])
        return float(logl[0]), blobs[0]

    def __reduce__(self) -> tuple[Any, ...]:
        # In a worker this is the model that the worker keeps; whoever has workers has a run file behind it.
        return _likelihood_of, (source_of(cast(Posterior, self.target).problem),)


def _likelihood_of(source: str) -> _Likelihood:
    return _Likelihood(model_of(source))


def _identity(cube: NDArray[np.float64]) -> NDArray[np.float64]:
    return cube


def run_nested(target: Target, settings: DynestySettings, session: Session) -> NestedRun:
    """Sample to the end, from the state of the session if it has one.

    Proposals are made by the session's workers, or by threads of this process. For what it raises see
    `Sampler.sample`.
    """
    workers = session.workers
    queue_size = queue_size_for(settings, target.cost_ms, workers.size if workers else 0)
    # A queue of one draws from the generator of this process.
    pool = workers if workers is not None and queue_size > 1 else pool_for(settings, queue_size)
    likelihood = _Likelihood(target, settings.max_calls + CALLS_BEYOND)
    records = Records(session.checkpoint)
    functions = {"likelihood": likelihood, "identity": _identity}
    kinds = {
        "sampler": StaticSampler | DynamicSampler,
        "start": dict,
        "records": dict,
        "rejected": dict,
        "calls": int,
    }
    state = session.load(Known(functions | records.empty, CLASSES), kinds)
    try:
        if state is None:
            sampler, start = _fresh(target, settings, likelihood, queue_size, pool)
        else:
            with session.making_sense():
                sampler, start = state["sampler"], state["start"]
                records.fill(sampler, state["records"])
                target.rejected.update(state["rejected"])
                target.calls += state["calls"]
                _attach(sampler, pool)
        course = _Course(sampler, start, target, settings, session, records, functions)
        finished = _advance(sampler, settings, course, resumed=state is not None)
    except Plateau as plateau:
        return prior_alone(plateau, target, queue_size)
    finally:
        if pool is not None:
            pool.close()
    return collect(sampler.results, start, target, settings, queue_size, finished)


def _internal(settings: DynestySettings, dim: int) -> InternalSampler:
    if settings.sample == "rwalk":
        return RWalkSampler(ndim=dim, walks=settings.walks or 20 + dim)
    if settings.sample == "rslice":
        return RSliceSampler(ndim=dim, slices=settings.slices or 3 + dim)
    return UniformBoundSampler(ndim=dim)


def _fresh(
    target: Target,
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
        periodic=periodic_axes(target),
        sample=_internal(settings, target.dim),
        rstate=rng,
        blob=True,
        pool=pool,
        queue_size=queue_size,
    )
    if settings.method == "dynamic":
        sampler = dynesty.DynamicNestedSampler(
            likelihood, _identity, target.dim, nlive=settings.live_points, **common
        )
        return sampler, {"drawn": 0, "finite": 0}
    points, drawn, finite = live_points(target, rng, settings.live_points)
    if np.ptp(points[2]) == 0.0:
        raise Plateau(points, drawn, finite)
    sampler = dynesty.NestedSampler(
        likelihood, _identity, target.dim, nlive=len(points[2]), live_points=points, **common
    )
    return sampler, {"drawn": drawn, "finite": finite}


def _attach(sampler: Any, pool: Any) -> None:
    for part in (sampler, getattr(sampler, "sampler", None), getattr(sampler, "batch_sampler", None)):
        if part is not None:
            part.pool = pool
            part.mapper = map if pool is None else pool.map


class _Course:
    """Called by dynesty after every iteration: tells the session, which may save or stop."""

    def __init__(
        self,
        sampler: Any,
        start: dict[str, Any],
        target: Target,
        settings: DynestySettings,
        session: Session,
        records: Records,
        functions: dict[str, Any],
    ) -> None:
        self.sampler, self.start, self.target = sampler, start, target
        self.settings, self.session = settings, session
        self.records, self.functions = records, functions
        self.first_left: float | None = None

    def save(self) -> None:
        state = {
            "sampler": self.sampler,
            "start": self.start,
            "records": self.records.save(self.sampler),
            "rejected": dict(self.target.rejected),
            "calls": self.target.calls,
        }
        known = Known(self.functions | self.records.names(self.sampler), CLASSES)
        self.session.checkpoint.save(state, known)
        self.session.checkpoint.keep_blocks(self.records.needed)

    def __call__(self, result: Any, iteration: int, calls: int, **details: Any) -> None:
        def standing() -> Standing:
            return self._standing(result, iteration, calls, details.get("nbatch") or 0)

        self.session.tick(self.save, standing, can_save=_can_be_saved(self.sampler))

    def _standing(self, result: Any, iteration: int, calls: int, batch: int) -> Standing:
        log_evidence, remaining = float(result.logz), float(result.delta_logz)
        # The remaining evidence falls about linearly in its logarithm once the peak is inside.
        left = math.log1p(min(remaining, 1e9) / self.settings.dlogz)
        self.first_left = max(self.first_left or left, left)
        efficiency = iteration / max(1, calls)
        more = f", batch {batch}" if batch else ""
        return Standing(
            stage=f"nested sampling{more}",
            sentence=f"nested: {iteration} iterations, {calls} calls ({100 * efficiency:.2g} % efficient){more}, "
            f"ln Z {log_evidence:.2f}, left {remaining:.2g}",
            share=min(0.99, 1.0 - left / self.first_left) if self.first_left > 0.0 else 0.99,
            numbers={
                "efficiency": efficiency,
                "iterations": iteration,
                "log_evidence": log_evidence,
                "remaining_log_evidence": remaining,
            },
        )


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


def _advance(sampler: Any, settings: DynestySettings, course: _Course, resumed: bool) -> bool:
    dynamic = isinstance(sampler, DynamicSampler)
    targets: dict[str, Any] = (
        dict(dlogz_init=settings.dlogz, n_effective=settings.posterior_samples)
        if dynamic
        else dict(dlogz=settings.dlogz)
    )
    limit = max(1, settings.max_calls - course.target.calls)
    with warnings.catch_warnings(), course.session:
        # A plateau and a reached limit are reported by us, in words and in the diagnostics.
        warnings.filterwarnings("ignore", message="We have reached the plateau")
        warnings.filterwarnings("ignore", message="The sampling was stopped short")
        try:
            if not _is_finished(sampler):
                sampler.run_nested(
                    print_progress=True,
                    print_func=course,
                    maxcall=limit,
                    resume=resumed,
                    # Nobody looks at old bounds, and they would make every checkpoint larger than the one before.
                    save_bounds=False,
                    **targets,
                )
        except _CallsSpent:
            _close(sampler)
    return course.target.calls < settings.max_calls


def _close(sampler: Any) -> None:
    """Let a run that has been left within an iteration end with its live points, as at any limit."""
    if not isinstance(sampler, DynamicSampler):
        for _ in sampler.add_live_points():
            pass
    elif sampler.internal_state in (Stage.INIT, Stage.LIVEPOINTSINIT, Stage.INBASE, Stage.INBASEADDLIVE):
        raise StartError(
            'no new point was found within sampler.max-calls, before there was a first result. Use method = "static", '
            'or another sampler.sample than "unif".'
        )
