"""How an evidence moves with the prior: each range halved and doubled, log and flat swapped.

A nested run covers its whole prior, so another prior inside the same support needs no new likelihood:
Z'/Z is the posterior mean of the ratio of the prior densities. It is quoted where enough effective
samples carry that mean. A wider range needs samples outside, which a run does not have: there the
answer is exact only if the likelihood vanishes towards the old edges, and a rerun otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...priors import CHANGES, Change, JointPrior
from ...priors.law import Law
from ..problem.problem import Problem, problem_from
from ..results.folder import Result
from ..samples.draws import kish

__all__ = [
    "CHANGES",
    "NEEDS_RERUN",
    "PriorShift",
    "Variation",
    "prior_shifts",
    "shift_from_rerun",
    "variations",
    "with_variation",
]

# The method of a shift that reweighting cannot tell.
NEEDS_RERUN = "needs a rerun"
# Effective samples that a reweighted evidence must rest on: its error is then at most 0.1.
SMALLEST_SAMPLE = 100.0
# The outer share of a range whose posterior mass tells whether anything is left beyond its edge.
EDGE = 0.05
# What may be missing outside, as a share of the evidence.
LARGEST_MISSING = 0.05
# Draws for the share of the prior that constraints leave.
VOLUME_SEED = 5


@dataclass(frozen=True)
class Variation:
    """Hold another prior of one parameter.

    Attributes
    ----------
    parameter, change : str
        Which one and what is done, one of `CHANGES`.
    specification : mapping or None
        The new prior in the notation of run files; None where there is none.
    reason : str
        Why there is none, or what limits it.
    """

    parameter: str
    change: str
    specification: Mapping[str, Any] | None
    reason: str = ""


@dataclass(frozen=True)
class PriorShift:
    """Hold the change of ln Z that a variation of the prior causes.

    Attributes
    ----------
    variation : Variation
    shift, error : float
        Of ln Z; NaN where nothing can be said.
    sample_size : float
        Effective samples behind a reweighted shift.
    method : str
        ``"reweighted"``, ``"rerun"``, ``"needs a rerun"`` or ``"not defined"``.
    reason : str
    """

    variation: Variation
    shift: float
    error: float
    sample_size: float
    method: str
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.method in {"reweighted", "rerun"}


def variations(problem: Problem, parameter: str) -> Iterator[Variation]:
    """Yield the variations of one parameter's prior: range halved, doubled, log and flat swapped.

    Halving and doubling keep the middle (the middle of the logarithm for a log-uniform prior, the mean of
    a Gaussian). A doubled range ends where the parameter's physical range does.
    """
    law = problem.prior.laws[parameter]
    for change in CHANGES:
        if law.names:
            yield Variation(parameter, change, None, "its prior depends on other parameters")
            continue
        yield _variation(problem, parameter, law, change)


def _variation(problem: Problem, parameter: str, law: Law, change: Change) -> Variation:
    old = law.at({})[0]
    new, reason = old.varied(change)
    if new is None:
        return Variation(parameter, change, None, reason)
    described = next(item for item in problem.scenario.parameters if item.name == parameter)
    clipped = new.clipped(described.lower, described.upper)
    if clipped != new:
        reason = "up to the physical range"
        if clipped.support[0] >= old.support[0] and clipped.support[1] <= old.support[1]:
            return Variation(parameter, change, None, "its range is all that is physical")
    return Variation(parameter, change, clipped.specification, reason)


def prior_shifts(result: Result) -> list[PriorShift]:
    """Return the change of ln Z for every sampled parameter and every variation of its prior."""
    problem = result.problem
    samples = result.data["nested_samples"].to_dataset()
    names = problem.prior.sampled
    theta = problem.prior.complete(np.column_stack([samples[name].to_numpy() for name in names]))
    log_weight = samples["log_weight"].to_numpy()
    return [
        _shift(problem, theta, log_weight, variation)
        for parameter in names
        for variation in variations(problem, parameter)
    ]


def _shift(
    problem: Problem,
    theta: NDArray[np.float64],
    log_weight: NDArray[np.float64],
    variation: Variation,
) -> PriorShift:
    if variation.specification is None:
        return PriorShift(variation, math.nan, math.nan, 0.0, "not defined", variation.reason)
    try:
        prior = with_variation(problem, variation).prior
    except UserError as error:
        return PriorShift(variation, math.nan, math.nan, 0.0, "not defined", str(error))
    with np.errstate(invalid="ignore"):
        ratio = prior.log_density(theta) - problem.prior.log_density(theta)
    # A sample on the very edge may lie outside both by rounding.
    ratio = np.where(np.isnan(ratio), -np.inf, ratio)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    missing = _missing_outside(problem, prior, theta, weight, variation.parameter)
    if missing > LARGEST_MISSING:
        return PriorShift(
            variation, math.nan, math.nan, 0.0, NEEDS_RERUN,
            f"up to {100 * missing:.2g} % of the evidence may lie outside the old range",
        )  # fmt: skip
    shifted = log_weight + ratio
    size = kish(shifted) if np.isfinite(shifted).any() else 0.0
    if size < SMALLEST_SAMPLE:
        return PriorShift(
            variation, math.nan, math.nan, size, NEEDS_RERUN,
            f"{size:.0f} effective samples carry the new prior, {SMALLEST_SAMPLE:.0f} are wanted",
        )  # fmt: skip
    factor = np.exp(ratio - ratio.max())
    mean = float(np.sum(weight * factor))
    scatter = math.sqrt(float(np.sum((weight * (factor - mean)) ** 2))) / mean
    volume, volume_error = _volume_shift(problem.prior, prior)
    reason = variation.reason
    if missing > 0.0:
        reason = "; ".join(filter(None, [reason, "if the likelihood does not rise again outside"]))
    return PriorShift(
        variation,
        float(ratio.max()) + math.log(mean) + volume,
        math.hypot(scatter, missing, volume_error),
        size,
        "reweighted",
        reason,
    )


def with_variation(problem: Problem, variation: Variation) -> Problem:
    """Return the problem with the prior of one parameter replaced."""
    override = (f"parameters.{variation.parameter}", dict(variation.specification or {}))
    return problem_from(problem.content, [override], name=problem.name)


def shift_from_rerun(before: Result, after: Result, variation: Variation) -> PriorShift:
    """Return the change of ln Z between two runs."""
    if after.log_evidence is None or before.log_evidence is None:
        raise UserError(f"{after.directory}: a run without an evidence.")
    return PriorShift(
        variation,
        after.log_evidence - before.log_evidence,
        math.hypot(after.log_evidence_error or 0.0, before.log_evidence_error or 0.0),
        float(after.diagnostics["numbers"]["effective_sample_size"]),
        "rerun",
        variation.reason,
    )


def _missing_outside(
    problem: Problem,
    prior: JointPrior,
    theta: NDArray[np.float64],
    weight: NDArray[np.float64],
    parameter: str,
) -> float:
    """Estimate what a wider range would add, relative to the evidence inside the old one.

    The posterior density at an edge is taken to go on unchanged up to the new end: an upper bound for a
    likelihood that falls, no bound for one that rises again. At least one sample's worth is assumed.
    """
    old, new = problem.prior.bounds(parameter), prior.bounds(parameter)
    if not (np.isfinite(old).all() and np.isfinite(new).all()) or old[0] == old[1]:
        return 0.0
    unit = problem.prior.to_unit(theta)[:, problem.prior.sampled.index(parameter)]
    measure = math.log if problem.prior.laws[parameter].kind.logarithmic else float
    width = measure(old[1]) - measure(old[0])
    floor = float(np.sum(weight**2))
    below = (measure(old[0]) - measure(new[0])) / width if new[0] < old[0] else 0.0
    above = (measure(new[1]) - measure(old[1])) / width if new[1] > old[1] else 0.0
    total = 0.0
    for extension, inside in ((below, unit < EDGE), (above, unit > 1.0 - EDGE)):
        if extension > 0.0:
            mass = max(float(weight[inside].sum()), floor * EDGE)
            total += mass / EDGE * extension
    return total


def _volume_shift(old: JointPrior, new: JointPrior) -> tuple[float, float]:
    """Return what constraints and dependent bounds change: ln Z is relative to what they leave."""
    if not (old.can_exclude or new.can_exclude):
        return 0.0, 0.0
    before, before_error = old.allowed_fraction(np.random.default_rng(VOLUME_SEED))
    after, after_error = new.allowed_fraction(np.random.default_rng(VOLUME_SEED))
    return math.log(before / after), math.hypot(before_error / before, after_error / after)
