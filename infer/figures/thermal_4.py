"""arXiv:2111.14808, figure 4: dark matter coupled to muon and pion, what can decay at each mass.

The paper draws the kinematic regimes; here the widths over the mass stand over them at C_chiR = 4 G_F/sqrt(2), the
decays of the paper and the contact term that it leaves out, with decays of the pion to dark matter on the left.
Drawn over it: the suppressions eps_mu, eps_pi and eps_mu eps_pi of table 1, by which the paper estimates them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import FERMI_CONSTANT, HBAR_GEV_S
from ...solver.scenarios.lepton_pion.estimates import NARROW_PARTICLES, decay_thresholds, narrowness
from ...solver.scenarios.lepton_pion.widths import partial_widths, pion_branching_ratio
from ..style import BLUE, GREEN, ORANGE, PURPLE, RED, new_figure
from .lepton_pion import UNIT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

FloatArray = NDArray[np.float64]

MASS = np.unique(
    np.concatenate(
        [
            np.linspace(2e-3, 0.3, 500),
            *(edge * (1 + np.array([-1e-6, 1e-6])) for edge in decay_thresholds().values()),
        ]
    )
)
PION_LIFETIME_S = next(item.lifetime_s for item in NARROW_PARTICLES if item.name == "pi-")
PION_MASS = next(item.mass for item in NARROW_PARTICLES if item.name == "pi-")
COUPLING = UNIT * FERMI_CONSTANT


@dataclass(frozen=True)
class Data:
    """Hold widths over the mass of the decaying particle (n,) by decay, at masses (n,) in GeV.

    ``narrowness`` are the suppressions by name, ``thresholds`` the masses in GeV where a decay opens.
    """

    mass: FloatArray
    ratios: dict[str, FloatArray]
    narrowness: dict[str, float]
    thresholds: dict[str, float]


def compute() -> Data:
    """Compute the widths."""
    paper = partial_widths(MASS, COUPLING, contact=False)
    whole = partial_widths(MASS, COUPLING)
    pions = HBAR_GEV_S / PION_LIFETIME_S / PION_MASS
    ratios = {
        r"$\pi \to \mu\chi$": pion_branching_ratio(MASS, COUPLING) * pions,
        r"$\chi \to \nu\gamma$, loop": paper[:, 0] / MASS,
        r"$\chi \to \mu\pi$": paper[:, 1] / MASS,
        r"$\chi \to \mu\pi^*$": (paper[:, 4] + paper[:, 5]) / MASS,
        r"$\chi \to \pi\mu^*$": paper[:, 6] / MASS,
        r"contact term, $\mu\ell\nu$": (whole[:, 4] + whole[:, 5]) / MASS,
    }
    epsilon = {item.name: float(narrowness(item.lifetime_s, item.mass)) for item in NARROW_PARTICLES}
    suppressions = {
        r"$\epsilon_\mu$": epsilon["mu"],
        r"$\epsilon_\pi$": epsilon["pi-"],
        r"$\epsilon_\mu\epsilon_\pi$": epsilon["mu"] * epsilon["pi-"],
    }
    return Data(MASS, ratios, suppressions, decay_thresholds())


def draw(data: Data) -> Figure:
    """Draw the widths over the regimes."""
    figure = new_figure(figsize=(7.6, 5.0), layout="constrained")
    axis = figure.subplots()
    mass = 1e3 * data.mass
    styles = ((PURPLE, "-"), ("0.3", "--"), (RED, "-"), (ORANGE, "-"), (GREEN, "-"), (BLUE, ":"))
    for (color, style), (name, values) in zip(styles, data.ratios.items(), strict=True):
        axis.plot(mass, np.where(values > 0.0, values, np.nan), style, color=color, lw=1.8, label=name)
    edges = [1e3 * edge for edge in data.thresholds.values()]
    axis.axvspan(edges[0], edges[1], color=GREEN, alpha=0.08, lw=0)
    labels = ("$m_\\pi - m_\\mu$", "$m_\\mu$", "$m_\\pi$", "$m_\\pi + m_\\mu$")
    for edge, label in zip(edges, labels, strict=True):
        axis.axvline(edge, color="0.5", lw=0.8, ls="-.")
        axis.text(edge + 1.5, 3e-12, label, fontsize=8.5, color="0.3", rotation=90, va="top")
    for name, value in data.narrowness.items():
        axis.axhline(value, color="0.7", lw=0.8)
        axis.text(299.0, 1.4 * value, name, fontsize=9, color="0.3", ha="right")
    axis.set(
        yscale="log", xlim=(2.0, 300.0), ylim=(1e-48, 1e-11), xlabel="$M$ [MeV]", ylabel=r"$\Gamma/m$",
        title=r"$C_{\chi R} = 4 G_F/\sqrt{2}$, $\ell = \mu$",
    )  # fmt: skip
    axis.legend(
        frameon=True, framealpha=0.9, edgecolor="none", fontsize=9, loc="center", bbox_to_anchor=(0.55, 0.62)
    )
    return figure
