"""The report of a run or a comparison: one page that explains itself to somebody who was not there."""

from __future__ import annotations

import inspect
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...errors import UserError
from ...solver.numerics.status import Status
from ..comparison.outcome import Comparison
from ..plots.corner import evolution_plot
from ..plots.marginals import (
    Samples,
    autocorrelation_plot,
    chains_plot,
    marginals_plot,
    measurements,
    nested_plot,
    predictions_plot,
    profile_plot,
)
from ..results.folder import CORNER, LOG, REPORT, RUN_FILE, Result
from ..results.table import Row, format_interval, with_error
from ..samples.profile import LEVELS_1D, LEVELS_2D, profile_1d
from ..storage.atomic import write_text
from ..target.posterior import OUTSIDE_PRIOR, Posterior
from .html import code, figure, items, page, paragraph, section, table

__all__ = ["attempt", "comparison_report", "run_report", "try_report", "write_report"]

# Of the prior draws that the curves of the priors are made of: the page must not depend on the hour.
SEED = 0
PROFILE_CELLS = 60


def try_report(result: Result) -> None:
    """Write the report of a run that has just finished, whatever becomes of it."""
    attempt(lambda: write_report(result), result.directory)


def write_report(result: Result) -> Path:
    """Write ``report.html`` into the folder of a finished run and return its path."""
    path = result.directory / REPORT
    write_text(path, run_report(result))
    return path


def run_report(result: Result) -> str:
    """Return the page of a finished run."""
    problem = result.problem
    posterior = Posterior(problem)
    samples = Samples(result, np.random.default_rng(SEED))
    rows = _rows(result)
    lead = f"{problem.scenario.summary} {len(posterior.names)} parameters, {_sampler(result)}."
    parts = [
        paragraph(_verdict(result), "verdict bad" if result.diagnostics["problems"] else "verdict"),
        section("The answer", *_answer(result, rows)),
        section("Posterior", *_pictures(result, samples)),
        section("Best fit", *_best_fit(result, posterior, rows)),
        section("Predictions and measurements", *_predictions(result)),
        section("What was run", *_what_was_run(result)),
        section("Data", *_data(result)),
        section("Limits of validity", *_flags(result)),
        section("Convergence", *_convergence(result, samples)),
        section("How to repeat it", *_how_to_repeat(result)),
    ]
    return page(": ".join(dict.fromkeys([problem.name, problem.scenario.name])), lead, parts)


def comparison_report(comparison: Comparison, picture: bytes) -> str:
    """Return the page of a comparison, with its picture as PNG."""
    best = comparison.members[0]
    rows = [
        [
            item.name,
            item.scenario,
            with_error(item.log_evidence, item.log_evidence_error),
            "0" if item is best else with_error(item.log_bayes, item.log_bayes_error),
            f"{item.probability:.3g}",
            _log_likelihood(item.best_log_likelihood),
            f"{item.information:.1f}",
        ]
        for item in comparison.members
    ]
    head = ["model", "scenario", "ln Z", "ln B to the best", "probability", "max ln L", "information (nats)"]
    words = [
        f"For {best.name} over {item.name}: {kass} (Kass and Raftery), {jeff} (Jeffreys)."
        for item in comparison.members[1:]
        for kass, jeff in [comparison.words(item)]
    ]
    fits = [
        f"{item.name}: " + ", ".join(f"{name} = {value:.4g}" for name, value in item.best_fit.items())
        for item in comparison.members
    ]
    warnings = [f"NOT CONVERGED: {item.name}" for item in comparison.members if not item.converged]
    warnings += [f"Different data: {text}" for text in comparison.different_data]
    text = "; ".join(warnings) or "All runs converged and saw the same data."
    parts = [
        paragraph(text, "verdict bad" if warnings else "verdict"),
        section("The answer", table(head, rows, numbers=(2, 3, 4, 5, 6)), items(words)),
        section(
            "Bayes factors and the priors", figure(picture, "Evidences, and how they move with the priors.")
        ),
        section("Best fits", items(fits)),
        section("The table as printed", code(str(comparison))),
    ]
    names = ", ".join(item.name for item in comparison.members)
    return page(f"Comparison of {names}", f"{best.name} has the largest evidence.", parts)


def _rows(result: Result) -> list[Row]:
    found = []
    for name, row in result.summary.items():
        quantiles = tuple(float(row[key]) for key in ("q2.5", "q16", "median", "q84", "q97.5"))
        numbers = (float(row["mean"]), float(row["sd"]))
        rest = (float(row["best_fit"]), float(row["ess"]), float(row["rhat"]))
        found.append(Row(name, str(row["kind"]), str(row["unit"]), *numbers, quantiles, *rest))
    return found


def _sampler(result: Result) -> str:
    what = {"dynesty": "nested sampling with dynesty", "emcee": "ensemble Markov chains with emcee"}
    return what[result.problem.sampler.name]


