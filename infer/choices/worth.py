"""What each modelling choice is worth: every option switched in turn, at a point or over a posterior."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ..problem.problem import Problem, problem_from
from ..results.folder import Result
from ..samples.draws import kish, systematic_resample
from ..target.posterior import Posterior
from ..wording import Shown, csv_text

__all__ = ["ChoiceRow", "Choices", "choices_at", "choices_over_run"]

Array = NDArray[np.float64]

# Draws that are solved again for every alternative.
MOST_DRAWS = 256
# Effective draws that reweighted numbers must rest on; below, they are given with a warning.
FEWEST_DRAWS = 30.0
# Relative changes below this are the solver's accuracy.
UNMOVED = 1e-3
OTHER_PARAMETERS = "its parameters are others, so that the same point does not exist"


@dataclass(frozen=True)
class ChoiceRow:
    """Hold what one alternative changes.

    Attributes
    ----------
    option, value, current
        The option, the alternative and what the run uses.
    ratios : mapping of str to float
        Each observable over what it is now; the median over the draws.
    log_likelihood : float
        The change of ln L: of a point, or the mean over the draws that both solve.
    evidence_shift, evidence_error : float
        The change of ln Z by reweighting and its error from the number of draws; NaN at a point.
    effective : float
        Effective draws after reweighting.
    medians : mapping of str to float
        The shift of the posterior median of each sampled parameter, in posterior standard deviations.
    reason : str
        Why there is no number, or what limits it.
    """

    option: str
    value: Any
    current: Any
    ratios: Mapping[str, float] = field(default_factory=dict)
    log_likelihood: float = math.nan
    evidence_shift: float = math.nan
    evidence_error: float = math.nan
    effective: float = math.nan
    medians: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""

    @property
    def solved(self) -> bool:
        """Whether there are numbers."""
        return bool(self.ratios)

    @property
    def matters(self) -> bool:
        """Whether anything changes beyond the solver's accuracy."""
        moved = any(not abs(ratio - 1.0) < UNMOVED for ratio in self.ratios.values())
        return moved or abs(self.log_likelihood) > UNMOVED


@dataclass(frozen=True)
class Choices(Shown):
    """Hold the worth of all modelling choices.

    Attributes
    ----------
    scenario : str
    points : int
        One, or the number of posterior draws.
    observables : tuple of str
        Those that the likelihoods read and a choice moves: what tables and pictures show.
    parameters : tuple of str
        The sampled parameters.
    rows : tuple of ChoiceRow
    """

    scenario: str
    points: int
    observables: tuple[str, ...]
    parameters: tuple[str, ...]
    rows: tuple[ChoiceRow, ...]

    def __str__(self) -> str:
        """Return a table: ratios of observables, ln L, and for a run ln Z and the largest shift of a median."""
        of_run = self.points > 1
        head = ["option", "from", "to", *self.observables, "Δ ln L"]
        head += ["Δ ln Z", "N_eff", "largest shift"] if of_run else []
        lines = [head]
        rest = []
        for row in self.rows:
            if not row.solved:
                rest.append(f"{row.option} = {row.value}: {row.reason}")
                continue
            if not row.matters:
                rest.append(f"{row.option} = {row.value}: changes nothing here")
                continue
            cells = [row.option, str(row.current), str(row.value)]
            # An alternative may predict less: other kinetic equations have other observables.
            cells += [f"x{row.ratios[name]:.3g}" if name in row.ratios else "-" for name in self.observables]
            cells.append(f"{row.log_likelihood:+.2f}")
            if of_run:
                cells += [f"{row.evidence_shift:+.2f} ± {row.evidence_error:.2f}", f"{row.effective:.0f}"]
                cells.append(_largest(row.medians))
            lines.append(cells)
            if row.reason:
                rest.append(f"{row.option} = {row.value}: {row.reason}")
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        table = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
        ]
        where = f"{self.points} posterior draws, reweighted" if of_run else "one point"
        return "\n".join([f"{self.scenario}: each choice switched alone, {where}", "", *table, "", *rest])

    def as_csv(self) -> str:
        """Return every number, one row an alternative."""
        names = sorted({name for row in self.rows for name in row.ratios})
        lines = [
            ["option", "current", "value", "log_likelihood", "evidence_shift", "evidence_error", "effective"]
            + [f"ratio_{name}" for name in names]
            + [f"median_shift_{name}" for name in self.parameters]
            + ["reason"]
        ]
        for row in self.rows:
            numbers = [row.log_likelihood, row.evidence_shift, row.evidence_error, row.effective]
            numbers += [row.ratios.get(name, math.nan) for name in names]
            numbers += [row.medians.get(name, math.nan) for name in self.parameters]
            cells = ["" if math.isnan(value) else f"{value:.6g}" for value in numbers]
            lines.append([row.option, str(row.current), str(row.value), *cells, row.reason])
        return csv_text(lines)


def _largest(medians: Mapping[str, float]) -> str:
    if not medians:
        return ""
    name = max(medians, key=lambda key: abs(medians[key]))
    return f"{name} {medians[name]:+.2f} σ"


