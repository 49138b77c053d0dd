"""The summary of a posterior: a table, and the text printed at the end of a run."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.verdict import Diagnostics
from ..samples.arviz_adapter import effective_sample_size, rhat
from ..samples.draws import Draws
from ..target.posterior import OUTSIDE_PRIOR, Posterior

__all__ = ["Row", "as_csv", "as_text", "format_interval", "summarise", "with_error"]

# Errors beyond this share of the median are read more easily as a range.
WIDE = 0.6
QUANTILES = (0.025, 0.16, 0.5, 0.84, 0.975)


@dataclass(frozen=True)
class Row:
    """Hold the summary of one parameter or observable."""

    name: str
    kind: str
    unit: str
    mean: float
    sd: float
    quantiles: tuple[float, ...]
    best_fit: float
    ess: float
    rhat: float

    @property
    def median(self) -> float:
        """The median."""
        return self.quantiles[2]


def summarise(posterior: Posterior, draws: Draws) -> list[Row]:
    """Return a row per sampled parameter and per observable.

    R-hat and the effective sample size need chains; for a nested run they are NaN and Kish's size.
    """
    flat = draws.cube.reshape(-1, posterior.dim)
    theta = posterior.prior.from_unit(flat).reshape(*draws.cube.shape[:2], -1)
    best_theta = posterior.prior.from_unit(draws.best[None, :])
    best = posterior.evaluate(best_theta)
    first = len(posterior.term_names)
    rows = []
    parameters = {item.name: item for item in posterior.scenario.parameters}
    for name in posterior.names:
        column = posterior.parameter_names.index(name)
        rows.append(
            _row(name, "parameter", parameters[name].unit, theta[..., column], best_theta[0, column], draws)
        )
    for column, item in enumerate(posterior.scenario.observables):
        values = draws.blobs[..., first + column]
        rows.append(_row(item.name, "observable", item.unit, values, best.observables[0, column], draws))
    return rows


def _row(name: str, kind: str, unit: str, values: NDArray[np.float64], best: float, draws: Draws) -> Row:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Row(name, kind, unit, math.nan, math.nan, (math.nan,) * 5, float(best), math.nan, math.nan)
    varied = finite.size == values.size and np.ptp(finite) > 0.0
    nested = draws.weighted is not None
    with np.errstate(all="ignore"):
        ess = float(finite.size) if nested else effective_sample_size(values) if varied else math.nan
        agreement = rhat(values) if varied and not nested else math.nan
        return Row(
            name, kind, unit, float(finite.mean()), float(finite.std()),
            tuple(float(q) for q in np.quantile(finite, QUANTILES)), float(best), ess, agreement,
        )  # fmt: skip


def as_csv(rows: list[Row]) -> str:
    """Return the table as CSV with a header line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(
        [
            "name",
            "kind",
            "unit",
            "mean",
            "sd",
            "q2.5",
            "q16",
            "median",
            "q84",
            "q97.5",
            "best_fit",
            "ess",
            "rhat",
        ]
    )
    for row in rows:
        numbers = (row.mean, row.sd, *row.quantiles, row.best_fit, row.ess, row.rhat)
        writer.writerow([row.name, row.kind, row.unit, *(f"{number:.8g}" for number in numbers)])
    return buffer.getvalue()


def format_interval(row: Row) -> str:
    """Return the median with its 68 % interval: as errors to two digits, or as a range where it is wide."""
    low, middle, high = row.quantiles[1], row.median, row.quantiles[3]
    if max(middle - low, high - middle) > WIDE * abs(middle):
        return f"{_short(middle)} ({_short(low)} to {_short(high)})"
    down, up = middle - low, high - middle
    smallest = min((error for error in (down, up) if error > 0.0), default=0.0)
    if not math.isfinite(middle) or smallest == 0.0:
        return f"{middle:.4g}"
    exponent = math.floor(math.log10(abs(middle))) if middle != 0.0 else 0
    # Wide or very small numbers read better with a power of ten in common.
    power = exponent if abs(exponent) >= 4 else 0
    scale = 10.0**power
    digits = max(0, 1 - math.floor(math.log10(smallest / scale)))
    if digits > 8:
        return f"{middle:.6g} -{down:.2g} +{up:.2g}"
    body = f"{middle / scale:.{digits}f} -{down / scale:.{digits}f} +{up / scale:.{digits}f}"
    return f"({body})e{power:+d}" if power else body


def _short(value: float) -> str:
    """Return two significant digits, without an exponent where the number is of ordinary size."""
    text = f"{value:.2g}"
    return f"{float(text):.0f}" if 10.0 <= abs(value) < 1e5 else text


def with_error(value: float, error: float) -> str:
    """Return a value with its error, the error to two digits and the value to match."""
    if not (math.isfinite(value) and math.isfinite(error) and error > 0.0):
        return f"{value:.4g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def as_text(rows: list[Row], posterior: Posterior, diagnostics: Diagnostics) -> str:
    """Return what is printed at the end of a run."""
    scenario = posterior.scenario
    numbers = diagnostics.numbers
    lines = [
        f"{scenario.name}: {len(posterior.names)} parameters, data: " + ", ".join(posterior.term_names),
        "",
    ]
    for kind in ("parameter", "observable"):
        lines.append(f"{kind:<24}{'median, 68 % interval':<38}{'95 % interval':<28}best fit")
        for row in (row for row in rows if row.kind == kind):
            label = f"{row.name} [{row.unit}]" if row.unit else row.name
            wide = f"{row.quantiles[0]:.3g} to {row.quantiles[4]:.3g}"
            lines.append(f"  {label:<22}{format_interval(row):<38}{wide:<28}{row.best_fit:.4g}")
        lines.append("")
    lines += [f"likelihood {term.name}: {term.describe()}" for term in posterior.likelihoods]
    if "log_evidence" in numbers:
        relative = " (relative to the prior inside the constraints)" if posterior.prior.constraints else ""
        lines.append(
            f"ln Z = {numbers['log_evidence']:.2f} +- {numbers['log_evidence_error']:.2f}{relative}, "
            f"information {numbers['information_nats']:.1f} nats"
        )
    else:
        lines.append(
            f"R-hat {numbers['rhat']:.3f}, {numbers['steps']} steps of {numbers['autocorrelation_steps']:.0f} "
            f"per autocorrelation time, acceptance {100 * numbers['acceptance']:.0f} %"
        )
    lines.append(
        f"effective sample size {numbers['effective_sample_size']:.0f} from {numbers['likelihood_calls']} "
        "likelihood calls"
    )
    for reason, count in sorted(diagnostics.rejected.items(), key=lambda item: -item[1]):
        if reason == OUTSIDE_PRIOR:
            continue  # proposals beyond the edge are part of every chain
        lines.append(f"rejected {count} points: {reason}")
    sentences = {item.name: item.sentence for item in scenario.flags}
    for name, share in diagnostics.flags.items():
        if share > 0.0:
            lines.append(
                f"flag {name}: {_percent(share)} of the posterior: {sentences.get(name, 'outside its table')}"
            )
    lines += [f"note: {remark}" for remark in diagnostics.remarks]
    lines.append(
        "converged" if diagnostics.converged else "NOT CONVERGED: " + "; ".join(diagnostics.problems)
    )
    return "\n".join(lines)


def _percent(share: float) -> str:
    return "<0.1 %" if share < 0.001 else f"{100.0 * share:.3g} %"
