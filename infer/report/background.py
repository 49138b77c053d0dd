"""What stands behind a finding: what was run, the data, limits of validity, convergence, how to repeat it."""

from __future__ import annotations

import inspect
import re

from ..diagnostics.cross_check import cross_check_text
from ..plots.convergence import autocorrelation_plot, chains_plot, nested_plot
from ..plots.run_samples import Samples
from ..results.folder import RUN_FILE, Result
from ..target.posterior import OUTSIDE_PRIOR
from ..wording import percent
from .html import code, figure, items, paragraph, table

__all__ = ["convergence", "data", "how_to_repeat", "validity", "what_was_run"]


def what_was_run(result: Result) -> list[str]:
    """Return what the scenario is, and its priors, changed options and constraints."""
    problem = result.problem
    scenario = problem.scenario
    words = (inspect.getdoc(type(scenario)) or "").split("\n\n")[0].replace("\n", " ")
    body = [
        [item.name, item.unit, problem.prior.describe(item.name), item.description]
        for item in scenario.parameters
    ]
    chosen = [
        [item.name, str(getattr(scenario, item.name)), item.description]
        for item in scenario.options()
        if getattr(scenario, item.name) != item.default
    ]
    return [
        paragraph(words),
        paragraph(f"Source: {scenario.source}.", "small"),
        table(["parameter", "unit", "prior", "meaning"], body),
        table(["option changed", "value", "meaning"], chosen) if chosen else "",
        paragraph("Constraints: " + "; ".join(problem.content["constraints"]) + ".")
        if problem.content.get("constraints")
        else "",
    ]


def data(result: Result) -> list[str]:
    """Return what each likelihood is, where it is from and where it is valid."""
    body = [
        [term.name, term.describe(), term.source, term.grade, term.validity]
        for term in result.problem.likelihoods
    ]
    return [table(["likelihood", "what", "source", "grade", "valid"], body)]


def validity(result: Result) -> list[str]:
    """Return the share of the posterior beyond each limit of validity."""
    sentences = {item.name: item.meaning for item in result.problem.scenario.flags}
    shares = {name: share for name, share in result.diagnostics["flags"].items() if share > 0.0}
    if not shares:
        return [paragraph("No posterior sample crosses a limit of validity or leaves a table.")]
    body = [
        # Flags of a likelihood are sentences behind its name.
        [name.partition("/")[0], percent(share), sentences.get(name) or name.partition("/")[2]]
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    return [table(["flag", "share of the posterior", "meaning"], body, numbers=(1,))]


def convergence(result: Result, samples: Samples) -> list[str]:
    """Return why to believe the run or not, in sentences and pictures."""
    found = result.diagnostics
    numbers = found["numbers"]
    texts = [*(f"Problem: {text}." for text in found["problems"]), *found.get("course", [])]
    if "noise_largest_change" in numbers:
        texts.append(
            f"Numerical noise: at ten times the accuracy ln L of {numbers['noise_points']} draws changes by at most "
            f"{numbers['noise_largest_change']:.2g} and ln Z by {numbers['noise_evidence_shift']:+.1g}."
        )
    elif numbers.get("noise_points") == 0:
        texts.append(
            "Numerical noise: not applicable, as options.accuracy changes no observable of this model; its numerical "
            "error is part of the theory error of each observable."
        )
    texts += [f"Note: {text}." for text in found["remarks"]]
    rejected = [
        [reason, str(count)]
        for reason, count in sorted(found["rejected"].items(), key=lambda item: -item[1])
        if reason != OUTSIDE_PRIOR
    ]
    return [
        items(texts),
        _pictures(result, samples),
        code("\n".join(cross_check_text(found["cross_check"]))) if found.get("cross_check") else "",
        table(["points with likelihood zero", "count"], rejected, numbers=(1,)),
    ]


def _pictures(result: Result, samples: Samples) -> str:
    if "nested_run" in result.data.children:
        return figure(
            nested_plot(result),
            "Above: where the evidence comes from. Below: the insertion-index test, flat for a correct sampler.",
        )
    if not samples.walkers:
        return ""
    return figure(
        chains_plot(samples),
        "Traces of the independent ensembles (means over their walkers): they should mix and not drift.",
    ) + figure(
        autocorrelation_plot(samples),
        "Autocorrelation of the kept draws of one walker, mean over walkers and ensembles: it should fall to "
        "zero early. The grey band is what independent draws would give.",
    )


def how_to_repeat(result: Result) -> list[str]:
    """Return versions, time and run file."""
    found = result.diagnostics
    versions = ", ".join(f"{name} {number}" for name, number in result.manifest.versions.items())
    texts = [
        f"relicfit run {RUN_FILE} with the versions below and the same number of workers repeats the run bit by bit; "
        f"the seed is {result.problem.sampler.seed}.",
        f"Versions: {versions}.",
        f"What to cite: relicfit cite {result.directory.resolve().name}, in the folder above this one.",
    ]
    if result.manifest.revision:
        texts.append(f"Revision of the sources: {result.manifest.revision}.")
    spent = _time_spent(result.log)
    if spent is not None:
        calls = found["numbers"]["likelihood_calls"]
        texts.append(
            f"Time: {spent:.0f} s for {calls} likelihood calls, {1e3 * spent / max(1, calls):.2g} ms each."
        )
    return [items(texts), code(result.run_file)]


def _time_spent(log: str) -> float | None:
    """Return the seconds that all sessions of a run took, from its log."""
    found = re.findall(r"(?:finished|interrupted) after ([0-9.]+) s", log)
    return sum(float(number) for number in found) if found else None
