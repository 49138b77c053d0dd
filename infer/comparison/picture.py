"""The picture of a comparison: Bayes factors, and how they move with the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, new_figure, own_settings
from .outcome import Comparison
from .sensitivity import CHANGES, NEEDS_RERUN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["comparison_plot"]

# Kass & Raftery's grades, as shades: up to ln B = 1, 3, 5.
GRADES = (1.0, 3.0, 5.0)
COLORS = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
MARKS = {"halved": ("<", BLUE), "doubled": (">", RED), "log-flat": ("D", GREEN)}
TITLES = {"halved": "range halved", "doubled": "range doubled", "log-flat": "log and flat swapped"}


@own_settings
def comparison_plot(comparison: Comparison) -> Figure:
    """Draw ln B of every model against the best, and below it the changes of ln Z with each prior."""
    models, rows = len(comparison.members), len(comparison.sensitivity)
    heights = [1.2 + 0.45 * models] + ([1.4 + 0.42 * rows] if rows else [])
    figure = new_figure(figsize=(8.0, sum(heights) + 0.6), layout="constrained")
    axes = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    _bayes_factors(axes[0], comparison)
    if rows:
        _shifts(axes[1], comparison)
    return figure


def _bayes_factors(axis: Axes, comparison: Comparison) -> None:
    lowest = min(item.log_bayes - 2.0 * item.log_bayes_error for item in comparison.members)
    for number, edge in enumerate(GRADES):
        axis.axvspan(-edge, 0.0, color="0.5", alpha=0.08, lw=0, zorder=0)
        if -edge > 1.1 * lowest or number == 0:
            axis.axvline(-edge, color="0.7", lw=0.8, zorder=1)
    labels = []
    for place, item in enumerate(comparison.members):
        axis.errorbar(
            item.log_bayes,
            place,
            xerr=item.log_bayes_error or None,
            fmt="o",
            color=BLUE,
            ms=8,
            capsize=4,
            lw=2,
        )
        labels.append(f"{item.name}\nP = {item.probability:.2g}")
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.set_xlim(min(1.15 * lowest, -1.5), 0.05 * max(1.5, -lowest) + 0.1)
    axis.set_xlabel(r"$\ln B$ against the best model")
    title = "lines: Kass & Raftery's grades, $\\ln B = 1, 3, 5$"
    if comparison.different_data:
        title = "DIFFERENT DATA: not a comparison of models alone"
    axis.set_title(title, fontsize=11, color=RED if comparison.different_data else "black")


def _shifts(axis: Axes, comparison: Comparison) -> None:
    labels: list[str] = []
    seen: set[str] = set()
    for place, row in enumerate(comparison.sensitivity):
        names = f"{row.run}, {row.against}" if row.against else row.run
        labels.append(f"{row.parameter}\n({names})")
        for offset, change in zip((-0.2, 0.0, 0.2), CHANGES, strict=True):
            found = row.shifts[change]
            marker, color = MARKS[change]
            if found.known:
                axis.errorbar(
                    found.shift, place + offset, xerr=found.error, fmt=marker, color=color, ms=7, capsize=3,
                    label=None if change in seen else TITLES[change],
                )  # fmt: skip
                seen.add(change)
            elif found.method == NEEDS_RERUN:
                axis.plot(
                    0.0, place + offset, marker, mfc="none", color="0.6", ms=7,
                    label=None if "rerun" in seen else "unknown: needs a rerun",
                )  # fmt: skip
                seen.add("rerun")
    axis.axvline(0.0, color="0.7", lw=0.8)
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.set_xlabel(r"change of $\ln Z$ (of $\ln B$ where two models are named)")
    axis.set_title("Prior sensitivity", fontsize=11)
    if seen:
        axis.figure.legend(
            *axis.get_legend_handles_labels(), frameon=False, fontsize=9, loc="outside lower center", ncols=4
        )
