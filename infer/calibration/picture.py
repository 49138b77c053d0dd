"""The picture of a calibration: rank histograms and the difference of their distribution from uniform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..style import BLUE, RED, new_figure, own_settings
from .outcome import Calibration
from .uniformity import histogram

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["calibration_plot"]


@own_settings
def calibration_plot(calibration: Calibration) -> Figure:
    """Draw for every quantity the histogram of ranks and the ECDF difference with its 95 % band."""
    from scipy.stats import binom

    rows = len(calibration.tests)
    figure = new_figure(figsize=(9.0, 2.4 * rows + 0.6), layout="constrained")
    axes = figure.subplots(rows, 2, squeeze=False)
    for (left, right), (name, test) in zip(axes, calibration.tests.items(), strict=True):
        possible = len(test.points) + 1
        counts, edges = histogram(np.array(calibration.ranks[name]), possible)
        share = 1.0 / len(counts)
        low, high = binom.ppf((0.025, 0.975), calibration.count, share)
        left.axhspan(low, high, color="0.88", lw=0)
        left.axhline(calibration.count * share, color="0.5", lw=1.0)
        left.stairs(counts, edges, fill=True, color=BLUE, alpha=0.75)
        left.set(ylabel=f"{name}\nsimulations", xlim=(edges[0], edges[-1]), ylim=(0.0, None))
        right.fill_between(test.points, test.lower, test.upper, color="0.88", lw=0, step="mid")
        right.axhline(0.0, color="0.5", lw=1.0)
        fine = test.p_value >= 0.05
        right.step(test.points, test.difference, where="mid", color=BLUE if fine else RED, lw=1.8)
        right.set(ylabel="ECDF difference", xlim=(0.0, 1.0))
        right.set_title(f"p = {test.p_ecdf:.2g} (band), {test.p_chi_squared:.2g} (chi-squared)", fontsize=10)
    axes[-1][0].set_xlabel("rank of the truth among the posterior draws")
    axes[-1][1].set_xlabel("relative rank; grey: 95 % of uniform sets")
    axes[0][0].set_title(f"{calibration.name}: {calibration.count} simulations", fontsize=10)
    return figure
