"""From the results of dynesty to a nested run: samples, weights, the evidence and its error."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...samples.nested_run import NestedRun
from ...target.target import Target
from .settings import DynestySettings
from .start import Plateau

__all__ = ["collect", "prior_alone"]

# Draws of the volumes that give the error of an evidence to five per cent.
EVIDENCE_DRAWS = 200


def collect(
    results: Any,
    start: dict[str, Any],
    target: Target,
    settings: DynestySettings,
    queue_size: int,
    finished: bool,
) -> NestedRun:
    """Return what a run gave.

    Parameters
    ----------
    results : dynesty.results.Results
    start : dict
        ``drawn`` and ``finite`` of a static run: how many draws from the prior its first live points took,
        and how many of them have a finite likelihood.
    finished : bool
        False where the limit of calls ended the run.
    """
    shift, variance, fraction = 0.0, _evidence_variance(results, settings), 1.0
    if settings.method == "static":
        fraction = start["finite"] / start["drawn"]
        shift = math.log(fraction)
        # The error of a binomial fraction, in its logarithm.
        variance += (1.0 - fraction) / start["finite"]
    else:
        allowed, error = target.prior.allowed_fraction(np.random.default_rng(settings.seed))
        shift = -math.log(allowed)
        variance += (error / allowed) ** 2
    return NestedRun(
        cube=np.asarray(results.samples_u),
        log_likelihood=np.asarray(results.logl),
        log_weight=np.asarray(results.logwt) - float(results.logz[-1]),
        log_volume=np.asarray(results.logvol),
        blobs=np.asarray(results.blob),
        log_evidence=float(results.logz[-1]) + shift,
        log_evidence_error=math.sqrt(variance),
        information=float(results.information[-1]) - math.log(fraction),
        accepted_fraction=fraction,
        calls=target.calls,
        iterations=int(results.niter),
        queue_size=queue_size,
        insertion={
            "identity": np.asarray(results.samples_id, dtype=np.int64),
            "born": np.asarray(results.samples_it, dtype=np.int64),
            "batch": np.asarray(
                results.samples_batch if settings.method == "dynamic" else np.zeros(len(results.logl)),
                dtype=np.int64,
            ),
        },
        finished=finished,
    )


def prior_alone(plateau: Plateau, target: Target, queue_size: int) -> NestedRun:
    """Return draws from the prior, which are the posterior of a likelihood that is constant where finite."""
    cube, _, logl, blobs = plateau.points
    count = len(logl)
    fraction = plateau.finite / plateau.drawn
    return NestedRun(
        cube=cube,
        log_likelihood=logl,
        log_weight=np.full(count, -math.log(count)),
        log_volume=-np.arange(1, count + 1) / count,
        blobs=blobs,
        log_evidence=float(logl[0]) + math.log(fraction),
        log_evidence_error=math.sqrt((1.0 - fraction) / plateau.finite),
        information=-math.log(fraction),
        accepted_fraction=fraction,
        calls=target.calls,
        iterations=0,
        queue_size=queue_size,
        insertion={key: np.zeros(count, dtype=np.int64) for key in ("identity", "born", "batch")},
        finished=True,
    )


def _evidence_variance(results: Any, settings: DynestySettings) -> float:
    """Return the variance of ln Z from the unknown volumes.

    They are drawn again and again: where the posterior has two scales the information alone, from which
    dynesty takes its error, overestimates it.
    """
    if settings.method == "dynamic":
        return float(results.logzerr[-1]) ** 2
    rng = np.random.default_rng([settings.seed, 9])
    logl = np.asarray(results.logl)
    last = len(logl) - int(results.niter)
    live = np.concatenate([np.full(len(logl) - last, results.nlive), np.arange(last, 0, -1)]).astype(float)
    found = np.empty(EVIDENCE_DRAWS)
    for k in range(EVIDENCE_DRAWS):
        step = np.log1p(-rng.random(len(live))) / live
        volume = np.concatenate([[0.0], np.cumsum(step)[:-1]])
        found[k] = np.logaddexp.reduce(logl + volume + np.log(-np.expm1(step)))
    return float(found.var())
