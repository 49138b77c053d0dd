"""What a run samples: the sampler of the problem, its verdict, a second seed or a second sampler where wanted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..diagnostics.cross_check import cross_check, with_cross_check
from ..diagnostics.second_seed import compare_seeds, with_second_seed
from ..diagnostics.verdict import Diagnostics
from ..execution.pools import WorkerPool
from ..execution.spread import spread_posterior
from ..problem.problem import Problem
from ..problem.provenance import fingerprint
from ..problem.settings import SamplerSettings, settings_class
from ..samplers.sampler import sampler_of
from ..samplers.session import Session, Standing
from ..samples.draws import Draws
from ..storage.checkpoint import Checkpoint
from ..target.posterior import Posterior

__all__ = ["CROSS_CHECKPOINT", "SECOND_CHECKPOINT", "Lent", "header_of", "sample"]

SECOND_CHECKPOINT = "checkpoint-second-seed"
CROSS_CHECKPOINT = "checkpoint-cross-check"


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
    """Sample a posterior as its problem says, judge the outcome, and repeat it where that is wanted."""
    problem = posterior.problem
    settings = problem.sampler
    draws, diagnostics = _sampled(posterior, settings, checkpoint, lent)
    if settings.second_seed and draws.weighted is not None:
        other = settings.model_copy(update={"seed": (settings.seed + 1) % 2**32})
        again, _ = _repeated(problem, other, checkpoint, SECOND_CHECKPOINT, continued, lent)
        assert again.weighted is not None
        diagnostics = with_second_seed(diagnostics, compare_seeds(draws.weighted, again.weighted))
    if settings.cross_check:
        other = settings_class(settings.cross_check)(seed=settings.seed, threads=settings.threads)  # type: ignore[call-arg]
        again, verdict = _repeated(problem, other, checkpoint, CROSS_CHECKPOINT, continued, lent)
        theta = tuple(
            problem.prior.from_unit(item.cube.reshape(-1, posterior.dim))[:, _sampled_columns(posterior)]
            for item in (draws, again)
        )
        found = cross_check(posterior.names, (theta[0], theta[1]), (diagnostics, verdict))
        diagnostics = with_cross_check(diagnostics, found)
    return draws, diagnostics


def _sampled_columns(posterior: Posterior) -> list[int]:
    return [posterior.parameter_names.index(name) for name in posterior.names]


def _sampled(
    posterior: Posterior, settings: SamplerSettings, checkpoint: Checkpoint, lent: Lent
) -> tuple[Draws, Diagnostics]:
    sampler = sampler_of(settings)
    outcome = sampler.sample(posterior, settings, lent.session(checkpoint, settings.checkpoint_interval))
    draws = sampler.draws(outcome, settings)
    return draws, sampler.judge(outcome, draws, posterior, settings)


def _repeated(
    problem: Problem,
    settings: SamplerSettings,
    checkpoint: Checkpoint,
    folder: str,
    continued: bool,
    lent: Lent,
) -> tuple[Draws, Diagnostics]:
    # Its own counts: those of the first run are already in the diagnostics.
    own = spread_posterior(problem, lent.workers)
    other = Checkpoint(checkpoint.folder.with_name(folder))
    if not (continued and other.exists):
        other.create(fingerprint(problem) | {"sampler.name": settings.name, "sampler.seed": settings.seed})
    return _sampled(own, settings, other, lent)
