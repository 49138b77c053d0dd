"""Beyond arXiv:2404.12428: the baryon asymmetry with coherent χ, beside the paper's formula.

Left: |Y_B| against |ξ|, ξ = 2 Δm_12/Γ_χ2, for both signs of the mass splitting at 300 GeV, Δm = 5 GeV, λ_H = 1,
B_1 = 0.95, aligned flavours with |I_1| = 1, χ in equilibrium at the start; and for χ absent. Right: the mass splitting
that the observed asymmetry needs, along the slice with Ωh² = 0.12 of the four equations, on the branch of large ξ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import OBSERVED_OMEGA_H2
from ...solver.inverse import roots_along
from ...solver.scenario import scenario
from ..style import BLUE, GREEN, ORANGE, RED, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw", "required_splitting"]

FloatArray = NDArray[np.float64]

DELTA_M, LAMBDA_H, B_1 = 5.0, 1.0, 0.95
WIDTH = 1.148e-13  # GeV: Ωh² = 0.12 at 300 GeV
OBSERVED_YIELD = 0.9e-10
XI = np.geomspace(0.1, 1e6, 57)
# Where the branch of large ξ is looked for.
XI_RANGE = np.geomspace(3.0, 1e7, 57)
MASSES = np.linspace(150.0, 475.0, 14)
WIDTHS = (1e-16, 1e-10)
CURVES = ("coherent", "paper")


@dataclass(frozen=True)
class Data:
    """Hold Y_B over ξ of either sign, without χ at the start, and of the paper, and required splittings in eV."""

    xi: FloatArray
    positive: FloatArray
    negative: FloatArray
    empty: FloatArray
    paper: FloatArray
    mass: FloatArray
    splitting: dict[str, FloatArray]


def columns(theta_of: list[dict[str, float]], **options: object) -> dict[str, FloatArray]:
    """Return the observables of points of the density matrix."""
    model = scenario(
        "conversion-leptogenesis",
        kinetics="density-matrix",
        strength="width",
        **options,
    )
    theta = np.array([model.theta(point) for point in theta_of])
    found, _ = model.evaluate(theta)
    return dict(zip((item.name for item in model.observables), found.T, strict=True))


def place(m_chi: float, width: float, xi: float, b_1: float = B_1) -> dict[str, float]:
    """Return an aligned point with |I_1| = 1."""
    return {
        "m_chi": m_chi, "delta_m": DELTA_M, "lambda_H": LAMBDA_H, "B_1": b_1, "width": width,
        "phase_2": math.pi / 4.0, "xi_12": xi,
    }  # fmt: skip


def required_splitting(m_chi: float, width: float, which: str, b_1: float = B_1) -> float:
    """Return Δm_12 in eV where |Y_B| falls through the observed value for the last time as ξ grows; NaN if nowhere.

    Parameters
    ----------
    m_chi, width : float
        GeV.
    which : str
        ``"coherent"`` or ``"paper"``.
    b_1 : float
    """
    found = columns([place(m_chi, width, xi, b_1) for xi in XI_RANGE])
    values = np.abs(found["baryon_yield_paper" if which == "paper" else "baryon_yield"])
    above = np.flatnonzero(values > OBSERVED_YIELD)
    if not len(above) or above[-1] == len(values) - 1:
        return math.nan
    i = int(above[-1])
    ends = np.log(values[i : i + 2])
    share = (ends[0] - math.log(OBSERVED_YIELD)) / (ends[0] - ends[1])
    return float(np.exp(np.interp(share, [0.0, 1.0], np.log(found["delta_m12_ev"][i : i + 2]))))


def viable_widths(masses: FloatArray) -> FloatArray:
    """Return the widths with Ωh² = 0.12 of the four equations, NaN where there are none."""
    model = scenario("conversion-leptogenesis", strength="width")
    point = {"delta_m": DELTA_M, "lambda_H": LAMBDA_H, "B_1": B_1, "width": 1e-13, "i1_over_xi": 1e-3}
    theta = np.array([model.theta({**point, "m_chi": mass}) for mass in masses])
    found, _ = roots_along(model, theta, "width", "omega_h2", OBSERVED_OMEGA_H2, WIDTHS, False)
    return found


def compute() -> Data:
    """Scan the splitting at one point, and solve for it along the slice."""
    rising = columns([place(300.0, WIDTH, xi) for xi in XI])
    falling = columns([place(300.0, WIDTH, -xi) for xi in XI])
    absent = columns([place(300.0, WIDTH, xi) for xi in XI], start="empty")
    widths = viable_widths(MASSES)
    splitting = {
        which: np.array([required_splitting(*pair, which) for pair in zip(MASSES, widths, strict=True)])
        for which in CURVES
    }
    return Data(
        XI,
        rising["baryon_yield"],
        falling["baryon_yield"],
        absent["baryon_yield"],
        np.abs(rising["baryon_yield_paper"]),
        MASSES,
        splitting,
    )


def draw(data: Data) -> Figure:
    """Draw both panels."""
    figure = new_figure(figsize=(9.6, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for values, color, label in (
        (data.positive, BLUE, r"$\Delta m_{12} > 0$"),
        (data.negative, RED, r"$< 0$"),
    ):
        left.plot(data.xi, np.abs(values), color=color, lw=1.8, label=f"density matrix, {label}")
    left.plot(data.xi, np.abs(data.empty), "-.", color=ORANGE, lw=1.4, label=r"$> 0$, no $\chi$ at the start")
    left.plot(data.xi, data.paper, "--", color="0.35", lw=1.6, label="the paper's formula")
    left.axhline(OBSERVED_YIELD, color="0.6", lw=0.9)
    left.text(1.2e-1, 1.15 * OBSERVED_YIELD, "observed", fontsize=8.5, color="0.4")
    left.set(
        xscale="log", yscale="log", xlabel=r"$|\xi|$", ylabel=r"$|Y_{\Delta B}|$", ylim=(1e-14, 1e-5),
        title=r"$m_\chi = 300$ GeV, $\Delta m = 5$ GeV, $\lambda_H = 1$, $\mathcal{B}_1 = 0.95$",
    )  # fmt: skip
    left.legend(fontsize=9, loc="lower left")
    styles = {
        "coherent": (BLUE, "-", "density matrix"),
        "paper": (GREEN, "--", "the paper's formula"),
    }
    for name, (color, style, label) in styles.items():
        right.plot(data.mass, data.splitting[name], style, color=color, lw=1.8, label=label)
    right.set(
        yscale="log", xlabel=r"$m_\chi$ [GeV]", ylabel=r"required $\Delta m_{12}$ [eV]",
        title=r"$\Omega h^2 = 0.12$, $|I_1| = 1$",
    )  # fmt: skip
    right.legend(fontsize=9)
    return figure
