"""The outcome of a comparison of models: its table, its words, and how it moves with the priors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..wording import Shown, log_with_error, text_table
from .sensitivity import CHANGES, NEEDS_RERUN, PriorShift

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
# Of the table on the screen.
HEAD = ("model", "ln Z", "ln B to the best", "probability", "max ln L", "information")


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
class Comparison(Shown):
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
        lines = []
        if self.different_data:
            lines += [
                "WARNING: these runs use different data (--allow-different-data); the Bayes factors compare "
                "models AND data:",
                *(f"  {text}" for text in self.different_data),
                "",
            ]
        lines += [*self._models_lines(), ""]
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

    def _models_lines(self) -> list[str]:
        cells = [
            (
                item.name,
                log_with_error(item.log_evidence, item.log_evidence_error),
                "0" if item is self.members[0] else log_with_error(item.log_bayes, item.log_bayes_error),
                f"{item.probability:.3g}",
                f"{item.best_log_likelihood:.3g}",
                f"{item.information:.1f} nats",
            )
            for item in self.members
        ]
        wide = max(12, *(len(item.name) for item in self.members)) + 2
        return text_table([HEAD, *cells], (wide, 18, 19, 13, 11))

    def _sensitivity_lines(self) -> list[str]:
        if not self.sensitivity:
            return []
        labels = [_label(row) for row in self.sensitivity]
        cells: list[tuple[str, ...]] = [("", "range halved", "range doubled", "log <-> flat")]
        notes: dict[str, int] = {}
        for label, row in zip(labels, self.sensitivity, strict=True):
            cells.append((label, *(_shift(row.shifts[change], notes) for change in CHANGES)))
        lines = [
            "",
            "Prior sensitivity: the change of the model's ln Z, and so of its ln B, when a prior changes",
            *text_table(cells, (max(map(len, labels)) + 2, 20, 20)),
            *(f"  [{number}] {reason}" for reason, number in notes.items()),
        ]
        if any(f.method == NEEDS_RERUN for row in self.sensitivity for f in row.shifts.values()):
            lines.append(f"  --rerun samples the priors marked '{NEEDS_RERUN}'")
        return lines


def _shift(found: PriorShift, notes: dict[str, int]) -> str:
    """Return a shift for the table, with the number of the note that says what limits it."""
    text = log_with_error(found.shift, found.error, sign="+") if found.known else found.method
    return f"{text} [{notes.setdefault(found.reason, len(notes) + 1)}]" if found.reason else text


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
