"""Pictures of a posterior and of a trajectory, legible in print and to colour-blind readers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...solver.scenario import Evolution, Observable, Parameter, unit_in_latex
from ..samples.draws import Draws
from ..target.posterior import Posterior

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["corner_plot", "evolution_plot"]

# Okabe & Ito's palette: distinguishable with every common colour deficiency.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
PALETTE = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
# A parameter whose prior spans more than this factor is shown by its logarithm.
LOG_SPAN = 30.0
# The lowest part of the yields that an evolution plot shows below the smallest final value.
DECADES_BELOW = 3.0


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
        logarithmic = _is_logarithmic(posterior, name)
        columns.append(np.log10(theta[:, index]) if logarithmic else theta[:, index])
        labels.append(_label(known[name], logarithmic))
        mark = (truths or {}).get(name, best[index])
        marks.append(math.log10(mark) if logarithmic else mark)
    for item, values, mark in _featured(posterior, draws, best):
        logarithmic = bool(values.min() > 0.0 and values.max() > LOG_SPAN * values.min())
        columns.append(np.log10(values) if logarithmic else values)
        labels.append(_label(item, logarithmic))
        mark = (truths or {}).get(item.name, mark)
        marks.append(math.log10(mark) if logarithmic else mark)
    table = np.column_stack(columns)
    size = len(columns)
    side = 2.4 * size + 1.0
    figure = _new_figure(figsize=(side, side))
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
        values = draws.blobs[..., posterior.blob_names.index(item.name)].reshape(-1)
        # An observable that is the same everywhere, or was not computed, has no axis.
        if np.isfinite(values).all() and np.ptp(values) > 0.0:
            yield item, values, float(at_best[posterior.observable_names.index(item.name)])


def _new_figure(**arguments: Any) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(**arguments)
    FigureCanvasAgg(figure)
    return figure


def _titles(figure: Figure, table: NDArray[np.float64], labels: list[str], size: int) -> None:
    for i in range(size):
        low, middle, high = np.quantile(table[:, i], (0.16, 0.5, 0.84))
        smallest = min(middle - low, high - middle)
        digits = max(0, 1 - math.floor(math.log10(smallest))) if smallest > 0.0 else 2
        digits = min(digits, 6)
        value = f"${middle:.{digits}f}_{{-{middle - low:.{digits}f}}}^{{+{high - middle:.{digits}f}}}$"
        figure.axes[i * size + i].set_title(value, fontsize=12)


def _is_logarithmic(posterior: Posterior, name: str) -> bool:
    low, high = posterior.prior.bounds(name)
    return low > 0.0 and high / low > LOG_SPAN


def _label(parameter: Parameter | Observable, logarithmic: bool) -> str:
    if not logarithmic:
        return parameter.label
    unit = f" / {unit_in_latex(parameter.unit)}" if parameter.unit else ""
    return rf"$\log_{{10}}\,{parameter.symbol}{unit}$"


def _range(column: NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(column.min()), float(column.max())
    if high > low:
        pad = 0.02 * (high - low)
        return low - pad, high + pad
    width = max(abs(low), 1.0) * 1e-3
    return low - width, high + width


def evolution_plot(evolution: Evolution, title: str = "") -> Figure:
    """Draw a trajectory: solid the solution, dashed its equilibrium value, dotted the marks."""
    figure = _new_figure(figsize=(7.2, 5.0), layout="constrained")
    axis = figure.add_subplot()
    solutions = [curve for curve in evolution.curves if not curve.reference]
    references = [curve for curve in evolution.curves if curve.reference]
    finals = [curve.values[-1] for curve in solutions if curve.values[-1] > 0.0]
    tops = [np.nanmax(curve.values) for curve in evolution.curves]
    for group, style in ((solutions, "-"), (references, "--")):
        for color, curve in zip(PALETTE * 4, group, strict=False):
            shown = np.where(curve.values > 0.0, curve.values, np.nan)
            axis.plot(
                evolution.time, shown, style, color=color, lw=2.0 if style == "-" else 1.5, label=curve.label
            )
    axis.set(xscale="log", yscale="log", xlabel=evolution.time_label, ylabel=evolution.ordinate)
    if finals:
        axis.set_ylim(min(finals) / 10.0**DECADES_BELOW, max(tops) * 10.0)
    frozen = _last_change(evolution, solutions)
    axis.set_xlim(evolution.time[0], min(max(frozen * 10.0, 10.0 * evolution.time[0]), evolution.time[-1]))
    for color, (label, position) in zip(("0.25", "0.5"), evolution.marks.items(), strict=False):
        # A mark beyond the axis would push the axis out of the picture.
        if not axis.get_xlim()[0] <= position <= axis.get_xlim()[1]:
            continue
        axis.axvline(position, color=color, ls=":", lw=1.5)
        axis.annotate(
            label,
            (position, 0.03),
            xycoords=("data", "axes fraction"),
            xytext=(4, 0),
            textcoords="offset points",
        )
    axis.legend(frameon=False)
    if title:
        axis.set_title(title, fontsize=11)
    return figure


def _last_change(evolution: Evolution, curves: list) -> float:
    """Return the last abscissa at which a curve differs by 1 % from its end."""
    last = evolution.time[0]
    for curve in curves:
        moving = np.abs(curve.values - curve.values[-1]) > 0.01 * abs(curve.values[-1])
        if moving.any():
            last = max(last, evolution.time[np.flatnonzero(moving)[-1]])
    return float(last)
