"""The outcome of a comparison of models: its table, its words, and how it moves with the priors."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .sensitivity import CHANGES, PriorShift

__all__ = ["Comparison", "Member", "Sensitivity", "jeffreys", "kass_raftery"]

# Upper ends of ln B for Kass & Raftery (1995), in 2 ln B, and Jeffreys (1961), in log10 B.
KASS_RAFTERY = (
    (1.0, "not worth more than a bare mention"), (3.0, "positive"), (5.0, "strong"), (math.inf, "very strong"),
)  # fmt: skip
LN10 = math.log(10.0)
JEFFREYS = (
    (0.5 * LN10, "barely worth mentioning"), (1.0 * LN10, "substantial"), (1.5 * LN10, "strong"),
    (2.0 * LN10, "very strong"), (math.inf, "decisive"),
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """Hold one model of a comparison.

    Attributes
    ----------
    name, scenario : str
    log_evidence, log_evidence_error : float
    log_bayes, log_bayes_error : float
        ln of the Bayes factor of this model against the best one; at most zero.
    probability : float
        For the prior odds of the comparison.
    best_log_likelihood : float
        The largest ln L of all samples, at ``best_fit``.
    best_fit : mapping
        Sampled parameters by name.
    information : float
        Kullback-Leibler divergence of the posterior from the prior in nats.
    converged : bool
    """

    name: str
    scenario: str
    log_evidence: float
    log_evidence_error: float
    log_bayes: float
    log_bayes_error: float
    probability: float
    best_log_likelihood: float
    best_fit: Mapping[str, float]
    information: float
    converged: bool


@dataclass(frozen=True)
class Sensitivity:
    """Hold how a prior matters: the change of ln Z of one run, or of ln B where the prior is shared.

    Attributes
    ----------
    run, parameter : str
    against : str
        The best run, where both runs have this prior and it was varied in both; else empty.
    shifts : mapping
        From "halved", "doubled", "log-flat" to the change.
    """

    run: str
    parameter: str
    against: str
    shifts: Mapping[str, PriorShift]


@dataclass(frozen=True)
class Comparison:
    """Hold the outcome of a comparison, the best model first.

    Attributes
    ----------
    members : tuple of Member
    odds : mapping
        Prior odds by name.
    different_data : list of str
        What differs between the data of the runs; empty unless that was allowed.
    sensitivity : tuple of Sensitivity
    """

    members: tuple[Member, ...]
    odds: Mapping[str, float]
    different_data: list[str] = field(default_factory=list)
    sensitivity: tuple[Sensitivity, ...] = ()

    def __getitem__(self, name: str) -> Member:
        """Return a member by its name."""
        return next(item for item in self.members if item.name == name)

    def as_csv(self) -> str:
        """Return the table as CSV, one line per model."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(
            ["name", "scenario", "ln_Z", "ln_Z_error", "ln_B", "ln_B_error", "prior_odds", "probability",
             "kass_raftery", "jeffreys", "max_ln_L", "information_nats", "converged", "best_fit"]
        )  # fmt: skip
        for item in self.members:
            best = "; ".join(f"{name} = {value:.8g}" for name, value in item.best_fit.items())
            numbers = (item.log_evidence, item.log_evidence_error, item.log_bayes, item.log_bayes_error)
            writer.writerow(
                [item.name, item.scenario, *(f"{value:.6g}" for value in numbers), f"{self.odds[item.name]:g}",
                 f"{item.probability:.6g}", *self.words(item), f"{item.best_log_likelihood:.6g}",
                 f"{item.information:.6g}", int(item.converged), best]
            )  # fmt: skip
        return buffer.getvalue()

    def sensitivity_csv(self) -> str:
        """Return the prior sensitivity as CSV, one line per variation."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(
            [
                "run",
                "parameter",
                "varied_also_in",
                "change",
                "new_prior",
                "shift",
                "error",
                "method",
                "reason",
            ]
        )
        for row in self.sensitivity:
            for change, found in row.shifts.items():
                prior = found.variation.specification
                writer.writerow(
                    [row.run, row.parameter, row.against, change, dict(prior) if prior else "",
                     f"{found.shift:.5g}", f"{found.error:.3g}", found.method, found.reason]
                )  # fmt: skip
        return buffer.getvalue()

    def words(self, item: Member) -> tuple[str, str]:
        """Return the words of Kass & Raftery and of Jeffreys for the best model over this one."""
        if item is self.members[0]:
            return "best", "best"
        return tuple(
            _words_with_error(scale, item.log_bayes, item.log_bayes_error)
            for scale in (KASS_RAFTERY, JEFFREYS)
        )  # type: ignore[return-value]

    def __str__(self) -> str:
        """Return the tables printed on the screen."""
        wide = max(12, *(len(item.name) for item in self.members)) + 2
        lines = []
        if self.different_data:
            lines += [
                "WARNING: these runs use different data (--allow-different-data); the Bayes factors compare "
                "models AND data:",
                *(f"  {text}" for text in self.different_data),
                "",
            ]
        lines.append(
            f"{'model':<{wide}}{'ln Z':<18}{'ln B to the best':<19}{'probability':<13}{'max ln L':<11}"
            "information"
        )
        for item in self.members:
            bayes = "0" if item is self.members[0] else f"{item.log_bayes:.2f} +- {item.log_bayes_error:.2f}"
            lines.append(
                f"{item.name:<{wide}}{f'{item.log_evidence:.2f} +- {item.log_evidence_error:.2f}':<18}{bayes:<19}"
                f"{item.probability:<13.3g}{item.best_log_likelihood:<11.3g}{f'{item.information:.1f} nats':<12}"
            )
        lines.append("")
        best = self.members[0]
        for item in self.members[1:]:
            kass, jeff = self.words(item)
            lines.append(f"for {best.name} over {item.name}: {kass} (Kass & Raftery), {jeff} (Jeffreys)")
        if len(set(self.odds.values())) > 1:
            odds = ", ".join(f"{name} {value:g}" for name, value in self.odds.items())
            lines.append(f"probabilities for prior odds {odds}")
        for item in self.members:
            fit = ", ".join(f"{name} = {value:.4g}" for name, value in item.best_fit.items())
            lines.append(f"best fit of {item.name}: {fit}")
        lines += [f"NOT CONVERGED: {item.name}" for item in self.members if not item.converged]
        return "\n".join([*lines, *self._sensitivity_lines()])

    def _sensitivity_lines(self) -> list[str]:
        if not self.sensitivity:
            return []
        labels = [_label(row) for row in self.sensitivity]
        wide = max(len(label) for label in labels) + 2
        lines = [
            "",
            "Prior sensitivity: the change of the model's ln Z, and so of its ln B, when a prior changes",
            f"{'':<{wide}}{'range halved':<20}{'range doubled':<20}log <-> flat",
        ]
        notes: dict[str, int] = {}
        for label, row in zip(labels, self.sensitivity, strict=True):
            cells = []
            for change in CHANGES:
                found = row.shifts[change]
                text = f"{found.shift:+.2f} +- {found.error:.2f}" if found.known else found.method
                if found.reason:
                    text += f" [{notes.setdefault(found.reason, len(notes) + 1)}]"
                cells.append(f"{text:<20}")
            lines.append(f"{label:<{wide}}" + "".join(cells).rstrip())
        lines += [f"  [{number}] {reason}" for reason, number in notes.items()]
        if any(
            not f.known and f.method == "needs a rerun" for r in self.sensitivity for f in r.shifts.values()
        ):
            lines.append("  --rerun samples the priors marked 'needs a rerun'")
        return lines

    def write(self, directory: Path) -> list[Path]:
        """Write text, tables and picture, and return their paths."""
        from ..storage.atomic import write_atomically, write_text
        from .picture import comparison_plot

        directory.mkdir(parents=True, exist_ok=True)
        paths = [directory / name for name in ("comparison.txt", "comparison.csv", "comparison.png")]
        write_text(paths[0], f"{self}\n")
        write_text(paths[1], self.as_csv())
        figure = comparison_plot(self)
        write_atomically(paths[2], lambda path: figure.savefig(path, dpi=150))
        self._write_report(directory, paths)
        if self.sensitivity:
            paths.append(directory / "sensitivity.csv")
            write_text(paths[-1], self.sensitivity_csv())
        return paths

    def _write_report(self, directory: Path, paths: list[Path]) -> None:
        from ..report.run_page import attempt, comparison_report
        from ..results.folder import REPORT
        from ..storage.atomic import write_text

        page = directory / REPORT
        attempt(lambda: write_text(page, comparison_report(self, paths[2].read_bytes())), directory)
        if page.exists():
            paths.append(page)


def _label(row: Sensitivity) -> str:
    return f"{row.parameter}, {row.run}" + (f" and {row.against}" if row.against else "")


def _words_with_error(scale: tuple[tuple[float, str], ...], log_bayes: float, error: float) -> str:
    size = abs(log_bayes)
    low, high = (_word(scale, value) for value in (max(0.0, size - error), size + error))
    return low if low == high else f"{low} to {high}"


def _word(scale: tuple[tuple[float, str], ...], size: float) -> str:
    return next(word for end, word in scale if size < end or end == math.inf)


def kass_raftery(log_bayes: float) -> str:
    """Return the words of Kass & Raftery (1995) for a Bayes factor of either sign."""
    return _word(KASS_RAFTERY, abs(log_bayes))


def jeffreys(log_bayes: float) -> str:
    """Return the words of Jeffreys (1961) for a Bayes factor of either sign."""
    return _word(JEFFREYS, abs(log_bayes))
