"""The picture of what modelling choices are worth: a line an alternative, a mark an observable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..style import BLUE, GREEN, ORANGE, PALETTE, new_figure, own_settings
from .worth import ChoiceRow, Choices

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["choices_plot"]

MARKERS = "osD^vP"
# A ratio below or beyond which the mark stands at the edge.
SMALLEST_DRAWN_RATIO, LARGEST_DRAWN_RATIO = 1e-3, 1e3
# From these on axes are logarithmic.
WIDE_RATIO, WIDE_CHANGE = 5.0, 20.0


@own_settings
def choices_plot(choices: Choices) -> Figure:
    """Draw the ratio of every observable that is read, and the change of ln L, or of ln Z for a run."""
    rows = [row for row in choices.rows if row.solved and row.matters]
    height = 1.6 + 0.34 * max(len(rows), 1)
    figure = new_figure(figsize=(10.0, height), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[2.0, 1.0], sharey=True)
    _ratios(left, choices, rows)
    _likelihoods(right, choices, rows)
    labels = [f"{row.option}: {row.current} → {row.value}" for row in rows]
    left.set_yticks(range(len(rows)), labels)
    left.set_ylim(len(rows) - 0.4, -0.6)
    where = "one point" if choices.points == 1 else f"{choices.points} posterior draws, reweighted"
    figure.suptitle(f"{choices.scenario}: each choice switched alone ({where})", fontsize=11)
    return figure


def _ratios(axis: Axes, choices: Choices, rows: list[ChoiceRow]) -> None:
    axis.axvline(1.0, color="0.6", lw=1.0, zorder=1)
    # Errors of observables are in the table; here they would only crowd the line at one.
    shown = [name for name in choices.observables if not name.endswith("_error")]
    for number, name in enumerate(shown):
        offset = 0.16 * (number - 0.5 * (len(shown) - 1)) if len(shown) <= len(MARKERS) else 0.0
        marker, color = MARKERS[number % len(MARKERS)], PALETTE[number % len(PALETTE)]
        axis.plot([], [], marker, color=color, ms=6, label=name)
        for place, row in enumerate(rows):
            ratio = row.ratios.get(name, math.nan)
            if math.isfinite(ratio) and ratio != 0.0:
                size = min(max(abs(ratio), SMALLEST_DRAWN_RATIO), LARGEST_DRAWN_RATIO)
                face = color if ratio > 0.0 else "white"
                axis.plot(size, place + offset, marker, color=color, mfc=face, ms=6, zorder=3)
    low, high = axis.get_xlim()
    # Within a factor of a few a linear axis has the labels that a logarithmic one lacks.
    if low <= 0.0 or high > WIDE_RATIO * low:
        axis.set_xscale("log")
    axis.set_xlabel("ratio to the choice in use (hollow: the sign changes)")
    axis.grid(axis="y", color="0.92", zorder=0)
    if shown:
        axis.legend(fontsize=8, loc="best", framealpha=0.9)


def _likelihoods(axis: Axes, choices: Choices, rows: list[ChoiceRow]) -> None:
    axis.axvline(0.0, color="0.6", lw=1.0, zorder=1)
    axis.grid(axis="y", color="0.92", zorder=0)
    for place, row in enumerate(rows):
        if choices.points == 1:
            axis.plot(row.log_likelihood, place, "o", color=BLUE, ms=6, zorder=3)
            continue
        color = GREEN if not row.reason else ORANGE
        axis.errorbar(
            row.evidence_shift, place, xerr=row.evidence_error, fmt="o", color=color, ms=6, capsize=3
        )
    if max(map(abs, axis.get_xlim())) > WIDE_CHANGE:
        axis.set_xscale("symlog", linthresh=1.0)
    axis.set_xlabel(r"$\Delta\ln L$" if choices.points == 1 else r"$\Delta\ln Z$ (orange: few draws)")
