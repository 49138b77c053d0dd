"""What a run found: the answer, the posterior, the best fit, predictions against measurements."""

from __future__ import annotations

import math

import numpy as np

from ...errors import UserError
from ...solver.numerics.status import Status
from ..plots.evolution import evolution_plot
from ..plots.marginals import marginals_plot, measurements, predictions_plot, profile_plot
from ..plots.run_samples import Samples
from ..results.folder import CORNER, Result
from ..results.table import Row
from ..results.text import branch_text
from ..samples.profile import LEVELS_1D, LEVELS_2D, profile_1d
from ..target.posterior import Posterior
from ..wording import interval, percent, span, two_decimals, with_error
from .html import figure, folded, paragraph, table

__all__ = ["answer", "best_fit", "pictures", "predictions", "rows_of"]

PROFILE_CELLS = 60


def rows_of(result: Result) -> list[Row]:
    """Return the rows of `summary.csv`."""
    found = []
    for name, row in result.summary.items():
        quantiles = tuple(float(row[key]) for key in ("q2.5", "q16", "median", "q84", "q97.5"))
        numbers = (float(row["mean"]), float(row["sd"]))
        rest = (float(row["best_fit"]), float(row["ess"]), float(row["rhat"]))
        found.append(Row(name, str(row["kind"]), str(row["unit"]), *numbers, quantiles, *rest))
    return found


def answer(result: Result, rows: list[Row]) -> list[str]:
    """Return tables of medians and intervals: parameters, what was measured, the rest folded; and the evidence."""
    numbers, problem = result.diagnostics["numbers"], result.problem
    read = {name for term in problem.likelihoods for name in term.needs}
    featured = {item.name for item in problem.scenario.observables if item.featured} | read
    parameters = [row for row in rows if row.kind == "parameter"]
    seen = [row for row in rows if row.kind != "parameter" and _varies(row)]
    parts = [
        _quantities(result, "parameter", parameters),
        _quantities(result, "measured or limited", [row for row in seen if row.name in featured]),
    ]
    constant = [
        f"{row.name} = {row.median:.4g} {row.unit}".rstrip()
        for row in rows
        if row.kind == "observable" and not _varies(row) and math.isfinite(row.median)
    ]
    others = [row for row in seen if row.name not in featured]
    parts.append(
        folded(
            f"What else is predicted ({len(others) + len(constant)})",
            _quantities(result, "observable", others),
            paragraph("The same at every draw: " + ", ".join(constant) + ".", "small") if constant else "",
        )
    )
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
    if numbers.get("branches"):
        parts.append(paragraph("Branches: " + ", ".join(map(branch_text, numbers["branches"])) + "."))
    return parts


def _quantities(result: Result, what: str, rows: list[Row]) -> str:
    scenario = result.problem.scenario
    meaning = {item.name: item.description for item in scenario.parameters}
    meaning |= {item.name: item.description for item in scenario.observables}
    body = [
        [
            row.name,
            meaning.get(row.name, ""),
            row.unit,
            interval(*row.quantiles[1:4]),
            span(row.quantiles[0], row.quantiles[4]),
            f"{row.best_fit:.4g}",
        ]
        for row in rows
    ]
    return table(
        [what, "meaning", "unit", "median, 68 % interval", "95 % interval", "best fit"],
        body,
        numbers=(3, 4, 5),
    )


def _varies(row: Row) -> bool:
    return row.quantiles[0] != row.quantiles[4]


def pictures(result: Result, samples: Samples) -> list[str]:
    """Return corner plot, marginals against priors, and profile likelihoods with their intervals."""
    parts = []
    # Where the run could draw one it is drawn again, as vectors.
    if result.picture(CORNER) is not None:
        parts.append(
            figure(result.corner(), "Marginal posterior: contours hold 68 and 95 %, the best fit in red.")
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
        body.append([name, *(span(*end) for end in ends)])
    parts.append(table(["profile likelihood of", "68 % interval", "95 % interval"], body, numbers=(1, 2)))
    return parts


def best_fit(result: Result, posterior: Posterior, rows: list[Row]) -> list[str]:
    """Return the likelihood term by term at the best fit, its flags, and the evolution there."""
    values = {row.name: row.best_fit for row in rows if row.kind == "parameter"}
    theta = posterior.prior.complete(np.array([[values[name] for name in posterior.names]]))
    found = posterior.evaluate(theta)
    if found.status[0] != Status.OK:
        return [paragraph(f"The best fit cannot be solved again: {Status(int(found.status[0])).sentence}.")]
    body = [
        [name, two_decimals(value)] for name, value in zip(posterior.term_names, found.terms[0], strict=True)
    ]
    body.append(["sum", two_decimals(found.log_likelihood[0])])
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


def predictions(result: Result) -> list[str]:
    """Return the predictions drawn with the measurements, or nothing where there is none."""
    measured = measurements(result.problem.likelihoods)
    drawn = predictions_plot(result, measured)
    if drawn is None:
        return []
    return [
        figure(drawn, "Posterior predictions with the measurements they were compared with."),
        *_error_budgets(result),
    ]


def _error_budgets(result: Result) -> list[str]:
    """Return where the width of each comparison comes from, in a table; nothing where only limits are."""
    values = {str(name): result.observables[name].to_numpy().ravel() for name in result.observables.data_vars}
    body = []
    for term in result.problem.likelihoods:
        budget = term.error_budget(values) if set(term.needs) <= set(values) else {}
        if budget:
            together = math.hypot(budget["data"], budget["theory"])
            sizes = (budget["data"], budget["theory"], together, budget["parameters"])
            body.append([term.name, *(percent(size) for size in sizes)])
    if not body:
        return []
    head = ["measurement", "error of the data", "of the calculation", "together", "spread of the prediction"]
    return [
        paragraph("Where the widths come from, as errors of the logarithm:", "small"),
        table(head, body, numbers=(1, 2, 3, 4)),
    ]
