"""arXiv:2111.14808, figure 1: the yield of dark matter that freezes out by thermal decays, M = 1 GeV.

Strength 1e6, d_DM = 2, d_B = 4 and a heavier initial state; delta = 0 with d_B = 2 and strength 1e4 only;
delta = 1 stands for annihilations. The paper states neither its d_SM nor all its deltas; 75 and the others
are ours. Drawn over it: the analytic yields of freeze-out by thermal decays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.scenario import scenario
from ...solver.scenarios.thermal_decay import analytic
from ..style import BLUE, GREEN, ORANGE, RED, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

MASS, D_SM, D_DM = 1.0, 75.0, 2.0
STRENGTH, D_B = 1e6, 4.0
STRENGTH_MASSLESS, D_B_MASSLESS = 1e4, 2.0
DELTAS = (0.0, 0.25, 0.5, 0.75, 1.0)
COLORS = (RED, GREEN, ORANGE, BLUE, "black")
Z = np.geomspace(1.0, 150.0, 300)
NEGLIGIBLE = 1e-35


@dataclass(frozen=True)
class Data:
    """Hold for every delta the trajectory z, Y and the final yield; analytic yields where they exist."""

    paths: dict[float, tuple[NDArray[np.float64], NDArray[np.float64]]]
    final: dict[float, float]
    analytic: dict[float, float]


def compute() -> Data:
    """Follow the yield for every delta."""
    model = scenario("thermal-freeze-out", d_sm=D_SM, densities="nr")
    paths, final, estimates = {}, {}, {}
    for delta in DELTAS:
        massless, annihilating = delta == 0.0, delta == 1.0
        strength = STRENGTH_MASSLESS if massless else STRENGTH
        coupling = analytic.coupling(analytic.sigma_from_strength(strength, MASS, D_SM), MASS)
        theta = model.theta(
            {
                "mass": MASS,
                "delta": delta,
                "coupling": NEGLIGIBLE if annihilating else float(coupling),
                "d_b": D_B_MASSLESS if massless else D_B,
                "annihilation": STRENGTH if annihilating else 0.0,
            }
        )
        evolution = model.evolve(theta)
        paths[delta] = (evolution.time, evolution.curves[0].values)
        final[delta] = float(model.evaluate(theta)[0][0, 1])
        if not (massless or annihilating):
            ratio = analytic.decay_ratio(delta, D_DM, D_B)
            estimates[delta] = float(analytic.matched_yield(STRENGTH, ratio, delta, D_DM, D_SM))
    return Data(paths, final, estimates)


def _filled(
    delta: float, z: NDArray[np.float64], values: NDArray[np.float64], final: float
) -> NDArray[np.float64]:
    """Return Y at Z between and beyond the few late points of a trajectory."""
    ends, z = 1.0 / Z, np.append(z, np.inf)
    values = np.append(values, final)
    inverse = 1.0 / z[::-1]
    # Once Y is far above equilibrium, 1/Y is linear in 1/z with annihilations, ln Y with a massless partner.
    if delta == 1.0:
        return 1.0 / np.interp(ends, inverse, 1.0 / values[::-1])
    return np.exp(np.interp(ends, inverse, np.log(values[::-1])))


def draw(data: Data) -> Figure:
    """Draw the yields, their equilibrium value and the analytic estimates."""
    figure = new_figure(figsize=(6.8, 4.8), layout="constrained")
    axis = figure.add_subplot()
    for color, (delta, (z, values)) in zip(COLORS, data.paths.items(), strict=True):
        label = {0.0: r"$\delta = 0$ ($\lambda = 10^4$)", 1.0: r"$\delta = 1$: annihilations"}
        shown = _filled(delta, z, values, data.final[delta])
        axis.plot(
            Z[z[0] <= Z],
            shown[z[0] <= Z],
            color=color,
            lw=2.0,
            label=label.get(delta, rf"$\delta = {delta:g}$"),
        )
        if delta in data.analytic:
            axis.plot(Z[-1], data.analytic[delta], "<", color=color, ms=7, clip_on=False)
    axis.plot(Z, analytic.equilibrium_yield(Z, D_DM, D_SM), "--", color="0.5", lw=1.4, label="equilibrium")
    axis.plot([], [], "<", color="0.4", label="analytic")
    axis.set(
        xscale="log", yscale="log", xlim=(2.0, Z[-1]), ylim=(1e-12, 1e-2), xlabel="$z = M/T$", ylabel="$Y = n/s$",
        title=r"$M = 1$ GeV, $\lambda = 10^6$, $d_{\rm DM} = 2$, $d_B = 4$",
    )  # fmt: skip
    axis.legend(frameon=False, fontsize=9, ncols=2, loc="upper right")
    return figure
