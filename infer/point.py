"""One evaluation of a scenario and its likelihoods, by name."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..solver.approximations import analytic
from ..solver.numerics.status import Status
from ..solver.scenario import Evolution, Scenario
from .problem.overrides import Overrides
from .problem.problem import problem_from
from .problem.toml import read
from .target.posterior import Posterior
from .wording import Shown, text_table

__all__ = ["Point", "evaluate_point"]

# Of the table of approximations.
COLUMNS = (28, 16, 16)


@dataclass(frozen=True)
class Point(Shown):
    """Hold the result of one evaluation.

    Attributes
    ----------
    scenario : Scenario
    parameters, observables, log_likelihoods : mapping of str to float
    status : Status
        ``Status.OK`` or why the evaluation failed; then the observables are NaN.
    flags : mapping of str to bool
        True where a limit of validity is crossed.
    """

    scenario: Scenario
    parameters: Mapping[str, float]
    observables: Mapping[str, float]
    status: Status
    log_likelihoods: Mapping[str, float]
    flags: Mapping[str, bool]

    @property
    def log_likelihood(self) -> float:
        """The sum of the log-likelihood terms."""
        return float(sum(self.log_likelihoods.values()))

    def __str__(self) -> str:
        """Return the text for the screen: parameters, observables, likelihood terms, flags."""
        lines = [self.scenario.name]
        for item in self.scenario.parameters:
            lines.append(f"  {item.name:<24} = {self.parameters[item.name]:<14.8g} {item.unit}".rstrip())
        lines.append(f"status: {self.status.sentence}")
        for found in self.scenario.observables:
            lines.append(f"  {found.name:<24} = {self.observables[found.name]:<14.8g} {found.unit}".rstrip())
        if self.log_likelihoods:
            lines.append("log-likelihood")
            lines += [f"  {name:<24} = {value:.6g}" for name, value in self.log_likelihoods.items()]
            lines.append(f"  {'total':<24} = {self.log_likelihood:.6g}")
        sentences = {flag.name: flag.sentence for flag in self.scenario.flags}
        raised = [name for name, value in self.flags.items() if value]
        lines.append("flags" if raised else "flags: none")
        lines += [f"  {name}: {sentences.get(name, 'outside the tabulated range')}" for name in raised]
        return "\n".join(lines)

    def analytic(self) -> dict[str, float]:
        """Return the analytic approximations of the papers at the point, by name; empty where there are none."""
        return analytic(self.scenario, self.parameters)

    def analytic_text(self) -> str:
        """Return the approximations beside the numerical results."""
        rows = [("analytic approximation", "approximate", "numerical", "ratio")]
        for name, value in self.analytic().items():
            exact = self.observables.get(name)
            rest = ("", "") if exact is None else (f"{exact:.4g}", f"{value / exact:.3g}" if exact else "")
            rows.append((f"  {name}", f"{value:.4g}", *rest))
        if len(rows) == 1:
            return f"no analytic approximation is known for {self.scenario.name} with these options."
        return "\n".join(text_table(rows, COLUMNS))

    def evolve(self) -> Evolution:
        """Return the trajectory behind the observables."""
        return self.scenario.evolve(self.scenario.theta(self.parameters))


def evaluate_point(source: str | Path | Scenario, overrides: Overrides = ()) -> Point:
    """Evaluate a run file or a scenario at one point.

    Parameters
    ----------
    source : path, name or Scenario
        A run file, whose sampled parameters are placed at the median of their priors unless an
        override gives a number; or the name of a scenario, without likelihoods.
    overrides : sequence of (key, value)
        As for a run, see `relicfit.infer.problem.overrides`.
    """
    content, name, path = _content(source)
    problem = problem_from(content, overrides, name=name, path=path, needs_data=False)
    posterior = Posterior(problem)
    theta = problem.prior.from_unit(np.full((1, problem.prior.dim), 0.5))
    row = problem.scenario.theta(dict(zip(posterior.parameter_names, theta[0].tolist(), strict=True)))
    found = posterior.evaluate(row[None, :])
    status = Status(int(found.status[0]))
    flags = posterior.flags(row[None, :], found.observables) if status is Status.OK else {}
    return Point(
        problem.scenario,
        dict(zip(posterior.parameter_names, row.tolist(), strict=True)),
        dict(zip(posterior.observable_names, found.observables[0].tolist(), strict=True)),
        status,
        dict(zip(posterior.term_names, found.terms[0].tolist(), strict=True)),
        {key: bool(value[0]) for key, value in flags.items()},
    )


def _content(source: str | Path | Scenario) -> tuple[dict[str, Any], str, Path | None]:
    if isinstance(source, Scenario):
        options = {item.name: getattr(source, item.name) for item in source.options()}
        return {"scenario": source.name, "options": options}, source.name, None
    path = Path(source)
    if path.suffix == ".toml" or os.path.exists(path):
        return read(path)[0], path.stem, path
    return {"scenario": str(source)}, str(source), None
