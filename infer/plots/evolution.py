"""The picture of a trajectory: yields against time, their equilibrium values, and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...solver.scenario import Curve, Evolution
from ..style import PALETTE, new_figure, own_settings
from .momenta import draw_distribution, draw_history

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["evolution_plot"]

# The lowest part of the yields that an evolution plot shows below the smallest final value.
DECADES_BELOW = 3.0


@own_settings
def evolution_plot(evolution: Evolution, title: str = "") -> Figure:
    """Draw a trajectory: solid the solution, dashed its equilibrium value, dotted the marks; momenta beside it."""
    history = evolution.momenta
    figure = new_figure(figsize=(7.2 if history is None else 11.4, 5.0), layout="constrained")
    if history is None:
        axis = figure.add_subplot()
    else:
        grid = figure.add_gridspec(2, 2, width_ratios=(1.5, 1.0))
        axis = figure.add_subplot(grid[:, 0])
        draw_distribution(figure.add_subplot(grid[0, 1]), history)
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
    if history is not None:
        draw_history(
            figure.add_subplot(grid[1, 1]), evolution.time_label, evolution.time, axis.get_xlim(), history
        )
    if title:
        axis.set_title(title, fontsize=11)
    return figure


def _last_change(evolution: Evolution, curves: list[Curve]) -> float:
    """Return the last abscissa at which a curve differs by 1 % from its end."""
    last = evolution.time[0]
    for curve in curves:
        moving = np.abs(curve.values - curve.values[-1]) > 0.01 * abs(curve.values[-1])
        if moving.any():
            last = max(last, evolution.time[np.flatnonzero(moving)[-1]])
    return float(last)
