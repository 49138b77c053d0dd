"""What is printed at the end of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..diagnostics.cross_check import cross_check_text
from ..diagnostics.verdict import Diagnostics, beyond_validity
from ..target.posterior import OUTSIDE_PRIOR, Posterior
from ..wording import interval, log_with_error, percent, span, text_table
from .table import Row

__all__ = ["as_text", "branch_text"]

# Of the columns of the table, for ordinary names and numbers.
WIDTHS = (24, 38, 28)


def as_text(rows: list[Row], posterior: Posterior, diagnostics: Diagnostics) -> str:
    """Return what is printed at the end of a run."""
    scenario = posterior.scenario
    lines = [
        f"{scenario.name}: {len(posterior.names)} parameters, data: " + ", ".join(posterior.term_names),
        "",
        *_table(rows),
        *(f"likelihood {term.name}: {term.describe()}" for term in posterior.likelihoods),
        *_numbers(posterior, diagnostics),
    ]
    for reason, count in sorted(diagnostics.rejected.items(), key=lambda item: -item[1]):
        if reason == OUTSIDE_PRIOR:
            continue  # proposals beyond the edge are part of every chain
        lines.append(f"rejected {count} points: {reason}")
    known = {item.name: item for item in scenario.flags}
    for name, share in diagnostics.flags.items():
        if share > 0.0:
            kind, sentence = (
                (known[name].kind, known[name].sentence) if name in known else ("flag", "outside its table")
            )
            lines.append(f"{kind} {name}: {percent(share)} of the posterior: {sentence}")
    if diagnostics.cross_check is not None:
        lines += ["", *cross_check_text(diagnostics.cross_check), ""]
    lines += [f"note: {remark}" for remark in diagnostics.remarks]
    lines.append(_verdict(diagnostics, posterior))
    return "\n".join(lines)


def _verdict(diagnostics: Diagnostics, posterior: Posterior) -> str:
    if not diagnostics.converged:
        return "NOT CONVERGED: " + "; ".join(diagnostics.problems)
    beyond = beyond_validity(diagnostics.flags, posterior.problem)
    return f"converged, BUT MOSTLY BEYOND VALIDITY: see flag {', '.join(beyond)}" if beyond else "converged"


def _table(rows: list[Row]) -> list[str]:
    """Return the parameters, then the observables, each with an empty line below."""
    cells = []
    for kind in ("parameter", "observable"):
        cells.append((kind, "median, 68 % interval", "95 % interval", "best fit"))
        for row in (row for row in rows if row.kind == kind):
            label = f"{row.name} [{row.unit}]" if row.unit else row.name
            low, *middle, high = row.quantiles
            cells.append((f"  {label}", interval(*middle), span(low, high), f"{row.best_fit:.4g}"))
        cells.append(("", "", "", ""))
    return text_table(cells, WIDTHS)


def _numbers(posterior: Posterior, diagnostics: Diagnostics) -> list[str]:
    numbers = diagnostics.numbers
    if "log_evidence" in numbers:
        relative = " (relative to the prior inside the constraints)" if posterior.prior.constraints else ""
        first = [
            f"ln Z = {log_with_error(numbers['log_evidence'], numbers['log_evidence_error'])}{relative}, "
            f"information {numbers['information_nats']:.1f} nats"
        ]
    else:
        first = diagnostics.course
    size, calls = numbers["effective_sample_size"], numbers["likelihood_calls"]
    lines = [*first, f"effective sample size {size:.0f} from {calls} likelihood calls"]
    if "branches" in numbers:
        lines.append("branches: " + ", ".join(map(branch_text, numbers["branches"])))
    return lines


def branch_text(branch: Mapping[str, Any]) -> str:
    """Return a branch with its mass and, where there is one, its evidence."""
    value = branch["log_evidence"]
    evidence = "" if value is None else f" (ln Z {value:.2f})"
    return f"{branch['name']} {percent(branch['mass'])}{evidence}"
