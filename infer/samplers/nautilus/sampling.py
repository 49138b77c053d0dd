"""A run with nautilus: step by step within a session, until there are enough effective samples or no progress."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...target.target import Target
from ..evaluations import Evaluations
from ..session import Session, Standing, StartError
from .engine import Engine
from .outcome import NautilusRun, collect
from .patience import Patience
from .settings import NautilusSettings

__all__ = ["run_nautilus"]

# Batches of prior draws before the start is given up for want of finite likelihoods.
START_BATCHES = 2000


class _Course:
    """Hold a run between two looks at the clock: what is saved, and where it stands."""

    def __init__(self, target: Target, settings: NautilusSettings, session: Session) -> None:
        self.target, self.settings, self.session = target, settings, session
        self.evaluations = Evaluations(target, self.look)
        # Within a batch nautilus cannot be asked where it stands.
        self.stood = Standing("exploration", "nautilus: first likelihoods")
        state: dict[str, Any] = session.load() or {}
        with session.making_sense():
            self._take_up(state)

    def _take_up(self, state: dict[str, Any]) -> None:
        target, settings, session = self.target, self.settings, self.session
        self.patience = Patience(settings, state.get("patience"))
        self.patience_then = self.patience.state
        # Numbers of the blocks that belong to the state, and the rows in them.
        self.first_block, self.next_block = state.get("blocks", (0, 0))
        for index in range(self.first_block, self.next_block):
            self.evaluations.append(session.checkpoint.load_block(index))
        self.saved_rows = self.evaluations.count
        target.rejected.update(state.get("rejected", {}))
        target.calls += state.get("calls", 0)
        self.engine = Engine(settings, self.evaluations, state.get("snapshot"))

    def look(self) -> None:
        """Let the session save or stop within a batch: the steps since the last snapshot are taken again."""
        self.session.tick(self.save, lambda: self.stood)

    def between(self, finished: bool) -> None:
        """Let the session save or stop between two steps."""
        self.stood = self.standing()
        self.session.tick(self.save_between, lambda: self.stood, finished=finished)

    def save_between(self) -> None:
        self.engine.take_snapshot()
        self.patience_then = self.patience.state
        self.save()

    def save(self) -> None:
        rows = self.evaluations
        if rows.count < self.saved_rows:
            # Some of them were of another arithmetic: what is left is written under new numbers.
            self.first_block, self.saved_rows = self.next_block, 0
        if rows.count > self.saved_rows:
            self.session.checkpoint.save_block(self.next_block, rows.rows(self.saved_rows))
            self.next_block += 1
            self.saved_rows = rows.count
        self.session.checkpoint.save(
            {
                "snapshot": self.engine.snapshot,
                "patience": self.patience_then,
                "blocks": (self.first_block, self.next_block),
                "rejected": dict(self.target.rejected),
                "calls": self.target.calls,
            }
        )

    def standing(self) -> Standing:
        engine, wanted = self.engine, self.settings.effective_samples
        begin = f"nautilus: {engine.calls} calls, {engine.bounds} bounds, "
        numbers: dict[str, float | None] = {"likelihood_calls": engine.calls, "bounds": engine.bounds}
        if not engine.explored:
            return Standing(
                "exploration",
                f"{begin}live points hold {100 * engine.live_share:.3g} % of Z",
                numbers=numbers | {"live_share": engine.live_share},
            )
        effective = engine.effective
        return Standing(
            "sampling",
            f"{begin}{effective:.0f} of {wanted} effective samples, ln Z {engine.log_evidence:.2f}",
            share=min(0.99, effective / wanted),
            numbers=numbers
            | {
                "effective_sample_size": effective,
                "log_evidence": engine.log_evidence,
                "efficiency": effective / max(1, engine.calls),
            },
        )


def run_nautilus(target: Target, settings: NautilusSettings, session: Session) -> NautilusRun:
    """Sample to the end, from the state of the session if it has one.

    For what it raises see `Sampler.sample`.
    """
    with session:
        course = _Course(target, settings, session)
        engine, finished, hopeless = course.engine, False, False
        while not (finished or hopeless or engine.calls >= settings.max_calls):
            finished = engine.advance()
            hopeless = not finished and course.patience.is_over(engine)
            if hopeless:
                course.patience.renew(engine)
            _refuse_a_prior_without_support(target, engine)
            course.between(finished)
    if not finished:
        session.keep(course.save_between)
    return collect(engine, finished, hopeless)


def _refuse_a_prior_without_support(target: Target, engine: Engine) -> None:
    if engine.explored or engine.bounds > 1 or engine.calls < START_BATCHES * engine.settings.batch:
        return
    finite = int(np.sum(np.isfinite(engine.evaluations.rows()["log_likelihood"])))
    reasons = "; ".join(f"{number} points: {reason}" for reason, number in target.rejected.most_common())
    raise StartError(
        f"of {engine.calls} draws from the prior only {finite} have a finite likelihood, too few to start from. "
        f"Reasons: {reasons or 'none'}. Check the priors."
    )
