"""Finish a run: independent draws with exact weights take the place of those of the sampler, with a second evidence."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from ..diagnostics.second_seed import ALLOWED_SIGMA
from ..diagnostics.verdict import Diagnostics
from ..samplers.evaluations import Evaluations
from ..samplers.finish import Finish, Finisher
from ..samplers.session import Session, Standing
from ..samples.draws import Draws, from_weighted
from ..samples.nested_run import WeightedRun
from ..target.posterior import Posterior

__all__ = ["finish"]


class _Course:
    """Hold a finish between two looks at the clock."""

    def __init__(self, target: Posterior, session: Session) -> None:
        self.target, self.session = target, session
        self.evaluations = Evaluations(target, self.look)
        self.standing = Standing("finish", "finish: first proposals")
        state: dict[str, Any] = session.load() or {"blocks": 0, "calls": 0, "rejected": {}}
        with session.making_sense():
            self._take_up(state)

    def _take_up(self, state: dict[str, Any]) -> None:
        target, session = self.target, self.session
        self.blocks = state["blocks"]
        for index in range(self.blocks):
            self.evaluations.append(session.checkpoint.load_block(index))
        self.saved_rows = self.evaluations.count
        # What the sampler itself has counted is in its own state.
        self.calls_before, self.rejected_before = target.calls, Counter(target.rejected)
        target.calls += state["calls"]
        target.rejected.update(state["rejected"])

    def look(self) -> None:
        self.session.tick(self.save, lambda: self.standing)

    def save(self) -> None:
        if self.evaluations.count > self.saved_rows:
            self.session.checkpoint.save_block(self.blocks, self.evaluations.rows(self.saved_rows))
            self.blocks += 1
            self.saved_rows = self.evaluations.count
        self.session.checkpoint.save(
            {
                "blocks": self.blocks,
                "calls": self.target.calls - self.calls_before,
                "rejected": dict(self.target.rejected - self.rejected_before),
            }
        )


def finish(
    target: Posterior, draws: Draws, diagnostics: Diagnostics, session: Session
) -> tuple[Draws, Diagnostics]:
    """Return independent draws in place of those of a run, and what they say about it.

    Where a mixture does not follow the posterior the draws stay as they are, with a remark.
    """
    settings = target.problem.sampler
    with session:
        course = _Course(target, session)
        finisher = Finisher(
            course.evaluations, draws.cube.reshape(-1, target.dim), settings.finish, settings.seed
        )
        while not finisher.advance():
            course.standing = Standing(
                "finish",
                f"finish: {finisher.effective:.0f} of {settings.finish} independent draws, "
                f"{100 * finisher.efficiency:.0f} % of the proposals",
                share=min(0.99, finisher.effective / settings.finish),
                numbers={"effective_sample_size": finisher.effective, "efficiency": finisher.efficiency},
            )
    found = finisher.result()
    if found.remark:
        numbers = {"finish_efficiency": found.efficiency, "likelihood_calls": target.calls}
        return draws, replace(
            diagnostics, remarks=[*diagnostics.remarks, found.remark], numbers=diagnostics.numbers | numbers
        )
    run = _as_run(found, target)
    return _replaced(draws, run, settings.seed), _with_finish(diagnostics, draws.weighted, found, run)


def _as_run(found: Finish, target: Posterior) -> WeightedRun:
    mean = float(np.sum(np.exp(found.log_weight) * found.log_likelihood))
    return WeightedRun(
        cube=found.cube,
        log_likelihood=found.log_likelihood,
        log_weight=found.log_weight,
        blobs=found.blobs,
        log_evidence=found.log_evidence,
        log_evidence_error=found.log_evidence_error,
        information=mean - found.log_evidence,
        accepted_fraction=found.accepted_fraction,
        calls=target.calls,
        finished=True,
    )


def _replaced(draws: Draws, run: WeightedRun, seed: int) -> Draws:
    new = from_weighted(run, seed)
    if draws.best_log_likelihood > new.best_log_likelihood:
        new = replace(new, best=draws.best, best_log_likelihood=draws.best_log_likelihood)
    return replace(new, weighted=draws.weighted or run)


def _with_finish(
    diagnostics: Diagnostics, first: WeightedRun | None, found: Finish, run: WeightedRun
) -> Diagnostics:
    problems = list(diagnostics.problems)
    numbers = {
        "effective_sample_size": found.effective,
        "likelihood_calls": run.calls,
        "finish_efficiency": found.efficiency,
        "finish_largest_share": found.largest_share,
        "finish_log_evidence": found.log_evidence,
        "finish_log_evidence_error": found.log_evidence_error,
    }
    course = (
        f"The run was finished with {found.effective:.0f} independent draws from a mixture, "
        f"{100 * found.efficiency:.0f} % of the proposals; the heaviest carries "
        f"{100 * found.largest_share:.2g} % of the posterior."
    )
    if first is None:
        numbers |= {
            "log_evidence": run.log_evidence,
            "log_evidence_error": run.log_evidence_error,
            "information_nats": run.information,
        }
    else:
        error = math.hypot(first.log_evidence_error, found.log_evidence_error)
        away = abs(found.log_evidence - first.log_evidence)
        course += f" Their ln Z is {found.log_evidence:.3f} +- {found.log_evidence_error:.3f}."
        if away > ALLOWED_SIGMA * error:
            ln_z = f"ln Z = {found.log_evidence:.2f} +- {found.log_evidence_error:.2f}"
            problems.append(
                f"the finish gives {ln_z}, {away / error:.1f} quoted errors from the {first.log_evidence:.2f} of the "
                "sampler: one of them misses a part of the posterior; raise sampler.live-points and compare two seeds"
            )
    # Draws that were chains of walkers are so no longer.
    kept = {key: value for key, value in diagnostics.numbers.items() if key != "walkers"}
    return replace(
        diagnostics,
        converged=not problems,
        problems=problems,
        numbers=kept | numbers,
        course=[*diagnostics.course, course],
    )
