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

LEVELS = (0.68, 0.95)
# A Gaussian of 1.8 of 36 cells: a twentieth of the axis, as Scott's rule has it for ten thousand draws.
BINS, SMOOTHING = 36, 1.8
# A posterior that comes this near to a bound, as a share of its own span, is cut off by it.
NEAR_BOUND = 0.03
# Samples of less than this share of the mean weight are not drawn.
NEGLIGIBLE = 1e-6


def corner_plot(posterior: Posterior, draws: Draws, truths: dict[str, float] | None = None) -> Figure:
    """Draw marginals and pairs of the sampled parameters and featured observables; the best fit is marked.

    Parameters spanning decades are shown as log₁₀. Contours hold 68 and 95 % of the posterior. Where a sampler
    gives weighted samples all of them are drawn, by their weights. Densities are smoothed with reflection at
    the ends of the axes, which stand at the bounds of a prior that the posterior reaches.
    """
    from ..samples.arviz_adapter import corner

    cube, blobs, weights = _samples(draws, posterior.dim)
    theta = posterior.prior.from_unit(cube)
    best = posterior.prior.from_unit(draws.best[None, :])[0]
    known = {item.name: item for item in posterior.scenario.parameters}
    columns, labels, marks, ranges = [], [], [], []
    for name in posterior.names:
        index = posterior.parameter_names.index(name)
        logarithmic = posterior.prior.spans_decades(name)
        columns.append(np.log10(theta[:, index]) if logarithmic else theta[:, index])
        labels.append(label(known[name], logarithmic))
        mark = (truths or {}).get(name, best[index])
        marks.append(math.log10(mark) if logarithmic else mark)
        bounds = posterior.prior.bounds(name)
        ranges.append(_range(columns[-1], np.log10(bounds) if logarithmic else bounds))
    for item, values, mark in _featured(posterior, blobs, best):
        logarithmic = spans_decades(values.min(), values.max())
        columns.append(np.log10(values) if logarithmic else values)
        labels.append(label(item, logarithmic))
        ranges.append(_range(columns[-1], (-math.inf, math.inf)))
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
            bins=BINS,
            smooth=SMOOTHING,
            smooth1d=SMOOTHING,
            weights=weights,
            range=ranges,
            quantiles=(0.16, 0.5, 0.84),
            levels=LEVELS,
            plot_datapoints=False,
            pcolor_kwargs={"rasterized": True, "antialiased": False, "linewidth": 0.0},
            label_kwargs={"fontsize": 13},
            hist_kwargs={"linewidth": 1.4},
            labelpad=-0.08,
            max_n_ticks=4,
        )
    if size == 1:
        figure.axes[0].axvline(marks[0], color=RED)
    for axis in figure.axes:
        axis.tick_params(labelsize=10)
    _titles(figure, table, weights, size)
    what = "given values" if truths else "best fit"
    about = f"contours: 68, 95 %; dashed: 16, 50, 84 %\nred: {what}"
    figure.text(
        0.98, 0.98, f"{posterior.problem.name}: {posterior.scenario.name}\n{about}",
        ha="right", va="top", fontsize=11,
    )  # fmt: skip
    return figure


def _samples(
    draws: Draws, dim: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]:
    """Return points of the unit cube (n, dim), their blobs (n, m) and weights (n,), None for equal ones."""
    run = draws.weighted
    if run is None:
        cube = draws.cube.reshape(-1, dim)
        return cube, draws.blobs.reshape(len(cube), -1), None
    weights = np.exp(run.log_weight - run.log_weight.max())
    kept = weights > NEGLIGIBLE * weights.sum() / len(weights)
    return run.cube[kept], run.blobs[kept], weights[kept]


def _featured(
    posterior: Posterior, blobs: NDArray[np.float64], best: NDArray[np.float64]
) -> Iterator[tuple[Observable, NDArray[np.float64], float]]:
    """Yield the observables that belong into a corner plot, their draws, and their values at the best fit."""
    chosen = [item for item in posterior.scenario.observables if item.featured]
    if not chosen:
        return
    at_best = posterior.evaluate(best[None, :]).observables[0]
    for item in chosen:
        values = posterior.columns.observable(blobs, item.name)
        # An observable that is the same everywhere, or was not computed, has no axis.
        if np.isfinite(values).all() and np.ptp(values) > 0.0:
            yield item, values, float(at_best[posterior.observable_names.index(item.name)])


def _titles(
    figure: Figure, table: NDArray[np.float64], weights: NDArray[np.float64] | None, size: int
) -> None:
    for i in range(size):
        low, middle, high = np.quantile(
            table[:, i], (0.16, 0.5, 0.84), weights=weights, method="inverted_cdf"
        )
        smallest = min(middle - low, high - middle)
        digits = max(0, 1 - math.floor(math.log10(smallest))) if smallest > 0.0 else 2
        digits = min(digits, 6)
        value = f"${middle:.{digits}f}_{{-{middle - low:.{digits}f}}}^{{+{high - middle:.{digits}f}}}$"
        figure.axes[i * size + i].set_title(value, fontsize=12)


def _range(
    column: NDArray[np.float64], bounds: tuple[float, float] | NDArray[np.float64]
) -> tuple[float, float]:
    """Return the ends of an axis: those of the samples, or a bound that they reach."""
    low, high = float(column.min()), float(column.max())
    if not high > low:
        width = max(abs(low), 1.0) * 1e-3
        return low - width, high + width
    near = NEAR_BOUND * (high - low)
    first = float(bounds[0]) if low - bounds[0] < near else low - near
    last = float(bounds[1]) if bounds[1] - high < near else high + near
    return first, last
