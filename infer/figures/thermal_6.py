"""arXiv:2111.14808, figure 6: the exponents delta = Delta/M of processes that change the number of dark matter.

From the masses alone: Delta is the energy that a process needs beyond the mass of dark matter at rest. Drawn
over it: the exponent of annihilations, delta = 1, and the masses 34 and 245 MeV between which dark matter
coupled to muon and pion cannot decay into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import ELECTRON_MASS, MUON_MASS, NEUTRAL_PION_MASS, PION_MASS
from ..style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "boltzmann_exponents", "compute", "draw"]

FloatArray = NDArray[np.float64]

MASS = np.linspace(0.01, 0.4, 391)
LEPTONS = {"mu": MUON_MASS, "e": ELECTRON_MASS}
STYLES = {
    r"$\chi\gamma \leftrightarrow \ell\pi$": (RED, "-"),
    r"$\chi\ell \leftrightarrow \pi\gamma$": (BLUE, "-"),
    r"$\chi\pi \leftrightarrow \ell\gamma$": (GREEN, "-"),
    r"$\chi\pi^\pm \leftrightarrow \ell\pi^0$": (ORANGE, "--"),
    r"$\chi\pi^0 \leftrightarrow \ell\pi^\pm$": (PURPLE, "--"),
    r"$\chi\ell \leftrightarrow \pi^\pm\pi^0$": (SKY, "--"),
    r"$\bar\chi\chi \leftrightarrow \ell\ell$": ("black", ":"),
    r"$\bar\chi\chi \leftrightarrow \pi\pi$": ("0.5", ":"),
}


@dataclass(frozen=True)
class Data:
    """Hold exponents (n,) over masses (n,) in GeV, ``exponents[lepton][process]``."""

    mass: FloatArray
    exponents: dict[str, dict[str, FloatArray]]


def boltzmann_exponents(mass: FloatArray, lepton: float) -> dict[str, FloatArray]:
    """Return Delta in GeV (n,) by process for dark matter of a mass and a lepton of a mass in GeV."""
    zero = np.zeros_like(mass)
    return dict(
        zip(
            STYLES,
            (
                np.maximum(zero, lepton + PION_MASS - mass),
                np.maximum(lepton, PION_MASS - mass),
                np.maximum(PION_MASS, lepton - mass),
                np.maximum(PION_MASS, lepton + NEUTRAL_PION_MASS - mass),
                np.maximum(NEUTRAL_PION_MASS, lepton + PION_MASS - mass),
                np.maximum(lepton, PION_MASS + NEUTRAL_PION_MASS - mass),
                np.maximum(mass, 2.0 * lepton - mass),
                np.maximum(mass, 2.0 * PION_MASS - mass),
            ),
            strict=True,
        )
    )


def compute() -> Data:
    """Compute the exponents for muon and electron."""
    return Data(
        MASS,
        {
            name: {process: values / MASS for process, values in boltzmann_exponents(MASS, lepton).items()}
            for name, lepton in LEPTONS.items()
        },
    )


def draw(data: Data) -> Figure:
    """Draw both panels."""
    figure = new_figure(figsize=(9.6, 4.8), layout="constrained")
    for axis, (name, curves) in zip(figure.subplots(1, 2, sharey=True), data.exponents.items(), strict=True):
        for process, values in curves.items():
            color, style = STYLES[process]
            axis.plot(1e3 * data.mass, values, style, color=color, lw=1.8, label=process)
        for edge in (abs(PION_MASS - LEPTONS[name]), PION_MASS + LEPTONS[name]):
            axis.axvline(1e3 * edge, color="0.5", lw=0.8, ls="-.")
        lepton = {"mu": r"\mu", "e": "e"}[name]
        axis.set(xlim=(10, 400), ylim=(0.0, 3.0), xlabel="$M$ [MeV]", title=rf"$\ell = {lepton}$")
    first = figure.axes[0]
    first.set_ylabel(r"$\delta = \Delta/M$")
    handles, labels = first.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    return figure
