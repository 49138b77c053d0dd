"""What a run samples: the sampler of the problem, its verdict, a second seed or a second sampler where wanted."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ..diagnostics.cross_check import cross_check, with_cross_check
from ..diagnostics.second_seed import compare_seeds, with_second_seed
from ..diagnostics.verdict import Diagnostics, completed
from ..execution.pools import WorkerPool
from ..execution.spread import spread_posterior
from ..problem.problem import Problem
from ..problem.provenance import fingerprint
from ..problem.settings import sampler_class
from ..samplers.sampler import sampler_of
from ..samplers.session import Session, Standing
from ..samples.draws import Draws
from ..storage.checkpoint import Checkpoint
from ..target.posterior import Posterior
from .finish import finish
from .witnesses import Witnesses

__all__ = ["EXTRA_CHECKPOINTS", "Lent", "header_of", "sample"]

FINISH_CHECKPOINT = "checkpoint-finish"
SECOND_CHECKPOINT = "checkpoint-second-seed"
CROSS_CHECKPOINT = "checkpoint-cross-check"
# Beside the one of the sampler itself.
EXTRA_CHECKPOINTS = (FINISH_CHECKPOINT, SECOND_CHECKPOINT, CROSS_CHECKPOINT)


@dataclass(frozen=True)
class Lent:
    """Hold what a run lends its samplers."""

    report: Callable[[Standing], object] | None = None
    workers: WorkerPool | None = None
    deadline: float = math.inf
    accept_changes: bool = False

    def session(
        self,
        checkpoint: Checkpoint,
        interval: float,
        continued: bool,
        beside: Callable[[], object] = lambda: None,
    ) -> Session:
        """Return a session on a checkpoint, from its state if the run is ``continued``."""
        return Session(
            checkpoint,
            report=self.report,
            workers=self.workers,
            deadline=self.deadline,
            interval=interval,
            continued=continued,
            beside=beside,
        )


def header_of(problem: Problem, workers: WorkerPool | None) -> dict[str, object]:
    """Return what must be the same for a run to be resumed."""
    settings = problem.sampler
    count = workers.size if workers is not None else 0
    own = sampler_of(problem).header(settings, problem.scenario.cost_ms, count)
    return fingerprint(problem, own)


def sample(
    posterior: Posterior, checkpoint: Checkpoint, continued: bool, lent: Lent
) -> tuple[Draws, Diagnostics]:
    """Sample a posterior as its problem says, judge the outcome, and repeat it where that is wanted."""
    problem = posterior.problem
    settings = problem.sampler
    draws, diagnostics = _sampled(posterior, checkpoint, continued, lent)
    if settings.finish:
        own, taken_up = _beside(checkpoint, FINISH_CHECKPOINT, fingerprint(problem), continued)
        session = lent.session(own, settings.checkpoint_interval, taken_up)
        draws, diagnostics = finish(posterior, draws, diagnostics, session)
    if settings.second_seed and draws.weighted is not None:
        seed = (settings.seed + 1) % 2**32
        other = replace(problem, sampler=settings.model_copy(update={"seed": seed}))
        again, _ = _repeated(other, checkpoint, SECOND_CHECKPOINT, continued, lent)
        assert again.weighted is not None
        diagnostics = with_second_seed(diagnostics, compare_seeds(draws.weighted, again.weighted))
    if settings.cross_check:
        kind = sampler_class(settings.cross_check)
        table = kind.settings(name=settings.cross_check, seed=settings.seed, threads=settings.threads)
        other = replace(problem, sampler=table, sampler_class=kind)
        again, verdict = _repeated(other, checkpoint, CROSS_CHECKPOINT, continued, lent)
        theta = _parameters(posterior, draws), _parameters(posterior, again)
        diagnostics = with_cross_check(
            diagnostics, cross_check(posterior.names, theta, (diagnostics, verdict))
        )
    return draws, diagnostics


def _parameters(posterior: Posterior, draws: Draws) -> NDArray[np.float64]:
    """Return the sampled parameters (n, dim) of draws."""
    theta = posterior.prior.from_unit(draws.cube.reshape(-1, posterior.dim))
    return theta[:, [posterior.parameter_names.index(name) for name in posterior.names]]


def _sampled(
    posterior: Posterior, checkpoint: Checkpoint, continued: bool, lent: Lent
) -> tuple[Draws, Diagnostics]:
    settings = posterior.problem.sampler
    sampler = sampler_of(posterior.problem)
    witnesses = Witnesses(posterior, checkpoint)
    if continued and (text := witnesses.contradiction()):
        if not lent.accept_changes:
            raise UserError(
                f"{checkpoint.folder.parent}: {text}. Something has changed that the run file does not show: a "
                "table, a library, a program that the model calls. Restore it, begin anew with --overwrite, or go on "
                "all the same with --resume --accept-changes."
            )
        checkpoint.accept(checkpoint.header(), [text])
    session = lent.session(checkpoint, settings.checkpoint_interval, continued, witnesses.save)
    before, posterior.look = posterior.look, session.look
    try:
        outcome = sampler.sample(posterior, settings, session)
    finally:
        posterior.look = before
    draws = sampler.draws(outcome, settings)
    return draws, completed(sampler.judge(outcome, draws, posterior, settings), draws, posterior)


def _repeated(
    problem: Problem, first: Checkpoint, name: str, continued: bool, lent: Lent
) -> tuple[Draws, Diagnostics]:
    """Sample a problem that differs by its sampler alone, from its own checkpoint beside the first."""
    own = {"sampler.name": problem.sampler.name, "sampler.seed": problem.sampler.seed}
    checkpoint, continued = _beside(first, name, fingerprint(problem) | own, continued)
    # Its own counts: those of the first run are already in the diagnostics.
    return _sampled(spread_posterior(problem, lent.workers), checkpoint, continued, lent)


def _beside(
    first: Checkpoint, name: str, header: Mapping[str, Any], continued: bool
) -> tuple[Checkpoint, bool]:
    """Return a checkpoint beside the first, and whether what it holds belongs to this run."""
    found = Checkpoint(first.folder.with_name(name))
    wanted = json.loads(json.dumps(header))
    continued = continued and found.exists and found.header() == wanted
    if not continued:
        found.create(wanted)
    return found, continued
