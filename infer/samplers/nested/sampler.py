"""dynesty behind the contract of samplers; what is heavy loads when it samples."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...diagnostics.verdict import Diagnostics
from ...samples.draws import Draws, from_weighted
from ...samples.nested_run import NestedRun
from ...target.posterior import Posterior
from ...target.target import Target
from ..sampler import Expected, Probe, Sampler
from ..session import Session
from .settings import DynestySettings

__all__ = ["Dynesty"]

# With fewer effective prior draws than this the posterior is narrower than they resolve.
RESOLVED = 3.0
# Nested sampling continues for about this many nats around the bulk of the posterior.
SPREAD_PER_ROOT_DIM = 2.0
# A slice costs about this many evaluations: stepping out and shrinking.
CALLS_PER_SLICE = 5.0


class Dynesty(Sampler[DynestySettings, NestedRun]):
    """Nested sampling (Skilling 2006) with dynesty (Speagle 2020, arXiv:1904.02180)."""

    name = "dynesty"
    title = "nested sampling with dynesty"
    settings = DynestySettings
    evidence = True
    software: ClassVar[tuple[str, ...]] = ("dynesty", "dynesty-code", "nested-sampling", "2006.03371")
    packages: ClassVar[tuple[str, ...]] = ("dynesty",)

    def header(self, settings: DynestySettings, cost_ms: float, workers: int) -> dict[str, Any]:
        """Return the queue size, which decides the random stream."""
        from .queue import queue_size_for

        return {"queue size": queue_size_for(settings, cost_ms, workers)}

    def sample(self, target: Target, settings: DynestySettings, session: Session) -> NestedRun:
        """Sample to the end; see `Sampler.sample`."""
        from .sampling import run_nested

        return run_nested(target, settings, session)

    def draws(self, outcome: NestedRun, settings: DynestySettings) -> Draws:
        """Resample the weighted samples."""
        return from_weighted(outcome, settings.seed)

    def judge(
        self, outcome: NestedRun, draws: Draws, target: Posterior, settings: DynestySettings
    ) -> Diagnostics:
        """Judge the run by insertion ranks and effective size."""
        from .verdict import judge

        return judge(outcome, draws, target, settings)

    def forecast(self, probe: Probe, dim: int, settings: DynestySettings) -> Expected:
        """Expect live points times the information H plus what the stop criterion adds.

        H follows from the prior draws by importance sampling.
        """
        information, resolved = _information(probe.log_likelihood)
        beyond = SPREAD_PER_ROOT_DIM * math.sqrt(dim) + math.log(1.0 / settings.dlogz) / 2.0
        iterations = settings.live_points * (information + max(1.0, beyond))
        walks = settings.walks or 20 + dim
        slices = CALLS_PER_SLICE * (settings.slices or 3 + dim)
        per_iteration = walks if settings.sample == "rwalk" else slices
        evaluations = iterations * per_iteration * (2 if settings.second_seed else 1)
        return Expected(evaluations, probe.seconds_alone, not resolved)

    def quick(self, settings: DynestySettings, size: int, dlogz: float, seed: int) -> DynestySettings:
        """Return a run with ``size`` live points on one thread, moving as the given one does."""
        return DynestySettings(
            live_points=size, dlogz=dlogz, seed=seed, sample=settings.sample, bound=settings.bound,
            walks=settings.walks, slices=settings.slices, checkpoint_interval=86400.0, threads=1, queue_size=1,
            finish=0,
        )  # fmt: skip


def _information(logl: NDArray[np.float64]) -> tuple[float, bool]:
    finite = logl[np.isfinite(logl)]
    if len(finite) == 0:
        return math.log(len(logl)), False
    weight = np.exp(finite - finite.max())
    log_mean = float(finite.max() + math.log(weight.sum() / len(logl)))
    share = weight / weight.sum()
    information = float(np.sum(share * finite)) - log_mean
    return max(0.0, information), float(1.0 / np.sum(share**2)) >= RESOLVED
