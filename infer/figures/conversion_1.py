"""arXiv:2404.12428, figure 1: evolution of the yields at a viable point with B_1 = 0.95, lambda_H = 1.

The paper gives neither the masses nor the coupling; 300 GeV and 5 GeV are ours, the coupling follows from
Omega h^2 = 0.12. Drawn over it: sphalerons decouple at 132 GeV, and the asymmetry has its maximum near x = 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...solver.scenario import Evolution, scenario
from ..plots.evolution import evolution_plot
from .inverse import coupling_along

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

M_CHI, DELTA_M, LAMBDA_H, B_1 = 300.0, 5.0, 1.0, 0.95
BOUNDS = (1e-8, 1e-4)
PAPER_PEAK = 5.0


@dataclass(frozen=True)
class Data:
    """Hold the trajectory, the coupling behind it and the observables of the point."""

    evolution: Evolution
    coupling: float
    observables: dict[str, float]


def compute() -> Data:
    """Solve for the coupling and follow the yields."""
    model = scenario("conversion-leptogenesis", cp_source="paper")
    theta = model.theta(
        {
            "m_chi": M_CHI,
            "delta_m": DELTA_M,
            "lambda_H": LAMBDA_H,
            "B_1": B_1,
            "coupling": 1e-6,
            "i1_over_xi": 1e-3,
        }
    )
    (coupling,), (found,) = coupling_along(model, theta[None, :], "coupling", BOUNDS)
    theta[[item.name for item in model.parameters].index("coupling")] = coupling
    names = [item.name for item in model.observables]
    return Data(model.evolve(theta), float(coupling), dict(zip(names, found.tolist(), strict=True)))


def draw(data: Data) -> Figure:
    """Draw the yields with the paper's maximum of the asymmetry."""
    title = (
        rf"$m_\chi = {M_CHI:g}$ GeV, $\Delta m = {DELTA_M:g}$ GeV, $\lambda_H = {LAMBDA_H:g}$, "
        rf"$\mathcal{{B}}_1 = {B_1:g}$, $\lambda_{{\rm rms}} = {1e6 * data.coupling:.2f}\times 10^{{-6}}$: "
        rf"$\Omega h^2 = {data.observables['omega_h2']:.3f}$"
    )
    figure = evolution_plot(data.evolution, title)
    (axis,) = figure.axes
    asymmetry = next(curve for curve in data.evolution.curves if "Delta" in curve.label)
    top = float(np.nanmax(asymmetry.values))
    axis.annotate(
        f"paper: maximum\naround $x = {PAPER_PEAK:g}$", (PAPER_PEAK, top), xytext=(13.0, 5.0 * top),
        arrowprops={"arrowstyle": "->", "color": "0.3"}, fontsize=9, color="0.2",
    )  # fmt: skip
    return figure