def _verdict(result: Result) -> str:
    found = result.diagnostics
    if found["problems"]:
        return "Not converged: " + "; ".join(found["problems"]) + "."
    size = found["numbers"]["effective_sample_size"]
    calls = found["numbers"]["likelihood_calls"]
    return f"Converged: {size:.0f} effective samples from {calls} likelihood calls."


def _answer(result: Result, rows: list[Row]) -> list[str]:
    numbers = result.diagnostics["numbers"]
    body = [
        [row.name, row.unit, format_interval(row), _range(row), f"{row.best_fit:.4g}"]
        for row in rows
        if row.kind == "parameter" or _varies(row)
    ]
    parts = [
        table(
            ["quantity", "unit", "median, 68 % interval", "95 % interval", "best fit"],
            body,
            numbers=(2, 3, 4),
        )
    ]
    constant = [
        f"{row.name} = {row.median:.4g} {row.unit}".rstrip()
        for row in rows
        if row.kind == "observable" and not _varies(row) and math.isfinite(row.median)
    ]
    if constant:
        parts.append(paragraph("The same at every draw: " + ", ".join(constant) + ".", "small"))
    if "log_evidence" in numbers:
        relative = (
            ", relative to the prior inside the constraints" if result.problem.prior.constraints else ""
        )
        parts.append(
            paragraph(
                f"ln Z = {with_error(numbers['log_evidence'], numbers['log_evidence_error'])}{relative}; the data "
                f"carry {numbers['information_nats']:.1f} nats of information."
            )
        )
    return parts


def _varies(row: Row) -> bool:
    return row.quantiles[0] != row.quantiles[4]


def _range(row: Row) -> str:
    return f"{row.quantiles[0]:.3g} to {row.quantiles[4]:.3g}"


def _pictures(result: Result, samples: Samples) -> list[str]:
    parts = []
    corner = result.directory / CORNER
    if corner.exists():
        parts.append(
            figure(corner.read_bytes(), "Marginal posterior: contours hold 39 and 86 %, the best fit in red.")
        )
    parts.append(
        figure(
            marginals_plot(samples),
            "Marginal posterior against prior, and the profile likelihood from the same samples: how well the "
            "data can be fitted at each value. Where it and the marginal differ, volume decides, not fit.",
        )
    )
    profiles = profile_plot(samples)
    if profiles is not None:
        parts.append(
            figure(
                profiles,
                "Profile likelihood of pairs, not a posterior: cells whose best sample has -2 Δln L up to "
                f"{LEVELS_2D[0]} (dark, 68 %) and {LEVELS_2D[1]} (light, 95 %) from the best fit (cross). Empty cells "
                "hold no sample good enough, so the true regions are at least as large.",
            )
        )
    body = []
    for name in samples.names:
        profile = profile_1d(
            samples.everything(name), samples.log_likelihood, samples.edges(name, PROFILE_CELLS)
        )
        ends = [profile.interval(level) for level in LEVELS_1D]
        if samples.is_logarithmic(name):
            ends = [(10.0**low, 10.0**high) for low, high in ends]
        body.append([name, *(f"{low:.3g} to {high:.3g}" for low, high in ends)])
    parts.append(table(["profile likelihood of", "68 % interval", "95 % interval"], body, numbers=(1, 2)))
    return parts


def _best_fit(result: Result, posterior: Posterior, rows: list[Row]) -> list[str]:
    values = {row.name: row.best_fit for row in rows if row.kind == "parameter"}
    theta = posterior.prior.complete(np.array([[values[name] for name in posterior.names]]))
    found = posterior.evaluate(theta)
    if found.status[0] != Status.OK:
        return [paragraph(f"The best fit cannot be solved again: {Status(int(found.status[0])).sentence}.")]
    body = [
        [name, _log_likelihood(value)]
        for name, value in zip(posterior.term_names, found.terms[0], strict=True)
    ]
    body.append(["sum", _log_likelihood(found.log_likelihood[0])])
    parts = [table(["log-likelihood term", "at the best fit"], body, numbers=(1,))]
    raised = [name for name, flag in posterior.flags(theta, found.observables).items() if flag[0]]
    if raised:
        parts.append(paragraph("Flags at the best fit: " + ", ".join(raised) + "."))
    try:
        evolution = posterior.scenario.evolve(theta[0])
    except UserError:
        return parts
    parts.append(figure(evolution_plot(evolution), "Evolution of the yields at the best fit."))
    return parts


def _log_likelihood(value: float) -> str:
    """Return two decimals: smaller differences mean nothing, and a rounded zero has no sign."""
    return f"{round(float(value), 2) + 0.0:.2f}"


def _predictions(result: Result) -> list[str]:
    measured = measurements(result.problem.likelihoods)
    drawn = predictions_plot(result, measured)
    if drawn is None:
        return []
    return [figure(drawn, "Posterior predictions with the measurements they were compared with.")]


