"""The corner plot of a posterior: marginals and pairs of what was sampled and what is featured."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...priors import spans_decades
from ...solver.scenario import Observable
from ..samples.draws import Draws
from ..target.posterior import Posterior
from .style import BLUE, RED, label, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["corner_plot"]


def corner_plot(posterior: Posterior, draws: Draws, truths: dict[str, float] | None = None) -> Figure:
    """Draw marginals and pairs of the sampled parameters and featured observables; the best fit is marked.

    Parameters spanning decades are shown as log₁₀. Contours hold 39 and 86 % (one and two sigma in
    two dimensions).
    """
    from ..samples.arviz_adapter import corner

    theta = posterior.prior.from_unit(draws.cube.reshape(-1, posterior.dim))
    best = posterior.prior.from_unit(draws.best[None, :])[0]
    known = {item.name: item for item in posterior.scenario.parameters}
    columns, labels, marks = [], [], []
    for name in posterior.names:
        index = posterior.parameter_names.index(name)
        logarithmic = posterior.prior.spans_decades(name)
        columns.append(np.log10(theta[:, index]) if logarithmic else theta[:, index])
        labels.append(label(known[name], logarithmic))
        mark = (truths or {}).get(name, best[index])
        marks.append(math.log10(mark) if logarithmic else mark)
    for item, values, mark in _featured(posterior, draws, best):
        logarithmic = spans_decades(values.min(), values.max())
        columns.append(np.log10(values) if logarithmic else values)
        labels.append(label(item, logarithmic))
        mark = (truths or {}).get(item.name, mark)
        marks.append(math.log10(mark) if logarithmic else mark)
    table = np.column_stack(columns)
    size = len(columns)
    side = 2.4 * size + 1.0
    figure = new_figure(figsize=(side, side))
    with warnings.catch_warnings():
        # Few draws leave contours that cannot be drawn; the points are still shown.
        warnings.simplefilter("ignore")
        corner().corner(
            table,
            fig=figure,
            labels=labels,
            # corner cannot mark a single parameter.
            truths=marks if size > 1 else None,
            truth_color=RED,
            color=BLUE,
            bins=30,
            smooth=1.0,
            range=[_range(column) for column in table.T],
            quantiles=(0.16, 0.5, 0.84),
            levels=(1 - math.exp(-0.5), 1 - math.exp(-2.0)),
            label_kwargs={"fontsize": 13},
            hist_kwargs={"linewidth": 1.4},
            labelpad=-0.08,
            max_n_ticks=4,
        )
    if size == 1:
        figure.axes[0].axvline(marks[0], color=RED)
    for axis in figure.axes:
        axis.tick_params(labelsize=10)
    _titles(figure, table, labels, size)
    what = "given values" if truths else "best fit"
    figure.text(
        0.98, 0.98, f"{posterior.problem.name}: {posterior.scenario.name}\nred: {what}; dashed: 16, 50, 84 %",
        ha="right", va="top", fontsize=11,
    )  # fmt: skip
    return figure


def _featured(
    posterior: Posterior, draws: Draws, best: NDArray[np.float64]
) -> Iterator[tuple[Observable, NDArray[np.float64], float]]:
    """Yield the observables that belong into a corner plot, their draws, and their values at the best fit."""
    chosen = [item for item in posterior.scenario.observables if item.featured]
    if not chosen:
        return
    at_best = posterior.evaluate(best[None, :]).observables[0]
    for item in chosen:
        values = posterior.columns.observable(draws.blobs, item.name).reshape(-1)
        # An observable that is the same everywhere, or was not computed, has no axis.
        if np.isfinite(values).all() and np.ptp(values) > 0.0:
            yield item, values, float(at_best[posterior.observable_names.index(item.name)])


def _titles(figure: Figure, table: NDArray[np.float64], labels: list[str], size: int) -> None:
    for i in range(size):
        low, middle, high = np.quantile(table[:, i], (0.16, 0.5, 0.84))
        smallest = min(middle - low, high - middle)
        digits = max(0, 1 - math.floor(math.log10(smallest))) if smallest > 0.0 else 2
        digits = min(digits, 6)
        value = f"${middle:.{digits}f}_{{-{middle - low:.{digits}f}}}^{{+{high - middle:.{digits}f}}}$"
        figure.axes[i * size + i].set_title(value, fontsize=12)


def _range(column: NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(column.min()), float(column.max())
    if high > low:
        pad = 0.02 * (high - low)
        return low - pad, high + pad
    width = max(abs(low), 1.0) * 1e-3
    return low - width, high + width
