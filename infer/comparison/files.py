"""The files of a comparison: text, tables, picture and page."""

from __future__ import annotations

from pathlib import Path

from ..report.html import code, figure, items, page, paragraph, section, table
from ..report.writing import attempt
from ..results.folder import REPORT
from ..storage.atomic import write_atomically, write_text
from ..storage.folder import make_folder
from ..wording import csv_text, two_decimals, with_error
from .outcome import Comparison
from .picture import comparison_plot

__all__ = ["comparison_page", "models_csv", "sensitivity_csv", "write_comparison"]

TEXT, MODELS, PICTURE = "comparison.txt", "comparison.csv", "comparison.png"
SENSITIVITY = "sensitivity.csv"
MODELS_HEAD = (
    "name", "scenario", "ln_Z", "ln_Z_error", "ln_B", "ln_B_error", "prior_odds", "probability", "kass_raftery",
    "jeffreys", "max_ln_L", "information_nats", "converged", "best_fit",
)  # fmt: skip
SENSITIVITY_HEAD = (
    "run", "parameter", "varied_also_in", "change", "new_prior", "shift", "error", "method", "reason",
)  # fmt: skip


def write_comparison(comparison: Comparison, directory: Path) -> list[Path]:
    """Write text, tables, picture and page, and return their paths."""
    make_folder(directory)
    paths = [directory / name for name in (TEXT, MODELS, PICTURE)]
    write_text(paths[0], f"{comparison}\n")
    write_text(paths[1], models_csv(comparison))
    drawn = comparison_plot(comparison)
    write_atomically(paths[2], lambda path: drawn.savefig(path, dpi=150))
    report = directory / REPORT
    attempt(lambda: write_text(report, comparison_page(comparison, paths[2].read_bytes())), directory)
    if report.exists():
        paths.append(report)
    if comparison.sensitivity:
        paths.append(directory / SENSITIVITY)
        write_text(paths[-1], sensitivity_csv(comparison))
    return paths


def models_csv(comparison: Comparison) -> str:
    """Return the table as CSV, one line per model."""
    rows: list[tuple[object, ...]] = [MODELS_HEAD]
    for item in comparison.members:
        best = "; ".join(f"{name} = {value:.8g}" for name, value in item.best_fit.items())
        numbers = (item.log_evidence, item.log_evidence_error, item.log_bayes, item.log_bayes_error)
        rows.append(
            (item.name, item.scenario, *(f"{value:.6g}" for value in numbers), f"{comparison.odds[item.name]:g}",
             f"{item.probability:.6g}", *comparison.words(item), f"{item.best_log_likelihood:.6g}",
             f"{item.information:.6g}", int(item.converged), best)
        )  # fmt: skip
    return csv_text(rows)


def sensitivity_csv(comparison: Comparison) -> str:
    """Return the prior sensitivity as CSV, one line per variation."""
    rows: list[tuple[object, ...]] = [SENSITIVITY_HEAD]
    for row in comparison.sensitivity:
        for change, found in row.shifts.items():
            prior = found.variation.specification
            rows.append(
                (row.run, row.parameter, row.against, change, dict(prior) if prior else "",
                 f"{found.shift:.5g}", f"{found.error:.3g}", found.method, found.reason)
            )  # fmt: skip
    return csv_text(rows)


def comparison_page(comparison: Comparison, picture: bytes) -> str:
    """Return the page of a comparison, with its picture as PNG."""
    best = comparison.members[0]
    rows = [
        [
            item.name,
            item.scenario,
            with_error(item.log_evidence, item.log_evidence_error),
            "0" if item is best else with_error(item.log_bayes, item.log_bayes_error),
            f"{item.probability:.3g}",
            two_decimals(item.best_log_likelihood),
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
