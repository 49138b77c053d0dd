"""Momenta today of a point: their distribution beside that of a thermal relic, and how the mean came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.distribution import MomentumHistory
from ...solver.momentum.warmness import FERMI_MEAN_SQUARE
from ..style import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_distribution", "draw_history"]

POINTS = 400
LARGEST = 4.0  # root mean squares


def draw_distribution(axis: Axes, history: MomentumHistory) -> None:
    """Draw y² f(y), and that of a thermal relic with the same dispersion of velocities."""
    root = float(history.root[-1])
    y = np.linspace(0.0, LARGEST * root, POINTS + 1)[1:]
    # q²/(e^q + 1) with the same root mean square.
    q = y / root * np.sqrt(FERMI_MEAN_SQUARE)
    thermal = q**2 / (np.exp(q) + 1.0)
    axis.plot(y, history.density(y), color=BLUE, lw=2.0, label="dark matter")
    axis.plot(
        y,
        thermal / np.trapezoid(thermal, y),
        "--",
        color=GREY,
        lw=1.5,
        label="thermal relic, equal $v_{rms}$",
    )
    axis.axvline(float(history.mean[-1]), color=ORANGE, lw=1.2, ls=":", label=r"$\langle y\rangle$")
    axis.set(xlabel=r"$y = p/T_\gamma$ today", ylabel=r"$y^2 f(y)$", xlim=(0.0, y[-1]), ylim=(0.0, None))
    axis.legend(frameon=False, fontsize=9)


def draw_history(
    axis: Axes, label: str, time: NDArray[np.float64], limits: tuple[float, float], history: MomentumHistory
) -> None:
    """Draw mean and root mean square of y of all dark matter that there is at a time."""
    axis.plot(time, history.mean, color=BLUE, lw=2.0, label=r"$\langle y\rangle$")
    axis.plot(time, history.root, "--", color=BLUE, lw=1.5, label=r"$y_{\rm rms}$")
    shown = history.root[np.isfinite(history.root) & (time >= limits[0]) & (time <= limits[1])]
    axis.set(xscale="log", xlabel=label, ylabel=r"$y$ so far", xlim=limits, ylim=(0.0, 1.25 * shown.max()))
    axis.xaxis.set_minor_formatter("")
    axis.legend(frameon=False, fontsize=9)
