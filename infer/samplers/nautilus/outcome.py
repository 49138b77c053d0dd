"""What a run with nautilus gives: independent weighted samples, and the evidence with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .engine import Engine
from .evidence import log_evidence, shells_of

__all__ = ["NautilusRun", "collect"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NautilusRun:
    """Hold what importance nested sampling gives.

    Attributes
    ----------
    cube : (n, dim) array
        Samples on the unit cube, independent of each other, in the order of their likelihoods.
    log_likelihood, log_weight, log_volume : (n,) arrays
        Weights add up to one; the volume is that of all samples from this one on.
    blobs : (n, m) array
    best_cube : (dim,) array, best_log_likelihood : float
        The best of all points, those of the exploration too.
    log_evidence, log_evidence_error, information : float
        ln Z relative to the (constrained) prior, its error, and the Kullback-Leibler divergence of the
        posterior from the prior in nats.
    effective : float
        Kish's effective number of samples.
    largest_share : float
        The largest weight.
    accepted_fraction : float
        The share of the allowed prior with a finite likelihood.
    calls, exploration_calls, shells : int
    finished : bool
        Whether the wanted effective number was reached.
    explored : bool
        Whether the exploration came to its end; if not, its points are all there is, and their weights
        are biased.
    """

    cube: Array
    log_likelihood: Array
    log_weight: Array
    log_volume: Array
    blobs: Array
    best_cube: Array
    best_log_likelihood: float
    log_evidence: float
    log_evidence_error: float
    information: float
    effective: float
    largest_share: float
    accepted_fraction: float
    calls: int
    exploration_calls: int
    shells: int
    finished: bool
    explored: bool

    @property
    def efficiency(self) -> float:
        """Effective samples per likelihood call, the exploration counted in."""
        return self.effective / max(1, self.calls)


def collect(engine: Engine, finished: bool) -> NautilusRun:
    """Return what a run gave; ``finished`` says whether the wanted effective number was reached."""
    sampler = engine.sampler
    # Where the end came before every shell had its own draws, those of the exploration must do.
    explored = engine.explored and bool(np.all(sampler.shell_n > 0))
    with engine.alone():
        if engine.explored and not explored:
            sampler.discard_exploration = False
        shells = shells_of(sampler, explored)
    row, log_part = _samples(sampler, explored)
    rows = engine.evaluations.rows()
    row, log_part = row[np.isfinite(log_part)], log_part[np.isfinite(log_part)]
    logl = rows["log_likelihood"][row]
    order = np.argsort(logl, kind="stable")
    row, log_part, logl = row[order], log_part[order], logl[order]
    log_weight = log_part - np.logaddexp.reduce(log_part)
    weight = np.exp(log_weight)
    inside, inside_error = engine.target.prior.allowed_fraction(np.random.default_rng(engine.settings.seed))
    value, error = log_evidence(shells)
    value -= math.log(inside)
    volume = np.cumsum(np.exp(log_part - logl)[::-1])[::-1]
    best = int(np.argmax(rows["log_likelihood"]))
    return NautilusRun(
        cube=rows["cube"][row],
        log_likelihood=logl,
        log_weight=log_weight,
        log_volume=np.log(np.minimum(volume / inside, 1.0)),
        blobs=rows["blobs"][row],
        best_cube=rows["cube"][best],
        best_log_likelihood=float(rows["log_likelihood"][best]),
        log_evidence=value,
        log_evidence_error=math.hypot(error, inside_error / inside),
        information=float(np.sum(weight * logl)) - value,
        effective=float(1.0 / np.sum(weight**2)),
        largest_share=float(weight.max()),
        accepted_fraction=min(1.0, float(volume[0]) / inside),
        calls=engine.calls,
        exploration_calls=int(np.sum(sampler.shell_end_exp)) if engine.explored else engine.calls,
        shells=len(sampler.bounds),
        finished=finished,
        explored=explored,
    )


def _samples(sampler: Any, explored: bool) -> tuple[NDArray[np.int64], Array]:
    """Return the rows of the samples that count, and ln of likelihood times volume of each."""
    first = sampler.shell_end_exp if explored else np.zeros(len(sampler.bounds), dtype=int)
    rows, parts = [], []
    for shell, start in enumerate(first):
        logl = sampler.log_l[shell][start:]
        rows.append(np.asarray(sampler.blobs[shell][start:], dtype=np.int64))
        parts.append(logl + sampler.shell_log_v[shell] - math.log(max(1, len(logl))))
    return np.concatenate(rows), np.concatenate(parts)
