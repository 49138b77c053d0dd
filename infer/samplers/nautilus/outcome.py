"""What a run with nautilus gives: independent weighted samples, and the evidence with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...samples.nested_run import WeightedRun
from .evidence import log_evidence, shells_of

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["NautilusRun", "collect"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class NautilusRun(WeightedRun):
    """Hold a run of importance nested sampling; its samples are independent of each other.

    Attributes
    ----------
    best_cube : (dim,) array, best_log_likelihood : float
        The best of all points, those of the exploration too.
    effective : float
        Kish's effective number of samples.
    largest_share : float
        The largest weight.
    exploration_calls, shells : int
    explored : bool
        Whether the exploration came to its end; if not, its points are all there is, and their weights
        are biased.
    hopeless : bool
        Whether the run was given up because more calls gave hardly any effective samples.
    """

    best_cube: Array
    best_log_likelihood: float
    effective: float
    largest_share: float
    exploration_calls: int
    shells: int
    explored: bool
    hopeless: bool

    @property
    def efficiency(self) -> float:
        """Effective samples per likelihood call, the exploration counted in."""
        return self.effective / max(1, self.calls)

    @property
    def sampling_efficiency(self) -> float:
        """Effective samples per likelihood call after the exploration; per call of it where it is all there is."""
        return self.effective / max(1, self.calls - self.exploration_calls * self.explored)


def collect(engine: Engine, finished: bool, hopeless: bool = False) -> NautilusRun:
    """Return what a run gave.

    Parameters
    ----------
    finished : bool
        Whether the wanted effective number was reached.
    hopeless : bool
        Whether it was given up.
    """
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
    volume = float(np.sum(np.exp(log_part - logl)))
    best = int(np.argmax(rows["log_likelihood"]))
    return NautilusRun(
        cube=rows["cube"][row],
        log_likelihood=logl,
        log_weight=log_weight,
        blobs=rows["blobs"][row],
        best_cube=rows["cube"][best],
        best_log_likelihood=float(rows["log_likelihood"][best]),
        log_evidence=value,
        log_evidence_error=math.hypot(error, inside_error / inside),
        information=float(np.sum(weight * logl)) - value,
        effective=float(1.0 / np.sum(weight**2)),
        largest_share=float(weight.max()),
        accepted_fraction=min(1.0, volume / inside),
        calls=engine.target.calls,
        exploration_calls=int(np.sum(sampler.shell_end_exp)) if engine.explored else engine.calls,
        shells=len(sampler.bounds),
        finished=finished,
        explored=explored,
        hopeless=hopeless,
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
