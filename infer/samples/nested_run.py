"""What samplers with an evidence leave: weighted samples and ln Z; of nested sampling also its course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NestedRun", "WeightedRun"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class WeightedRun:
    """Hold weighted samples of the posterior, and the evidence.

    Attributes
    ----------
    cube : (n, dim) array
        The samples on the unit cube.
    log_likelihood, log_weight : (n,) arrays
        The weights add up to one.
    blobs : (n, m) array
        See `Columns`.
    log_evidence, log_evidence_error, information : float
        ln Z relative to the (constrained) prior, its error, and the Kullback-Leibler divergence of
        the posterior from the prior in nats.
    accepted_fraction : float
        The share of the prior with a finite likelihood, part of the evidence.
    calls : int
    finished : bool
        False where the limit of calls ended the run.
    """

    cube: FloatArray
    log_likelihood: FloatArray
    log_weight: FloatArray
    blobs: FloatArray
    log_evidence: float
    log_evidence_error: float
    information: float
    accepted_fraction: float
    calls: int
    finished: bool


@dataclass(frozen=True, kw_only=True)
class NestedRun(WeightedRun):
    """Hold a run of nested sampling with its course.

    Attributes
    ----------
    log_volume : (n,) array
        ln of the prior volume inside the contour of each sample.
    iterations, queue_size : int
    insertion : dict
        ``identity``, ``born``, ``batch``, (n,) each: which live point a sample was, at which iteration
        it was proposed and in which batch of a dynamic run, for the insertion-index test.
    """

    log_volume: FloatArray
    iterations: int
    queue_size: int
    insertion: dict[str, NDArray[np.int64]]
