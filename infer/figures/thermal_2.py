"""arXiv:2111.14808, figure 2: couplings that give the relic density, dimension four and dimension six.

Solid: freeze-out for several delta = Delta/M; delta = 1 by annihilations. Dashed: freeze-in, from
temperatures far above the mass on the left, the minimum with T_RH = M on the right. g_SM = 1, the other
numbers as in figure 1. Drawn over it: the paper's estimates (2.13), g = 1e-9 sqrt(M/GeV) and G = 1e-4 G_F, and
(2.14), g = 1e-4 M/GeV and G = 10 G_F GeV/M.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import FERMI_CONSTANT
from ...solver.scenario import Scenario, scenario
from ...solver.scenarios.thermal_decay import analytic
from ..style import BLUE, GREEN, ORANGE, RED, SKY, new_figure
from .inverse import coupling_along

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

FloatArray = NDArray[np.float64]

D_SM = 75.0
MASSES = np.geomspace(1e-3, 1e5, 41)
DELTAS = (0.0, 0.1, 0.25, 0.5, 0.75)
COLORS = (RED, ORANGE, GREEN, SKY, BLUE)
FREEZE_IN_DELTA = 0.5
BOUNDS = {"dim-4": (1e-13, 1e3), "dim-6": (1e-18, 1e8)}
ANNIHILATION = (1e-2, 1e28)
NEGLIGIBLE = 1e-35
# Far above the mass, and below the highest temperature of the scenario.
HOT = 1e3
COLDEST = 5e-3


@dataclass(frozen=True)
class Data:
    """Hold couplings (n,) over masses (n,) in GeV, NaN where there is none, by interaction.

    Attributes
    ----------
    freeze_out : dict
        ``freeze_out[interaction][delta]``; G in units of G_F.
    freeze_in : dict
        ``freeze_in[interaction]``.
    """

    mass: FloatArray
    freeze_out: dict[str, dict[float, FloatArray]]
    freeze_in: dict[str, FloatArray]


def compute() -> Data:
    """Find the couplings."""
    freeze_out: dict[str, dict[float, FloatArray]] = {}
    freeze_in: dict[str, FloatArray] = {}
    for interaction, bounds in BOUNDS.items():
        unit = FERMI_CONSTANT if interaction == "dim-6" else 1.0
        model = scenario("thermal-freeze-out", interaction=interaction, d_sm=D_SM, densities="nr")
        curves = {}
        for delta in DELTAS:
            theta = _rows(model, delta=delta, d_b=4.0 if delta else 2.0)
            curves[delta] = coupling_along(model, theta, "coupling", bounds)[0] / unit
        theta = _rows(model, delta=1.0, coupling=NEGLIGIBLE)
        strength = coupling_along(model, theta, "annihilation", ANNIHILATION)[0]
        sigma = analytic.sigma_from_strength(strength, MASSES, D_SM)
        curves[1.0] = analytic.coupling(sigma, MASSES, 1.0, interaction) / unit
        freeze_out[interaction] = curves
        model = scenario("thermal-freeze-in", interaction=interaction, d_sm=D_SM, densities="nr")
        hottest = MASSES * (HOT if interaction == "dim-4" else 1.0)
        theta = _rows(model, delta=FREEZE_IN_DELTA, reheating_temperature=np.maximum(hottest, COLDEST))
        found = coupling_along(model, theta, "coupling", bounds, "freeze-in")[0] / unit
        # Nucleosynthesis needs a hotter start.
        freeze_in[interaction] = np.where(hottest >= COLDEST, found, np.nan)
    return Data(MASSES, freeze_out, freeze_in)


def _rows(model: Scenario, **values: FloatArray | float) -> FloatArray:
    names = [item.name for item in model.parameters]
    first = {name: float(np.ravel(value)[0]) for name, value in values.items()}
    theta = np.tile(model.theta({"mass": 1.0, "coupling": 1e-9} | first), (len(MASSES), 1))
    theta[:, names.index("mass")] = MASSES
    for name, value in values.items():
        theta[:, names.index(name)] = value
    return theta


def draw(data: Data) -> Figure:
    """Draw both panels."""
    figure = new_figure(figsize=(10.4, 4.8), layout="constrained")
    for axis, interaction in zip(figure.subplots(1, 2), BOUNDS, strict=True):
        for color, (delta, values) in zip(
            (*COLORS, "black"), data.freeze_out[interaction].items(), strict=True
        ):
            label = r"$\delta = 1$: annihilations" if delta == 1.0 else rf"freeze-out, $\delta = {delta:g}$"
            axis.plot(data.mass, values, color=color, lw=2.0, label=label)
        axis.plot(
            data.mass, data.freeze_in[interaction], "--", color="0.35", lw=2.0,
            label=rf"freeze-in, $\delta = {FREEZE_IN_DELTA:g}$; $T_{{\rm RH}} \gg M$ (left), $= M$ (right)",
        )  # fmt: skip
        estimates = _estimates(data.mass)[interaction]
        for values in estimates:
            axis.plot(data.mass, values, ":", color="0.2", lw=1.4)
        axis.plot([], [], ":", color="0.2", lw=1.4, label="paper's estimates (2.13), (2.14)")
        axis.set(xscale="log", yscale="log", xlabel="$M$ [GeV]", xlim=(data.mass[0], data.mass[-1]))
        axis.set_ylabel(r"$g_{\rm DM}$" if interaction == "dim-4" else r"$G_{\rm DM}/G_F$")
    first, second = figure.axes
    first.set(ylim=(1e-12, 1e2), title=r"$\sigma = g_{\rm DM}^2/4\pi M^2$")
    second.set(ylim=(1e-8, 1e6), title=r"$\sigma = G_{\rm DM}^2 M^2/4\pi$")
    handles, labels = first.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def _estimates(mass: FloatArray) -> dict[str, tuple[FloatArray, FloatArray]]:
    return {
        "dim-4": (1e-9 * np.sqrt(mass), 1e-4 * mass),
        "dim-6": (np.full_like(mass, 1e-4), 10.0 / mass),
    }
