"""The spectrum of momenta with which χ is produced, from tables over temperature and mass.

A spectrum s(q), q = p/T, is that of the production g Γ^<(p) per state of χ, with ∫ q² s dq = 1. Tables hold
ln s + (E - M)/T of all scatterings together, on each side of every threshold: it varies slowly. Decays have simple
integrals and are added when a point is solved.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...numerics.kernel import kernel
from ...numerics.quadrature import gauss_legendre
from .amplitudes import kallen_root
from .channels import LEFT_CHANNELS, PHOTON_CHANNELS, RIGHT_CHANNELS
from .densities import (
    closed_window,
    width_chi_to_lepton_pion,
    width_chi_to_neutrino_pion,
    width_lepton_to_chi,
    width_neutral_pion_to_chi,
    width_pion_to_chi,
)
from .inputs import LEPTON_MASSES
from .sources import QUARK_CHANNELS, make_rule, production_at
from .statistics import thresholds
from .tabulation import cached_arrays

__all__ = [
    "SPECTRUM_LN_T",
    "Spectra",
    "fill_decay_spectrum",
    "mass_spectra",
    "momentum_at",
    "normalise",
    "reach_at",
    "spectra",
]

Array = NDArray[np.float64]
# Below, spectra are held as functions of the position between no momentum and the largest.
SPECTRUM_COLDEST, SPECTRUM_HOTTEST, SPECTRUM_STEP = 1e-3, 0.28, 0.25
COUNT = math.ceil(math.log(SPECTRUM_HOTTEST / SPECTRUM_COLDEST) / SPECTRUM_STEP) + 1
SPECTRUM_LN_T = math.log(SPECTRUM_COLDEST) + SPECTRUM_STEP * np.arange(COUNT)
HOT_COLDEST, HOT_HOTTEST, HOT_STEP = 0.085, 20.0, 0.35
HOT_COUNT = math.ceil(math.log(HOT_HOTTEST / HOT_COLDEST) / HOT_STEP) + 1
HOT_LN_T = math.log(HOT_COLDEST) + HOT_STEP * np.arange(HOT_COUNT)
# Momenta reach 36 T, and a quarter GeV more: what cold pions and leptons set free.
THERMAL_REACH, SET_FREE = 36.0, 0.25
POSITIONS = np.linspace(0.0, 1.0, 24)
# Of the trapezoidal rule in the root of the momentum: q² dq at q = u².
MEASURE = 2.0 * POSITIONS**5 * POSITIONS[1]
SLOWEST = 1e-3  # of T, for the momentum of particles at rest
MASSES = (1e-3, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18, 0.2, 0.21, 0.22, 0.23, 0.24, 0.3, 0.4, 0.6)  # GeV
# Next to a threshold photon processes are not to be trusted.
NEXT_TO_THRESHOLD = 3e-3
VANISHING_MASS = 1e-6  # over T
# Four digits of the spectra of contact processes away from the peak of the ρ, three of those of photons.
CONTACT_RULE, PHOTON_RULE = make_rule(20, 12, 8, 3), make_rule(20, 12, 12, 6)
DECAY_NODES, DECAY_WEIGHTS = gauss_legendre(16)
DECAY_REACH = 45.0
SMALLEST_SPECTRUM = 1e-280
EMPTIEST = -150.0  # of ln s + (E - M)/T against its largest value


class Spectra(NamedTuple):
    """Hold the spectra of one lepton, chirality and choice of statistics.

    Attributes
    ----------
    edges : (pieces - 1,) array
        The masses (GeV) of thresholds.
    first : (pieces + 1,) int array
        The first node of each piece, and the number of nodes.
    mass : (nodes,) array
    pion : (nodes, temperatures, `POSITIONS`) array
        ln s + (E - M)/T of scatterings.
    quark : (hot temperatures, `POSITIONS`) array
        ln s + q of light χ.
    """

    edges: Array
    first: NDArray[np.int64]
    mass: Array
    pion: Array
    quark: Array


@kernel
def reach_at(temperature):
    """Return the largest p/T of a spectrum."""
    return THERMAL_REACH + SET_FREE / temperature


@kernel
def momentum_at(node, temperature):
    """Return the momentum in GeV of a node of a spectrum."""
    root = POSITIONS[node]
    return temperature * max(reach_at(temperature) * root * root, SLOWEST)


@kernel
def fill_scatterings(out, channels, temperature, mass, m_lepton, left, rho):
    """Add g Γ^< e^{E/T} of channels to rows (2, `POSITIONS`) with quantum and classical statistics, up to a factor."""
    for node in range(out.shape[1]):
        p = momentum_at(node, temperature)
        energy = math.hypot(p, mass)
        for channel in channels:
            rule = PHOTON_RULE if channel <= PHOTON_CHANNELS[-1] else CONTACT_RULE
            quantum, classical = production_at(p, channel, temperature, mass, m_lepton, left, rho, rule)
            out[0, node] += quantum / (p * energy)
            out[1, node] += classical / (p * energy)


@kernel
def emitted(p, temperature, mass, lifted, square, parent, daughter, of_parent, of_daughter):
    """Return g Γ^< e^{(E - M)/T} of X → χ Y, S₂/(p E) ∫ dE_X f_X (1 ∓ f_Y), up to a common factor.

    Parameters
    ----------
    lifted : float
        An energy (GeV) that is given to all Boltzmann factors.
    square : float
        S₂ = Σ|A|² of X, χ and Y.
    parent, daughter : float
        Their masses.
    of_parent, of_daughter : float
        +1 for fermions, -1 for bosons, 0 for classical particles.
    """
    energy = math.hypot(p, mass)
    e_rest = 0.5 * (parent * parent + mass * mass - daughter * daughter) / parent
    p_rest = 0.5 * kallen_root(parent, mass, daughter) / parent
    together = energy * e_rest + p * p_rest
    low = parent * (e_rest * e_rest + p * p) / together
    reach = math.sqrt(min(DECAY_REACH, (parent * together / (mass * mass) - low) / temperature))
    total = 0.0
    for i in range(DECAY_NODES.shape[0]):
        v = reach * DECAY_NODES[i]
        of_x = low + temperature * v * v
        beside = (of_x - energy) / temperature
        weight = DECAY_WEIGHTS[i] * 2.0 * reach * v * math.exp((lifted - mass) / temperature - beside)
        total += weight / (
            (1.0 + of_parent * math.exp(-of_x / temperature)) * (1.0 + of_daughter * math.exp(-beside))
        )
    return square * total / (p * energy)


@kernel
def absorbed(p, temperature, mass, lifted, square, fermion, boson, statistics):
    """Return what `emitted` does for ℓ π → χ with the masses of ℓ and π, quantum or classical."""
    energy = math.hypot(p, mass)
    p_rest = 0.5 * kallen_root(mass, fermion, boson) / mass
    e_rest = 0.5 * (mass * mass + fermion * fermion - boson * boson) / mass
    half = p * p_rest / mass
    total = 0.0
    for i in range(DECAY_NODES.shape[0]):
        of_fermion = energy * e_rest / mass + half * (2.0 * DECAY_NODES[i] - 1.0)
        of_boson = energy - of_fermion
        total += DECAY_WEIGHTS[i] / (
            (1.0 + statistics * math.exp(-of_fermion / temperature))
            * (1.0 - statistics * math.exp(-of_boson / temperature))
        )
    return square * total * 2.0 * half / temperature * math.exp((lifted - mass) / temperature) / (p * energy)


@kernel
def fill_decay_spectrum(out, temperature, mass, m_lepton, left, quantum):
    """Fill ln s + (E - M)/T (`POSITIONS`) of all open decays, up to a constant."""
    statistics = 1.0 if quantum else 0.0
    from_pion = 2.0 * width_pion_to_chi(mass, m_lepton, left)
    from_lepton = 4.0 * width_lepton_to_chi(mass, m_lepton, left)
    from_neutral = 2.0 * width_neutral_pion_to_chi(mass, left)
    to_lepton = 4.0 * width_chi_to_lepton_pion(mass, m_lepton, left)
    to_neutrino = 4.0 * width_chi_to_neutrino_pion(mass, left)
    # S₂ = 8π m_X² d_X Γ/p*, without the 8π; the largest Boltzmann factor is taken out.
    lightest = math.inf
    for width, parent in ((from_pion, PION_MASS), (from_lepton, m_lepton), (from_neutral, NEUTRAL_PION_MASS)):
        if width > 0.0:
            lightest = min(lightest, parent)
    if to_lepton + to_neutrino > 0.0:
        lightest = min(lightest, mass)
    for node in range(out.shape[0]):
        p = momentum_at(node, temperature)
        total = 0.0
        for width, parent, daughter, of_parent in (
            (from_pion, PION_MASS, m_lepton, -statistics),
            (from_lepton, m_lepton, PION_MASS, statistics),
            (from_neutral, NEUTRAL_PION_MASS, 0.0, -statistics),
        ):
            if width > 0.0:
                square = 2.0 * parent**3 * width / kallen_root(parent, mass, daughter)
                total += emitted(
                    p, temperature, mass, lightest, square, parent, daughter, of_parent, -of_parent
                )
        for width, fermion, boson in (
            (to_lepton, m_lepton, PION_MASS),
            (to_neutrino, 0.0, NEUTRAL_PION_MASS),
        ):
            if width > 0.0:
                square = 2.0 * mass**3 * width / kallen_root(mass, fermion, boson)
                total += absorbed(p, temperature, mass, lightest, square, fermion, boson, statistics)
        out[node] = math.log(max(total, SMALLEST_SPECTRUM))


@kernel
def normalise(values, temperature, mass):
    """Turn ln s + (E - M)/T (`POSITIONS`) up to a constant into that of ∫ q² s dq = 1."""
    reach = reach_at(temperature)
    largest = -math.inf
    for node in range(values.shape[0]):
        largest = max(largest, values[node])
    total = 0.0
    for node in range(values.shape[0]):
        p = momentum_at(node, temperature)
        kinetic = p * p / (math.hypot(p, mass) + mass) / temperature
        total += MEASURE[node] * math.exp(values[node] - largest - kinetic)
    shift = math.log(total * reach**3)
    for node in range(values.shape[0]):
        values[node] = max(values[node] - largest, EMPTIEST) - shift


@kernel
def mass_spectra(table, mass):
    """Return ln s + (E - M)/T (temperatures, `POSITIONS`) of scatterings for one mass, held beside thresholds."""
    piece = 0
    while piece < table.edges.shape[0] and mass > table.edges[piece]:
        piece += 1
    node, last = table.first[piece], table.first[piece + 1] - 1
    if mass <= table.mass[node]:
        return table.pion[node].copy()
    while node < last and mass > table.mass[node + 1]:
        node += 1
    if node == last:
        return table.pion[last].copy()
    share = (mass - table.mass[node]) / (table.mass[node + 1] - table.mass[node])
    return table.pion[node] + share * (table.pion[node + 1] - table.pion[node])


def _masses(edges: list[float]) -> list[list[float]]:
    """Return the nodes of every piece between thresholds."""
    pieces = []
    for low, high in pairwise([0.0, *edges, math.inf]):
        begin, end = low + NEXT_TO_THRESHOLD * (low > 0.0), high - NEXT_TO_THRESHOLD
        ends = {mass for mass in (begin, end) if 0.0 < mass < math.inf and begin <= end}
        inside = {mass for mass in MASSES if begin < mass < end}
        # A window too narrow for them has one node in its middle.
        pieces.append(sorted(ends | inside) or [0.5 * (low + high)])
    return pieces


def _build(lepton: str, chirality: str, rho: bool) -> dict[str, Array]:
    m_lepton, left = LEPTON_MASSES[lepton], chirality == "L"
    low, high = closed_window(m_lepton)
    pieces = _masses(thresholds(lepton, chirality))
    masses = np.array([mass for piece in pieces for mass in piece])
    pion = np.zeros((2, masses.size, SPECTRUM_LN_T.size, POSITIONS.size))
    for i, mass in enumerate(masses):
        # Photon processes are the correction of an open charged decay.
        channels = np.array([c for c in (LEFT_CHANNELS if left else RIGHT_CHANNELS)
                             if low <= mass <= high or c not in PHOTON_CHANNELS])  # fmt: skip
        for j, temperature in enumerate(np.exp(SPECTRUM_LN_T)):
            fill_scatterings(pion[:, i, j], channels, temperature, mass, m_lepton, left, rho)
            pion[:, i, j] = np.log(np.maximum(pion[:, i, j], SMALLEST_SPECTRUM))
            for values in pion[:, i, j]:
                normalise(values, temperature, mass)
    quark = np.zeros((2, HOT_LN_T.size, POSITIONS.size))
    channels = np.array(QUARK_CHANNELS)
    for j, temperature in enumerate(np.exp(HOT_LN_T)):
        mass = VANISHING_MASS * temperature
        for m in (m_lepton, 0.0) if left else (m_lepton,):
            fill_scatterings(quark[:, j], channels, temperature, mass, m, left, False)
        quark[:, j] = np.log(quark[:, j])
        for values in quark[:, j]:
            normalise(values, temperature, mass)
    first = np.cumsum([0, *(len(piece) for piece in pieces)])
    return {"first": first.astype(np.float64), "mass": masses, "pion": pion, "quark": quark}


@lru_cache(maxsize=8)
def spectra(lepton: str, chirality: str, quantum: bool, pion_form_factor: str = "rho") -> Spectra:
    """Return the spectra of a lepton and chirality, building them at first use (half a minute).

    Parameters
    ----------
    lepton, chirality : str
        "e", "mu", "tau"; "R", "L".
    quantum : bool
        Whether particles of the bath have Fermi and Bose statistics.
    pion_form_factor : str
        "rho" or "none"; the scalar operator of left-handed leptons has no vector current.
    """
    rho = pion_form_factor == "rho" and chirality == "R"
    arrays = cached_arrays(
        f"lepton-pion-spectra-{lepton}-{chirality}" + "-rho" * rho,
        lambda: _build(lepton, chirality, rho),
        f"relicfit: tabulating the momenta of χ coupled to {lepton}_{chirality} π (once, about half a minute)",
    )
    row = 0 if quantum else 1
    return Spectra(
        np.array(thresholds(lepton, chirality)),
        arrays["first"].astype(np.int64),
        arrays["mass"],
        np.ascontiguousarray(arrays["pion"][row]),
        np.ascontiguousarray(arrays["quark"][row]),
    )
