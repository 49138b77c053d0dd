"""arXiv:2404.12428, figure 4: decay length of the scalar in the viable slices, limits and projections.

Lines as the thin ones in figure 3, faint where the phase needed with vacuum masses exceeds 0.1. Shaded: what
our likelihoods exclude at 95 % CL: soft leptons for a mass difference of 5 GeV (for 2.5 GeV they exclude
nothing, where the paper has a region at its left edge), stable and disappearing tracks. Outlined: the projected
reach of a soft displaced-lepton search, an estimate whose normalisation is ours. Drawn over it: the paper's decay
lengths, a centimetre down to around a millimetre, and the masses up to which its slices are viable, about
510 GeV (difference 5 GeV) and 640 GeV (2.5 GeV).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...likelihoods.compressed import CompressedSleptons
from ...likelihoods.disappearing import DisappearingTracks
from ...likelihoods.hscp import StableSleptons
from ...likelihoods.production import cross_section
from ...likelihoods.projections import SoftDisplacedLeptons
from ..style import ORANGE, PURPLE, SKY, new_figure
from .slices import PAPER_ENDS, SLICES, Slice, mark_end, slices

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

FloatArray = NDArray[np.float64]

DELTA_M = 5.0
VALID = 0.1
PAPER_LENGTHS_M = (1e-3, 1e-2)
# GeV of the scalar: where the limits on soft leptons are tabulated.
SOFT_MASSES = (90.0, 300.0)
COLLIDERS = {
    "lhc-13": "LHC, 139/fb",
    "lhc-14": "HL-LHC",
    "he-lhc-27": "HE-LHC",
    "fcc-hh-100": "FCC-hh",
    "muon-collider-3": "3 TeV muons",
}
STYLES = ((0, (5, 1, 1, 1, 1, 1)), "-", "--", "-.", ":")
M_CHI = np.linspace(80.0, 1000.0, 185)
CTAU_M = np.geomspace(1e-5, 1e2, 211)


@dataclass(frozen=True)
class Data:
    """Hold the slices and, on a grid of masses (k,) and decay lengths (l,), signal over limit (l, k)."""

    slices: tuple[Slice, ...]
    mass: FloatArray
    decay_length: FloatArray
    limits: dict[str, FloatArray]
    projections: dict[str, FloatArray]


def compute() -> Data:
    """Compute the slices, and signals over limits at a mass difference of 5 GeV and decays to muons."""
    mass, length = np.meshgrid(M_CHI + DELTA_M, CTAU_M)
    flat = mass.ravel(), length.ravel()
    hscp = StableSleptons()
    stable = hscp.rate_over_limit(flat[0]) * np.exp(-2.0 * hscp.detector_length_m / flat[1])
    limits = {
        "soft leptons (ATLAS)": _soft_leptons(*flat),
        "stable tracks (ATLAS, CMS)": np.where(flat[0] >= 99.0, stable, 0.0),
        "disappearing tracks (ATLAS)": DisappearingTracks().rate_over_limit(*flat),
    }
    projections = {}
    for name, label in COLLIDERS.items():
        search = SoftDisplacedLeptons(collider=name)
        projections[label] = cross_section(flat[0], name) / search.cross_section_limit(flat[1])
    shape = mass.shape
    return Data(
        slices("vacuum"),
        M_CHI,
        CTAU_M,
        {name: values.reshape(shape) for name, values in limits.items()},
        {name: values.reshape(shape) for name, values in projections.items()},
    )


def _soft_leptons(mass: FloatArray, length: FloatArray) -> FloatArray:
    soft = CompressedSleptons()
    observed = soft.limits(mass, np.full(mass.shape, DELTA_M))[0][0]
    signal = soft.signal({"m_phi": mass, "ctau_m": length, "branching_mu": np.ones_like(mass)})
    inside = (mass >= SOFT_MASSES[0]) & (mass <= SOFT_MASSES[1])
    return np.where(inside, signal / observed, 0.0)


def draw(data: Data) -> Figure:
    """Draw decay lengths against masses with limits and projections."""
    figure = new_figure(figsize=(7.4, 5.4), layout="constrained")
    axis = figure.add_subplot()
    places = {
        "soft leptons (ATLAS)": (0.055, 0.04, "soft leptons", SKY),
        "stable tracks (ATLAS, CMS)": (0.13, 0.93, "stable tracks", PURPLE),
        "disappearing tracks (ATLAS)": (0.015, 0.66, "disappearing\ntracks", ORANGE),
    }
    for name, values in data.limits.items():
        x, y, text, color = places[name]
        axis.contourf(data.mass, data.decay_length, values, levels=[1.0, np.inf], colors=[color], alpha=0.45)
        axis.text(x, y, text, transform=axis.transAxes, fontsize=9)
    for style, (name, values) in zip(STYLES, data.projections.items(), strict=True):
        if (values > 1.0).any():
            axis.contour(
                data.mass,
                data.decay_length,
                values,
                levels=[1.0],
                colors=["0.35"],
                linestyles=[style],
                linewidths=1.2,
            )
            axis.plot([], [], ls=style, color="0.35", lw=1.2, label=f"projection {name}")
    for found, (delta_m, b_1, color, style) in zip(data.slices, SLICES, strict=True):
        length = found.observables["ctau_m"]
        valid = found.observables["i1_over_xi_required"] <= VALID
        axis.plot(found.mass, length, style, color=color, lw=1.2, alpha=0.45)
        axis.plot(
            found.mass, np.where(valid, length, np.nan), style, color=color, lw=2.4,
            label=rf"$\Delta m = {delta_m:g}$ GeV, $\mathcal{{B}}_1 = {b_1:g}$",
        )  # fmt: skip
        mark_end(axis, found.mass, length, color)
    axis.plot([], [], color="0.35", lw=1.2, alpha=0.45, label=r"needs $|I_1/\xi| > 0.1$: questionable")
    axis.plot([], [], "o", color="0.4", ms=4, label=r"beyond, no width gives $\Omega h^2 = 0.12$")
    axis.axvline(data.slices[0].mass[0], ymax=0.62, color="0.5", lw=0.8, ls=(0, (1, 2)))
    axis.text(data.slices[0].mass[0] + 6.0, 2e-1, "slices from here", fontsize=8, color="0.35")
    for line in PAPER_LENGTHS_M:
        axis.plot([720.0, 1000.0], [line, line], ":", color="0.2", lw=1.4)
    axis.text(990.0, 3.2e-3, "paper: mm to cm", fontsize=9, color="0.2", ha="right", va="center")
    for delta_m, _, color, _ in SLICES[:2]:
        axis.annotate(
            f"paper: viable\nto {PAPER_ENDS[delta_m]:g} GeV", (PAPER_ENDS[delta_m], 1e-5),
            xytext=(PAPER_ENDS[delta_m] + 12.0, 1.5e-5), fontsize=8.5, color=color,
        )  # fmt: skip
        axis.plot(2 * [PAPER_ENDS[delta_m]], [1e-5, 6e-5], color=color, lw=1.6)
    axis.set(
        yscale="log", xlim=(80, 1000), ylim=(1e-5, 1e2), xlabel=r"$m_\chi$ [GeV]", ylabel=r"$c\tau_\phi$ [m]",
        title=r"$\lambda_H = 1$, $\Omega h^2 = 0.12$; limits for $\Delta m = 5$ GeV and decays to muons",
    )  # fmt: skip
    axis.legend(
        frameon=True, framealpha=0.9, edgecolor="none", handlelength=3.6, fontsize=9, loc="upper right"
    )
    return figure
