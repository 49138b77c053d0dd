"""What a run samples: the sampler of the problem, its verdict, and a second seed where it is wanted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..diagnostics.second_seed import compare_seeds, with_second_seed
from ..diagnostics.verdict import Diagnostics
from ..execution.pools import WorkerPool
from ..execution.spread import spread_posterior
from ..problem.problem import Problem
from ..problem.provenance import fingerprint
from ..samplers.sampler import sampler_of
from ..samplers.session import Session, Standing
from ..samples.draws import Draws
from ..storage.checkpoint import Checkpoint
from ..target.posterior import Posterior
from .finish import finish

__all__ = ["FINISH_CHECKPOINT", "SECOND_CHECKPOINT", "Lent", "header_of", "sample"]

SECOND_CHECKPOINT = "checkpoint-second-seed"
FINISH_CHECKPOINT = "checkpoint-finish"


@dataclass(frozen=True)
class Lent:
    """Hold what a run lends its samplers."""

    report: Callable[[Standing], object] | None = None
    workers: WorkerPool | None = None
    deadline: float = math.inf

    def session(self, checkpoint: Checkpoint, interval: float) -> Session:
        """Return a session on a checkpoint."""
        return Session(
            checkpoint, report=self.report, workers=self.workers, deadline=self.deadline, interval=interval
        )


def header_of(problem: Problem, workers: WorkerPool | None) -> dict[str, object]:
    """Return what must be the same for a run to be resumed."""
    settings = problem.sampler
    count = workers.size if workers is not None else 0
    own = sampler_of(settings).header(settings, problem.scenario.cost_ms, count)
    return fingerprint(problem, own)


def sample(
    posterior: Posterior, checkpoint: Checkpoint, continued: bool, lent: Lent
) -> tuple[Draws, Diagnostics]:
    """Sample a posterior as its problem says, and judge the outcome."""
    settings = posterior.problem.sampler
    sampler = sampler_of(settings)
    outcome = sampler.sample(posterior, settings, lent.session(checkpoint, settings.checkpoint_interval))
    draws = sampler.draws(outcome, settings)
    diagnostics = sampler.judge(outcome, draws, posterior, settings)
    if settings.finish:
        own = Checkpoint(checkpoint.folder.with_name(FINISH_CHECKPOINT))
        if not (continued and own.exists):
            own.create({})
        session = lent.session(own, settings.checkpoint_interval)
        draws, diagnostics = finish(posterior, draws, diagnostics, session)
    if not settings.second_seed or draws.weighted is None:
        return draws, diagnostics
    second = _second_run(posterior.problem, checkpoint, continued, lent)
    assert second.weighted is not None
    return draws, with_second_seed(diagnostics, compare_seeds(draws.weighted, second.weighted))


def _second_run(problem: Problem, checkpoint: Checkpoint, continued: bool, lent: Lent) -> Draws:
    settings = problem.sampler.model_copy(update={"seed": (problem.sampler.seed + 1) % 2**32})
    # Its own counts: those of the first run are already in the diagnostics.
    own = spread_posterior(problem, lent.workers)
    other = Checkpoint(checkpoint.folder.with_name(SECOND_CHECKPOINT))
    if not (continued and other.exists):
        other.create(fingerprint(problem) | {"sampler.seed": settings.seed})
    sampler = sampler_of(settings)
    outcome = sampler.sample(own, settings, lent.session(other, settings.checkpoint_interval))
    return sampler.draws(outcome, settings)
