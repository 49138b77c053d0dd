"""arXiv:2111.14808, figure 8: absorption of dark matter on xenon, for a coupling to electrons.

Left: the cross-section C² M²/(4π) that decays into a photon and into electrons allow (Planck, and lines in X-rays
and gamma rays), of right-handed and left-handed electrons, the limit of the LHC, equation (3.18), and the star of
the paper, which fits the excess at 3 keV: 358 keV and C = 1/(3.4 TeV)². Right: events on 131Xe per tonne of xenon and
year at that coupling and at the limit of the LHC, with every neutron counted, as the paper does, and with the
measured strength of the ground-state transition. Searches for lines exclude the star, which Planck, the limit of the
paper, allows. The sensitivities of experiments, and the data of XENON1T, are not
published as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...likelihoods.lines import LineDecay
from ...solver.constants import FERMI_CONSTANT
from ...solver.scenarios.lepton_pion.inputs import XENON_THRESHOLD
from ...solver.scenarios.lepton_pion.signals import (
    COLLIDER_LIMITS,
    absorption_cross_section,
    absorption_events,
)
from ..style import BLUE, GREEN, ORANGE, RED, new_figure
from .lepton_pion import UNIT, cmb_over_limit, model_of, observables_along

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

FloatArray = NDArray[np.float64]

MASS = np.geomspace(1e-4, 0.1, 400)
EVENT_MASS = XENON_THRESHOLD * (1.0 + np.geomspace(1e-3, 9.0, 200))
STAR_MASS, STAR_COUPLING = 358e-6, 1.0 / 3400.0**2
COLLIDER = COLLIDER_LIMITS["e"] * UNIT * FERMI_CONSTANT


@dataclass(frozen=True)
class Data:
    """Hold cross-sections in cm² (n,) over masses in GeV (n,), and events per tonne and year (m,).

    Attributes
    ----------
    planck, lines : dict
        The largest cross-section allowed, by chirality; NaN where there is no search for lines.
    events : dict
        By strength of the transition and coupling, over ``event_mass`` (m,).
    """

    mass: FloatArray
    planck: dict[str, FloatArray]
    lines: dict[str, FloatArray]
    collider: FloatArray
    star: float
    event_mass: FloatArray
    events: dict[str, dict[str, FloatArray]]


def compute() -> Data:
    """Compute the limits and the rates."""
    searches = LineDecay()
    planck, lines = {}, {}
    for chirality in ("R", "L"):
        found = observables_along(model_of("e", chirality), MASS, 1.0)
        over = cmb_over_limit(MASS, found["width_gamma_gamma"], found["width_electron_positron"])
        planck[chirality] = absorption_cross_section(MASS, FERMI_CONSTANT / np.sqrt(over))
        over = found["width_neutrino_gamma"] * searches.lifetime_limit(MASS)
        lines[chirality] = absorption_cross_section(MASS, FERMI_CONSTANT / np.sqrt(over))
    couplings = {"star": STAR_COUPLING, "LHC": COLLIDER}
    events = {
        strength: {name: absorption_events(EVENT_MASS, value, strength) for name, value in couplings.items()}
        for strength in ("all-neutrons", "ground-state")
    }
    star = float(absorption_cross_section(STAR_MASS, STAR_COUPLING))
    return Data(MASS, planck, lines, absorption_cross_section(MASS, COLLIDER), star, EVENT_MASS, events)


def draw(data: Data) -> Figure:
    """Draw both panels."""
    figure = new_figure(figsize=(10.4, 4.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    mass = 1e3 * data.mass
    for chirality, color in (("R", BLUE), ("L", ORANGE)):
        left.plot(mass, data.planck[chirality], color=color, lw=2.0, label=rf"Planck, $e_{chirality}$")
        left.plot(mass, data.lines[chirality], ":", color=color, lw=1.4, label=rf"lines, $e_{chirality}$")
    left.plot(mass, data.collider, color=RED, lw=2.0, label="LHC, (3.18)")
    left.plot(1e3 * STAR_MASS, data.star, "*", color="magenta", ms=14, label="fits 3 keV, the paper")
    left.axvline(1e3 * XENON_THRESHOLD, ymax=0.8, color="0.5", lw=0.8, ls="-.")
    left.text(
        1.04e3 * XENON_THRESHOLD, 3e-66, r"threshold of $^{131}$Xe", rotation=90, fontsize=8.5, color="0.3"
    )
    left.set(
        xscale="log", yscale="log", xlim=(mass[0], mass[-1]), ylim=(1e-66, 1e-42), xlabel="$M$ [MeV]",
        ylabel=r"$C^2 M^2/4\pi$ [cm$^2$]",
    )  # fmt: skip
    left.legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    event_mass = 1e6 * data.event_mass
    labels = {"all-neutrons": "every neutron", "ground-state": "ground state"}
    for strength, color in (("all-neutrons", GREEN), ("ground-state", BLUE)):
        for coupling, style in (("star", "-"), ("LHC", "--")):
            name = {"star": r"$C = (3.4\,{\rm TeV})^{-2}$", "LHC": "LHC limit"}[coupling]
            label = f"{labels[strength]}, {name}"
            right.plot(event_mass, data.events[strength][coupling], style, color=color, lw=1.8, label=label)
    right.plot(1e6 * STAR_MASS, 48.0, "*", color="magenta", ms=14)
    right.set(
        xscale="log", yscale="log", xlim=(300.0, event_mass[-1]), ylim=(1e-6, 1e5), xlabel="$M$ [keV]",
        ylabel=r"events on $^{131}$Xe / (t yr)",
    )  # fmt: skip
    right.set_xticks([400, 600, 1000, 2000, 3000], labels=["400", "600", "1000", "2000", "3000"])
    right.set_xticks([], minor=True)
    right.legend(frameon=False, fontsize=9, loc="upper left")
    return figure