def choices_at(
    problem: Problem, theta: Array, log_weight: Array | None = None, most: int = MOST_DRAWS, seed: int = 0
) -> Choices:
    """Switch every modelling option of the scenario in turn.

    Parameters
    ----------
    problem : Problem
    theta : (d,) or (n, d) array
        A point, or draws of the posterior, columns in the order of the scenario's parameters.
    log_weight : (n,) array, optional
        Logarithms of the draws' weights; equal by default.
    most : int
        Draws that are solved again.
    seed : int
        Which draws, where there are more.

    Notes
    -----
    Over draws, an alternative with likelihood L' weighs each by L'/L: the mean is Z'/Z, its error the
    scatter over the square root of the number of draws, and weighted medians are those of its posterior, as
    far as the draws reach. Kish's effective number of draws tells how far that is.
    """
    theta = np.atleast_2d(np.asarray(theta, dtype=np.float64))
    theta = _equal_draws(theta, log_weight, most, seed)
    now = Posterior(problem)
    found = now.evaluate(theta)
    if not np.isfinite(found.log_likelihood).any():
        raise UserError("choices: the scenario has no solution there; give another point.")
    rows = [
        _row(problem, now, theta, found.observables, found.log_likelihood, item.name, value)
        for item in problem.scenario.options()
        for value in item.choices
        if value != getattr(problem.scenario, item.name)
    ]
    read = {name for term in problem.likelihoods for name in term.needs}
    moved = {name for row in rows for name, ratio in row.ratios.items() if not abs(ratio - 1.0) < UNMOVED}
    shown = tuple(name for name in now.observable_names if name in read & moved)
    return Choices(problem.scenario.name, len(theta), shown, now.names, tuple(rows))


def choices_over_run(result: Result, most: int = MOST_DRAWS) -> Choices:
    """Switch every modelling option over the posterior of a run, by reweighting; see `choices_at`."""
    problem = result.problem
    names = problem.prior.sampled
    log_weight = None
    if "nested_samples" in result.data.children:
        samples = result.data["nested_samples"].to_dataset()
        log_weight = samples["log_weight"].to_numpy()
    else:
        samples = result.posterior
    columns = np.column_stack([samples[name].to_numpy().ravel() for name in names])
    return choices_at(problem, problem.prior.complete(columns), log_weight, most)


def _equal_draws(theta: Array, log_weight: Array | None, most: int, seed: int) -> Array:
    """Return at most so many draws of equal weight."""
    if len(theta) == 1:
        return theta
    rng = np.random.default_rng([seed, 6])
    if log_weight is None:
        chosen = rng.permutation(len(theta))[:most]
    else:
        size = max(2, min(most, round(kish(log_weight))))
        chosen = systematic_resample(np.exp(log_weight - log_weight.max()), size, rng)
    return theta[chosen]


def _row(
    problem: Problem,
    now: Posterior,
    theta: Array,
    observables: Array,
    log_likelihood: Array,
    option: str,
    value: Any,
) -> ChoiceRow:
    current = getattr(problem.scenario, option)
    try:
        other = problem_from(problem.content, [(f"options.{option}", value)], problem.name, problem.path)
    except UserError as error:
        same = _same_parameters(problem, option, value)
        return ChoiceRow(option, value, current, reason=str(error) if same else OTHER_PARAMETERS)
    if not _same_parameters(problem, option, value):
        return ChoiceRow(option, value, current, reason=OTHER_PARAMETERS)
    then = Posterior(other)
    found = then.evaluate(theta)
    both = np.isfinite(log_likelihood) & (found.status == 0)
    if not both.any():
        return ChoiceRow(option, value, current, reason="no solution there")
    columns = {name: found.observables[both, i] for i, name in enumerate(then.observable_names)}
    ratios = {
        name: _median_ratio(columns[name], observables[both, i])
        for i, name in enumerate(now.observable_names)
        if name in columns
    }
    change = found.log_likelihood - log_likelihood
    good = both & np.isfinite(change)
    mean = float(np.mean(change[good])) if good.any() else -math.inf
    if len(theta) == 1:
        return ChoiceRow(option, value, current, ratios, mean)
    return _reweighted(ChoiceRow(option, value, current, ratios, mean), now, theta, log_likelihood, change)


def _same_parameters(problem: Problem, option: str, value: Any) -> bool:
    """Tell whether an alternative has the same parameters, by name and unit."""
    options = dict(problem.content["options"]) | {option: value}
    try:
        other = type(problem.scenario)(**options)
    except UserError:
        return True
    return [(p.name, p.unit) for p in other.parameters] == [
        (p.name, p.unit) for p in problem.scenario.parameters
    ]


def _median_ratio(after: Array, before: Array) -> float:
    with np.errstate(all="ignore"):
        ratio = np.where(after == before, 1.0, after / before)
    kept = ratio[np.isfinite(ratio)]
    return float(np.median(kept)) if len(kept) else math.nan


def _reweighted(row: ChoiceRow, now: Posterior, theta: Array, before: Array, change: Array) -> ChoiceRow:
    """Return the row with ln Z and medians of the alternative, by weights L'/L."""
    used = np.isfinite(before)
    log_ratio = np.where(np.isnan(change[used]), -np.inf, change[used])
    top = float(log_ratio.max())
    ratio = np.exp(log_ratio - top)
    mean = float(ratio.mean())
    effective = float(ratio.sum() ** 2 / np.sum(ratio**2))
    error = float(ratio.std()) / mean / math.sqrt(len(ratio))
    medians = {}
    for name in now.names:
        values = theta[used, now.parameter_names.index(name)]
        spread = float(values.std())
        if spread > 0.0:
            medians[name] = (_weighted_median(values, ratio) - float(np.median(values))) / spread
    reason = "" if effective >= FEWEST_DRAWS else f"only {effective:.0f} effective draws; run it to be sure"
    return ChoiceRow(
        row.option, row.value, row.current, row.ratios, row.log_likelihood,
        top + math.log(mean), error, effective, medians, reason,
    )  # fmt: skip


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    return float(np.interp(0.5 * cumulative[-1], cumulative - 0.5 * weights[order], values[order]))
