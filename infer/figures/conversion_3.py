"""arXiv:2404.12428, figure 3: the CP phase over the mass splitting that gives the baryon asymmetry.

Thick lines use the vacuum masses in the absorptive part, the default, thin ones the thermal mass of phi; the paper does
not say which. Drawn over it: the paper's range 1e-3 to 1e-1 up to about 500 GeV, its grey area of questionable
validity above 0.1, the mass of 200 GeV below which it shows no asymmetry, for the same reason, and the masses up
to which its slices are viable, about 510 GeV (difference 5 GeV) and 640 GeV (2.5 GeV).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..style import new_figure
from .slices import PAPER_ENDS, SLICES, Slice, mark_end, slices

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

PAPER_RANGE = (1e-3, 1e-1)
PAPER_LIGHTEST, PAPER_HEAVIEST = 200.0, 500.0


@dataclass(frozen=True)
class Data:
    """Hold the slices with vacuum and with thermal masses."""

    vacuum: tuple[Slice, ...]
    thermal: tuple[Slice, ...]


def compute() -> Data:
    """Compute the slices both ways."""
    return Data(slices("vacuum"), slices("thermal"))


def draw(data: Data) -> Figure:
    """Draw the needed |I_1/xi| against the mass of dark matter."""
    figure = new_figure(figsize=(6.6, 4.6), layout="constrained")
    axis = figure.add_subplot()
    for found, bare, (delta_m, b_1, color, style) in zip(data.thermal, data.vacuum, SLICES, strict=True):
        label = rf"$\Delta m = {delta_m:g}$ GeV, $\mathcal{{B}}_1 = {b_1:g}$"
        axis.plot(found.mass, found.observables["i1_over_xi_required"], style, color=color, lw=1.0)
        axis.plot(bare.mass, bare.observables["i1_over_xi_required"], style, color=color, lw=2.4, label=label)
        mark_end(axis, bare.mass, bare.observables["i1_over_xi_required"], color)
    axis.axhspan(PAPER_RANGE[1], 10.0, color="0.85", lw=0)
    axis.axvspan(150.0, PAPER_LIGHTEST, color="0.92", lw=0, zorder=0)
    axis.text(205, 1.6, r"$|\epsilon/\gamma| > 0.1$: questionable", color="0.3", fontsize=9)
    axis.text(203, 2.3e-4, "not shown in the paper below 200 GeV", color="0.3", fontsize=8)
    for y in PAPER_RANGE:
        axis.plot([PAPER_LIGHTEST, PAPER_HEAVIEST], [y, y], ":", color="0.2", lw=1.4)
    axis.text(283, PAPER_RANGE[0] * 0.78, "paper's range", fontsize=9, color="0.2")
    for delta_m, _, color, _ in SLICES[:2]:
        end = PAPER_ENDS[delta_m]
        axis.plot([end, end], [1.5, 3.0], color=color, lw=1.6)
        axis.text(end + 3.0, 2.2, f"{end:g}", fontsize=8, color=color, va="center")
    axis.plot([], [], "|", color="0.4", ms=12, mew=1.6, label="paper: viable up to [GeV]")
    axis.plot([], [], color="0.4", lw=2.4, label=r"vacuum masses in $\gamma$ (default)")
    axis.plot([], [], color="0.4", lw=1.0, label=r"thermal mass of $\phi$ in $\gamma$")
    axis.plot([], [], "o", color="0.4", ms=4, label=r"beyond, no width gives $\Omega h^2 = 0.12$")
    axis.set(
        yscale="log", ylim=(2e-4, 3.0), xlim=(150, 680), xlabel=r"$m_\chi$ [GeV]",
        ylabel=r"$|I_1/\xi|$ for the observed $Y_{\Delta B}$",
        title=r"$\lambda_H = 1$, $\Omega h^2 = 0.12$",
    )  # fmt: skip
    axis.legend(
        frameon=True, framealpha=1.0, edgecolor="none", handlelength=3.6, fontsize=8.5, loc="lower right"
    )
    return figure
