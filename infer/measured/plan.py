"""Which parameter gives way to which measurement: the table ``measured`` of a run file, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...errors import unknown_name
from ...likelihoods import Likelihood
from ...priors import JointPrior
from ...solver.scenario import Scenario

__all__ = ["Replacement", "replacements", "table_problems"]

MOST = 2


@dataclass(frozen=True)
class Replacement:
    """Say that a parameter is found from a measurement.

    Attributes
    ----------
    term : int
        The number of the likelihood among those of the problem.
    likelihood, observable, parameter : str
        Its name, the one observable it needs, the parameter.
    cube : int
        The column of the parameter in the unit cube.
    column : int
        The column of the observable in the scenario's result.
    """

    term: int
    likelihood: str
    observable: str
    parameter: str
    cube: int
    column: int


def replacements(
    table: Mapping[str, str], scenario: Scenario, prior: JointPrior, likelihoods: Sequence[Likelihood]
) -> tuple[Replacement, ...]:
    """Return what a checked table says, in the order of the likelihoods' names."""
    names = [term.name for term in likelihoods]
    observables = [item.name for item in scenario.observables]
    found = []
    for likelihood, parameter in sorted(table.items()):
        term = names.index(likelihood)
        observable = likelihoods[term].needs[0]
        found.append(
            Replacement(
                term,
                likelihood,
                observable,
                parameter,
                prior.sampled.index(parameter),
                observables.index(observable),
            )
        )
    return tuple(found)


def table_problems(
    table: Mapping[str, str], scenario: Scenario, prior: JointPrior, likelihoods: Mapping[str, Likelihood]
) -> list[str]:
    """Return what is wrong with a table, a sentence each."""
    problems = []
    observables = {item.name for item in scenario.observables}
    for likelihood, parameter in table.items():
        key = f"sampler.measured.{likelihood}"
        if likelihood not in likelihoods:
            problems.append(f"{key}: {unknown_name('likelihood of this file', likelihood, likelihoods)}")
            continue
        needs = likelihoods[likelihood].needs
        extra = len(likelihoods[likelihood].reference_errors)
        if len(needs) != 1 + extra or needs[0] not in observables:
            problems.append(
                f"{key}: this likelihood compares {', '.join(needs)}; one that compares a single observable "
                "is wanted, such as relic-density."
            )
        if parameter not in prior.sampled:
            problems.append(f"{key}: {unknown_name('sampled parameter', parameter, prior.sampled)}")
            continue
        problems += [f"{key}: {text}" for text in _entangled(parameter, prior)]
    if len(set(table.values())) < len(table):
        problems.append("sampler.measured: every measurement needs a parameter of its own.")
    if table and not set(prior.sampled) - set(table.values()):
        problems.append(
            "sampler.measured: no sampled parameter is left; for one parameter use relicfit scan."
        )
    if len(table) > MOST:
        problems.append(f"sampler.measured: found {len(table)} measurements; at most {MOST} can be nested.")
    return problems


def _entangled(parameter: str, prior: JointPrior) -> list[str]:
    """Say which other priors and constraints look at a parameter: where it is not sampled they cannot."""
    problems = [
        f"the prior of {name} depends on {parameter}; state it without, or name another parameter."
        for name in prior.sampled
        if parameter in prior.laws[name].names
    ]
    problems += [
        f'constraints: "{item.text}" involves {parameter}; only parameters that stay sampled may be constrained.'
        for item in prior.constraints
        if parameter in item.names
    ]
    return problems
