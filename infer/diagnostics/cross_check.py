"""The same problem with a second, different sampler: evidences, medians and two-sample tests side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..wording import text_table
from .second_seed import ALLOWED_SIGMA
from .verdict import Diagnostics

__all__ = ["CrossCheck", "cross_check", "cross_check_text", "two_sample_p_value", "with_cross_check"]

FloatArray = NDArray[np.float64]

# The share of pairs of correct runs that the comparison accuses, over all parameters together.
FALSE_ALARM = 1e-3
WIDTHS = (26, 18, 18)


@dataclass(frozen=True)
class CrossCheck:
    """Hold what two samplers say of one problem.

    Attributes
    ----------
    samplers : (str, str)
    converged : bool
        Whether the second run has converged.
    log_evidence, log_evidence_error : pairs of float or None
        None where a sampler gives no evidence.
    effective_sample_size : (float, float)
    medians : mapping of str to (float, float)
        Of every sampled parameter.
    p_values : mapping of str to float
        Of the Kolmogorov-Smirnov test between the draws, counted by their effective sizes.
    """

    samplers: tuple[str, str]
    converged: bool
    log_evidence: tuple[float | None, float | None]
    log_evidence_error: tuple[float | None, float | None]
    effective_sample_size: tuple[float, float]
    medians: dict[str, tuple[float, float]]
    p_values: dict[str, float]

    @property
    def pull(self) -> float | None:
        """The difference of ln Z over its quoted error, None without two evidences."""
        if None in (*self.log_evidence, *self.log_evidence_error):
            return None
        first, second = (float(value or 0.0) for value in self.log_evidence)
        scale = math.hypot(*(float(value or 0.0) for value in self.log_evidence_error))
        return (second - first) / scale if scale > 0.0 else 0.0

    @property
    def p_value(self) -> float:
        """The smallest p-value, corrected for the number of parameters."""
        return 1.0 - (1.0 - min(self.p_values.values())) ** len(self.p_values)

    @property
    def agrees(self) -> bool:
        """Whether evidences and draws differ by no more than their errors."""
        return self.p_value >= FALSE_ALARM and (self.pull is None or abs(self.pull) <= ALLOWED_SIGMA)


def cross_check(
    names: Sequence[str],
    theta: tuple[FloatArray, FloatArray],
    verdicts: tuple[Diagnostics, Diagnostics],
) -> CrossCheck:
    """Compare the draws (n, d) of two samplers, columns named, with what was said of each run."""
    first, second = (item.numbers for item in verdicts)
    sizes = float(first["effective_sample_size"]), float(second["effective_sample_size"])
    columns = range(len(names))
    return CrossCheck(
        samplers=(first["sampler"], second["sampler"]),
        converged=verdicts[1].converged,
        log_evidence=(first.get("log_evidence"), second.get("log_evidence")),
        log_evidence_error=(first.get("log_evidence_error"), second.get("log_evidence_error")),
        effective_sample_size=sizes,
        medians={
            names[i]: (float(np.median(theta[0][:, i])), float(np.median(theta[1][:, i]))) for i in columns
        },
        p_values={names[i]: two_sample_p_value(theta[0][:, i], theta[1][:, i], *sizes) for i in columns},
    )


def two_sample_p_value(one: FloatArray, other: FloatArray, size_one: float, size_other: float) -> float:
    """Return the Kolmogorov-Smirnov p-value of two samples that are worth fewer independent draws than they hold."""
    from scipy.special import kolmogorov

    places = np.sort(np.concatenate([one, other]))
    below = (np.searchsorted(np.sort(x), places, side="right") / len(x) for x in (one, other))
    distance = float(np.max(np.abs(np.subtract(*below))))
    root = math.sqrt(size_one * size_other / (size_one + size_other))
    return float(kolmogorov(distance * (root + 0.12 + 0.11 / root)))


def with_cross_check(diagnostics: Diagnostics, found: CrossCheck) -> Diagnostics:
    """Add what the second sampler says to the verdict on the first."""
    problems, remarks = list(diagnostics.problems), list(diagnostics.remarks)
    second = found.samplers[1]
    if not found.converged:
        remarks.append(f"{second}, run as a cross-check, has not converged itself: it settles nothing")
    elif not found.agrees:
        worst = min(found.p_values, key=lambda name: found.p_values[name])
        pull = "" if found.pull is None else f"; ln Z differs by {abs(found.pull):.1f} quoted errors"
        problems.append(
            f"{second} finds another posterior (smallest p = {found.p_values[worst]:.1g}, of {worst}{pull}): at least "
            "one of the two samplers is wrong; raise the settings of both until they agree"
        )
    content = asdict(found) | {"agrees": found.agrees, "pull": found.pull, "p_value": found.p_value}
    return replace(
        diagnostics, converged=not problems, problems=problems, remarks=remarks, cross_check=content
    )


def cross_check_text(content: Mapping[str, Any]) -> list[str]:
    """Return the table of a cross-check as printed."""
    first, second = content["samplers"]
    rows = [("cross-check", first, second, "p")]
    if content["pull"] is not None:
        values = [
            f"{value:.2f} +- {error:.2f}"
            for value, error in zip(content["log_evidence"], content["log_evidence_error"], strict=True)
        ]
        rows.append(("  ln Z", values[0], values[1], f"{content['pull']:+.1f} sigma"))
    sizes = [f"{size:.0f}" for size in content["effective_sample_size"]]
    rows.append(("  effective draws", sizes[0], sizes[1], ""))
    for name, (one, other) in content["medians"].items():
        rows.append((f"  median of {name}", f"{one:.4g}", f"{other:.4g}", f"{content['p_values'][name]:.2g}"))
    return text_table(rows, WIDTHS)
