"""The audit of numerical noise: the same posterior draws once more, and at ten times the accuracy."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..samples.draws import Draws
from ..target.posterior import Posterior
from .verdict import Diagnostics

__all__ = ["LARGEST_CHANGE", "LARGEST_SHIFT", "NoiseAudit", "audit_noise", "with_noise_audit"]

# Posterior draws that are solved again.
SUBSAMPLE = 64
TIGHTER = 10.0
# A change of the log-likelihood of a point, and of ln Z, that no conclusion would notice.
LARGEST_CHANGE = 0.05
LARGEST_SHIFT = 0.02
# Draws that are evaluated once more as they were, and how far a function of its parameters may move: rounding.
REPEATED = 16
ROUNDING = 1e-9


@dataclass(frozen=True)
class NoiseAudit:
    """Hold what a tighter accuracy changes.

    Attributes
    ----------
    largest_change : float
        The largest absolute change of the log-likelihood; infinite where a point no longer solves.
    evidence_shift : float
        The change of ln Z: the logarithm of the posterior mean of the likelihood ratio.
    evidence_shift_error : float
        Its error from the finite number of draws.
    points : int
    accuracy, tighter : float
        What the run used, and what it was compared with.
    """

    largest_change: float
    evidence_shift: float
    evidence_shift_error: float
    points: int
    accuracy: float
    tighter: float
    varied: bool = True
    other_answer: str = ""

    @property
    def passed(self) -> bool:
        """Whether the noise is too small to matter."""
        return (
            not self.other_answer
            and self.largest_change <= LARGEST_CHANGE
            and abs(self.evidence_shift) <= LARGEST_SHIFT
        )

    def numbers(self) -> dict[str, float]:
        """Return the figures for the diagnostics."""
        if not self.varied:
            return {"noise_points": 0}
        return {
            "noise_largest_change": self.largest_change,
            "noise_evidence_shift": self.evidence_shift,
            "noise_points": self.points,
        }

    def warning(self) -> str:
        """Return what to say where the audit failed."""
        if self.other_answer:
            return (
                "different answers for the same point: the scenario or a likelihood is no function of its "
                f"parameters, {self.other_answer}. Look for random numbers, files of one name and values kept "
                "between calls; the posterior means nothing until this is mended"
            )
        return (
            f"numerical noise: with accuracy {self.tighter:g} instead of {self.accuracy:g} ln L changes by up to "
            f"{self.largest_change:.2g} (allowed {LARGEST_CHANGE:g}) and ln Z by {self.evidence_shift:+.2g} "
            f"(allowed {LARGEST_SHIFT:g}) on {self.points} posterior draws; set options.accuracy = {self.tighter:g}"
        )


def audit_noise(posterior: Posterior, draws: Draws, seed: int = 0) -> NoiseAudit:
    """Solve a subsample of the posterior draws again at ten times the accuracy and compare."""
    cube = draws.cube.reshape(-1, posterior.dim)
    rng = np.random.default_rng([seed, 4])
    chosen = rng.choice(len(cube), min(SUBSAMPLE, len(cube)), replace=False)
    theta = posterior.prior.from_unit(cube[chosen])
    scenario = posterior.scenario
    sampled = draws.log_likelihood.reshape(-1)[chosen]
    other = _other_answer(posterior, theta[:REPEATED], sampled)
    offered = [item for item in scenario.options() if item.name == "accuracy"]
    if not offered:
        return NoiseAudit(0.0, 0.0, 0.0, 0, 0.0, 0.0, varied=False, other_answer=other)
    tighter = max(scenario.accuracy / TIGHTER, offered[0].lower)
    finer = Posterior(replace(posterior.problem, scenario=replace(scenario, accuracy=tighter)))
    found = finer.evaluate(theta)
    observables = posterior.columns.observables(draws.blobs.reshape(len(cube), -1))[chosen]
    varied = not np.array_equal(found.observables, observables, equal_nan=True)
    change = found.log_likelihood - sampled
    shift, error = _mean_exponential(change)
    return NoiseAudit(
        float(np.max(np.abs(change))),
        shift,
        error,
        len(chosen),
        float(scenario.accuracy),
        tighter,
        varied,
        other,
    )


def _other_answer(posterior: Posterior, theta: NDArray[np.float64], sampled: NDArray[np.float64]) -> str:
    """Evaluate points again, alone, and return the first that answers otherwise than while sampling."""
    # Its own counts: those of the run are already in the diagnostics.
    posterior = Posterior(posterior.problem)
    for row, before in zip(theta, sampled, strict=False):
        now = float(posterior.evaluate(row[None, :]).log_likelihood[0])
        if not abs(now - before) <= ROUNDING * (1.0 + abs(before)):
            return f"ln L was {before:.9g} and is {now:.9g} at {posterior.point_text(row)}"
    return ""


def _mean_exponential(change: NDArray[np.float64]) -> tuple[float, float]:
    top = float(change.max())
    if not math.isfinite(top):
        return top, math.inf
    ratio = np.exp(change - top)
    mean = float(ratio.mean())
    return top + math.log(mean), float(ratio.std()) / mean / math.sqrt(len(change))


def with_noise_audit(diagnostics: Diagnostics, found: NoiseAudit) -> Diagnostics:
    """Add what the audit says to the verdict: noise is a remark, other answers are a problem."""
    problems, remarks = list(diagnostics.problems), list(diagnostics.remarks)
    if not found.passed:
        (problems if found.other_answer else remarks).append(found.warning())
    return replace(
        diagnostics,
        converged=diagnostics.converged and not found.other_answer,
        problems=problems,
        remarks=remarks,
        numbers=diagnostics.numbers | found.numbers(),
    )
