"""The summary of a posterior: a row per parameter and observable."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..samples.arviz_adapter import effective_sample_size, rhat
from ..samples.draws import Draws
from ..target.posterior import Posterior
from ..wording import csv_text

__all__ = ["Row", "as_csv", "summarise"]

QUANTILES = (0.025, 0.16, 0.5, 0.84, 0.975)
# Of summary.csv.
HEAD = (
    "name", "kind", "unit", "mean", "sd", "q2.5", "q16", "median", "q84", "q97.5", "best_fit", "ess", "rhat",
)  # fmt: skip


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
    predicted = posterior.columns.observables(draws.blobs)
    rows = []
    parameters = {item.name: item for item in posterior.scenario.parameters}
    for name in posterior.names:
        column = posterior.parameter_names.index(name)
        rows.append(
            _row(name, "parameter", parameters[name].unit, theta[..., column], best_theta[0, column], draws)
        )
    for column, item in enumerate(posterior.scenario.observables):
        values = predicted[..., column]
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
    body = [
        [
            row.name,
            row.kind,
            row.unit,
            *(
                f"{number:.8g}"
                for number in (row.mean, row.sd, *row.quantiles, row.best_fit, row.ess, row.rhat)
            ),
        ]
        for row in rows
    ]
    return csv_text([HEAD, *body])
