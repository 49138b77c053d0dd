"""From the [parameters] table and the constraints of a run file to a prior inside the physical range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import UserError, unknown_name
from ...priors import Distribution, JointPrior
from ...solver.scenario import Parameter, Scenario
from . import toml

__all__ = ["prior_of"]

# Enough to meet a tail of 1e-4 with certainty.
TAIL_DRAWS = 2**16


def prior_of(
    model: Scenario,
    parameters: Mapping[str, Any],
    constraints: Any,
    problems: list[str],
    own: Mapping[str, type[Distribution]],
) -> JointPrior | None:
    """Return the prior of a table of parameters, or None where something is wrong, appended to the problems.

    ``own`` are kinds of priors in a user's files, by their reference.
    """
    known = {item.name: item for item in model.parameters}
    found = len(problems)
    for key in parameters:
        if key not in known:
            problems.append(f"parameters.{key}: {unknown_name('parameter', key, known)}")
    for item in model.parameters:
        if item.name not in parameters:
            unit = f" in {item.unit}" if item.unit else ""
            problems.append(
                f"parameters.{item.name}: missing ({item.description}{unit}). Give a number or a prior, "
                f"for example {item.name} = {toml.dump_value(item.prior or {'uniform': [0, 1]})}."
            )
    if not isinstance(constraints, list) or not all(isinstance(text, str) for text in constraints):
        problems.append(f"constraints: found {constraints!r}; a list of strings is wanted.")
        constraints = []
    names = [item.name for item in model.parameters if item.name in parameters]
    try:
        prior = JointPrior.from_spec(
            {key: value for key, value in parameters.items() if key in known},
            constraints,
            names=names,
            own=own,
        )
    except UserError as error:
        problems.extend(error.problems)
        return None
    for key in names:
        item = known[key]
        low, high = prior.bounds(key)
        if (math.isfinite(low) and low < item.lower) or (math.isfinite(high) and high > item.upper):
            unit = f" {item.unit}" if item.unit else ""
            span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            problems.append(
                f"parameters.{key}: {span}{unit} leaves the physical range {item.lower:g} to "
                f"{item.upper:g}{unit} ({item.description})."
            )
    if len(problems) == found:
        problems += _tails(prior, known)
    return prior if len(problems) == found else None


def _tails(prior: JointPrior, known: Mapping[str, Parameter]) -> list[str]:
    """Say of priors without an end how much of them lies outside the physical range, where nothing is solved."""
    open_ended = [
        name
        for name in prior.sampled
        if any(
            math.isinf(end) and not math.isinf(limit)
            for end, limit in zip(prior.bounds(name), (known[name].lower, known[name].upper), strict=True)
        )
    ]
    if not open_ended:
        return []
    theta = prior.sample(np.random.default_rng(0), TAIL_DRAWS)
    problems = []
    for name in open_ended:
        item, values = known[name], theta[:, prior.names.index(name)]
        share = float(np.mean((values < item.lower) | (values > item.upper)))
        if share > 0.0:
            problems.append(
                f"parameters.{name}: {100.0 * share:.2g} % of the prior ({prior.describe(name)}) lie outside the "
                f"physical range {item.lower:g} to {item.upper:g} ({item.description}). Use uniform, beta or "
                "truncnormal with that range, or a narrower prior."
            )
    return problems
