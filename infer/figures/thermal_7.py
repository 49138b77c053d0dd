"""arXiv:2111.14808, figure 7: dark matter coupled to muon and pion (right-handed), rates and parameter space.

Left: rates of the scatterings over the expansion rate against z = M/T, at 0.2 GeV and the coupling of
freeze-out. Right: couplings that give the relic density by freeze-out, numerically and in the analytic estimate
of χγ ↔ μπ alone, and by freeze-in from T_RH = M, the latter also with the ρ that the paper leaves out; what the
CMB excludes, in all and by decays at loop or tree level without the contact term, as in the paper; the collider
limit of equation (3.18). Drawn over it: the paper's freeze-in coupling of 1e-6 G_F.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import (
    FERMI_CONSTANT,
    MUON_MASS,
    OBSERVED_OMEGA_H2,
    OMEGA_H2_PER_YIELD_GEV,
    PION_MASS,
)
from ...solver.cosmology import hubble
from ...solver.scenarios.lepton_pion.abundance import analytic_freeze_out_yield
from ...solver.scenarios.lepton_pion.channels import CHANNEL_NAMES, RIGHT_CHANNELS
from ...solver.scenarios.lepton_pion.densities import reaction_density
from ...solver.scenarios.lepton_pion.signals import COLLIDER_LIMITS
from ..style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, new_figure
from .inverse import coupling_along
from .lepton_pion import UNIT, cmb_over_limit, model_of, observables_along

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Data", "compute", "draw"]

FloatArray = NDArray[np.float64]

RATE_MASS = 0.2
Z = np.linspace(1.4, 25.0, 48)
THRESHOLD = PION_MASS + MUON_MASS
MASS = np.unique(np.append(np.geomspace(5e-3, 0.4, 61), THRESHOLD * np.array([1 - 1e-3, 1 + 1e-5, 1 + 1e-3])))
FREEZE_OUT = np.linspace(0.04, 0.244, 52)
FREEZE_OUT_BOUNDS, FREEZE_IN_BOUNDS = (1e-3, 1e10), (1e-10, 1e2)
STATES = 4.0
# Lighter, χγ ↔ μπ alone does not decide.
ESTIMATE_FROM = 0.12
ESTIMATE_NODES = 600
# In 1/s; of no consequence, and its logarithm exists.
SMALLEST_WIDTH = 1e-60
PAPER_FREEZE_IN = 1e-6


@dataclass(frozen=True)
class Data:
    """Hold rates over Hubble by process (n,) at ``z`` (n,), and couplings in G_F along masses in GeV.

    ``estimate`` is the analytic coupling of freeze-out; ``cmb`` the largest coupling that the CMB allows, ``loop``
    and ``tree`` those of each kind of decay alone without the contact term.
    """

    z: FloatArray
    rates: dict[str, FloatArray]
    rate_coupling: float
    freeze_out_mass: FloatArray
    freeze_out: FloatArray
    estimate: FloatArray
    mass: FloatArray
    freeze_in: FloatArray
    freeze_in_with_rho: FloatArray
    cmb: FloatArray
    loop: FloatArray
    tree: FloatArray
    collider: float


def compute() -> Data:
    """Find couplings and rates."""
    from scipy.special import kn

    thermal = model_of("mu", "R")
    points = np.append(FREEZE_OUT, RATE_MASS)
    theta = np.tile(thermal.theta({"mass": 0.1, "coupling": 1.0}), (len(points), 1))
    theta[:, 0] = points
    freeze_out = coupling_along(thermal, theta, "coupling", FREEZE_OUT_BOUNDS)[0]
    chosen = float(freeze_out[-1])
    freeze_in, with_rho = (_freeze_in(form_factor) for form_factor in ("none", "rho"))
    temperature = RATE_MASS / Z
    per_particle = (chosen * FERMI_CONSTANT) ** 2 / (
        STATES * RATE_MASS**2 * temperature * kn(2, Z) / (2.0 * np.pi**2) * hubble(temperature)
    )
    rates = {
        CHANNEL_NAMES[channel]: per_particle
        * reaction_density(channel, temperature, RATE_MASS, pion_form_factor="none")
        for channel in RIGHT_CHANNELS
    }
    found = observables_along(thermal, MASS, 1.0)
    plain = observables_along(model_of("mu", "R", contact=False), MASS, 1.0)
    none = np.zeros_like(MASS)
    cmb = [
        1.0 / np.sqrt(cmb_over_limit(MASS, photons, electrons))
        for photons, electrons in (
            (found["width_gamma_gamma"], found["width_electron_positron"]),
            (plain["width_gamma_gamma"], none),
            (none, np.maximum(plain["width_electron_positron"], SMALLEST_WIDTH)),
        )
    ]
    estimate = np.array([_estimated_coupling(mass) for mass in FREEZE_OUT])
    return Data(
        Z,
        rates,
        chosen,
        FREEZE_OUT,
        freeze_out[:-1],
        estimate,
        MASS,
        freeze_in,
        with_rho,
        *cmb,
        COLLIDER_LIMITS["mu"] * UNIT,
    )


def _freeze_in(pion_form_factor: str) -> FloatArray:
    """Return C/G_F (n,) of freeze-in from T_RH = M along the masses."""
    model = model_of("mu", "R", "freeze-in", pion_form_factor=pion_form_factor)
    theta = np.tile(model.theta({"mass": 0.1, "coupling": 1.0, "reheating_temperature": 0.1}), (len(MASS), 1))
    theta[:, 0] = MASS
    theta[:, [item.name for item in model.parameters].index("reheating_temperature")] = MASS
    return coupling_along(model, theta, "coupling", FREEZE_IN_BOUNDS, "freeze-in")[0]


def _estimated_coupling(mass: float) -> float:
    """Return C/G_F that gives the relic density in the analytic estimate, NaN where it does not hold."""
    if mass < ESTIMATE_FROM:
        return np.nan
    ln_coupling = np.linspace(*np.log(FREEZE_OUT_BOUNDS), ESTIMATE_NODES)
    found = analytic_freeze_out_yield(mass, np.exp(ln_coupling) * FERMI_CONSTANT)
    ln_density = np.log(np.maximum(found * mass * OMEGA_H2_PER_YIELD_GEV / OBSERVED_OMEGA_H2, 1e-300))
    # The estimate falls with the coupling from its maximum on; below that χ never was in equilibrium.
    falling = slice(int(np.argmax(ln_density)), None)
    if ln_density[falling][0] < 0.0 or ln_density[-1] > 0.0:
        return np.nan
    return float(np.exp(np.interp(0.0, -ln_density[falling], ln_coupling[falling])))


def draw(data: Data) -> Figure:
    """Draw both panels."""
    figure = new_figure(figsize=(10.4, 4.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    for color, (name, values) in zip(
        (RED, GREEN, BLUE, ORANGE, PURPLE, SKY), data.rates.items(), strict=True
    ):
        style = "-" if "γ" in name else "--"
        left.plot(
            data.z, values, style, color=color, lw=1.8, label=name.replace("ℓ", "μ").replace("π±", "π$^\\pm$")
        )
    left.axhline(1.0, color="0.3", lw=1.0)
    left.text(data.z[-1], 1.4, "expansion", ha="right", fontsize=9, color="0.2")
    left.set(
        yscale="log", xlabel="$z = M/T$", ylabel=r"$\Gamma/H$", xlim=(data.z[0], data.z[-1]), ylim=(1e-6, None),
        title=rf"$M = {1e3 * RATE_MASS:g}$ MeV, $C_{{\chi R}} = {data.rate_coupling:.2g}\,G_F$",
    )  # fmt: skip
    left.legend(frameon=False, fontsize=9)
    mass = 1e3 * data.mass
    right.fill_between(mass, data.cmb, 1e8, color=RED, alpha=0.2, lw=0, label="excluded by Planck")
    right.plot(mass, data.loop, color=RED, lw=1.6, label="loop decays alone")
    right.plot(mass, data.tree, "--", color=RED, lw=1.6, label="tree decays, no contact term")
    right.axhspan(data.collider, 1e8, facecolor="none", edgecolor=BLUE, alpha=0.35, hatch="//", lw=0)
    right.axhline(data.collider, color=BLUE, lw=1.8, label="excluded by LHC above, (3.18)")
    right.plot(1e3 * data.freeze_out_mass, data.freeze_out, color=GREEN, lw=2.2, label="freeze-out")
    right.plot(
        1e3 * data.freeze_out_mass, data.estimate, ":", color="black", lw=1.8, label="freeze-out, analytic"
    )
    right.plot(mass, data.freeze_in, "--", color=GREEN, lw=2.2, label=r"freeze-in, $T_{\rm RH} = M$")
    right.plot(mass, data.freeze_in_with_rho, ":", color=GREEN, lw=1.4, label=r"the same, with the $\rho$")
    right.axhline(PAPER_FREEZE_IN, color="0.2", lw=1.2, ls="-.", label=r"paper: freeze-in near $10^{-6} G_F$")
    for edge in (PION_MASS - MUON_MASS, PION_MASS + MUON_MASS):
        right.axvline(1e3 * edge, color="0.5", lw=0.8, ls="-.")
    right.set(
        xscale="log", yscale="log", xlim=(mass[0], mass[-1]), ylim=(1e-16, 1e8), xlabel="$M$ [MeV]",
        ylabel=r"$C_{\chi R}/G_F$",
    )  # fmt: skip
    right.legend(frameon=True, framealpha=0.9, edgecolor="none", fontsize=8.5, loc="lower left")
    return figure
