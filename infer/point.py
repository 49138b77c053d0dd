"""One evaluation of a scenario and its likelihoods, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UserError
from ..solver.numerics.status import Status
from ..solver.scenario import Evolution, Scenario
from .problem.problem import TOP_LEVEL, Problem, problem_from
from .problem.toml import read
from .problem.user_files import UserFiles
from .target.posterior import Posterior

__all__ = ["Point", "evaluate_point"]


@dataclass(frozen=True)
class Point:
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

    def evolve(self) -> Evolution:
        """Return the trajectory behind the observables."""
        return self.scenario.evolve(self.scenario.theta(self.parameters))


def evaluate_point(
    source: str | Path | Scenario, overrides: Sequence[tuple[str, Any]] = ()
) -> tuple[Point, Problem]:
    """Evaluate a run file or a scenario at one point.

    Parameters
    ----------
    source : path, name or Scenario
        A run file, whose sampled parameters are placed at the median of their priors unless an
        override gives a number; or the name of a scenario, without likelihoods.
    overrides : sequence of (key, value)
        Parameters and options.
    """
    content, name, path = _content(source)
    options = content.setdefault("options", {})
    parameters = content.setdefault("parameters", {})
    known = _option_names(content, path)
    for key, value in overrides:
        table, _, rest = key.partition(".")
        if rest and table in TOP_LEVEL:
            content.setdefault(table, {})[rest] = value
        elif key in known:
            options[key] = value
        else:
            parameters[key] = value
    bare = not content.get("likelihoods")
    problem = problem_from(
        content | ({"likelihoods": {"relic-density": {}}} if bare else {}), name=name, path=path
    )
    posterior = Posterior(problem)
    theta = problem.prior.from_unit(np.full((1, problem.prior.dim), 0.5))
    row = problem.scenario.theta(dict(zip(posterior.parameter_names, theta[0].tolist(), strict=True)))
    found = posterior.evaluate(row[None, :])
    status = Status(int(found.status[0]))
    flags = posterior.flags(row[None, :], found.observables) if status is Status.OK else {}
    terms = {} if bare else dict(zip(posterior.term_names, found.terms[0].tolist(), strict=True))
    point = Point(
        problem.scenario,
        dict(zip(posterior.parameter_names, row.tolist(), strict=True)),
        dict(zip(posterior.observable_names, found.observables[0].tolist(), strict=True)),
        status,
        terms,
        {key: bool(value[0]) for key, value in flags.items() if not (bare and "/" in key)},
    )
    return point, problem


def _content(source: str | Path | Scenario) -> tuple[dict[str, Any], str, Path | None]:
    if isinstance(source, Scenario):
        options = {item.name: getattr(source, item.name) for item in source.options()}
        return {"scenario": source.name, "options": options}, source.name, None
    path = Path(source)
    if path.suffix == ".toml" or path.exists():
        content, _ = read(path)
        return {k: dict(v) if isinstance(v, dict) else v for k, v in content.items()}, path.stem, path
    return {"scenario": str(source)}, str(source), None


def _option_names(content: Mapping[str, Any], path: Path | None) -> set[str]:
    files = UserFiles(path.parent if path is not None else Path(), content.get("sources"))
    try:
        return {item.name for item in files.scenario(content.get("scenario", "")).options()}
    except UserError:
        return set()
