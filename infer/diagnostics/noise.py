"""The audit of numerical noise: the same posterior draws at ten times the accuracy."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..samples.draws import Draws
from ..target.posterior import Posterior

__all__ = ["LARGEST_CHANGE", "LARGEST_SHIFT", "NoiseAudit", "audit_noise"]

# Posterior draws that are solved again.
SUBSAMPLE = 64
TIGHTER = 10.0
# A change of the log-likelihood of a point, and of ln Z, that no conclusion would notice.
LARGEST_CHANGE = 0.05
LARGEST_SHIFT = 0.02


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

    @property
    def passed(self) -> bool:
        """Whether the noise is too small to matter."""
        return self.largest_change <= LARGEST_CHANGE and abs(self.evidence_shift) <= LARGEST_SHIFT

    def numbers(self) -> dict[str, float]:
        """Return the figures for the diagnostics."""
        return {
            "noise_largest_change": self.largest_change,
            "noise_evidence_shift": self.evidence_shift,
            "noise_points": self.points,
        }

    def warning(self) -> str:
        """Return what to say where the audit failed."""
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
    lowest = next(item.lower for item in scenario.options() if item.name == "accuracy")
    tighter = max(scenario.accuracy / TIGHTER, lowest)
    finer = Posterior(replace(posterior.problem, scenario=replace(scenario, accuracy=tighter)))
    change = finer.evaluate(theta).log_likelihood - draws.log_likelihood.reshape(-1)[chosen]
    shift, error = _mean_exponential(change)
    return NoiseAudit(
        float(np.max(np.abs(change))), shift, error, len(chosen), float(scenario.accuracy), tighter
    )


def _mean_exponential(change: NDArray[np.float64]) -> tuple[float, float]:
    top = float(change.max())
    if not math.isfinite(top):
        return top, math.inf
    ratio = np.exp(change - top)
    mean = float(ratio.mean())
    return top + math.log(mean), float(ratio.std()) / mean / math.sqrt(len(change))
