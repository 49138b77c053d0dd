"""arXiv:2111.14808, figure 5: lifetime of dark matter coupled to a lepton and quarks, C = 4 G_F/sqrt(2).

Left: C_chiL, right: C_chiR. Solid: decays at tree level, dashed: the loop into a neutrino and a photon, both
without the contact term, as in the paper; dotted on the right: tree level with it, which the paper leaves out.
Grey: excluded by Planck for the decays of the muon's case, and lifetimes below the age of the Universe. Drawn
over it: the masses between which dark matter coupled to muon and pion cannot decay into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...likelihoods.stability import AGE_OF_UNIVERSE_S
from ...solver.constants import MUON_MASS, PION_MASS
from ...solver.scenarios.lepton_pion.columns import WIDTH_NAMES
from ..style import BLUE, GREEN, RED, new_figure
from .lepton_pion import UNIT, cmb_over_limit, model_of, observables_along

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

FloatArray = NDArray[np.float64]

MASS = np.geomspace(1e-5, 1.0, 600)
LEPTONS = {"e": (BLUE, r"$e$"), "mu": (RED, r"$\mu$"), "tau": (GREEN, r"$\tau$")}
WINDOW = (PION_MASS - MUON_MASS, PION_MASS + MUON_MASS)


TOP = 1e34  # s, the upper edge of the frame
# Closer than this, lines lie upon each other.
HIDDEN = 0.05


@dataclass(frozen=True)
class Data:
    """Hold lifetimes in s (n,) over masses in GeV (n,), by chirality and lepton.

    Attributes
    ----------
    tree, loop, with_contact : dict
        ``tree[chirality][lepton]``, infinite where nothing is open.
    planck : dict
        The shortest lifetime Planck allows, ``planck[chirality]``, for the muon's branching fractions.
    """

    mass: FloatArray
    tree: dict[str, dict[str, FloatArray]]
    loop: dict[str, dict[str, FloatArray]]
    with_contact: dict[str, dict[str, FloatArray]]
    planck: dict[str, FloatArray]


def compute() -> Data:
    """Compute the widths."""
    tree: dict[str, dict[str, FloatArray]] = {"L": {}, "R": {}}
    loop: dict[str, dict[str, FloatArray]] = {"L": {}, "R": {}}
    with_contact: dict[str, dict[str, FloatArray]] = {"L": {}, "R": {}}
    planck = {}
    for chirality in tree:
        for lepton in LEPTONS:
            for contact, target in ((False, tree), (True, with_contact)):
                found = observables_along(model_of(lepton, chirality, contact=contact), MASS, UNIT)
                others = [found[f"width_{name}"] for name in WIDTH_NAMES if name != "neutrino_gamma"]
                rest = np.sum(others, axis=0)
                with np.errstate(divide="ignore"):
                    target[chirality][lepton] = 1.0 / rest
                    loop[chirality][lepton] = 1.0 / found["width_neutrino_gamma"]
                if lepton == "mu" and not contact:
                    over = cmb_over_limit(MASS, found["width_gamma_gamma"], found["width_electron_positron"])
                    planck[chirality] = over * found["lifetime_s"]
    return Data(MASS, tree, loop, with_contact, planck)


def from_the_frame(lifetime: FloatArray) -> FloatArray:
    """Return a lifetime (n,) that is infinite where nothing is open, with the last such point at the frame's edge."""
    shown = lifetime.copy()
    opened = np.flatnonzero(np.isinf(lifetime[:-1]) & np.isfinite(lifetime[1:]))
    shown[opened] = TOP
    return shown


def draw(data: Data) -> Figure:
    """Draw both panels."""
    figure = new_figure(figsize=(10.4, 4.9), layout="constrained")
    for axis, chirality in zip(figure.subplots(1, 2, sharey=True), ("L", "R"), strict=True):
        for lepton, (color, label) in LEPTONS.items():
            if chirality == "L" and lepton != "mu":
                continue
            label = "any lepton (here $\\mu$)" if chirality == "L" else label
            tree = from_the_frame(data.tree[chirality][lepton])
            axis.plot(data.mass, tree, color=color, lw=2.0, label=f"{label}, tree")
            axis.plot(
                data.mass, data.loop[chirality][lepton], "--", color=color, lw=1.6, label=f"{label}, loop"
            )
            if chirality == "R":
                contact = from_the_frame(data.with_contact[chirality][lepton])
                finite = np.isfinite(tree) & (tree < TOP)
                if np.allclose(contact[finite], tree[finite], rtol=HIDDEN):
                    # A line under another says nothing: the legend does.
                    axis.plot([], [], " ", label=f"{label}: the contact term changes nothing")
                    continue
                axis.plot(
                    data.mass, contact, ":", color=color, lw=1.4, label=f"{label}, tree with contact term"
                )
        axis.fill_between(data.mass, AGE_OF_UNIVERSE_S, data.planck[chirality], color="0.85", lw=0)
        axis.axhline(AGE_OF_UNIVERSE_S, color="0.3", lw=1.0)
        if chirality == "L":
            for text, height in (
                ("age of the Universe", 2.0 * AGE_OF_UNIVERSE_S),
                ("excluded by Planck", 3e22),
            ):
                axis.text(0.9, height, text, fontsize=9, color="0.2", ha="right")
        for edge, text in zip(WINDOW, (r"$m_\pi - m_\mu$", r"$m_\pi + m_\mu$"), strict=True):
            axis.axvline(edge, color="0.5", lw=0.8, ls="-.")
            axis.text(0.96 * edge, 3e33, text, fontsize=8, color="0.3", rotation=90, ha="right", va="top")
        axis.set(
            xscale="log", yscale="log", xlim=(1e-5, 1.0), ylim=(1e-14, TOP), xlabel="$M$ [GeV]",
            title=rf"$C_{{\chi {chirality}}} = 4 G_F/\sqrt{{2}}$",
        )  # fmt: skip
        axis.legend(frameon=False, fontsize=8, loc="lower left")
    figure.axes[0].set_ylabel(r"lifetime $\tau$ [s]")
    return figure
