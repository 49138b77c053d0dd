"""Finish a run: draws of any sampler give a mixture, and the mixture gives independent draws with exact weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .evaluations import Evaluations
from .mixture import MOST_FITTED, Mixture, fit_mixture

__all__ = ["Finish", "Finisher"]

Array = NDArray[np.float64]

# Proposals evaluated before the next look at the weights.
BATCH = 2000
# Effective draws per proposal below which a mixture does not suit the posterior: chains are cheaper then, and the
# evidence of importance sampling comes out low where it misses rare large weights.
SMALLEST_EFFICIENCY = 0.03
# Streams of random numbers of their own, beside those of the samplers.
FITTING, PROPOSING = 16, 17


@dataclass(frozen=True)
class Finish:
    """Hold independent draws with exact weights, and what they say about the evidence.

    Attributes
    ----------
    cube, log_likelihood, log_weight, blobs : (n, dim), (n,), (n,), (n, m) arrays
        Draws with a finite likelihood; weights add up to one.
    log_evidence, log_evidence_error : float
        ln Z relative to the (constrained) prior, by importance sampling.
    effective, efficiency, largest_share : float
        Kish's effective number of draws, also per proposal, and the largest weight.
    proposals : int
        Draws from the mixture, those outside the cube counted in.
    accepted_fraction : float
        The share of the allowed prior with a finite likelihood.
    remark : str
        Why the draws are too few, "" where they are as many as wanted.
    """

    cube: Array
    log_likelihood: Array
    log_weight: Array
    blobs: Array
    log_evidence: float
    log_evidence_error: float
    effective: float
    efficiency: float
    largest_share: float
    proposals: int
    accepted_fraction: float
    remark: str


class Finisher:
    """Draw from a mixture and weight by exact likelihoods, batch by batch.

    Every batch has random numbers of its own, so that nothing but the evaluations need be kept to go on
    after an interruption.
    """

    def __init__(self, evaluations: Evaluations, draws: Array, wanted: int, seed: int) -> None:
        """Fit the mixture.

        Parameters
        ----------
        evaluations : Evaluations
            Those of the finish alone; empty, or what an interrupted finish left.
        draws : (n, dim) array
            Equally weighted draws of the posterior on the unit cube.
        wanted : int
            Effective draws to stop at.
        seed : int
        """
        self.evaluations, self.wanted, self.seed = evaluations, wanted, seed
        step = max(1, math.ceil(len(draws) / MOST_FITTED))
        self.mixture: Mixture = fit_mixture(draws[::step], np.random.default_rng([seed, FITTING]))
        self._batches: list[tuple[Array, Array, NDArray[np.int_]]] = []
        self._asked = 0

    @property
    def effective(self) -> float:
        """Kish's effective number of draws so far."""
        return _kish(self._joined()[1]) if self._batches else 0.0

    @property
    def efficiency(self) -> float:
        """Effective draws per proposal, those outside the cube counted in."""
        return self.effective / max(1, len(self._batches) * BATCH)

    @property
    def hopeless(self) -> bool:
        """Whether the mixture has turned out not to suit the posterior."""
        return bool(self._batches) and self.efficiency < SMALLEST_EFFICIENCY

    def advance(self) -> bool:
        """Take one batch, and return whether there is nothing left to do."""
        rng = np.random.default_rng([self.seed, PROPOSING, len(self._batches)])
        cube = self.mixture.draw(BATCH, rng)
        cube = cube[np.all((cube > 0.0) & (cube < 1.0), axis=1)]
        first = self._asked
        logl = self.evaluations.answer(first, cube)
        self._asked += len(cube)
        self._batches.append((cube, logl - self.mixture.log_density(cube), np.arange(first, self._asked)))
        return self.hopeless or self.effective >= self.wanted

    def result(self) -> Finish:
        """Return the draws so far, of which there must be some."""
        _, log_weight, row = self._joined()
        finite = np.isfinite(log_weight)
        row, log_weight = row[finite], log_weight[finite]
        rows = self.evaluations.rows()
        logl = rows["log_likelihood"][row]
        effective, proposals = _kish(log_weight), len(self._batches) * BATCH
        total = float(np.logaddexp.reduce(log_weight))
        prior = self.evaluations.target.prior
        inside, inside_error = prior.allowed_fraction(np.random.default_rng(self.seed))
        # The relative variance of a mean of weights.
        variance = (proposals / effective - 1.0) / (proposals - 1.0)
        return Finish(
            cube=rows["cube"][row],
            log_likelihood=logl,
            log_weight=log_weight - total,
            blobs=rows["blobs"][row],
            log_evidence=total - math.log(proposals * inside),
            log_evidence_error=math.hypot(math.sqrt(variance), inside_error / inside),
            effective=effective,
            efficiency=effective / proposals,
            largest_share=float(np.exp(log_weight.max() - total)),
            proposals=proposals,
            accepted_fraction=min(1.0, float(np.exp(log_weight - logl).sum()) / (proposals * inside)),
            remark=self._remark(),
        )

    def _remark(self) -> str:
        if not self.hopeless:
            return ""
        return (
            f"of {len(self._batches) * BATCH} independent proposals {self.effective:.0f} are effective: a mixture "
            "does not follow this posterior, and the run was not finished with it; the draws are those of the "
            "sampler"
        )

    def _joined(self) -> tuple[Array, Array, Array]:
        cube, log_weight, row = (np.concatenate(column) for column in zip(*self._batches, strict=True))
        return cube, log_weight, row


def _kish(log_weight: Array) -> float:
    top = log_weight.max(initial=-np.inf)
    if top == -np.inf:
        return 0.0
    weight = np.exp(log_weight - top)
    return float(weight.sum() ** 2 / np.sum(weight**2))
