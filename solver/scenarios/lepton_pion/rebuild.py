"""The tables of momenta and statistics of the contact operator, computed anew from the amplitudes.

    python -m relicfit.solver.scenarios.lepton_pion.rebuild FOLDER     writes momentum_pion.csv, momentum_pion_rho.csv
                                                                       and momentum_quark.csv (half an hour)

Nodes are those of the tables that come with the package.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...momentum.decays import decay_moments
from ...numerics.quadrature import gauss_legendre
from .amplitudes import kallen_root
from .channels import LEFT_CHANNELS, PHOTON_CHANNELS, RIGHT_CHANNELS
from .densities import (
    closed_window,
    decay_density,
    width_chi_to_lepton_pion,
    width_chi_to_neutrino_pion,
    width_lepton_to_chi,
    width_neutral_pion_to_chi,
    width_pion_to_chi,
)
from .inputs import LEPTON_MASSES
from .sources import MOMENTS, QUARK_CHANNELS, fill_moments
from .statistics import read_table

__all__ = ["main", "pion_node", "quark_node"]

FloatArray = NDArray[np.float64]
P_NODES, P_WEIGHTS = gauss_legendre(120)
E_NODES, E_WEIGHTS = gauss_legendre(64)
PARENT_REACH = 60.0
VANISHING_MASS = 1e-6  # over T: light χ


def scatterings(channels: tuple[int, ...], temperature: float, mass: float, m_lepton: float, left: bool,
                rho: bool) -> FloatArray:  # fmt: skip
    """Return the sum of `MOMENTS` over channels."""
    total, part = np.zeros(MOMENTS), np.empty(MOMENTS)
    for channel in channels:
        fill_moments(part, channel, temperature, mass, m_lepton, left, rho)
        total += part
    return total


def decays(parent: float, width: float, states: float, temperature: float, mass: float, daughter: float,
           x: str, y: str) -> FloatArray:  # fmt: skip
    """Return `MOMENTS` of a decay of a particle of the bath: γ, γ⟨q⟩, γ⟨q²⟩ with statistics and without."""
    if width == 0.0:
        return np.zeros(MOMENTS)
    density = decay_density(states, parent, temperature, width)
    z = parent / temperature
    found = []
    for statistics in ((x, y), ("mb", "mb")):
        share, mean, square = (
            float(value[0]) for value in decay_moments([z], *statistics, mass / parent, daughter / parent)
        )
        found += [share, share * mean, share * square]
    return density * np.array(found)


def inverse_decays(mass: float, width: float, temperature: float, fermion: float, boson: float) -> FloatArray:
    """Return `MOMENTS` of ℓ π → χ: g_χ Γ^< = S₂/(16π p E) ∫ dE_ℓ f_ℓ f_π with S₂ = 8π M² · 4 Γ_χ/p*."""
    if width == 0.0:
        return np.zeros(MOMENTS)
    inside = 0.5 * kallen_root(mass, fermion, boson) / mass
    energy_in_rest = 0.5 * (mass**2 + fermion**2 - boson**2) / mass
    square = 8.0 * math.pi * mass**2 * 4.0 * width / inside
    root = math.sqrt(PARENT_REACH * temperature) * P_NODES
    excess = root**2
    p = np.sqrt(excess * (excess + 2.0 * mass))
    energy = mass + excess
    half = p * inside / mass
    of_fermion = (energy * energy_in_rest / mass)[:, None] + half[:, None] * (2.0 * E_NODES - 1.0)
    of_boson = energy[:, None] - of_fermion
    brackets = (1.0 + np.exp(-of_fermion / temperature)) * (1.0 - np.exp(-of_boson / temperature))
    quantum = (1.0 / brackets) @ E_WEIGHTS
    # d³p/(2π)³ of S₂/(16π p E) · 2 half · e^{-E/T}, with p dp = E dE and dE = 2 root droot.
    weights = (
        P_WEIGHTS
        * math.sqrt(PARENT_REACH * temperature)
        * 2.0
        * root
        * 2.0
        * half
        * np.exp(-energy / temperature)
    )
    weights *= square / (16.0 * math.pi) / (2.0 * math.pi**2)
    q = p / temperature
    return np.array(
        [(weights * quantum * q**n).sum() for n in range(3)] + [(weights * q**n).sum() for n in range(3)]
    )


def columns(moments: FloatArray) -> tuple[float, float, float, float, float]:
    """Return K, ⟨q⟩, ⟨q²⟩ with statistics and ⟨q⟩, ⟨q²⟩ without, from `MOMENTS`."""
    rate, first, second, plain, plain_1, plain_2 = moments
    return rate / plain, first / rate, second / rate, plain_1 / plain, plain_2 / plain


def pion_node(
    lepton: str, chirality: str, mass: float, temperature: float, rho: bool = False
) -> tuple[float, float, float, float, float]:
    """Return a row of the table of pions: K, ⟨q⟩, ⟨q²⟩, and ⟨q⟩, ⟨q²⟩ with Maxwell-Boltzmann statistics.

    Parameters
    ----------
    lepton, chirality : str
        "e", "mu", "tau"; "R", "L".
    mass, temperature : float
        In GeV.
    rho : bool
        Whether the vector current of two pions carries their form factor, which is that of right-handed leptons alone.
    """
    m_lepton, left = LEPTON_MASSES[lepton], chirality == "L"
    low, high = closed_window(m_lepton)
    channels: tuple[int, ...] = LEFT_CHANNELS if left else RIGHT_CHANNELS
    if not low <= mass <= high:
        # Photon processes are the correction of an open charged decay.
        channels = tuple(channel for channel in channels if channel not in PHOTON_CHANNELS)
    total = scatterings(channels, temperature, mass, m_lepton, left, rho)
    charged, up = width_pion_to_chi(mass, m_lepton, left), width_lepton_to_chi(mass, m_lepton, left)
    neutral = width_neutral_pion_to_chi(mass, left)
    total += decays(PION_MASS, charged, 2.0, temperature, mass, m_lepton, "boson", "fermion")
    total += decays(m_lepton, up, 4.0, temperature, mass, PION_MASS, "fermion", "boson")
    total += decays(NEUTRAL_PION_MASS, neutral, 2.0, temperature, mass, 0.0, "boson", "fermion")
    total += inverse_decays(
        mass, width_chi_to_lepton_pion(mass, m_lepton, left), temperature, m_lepton, PION_MASS
    )
    total += inverse_decays(mass, width_chi_to_neutrino_pion(mass, left), temperature, 0.0, NEUTRAL_PION_MASS)
    return columns(total)


def quark_node(chirality: str, x: float) -> tuple[float, float, float, float, float]:
    """Return K, ⟨q⟩, ⟨q²⟩, and ⟨q⟩, ⟨q²⟩ without statistics, of light χ from massless quarks at x = m_lepton/T.

    Half of a left-handed doublet are neutrinos.
    """
    total = scatterings(QUARK_CHANNELS, 1.0, VANISHING_MASS, x, chirality == "L", False)
    if chirality == "L":
        total += scatterings(QUARK_CHANNELS, 1.0, VANISHING_MASS, 0.0, True, False)
    return columns(total)


def main(folder: Path) -> None:
    """Write the tables with the nodes of those that come with the package."""
    rows = read_table("momentum_pion")
    for name, rho in (("momentum_pion", False), ("momentum_pion_rho", True)):
        lines = [",".join(rows[0])]
        for row in rows:
            if rho and row["chirality"] == "L":
                continue
            keys = [row[key] for key in ("lepton", "chirality", "M_GeV", "T_GeV")]
            found = pion_node(keys[0], keys[1], float(keys[2]), float(keys[3]), rho)
            lines.append(",".join([*keys, *(f"{value:.5g}" for value in found)]))
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = read_table("momentum_quark")
    lines = ["chirality,x,K,q1,q2,mb1,mb2"]
    for row in rows:
        found = quark_node(row["chirality"], float(row["x"]))
        lines.append(",".join([row["chirality"], row["x"], *(f"{value:.5g}" for value in found)]))
    (folder / "momentum_quark.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