def _what_was_run(result: Result) -> list[str]:
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


def _data(result: Result) -> list[str]:
    body = [
        [term.name, term.describe(), term.source, term.grade, term.validity]
        for term in result.problem.likelihoods
    ]
    return [table(["likelihood", "what", "source", "grade", "valid"], body)]


def _flags(result: Result) -> list[str]:
    sentences = {item.name: item.sentence for item in result.problem.scenario.flags}
    shares = {name: share for name, share in result.diagnostics["flags"].items() if share > 0.0}
    if not shares:
        return [paragraph("No posterior sample crosses a limit of validity or leaves a table.")]
    body = [
        # Flags of a likelihood are sentences behind its name.
        [name.partition("/")[0], _percent(share), sentences.get(name) or name.partition("/")[2]]
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    return [table(["flag", "share of the posterior", "meaning"], body, numbers=(1,))]


def _percent(share: float) -> str:
    return "<0.1 %" if share < 0.001 else f"{100.0 * share:.3g} %"


def _convergence(result: Result, samples: Samples) -> list[str]:
    found = result.diagnostics
    numbers = found["numbers"]
    texts = [f"Problem: {text}." for text in found["problems"]]
    if numbers["sampler"] == "dynesty":
        p_value = numbers.get("insertion_p_value", math.nan)
        texts.append(
            f"{numbers['iterations']} iterations, {100 * numbers['efficiency']:.2g} % of the likelihood calls gave a "
            f"new live point. The insertion ranks are as a correct sampler leaves them (p = {p_value:.2g})."
            if not p_value < 1e-3
            else f"{numbers['iterations']} iterations. The insertion ranks accuse the sampler (p = {p_value:.1g})."
        )
        picture = figure(
            nested_plot(result),
            "Above: where the evidence comes from. Below: the insertion-index test, flat for a correct sampler.",
        )
    else:
        texts.append(
            f"{numbers['ensembles']} independent ensembles, R-hat {numbers['rhat']:.3f} over them, "
            f"{numbers['steps']} steps, autocorrelation time {numbers['autocorrelation_steps']:.0f} steps, "
            f"acceptance {100 * numbers['acceptance']:.0f} %."
        )
        picture = figure(
            chains_plot(samples),
            "Traces of the independent ensembles (means over their walkers): they should mix and not drift.",
        ) + figure(
            autocorrelation_plot(samples),
            "Autocorrelation of the kept draws of one walker, mean over walkers and ensembles: it should fall to "
            "zero early. The grey band is what independent draws would give.",
        )
    if "noise_largest_change" in numbers:
        texts.append(
            f"Numerical noise: at ten times the accuracy ln L of {numbers['noise_points']} draws changes by at most "
            f"{numbers['noise_largest_change']:.2g} and ln Z by {numbers['noise_evidence_shift']:+.1g}."
        )
    texts += [f"Note: {text}." for text in found["remarks"]]
    rejected = [
        [reason, str(count)]
        for reason, count in sorted(found["rejected"].items(), key=lambda item: -item[1])
        if reason != OUTSIDE_PRIOR
    ]
    return [items(texts), picture, table(["points with likelihood zero", "count"], rejected, numbers=(1,))]


def _how_to_repeat(result: Result) -> list[str]:
    found = result.diagnostics
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    texts = [
        f"relicfit run {RUN_FILE} with the versions below and the same number of workers repeats the run bit by bit; "
        f"the seed is {result.problem.sampler.seed}.",
        f"Versions: {versions}.",
        f"What to cite: relicfit cite {result.directory.resolve().name}, in the folder above this one.",
    ]
    if found.get("revision"):
        texts.append(f"Revision of the sources: {found['revision']}.")
    spent = _seconds(result.directory / LOG)
    if spent is not None:
        calls = found["numbers"]["likelihood_calls"]
        texts.append(
            f"Time: {spent:.0f} s for {calls} likelihood calls, {1e3 * spent / max(1, calls):.2g} ms each."
        )
    return [items(texts), code((result.directory / RUN_FILE).read_text("utf-8"))]


def _seconds(log: Path) -> float | None:
    """Return the seconds that all sessions of a run took, from its log."""
    try:
        text = log.read_text("utf-8")
    except OSError:
        return None
    found = re.findall(r"(?:finished|interrupted) after ([0-9.]+) s", text)
    return sum(float(number) for number in found) if found else None


def attempt(write: Callable[[], object], directory: Path) -> None:
    """Write a report; a failure is told and never takes the results with it."""
    try:
        write()
    except Exception as error:
        print(
            f"{directory}: the report could not be written ({type(error).__name__}: {error}); the results are "
            "complete, and `relicfit report` tries again.",
            file=sys.stderr,
        )
