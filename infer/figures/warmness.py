"""Beyond arXiv:2111.14808: the least mass of frozen-in dark matter that the Lyman-α forest allows.

Against the reheating temperature, for the contact operators of e, μ and τ, right- and left-handed, and for decays of a
leptoquark of 1 TeV, which do not depend on it. The mass is that whose velocities today are those of a thermal relic of
5.7 keV (V. Iršič et al., arXiv:2309.04533). Marked is M = 7 keV, the particle of a line at 3.5 keV, at the reheating
temperatures where the width of the line and the abundance agree. Momenta within a factor 1.5 of the QCD transition are
not established.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import COLDEST_REHEATING, FERMI_CONSTANT, OBSERVED_OMEGA_H2
from ...solver.inverse import find_roots
from ...solver.momentum.observables import LYMAN_ALPHA_KEV
from ...solver.momentum.warmness import least_mass
from ...solver.scenario import Scenario, scenario
from ...solver.scenarios.lepton_pion.signals import LINE_MASS, line_coupling
from ..style import BLUE, GREEN, GREY, ORANGE, RED, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw", "least_masses"]

FloatArray = NDArray[np.float64]

LEPTONS = {"e": ("e", BLUE), "mu": (r"\mu", RED), "tau": (r"\tau", GREEN)}
TRANSITION, NOT_ESTABLISHED = 0.15, 1.5
REHEATING = np.geomspace(COLDEST_REHEATING, 100.0, 120)
# Too weak to come near equilibrium, in units of G_F.
FEEBLE = 1e-14
# Where T_RH in GeV is looked for that gives 7 keV both the rate of the line at 3.5 keV and the abundance.
LINE_BOUNDS = {
    ("e", "R"): (6e-3, 0.025), ("mu", "R"): (0.01, 0.15), ("tau", "R"): (0.16, 5.0), ("mu", "L"): (6e-3, 0.02),
}  # fmt: skip
ITERATIONS = 4
HEAVIEST = 0.02  # GeV, the heaviest dark matter that is looked at: light against every lepton and pion


@dataclass(frozen=True)
class Data:
    """Hold least masses in keV, by lepton and chirality over T_RH in GeV (n,), and T_RH of the line."""

    reheating: FloatArray
    least: dict[tuple[str, str], FloatArray]
    leptoquark: float
    line: dict[tuple[str, str], float]


def least_masses(model: Scenario, theta: FloatArray) -> FloatArray:
    """Return the least masses in keV (n,) of points theta (n, d) whose first column is the mass in GeV.

    Momenta depend little on a mass that is small, so that a few iterations find where the limit holds.
    """
    names = [item.name for item in model.observables]
    theta = theta.copy()
    for _ in range(ITERATIONS):
        found, _ = model.evaluate(theta)
        roots = found[:, names.index("rms_momentum_over_temperature")]
        kev = np.array([least_mass(LYMAN_ALPHA_KEV, root) for root in roots])
        theta[:, 0] = np.minimum(1e-6 * kev, HEAVIEST)
    return kev


def line_reheating(lepton: str, chirality: str) -> float:
    """Return T_RH in GeV where the coupling of the line leaves the observed abundance."""
    coupling = line_coupling(lepton=lepton, chirality=chirality) / FERMI_CONSTANT
    point = {"mass": LINE_MASS, "coupling": coupling}
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality)
    bounds = LINE_BOUNDS[lepton, chirality]
    found = find_roots(model, point, "reheating_temperature", "omega_h2", OBSERVED_OMEGA_H2, bounds, 33)
    return found.roots[0].value


def compute() -> Data:
    """Compute the least masses."""
    least = {}
    for lepton in LEPTONS:
        for chirality in ("R", "L"):
            model = scenario("lepton-pion", lepton=lepton, chirality=chirality)
            point = model.theta(dict(mass=3e-5, coupling=FEEBLE, reheating_temperature=0.1))
            theta = np.tile(point, (len(REHEATING), 1))
            theta[:, [item.name for item in model.parameters].index("reheating_temperature")] = REHEATING
            least[lepton, chirality] = least_masses(model, theta)
    model = scenario("leptoquark-mediator")
    point = model.theta(dict(mass=3e-5, g_chi=1e-11, g_sm=0.1, mediator_mass=1e3, reheating_temperature=1e7))
    line = {key: line_reheating(*key) for key in LINE_BOUNDS}
    return Data(REHEATING, least, float(least_masses(model, point[None])[0]), line)


def draw(data: Data) -> Figure:
    """Draw the least mass of every operator."""
    figure = new_figure(figsize=(7.0, 5.0), layout="constrained")
    axis = figure.subplots()
    axis.axvspan(
        TRANSITION / NOT_ESTABLISHED,
        TRANSITION * NOT_ESTABLISHED,
        color="0.92",
        lw=0,
        label="not established",
    )
    for (lepton, chirality), kev in data.least.items():
        symbol, color = LEPTONS[lepton]
        style = "-" if chirality == "R" else "--"
        # The curves of pions and of quarks do not join; those of e_L and τ_L lie upon each other.
        width = 3.4 if (lepton, chirality) == ("e", "L") else 1.9
        pions = data.reheating < TRANSITION
        for part, name in ((pions, rf"${symbol}_{chirality}$"), (~pions, "_")):
            axis.plot(data.reheating[part], kev[part], style, color=color, lw=width, label=name)
    axis.axhline(data.leptoquark, color=ORANGE, lw=1.9, ls="-.", label="leptoquark decays")
    axis.axhline(1e6 * LINE_MASS, color=GREY, lw=1.0, ls=":")
    axis.text(
        70.0, 1.06e6 * LINE_MASS, "7 keV, line at 3.5 keV", ha="right", va="bottom", fontsize=9, color="0.25"
    )
    for (lepton, chirality), reheating in data.line.items():
        filled = LEPTONS[lepton][1] if chirality == "R" else "white"
        axis.plot(
            reheating, 1e6 * LINE_MASS, "o", color=LEPTONS[lepton][1], mfc=filled, ms=6.5, zorder=4, label="_"
        )
    axis.set(
        xscale="log", yscale="log", xlim=(data.reheating[0], data.reheating[-1]), ylim=(4.0, 4e3),
        xlabel=r"$T_{\rm RH}$ [GeV]",
        ylabel=rf"least mass with $m_{{\rm equiv}} > {LYMAN_ALPHA_KEV}$ keV [keV]",
    )  # fmt: skip
    axis.legend(frameon=False, fontsize=9, ncols=2, loc="upper right")
    return figure
