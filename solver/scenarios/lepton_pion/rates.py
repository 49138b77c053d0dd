"""The thermal width of χ, Γ_T = γ/n_eq per C², from tables over temperature and mass.

A table holds ln(γ e^{w_min/T}) of every scattering: without the Boltzmann factor it varies slowly. In the
mass it is a Chebyshev interpolant on each side of every threshold, in temperature a grid uniform in ln T.
Decays have closed forms and are not tabulated.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...numerics.bessel import k1_scaled, ln_x2_k2_scaled, ratio_k1_k2
from ...numerics.kernel import kernel
from .channels import (
    LEFT_CHANNELS,
    PHOTON_CHANNELS,
    RIGHT_CHANNELS,
    TWO_PIONS,
    channel_masses,
    smallest_energy,
)
from .densities import (
    closed_window,
    flattened_density,
    lacking_energy,
    width_chi_to_lepton_pion,
    width_chi_to_neutrino_pion,
    width_lepton_to_chi,
    width_neutral_pion_to_chi,
    width_pion_to_chi,
)
from .form_factor import RHO_MASS
from .inputs import LARGEST_MASS, LEPTON_MASSES
from .quark import flattened_quark_density
from .tabulation import cached_arrays, chebyshev_nodes, chebyshev_weights

__all__ = ["RateTable", "cubic_at", "cubic_cell", "decay_share", "pion_widths", "quark_widths", "rate_table"]

# The pion grid: from where a reaction that lacks 0.1 MeV carries e^{-30}, to above the highest transition
# temperature.
PION_COLDEST, PION_HOTTEST = 3e-6, 0.28
# At T = 1 MeV a reaction that lacks more than this energy (GeV) has gone: colder, its rate is continued as a
# Boltzmann factor.
COLD_START, COLD_GAP = 1e-3, 0.04
# The quark grid: above the upper end γ/T⁸ is constant to 1e-4.
QUARK_COLDEST, QUARK_HOTTEST = 0.085, 120.0
LN_T_STEP = 0.05
MASS_NODES = 20
# Pieces in mass end at these distances (GeV) from a threshold: there the densities vary on the scale of T.
SPLIT_DISTANCES = (1e-3, 0.03, 0.25)
# Of χ ℓ → π π⁰ also around the peak of the ρ, where the heavier side χ ℓ meets it.
RHO_DISTANCES = (-0.3, 0.0, 0.3)
# Across a threshold of a charged decay the photon processes, which the decay takes the place of, are held and
# faded out over this relative distance: observables stay continuous.
FADE_WIDTH = 0.01
# Colder than the particles in a reaction by hundreds, its rate underflows; any number this small does as
# well.
SMALLEST_RATE = 1e-290


class RateTable(NamedTuple):
    """Hold the tables of one lepton and chirality.

    Attributes
    ----------
    pion_channel, pion_low, pion_high : (pieces,) arrays
        The scattering and the masses between which a piece holds.
    pion : (pieces, temperatures, MASS_NODES) array
        ln(γ e^{w_min/T}/C²).
    quark_low, quark_high : (pieces,) arrays
        The masses between which a piece holds.
    quark : (pieces, temperatures, MASS_NODES) array
        ln(γ e^{M/T}/(C² T⁸)).
    nodes, weights : (MASS_NODES,) arrays
        Chebyshev points on [0, 1] and their barycentric weights.
    """

    pion_channel: NDArray[np.int64]
    pion_low: NDArray[np.float64]
    pion_high: NDArray[np.float64]
    pion: NDArray[np.float64]
    quark_low: NDArray[np.float64]
    quark_high: NDArray[np.float64]
    quark: NDArray[np.float64]
    nodes: NDArray[np.float64]
    weights: NDArray[np.float64]


def _grid(coldest: float, hottest: float) -> NDArray[np.float64]:
    return math.log(coldest) + LN_T_STEP * np.arange(math.ceil(math.log(hottest / coldest) / LN_T_STEP) + 1)


PION_LN_T = _grid(PION_COLDEST, PION_HOTTEST)
INVERSE_PION_T = np.exp(-PION_LN_T)
FIRST_WARM = int(np.searchsorted(PION_LN_T, math.log(COLD_START)))
QUARK_LN_T = _grid(QUARK_COLDEST, QUARK_HOTTEST)


@kernel
def fill_pion(values, channel, masses, ln_temperatures, m_lepton, left, rho):
    """Fill values (temperatures, masses) of one scattering.

    Cold scatterings without a photon lack so much energy that their flattened densities are just held.
    """
    held = 0 if channel <= PHOTON_CHANNELS[-1] else FIRST_WARM
    for i in range(held, ln_temperatures.shape[0]):
        for j in range(masses.shape[0]):
            temperature = math.exp(ln_temperatures[i])
            values[i, j] = math.log(flattened_density(channel, temperature, masses[j], m_lepton, left, rho))
    for i in range(held):
        values[i] = values[held]


@kernel
def fill_quark(values, masses, ln_temperatures, m_lepton, left):
    """Fill values (temperatures, masses) of the quark regime."""
    for i in range(ln_temperatures.shape[0]):
        for j in range(masses.shape[0]):
            temperature = math.exp(ln_temperatures[i])
            density = flattened_quark_density(temperature, masses[j], m_lepton, left)
            values[i, j] = math.log(density) - 8.0 * ln_temperatures[i]


def _pieces(channel: int, m_lepton: float) -> list[tuple[float, float]]:
    """Return the intervals of mass on which a channel is smooth, short next to the thresholds."""
    if channel in PHOTON_CHANNELS:
        low, high = closed_window(m_lepton)
        special = {low, high}
    else:
        # The heavier side changes where the masses of the two sides agree.
        _, m_2, m_3, m_4 = channel_masses(channel, 0.0, m_lepton)
        low, high = 0.0, LARGEST_MASS
        special = {low, m_3 + m_4 - m_2}
    inside = {
        m + sign * distance for m in special for sign in (-1, 1) for distance in (0.0, *SPLIT_DISTANCES)
    }
    if channel == TWO_PIONS:
        inside |= {RHO_MASS - m_lepton + distance for distance in RHO_DISTANCES}
    edges = sorted({low, high} | {edge for edge in inside if low < edge < high})
    return [(left, right) for left, right in pairwise(edges) if right > left]


def _build(m_lepton: float, left: bool, rho: bool) -> dict[str, NDArray[np.float64]]:
    nodes = chebyshev_nodes(MASS_NODES)
    channels = LEFT_CHANNELS if left else RIGHT_CHANNELS
    pieces = [(channel, *piece) for channel in channels for piece in _pieces(channel, m_lepton)]
    pion = np.empty((len(pieces), PION_LN_T.size, MASS_NODES))
    for values, (channel, low, high) in zip(pion, pieces, strict=True):
        fill_pion(values, channel, low + (high - low) * nodes, PION_LN_T, m_lepton, left, rho)
    edges = np.array([0.0, m_lepton, LARGEST_MASS])
    quark = np.empty((2, QUARK_LN_T.size, MASS_NODES))
    for values, low, high in zip(quark, edges[:-1], edges[1:], strict=True):
        fill_quark(values, low + (high - low) * nodes, QUARK_LN_T, m_lepton, left)
    return {"pieces": np.array(pieces, dtype=np.float64), "pion": pion, "edges": edges, "quark": quark}


@lru_cache(maxsize=8)
def rate_table(lepton: str, chirality: str, pion_form_factor: str = "rho") -> RateTable:
    """Return the rate table of a lepton and chirality, building it at first use (some seconds).

    The vector current of two pions carries their form factor ("rho") or that of point particles ("none").
    """
    # The scalar operator has no such current.
    rho = pion_form_factor == "rho" and chirality == "R"
    arrays = cached_arrays(
        f"lepton-pion-{lepton}-{chirality}" + "-rho" * rho,
        lambda: _build(LEPTON_MASSES[lepton], chirality == "L", rho),
        f"relicfit: tabulating the thermal rates of χ coupled to {lepton}_{chirality} π (once, some seconds)",
    )
    pieces, edges = arrays["pieces"], arrays["edges"]
    return RateTable(
        pieces[:, 0].astype(np.int64),
        np.ascontiguousarray(pieces[:, 1]),
        np.ascontiguousarray(pieces[:, 2]),
        arrays["pion"],
        edges[:-1].copy(),
        edges[1:].copy(),
        arrays["quark"],
        chebyshev_nodes(MASS_NODES),
        chebyshev_weights(MASS_NODES),
    )


@kernel
def interpolation_weights(table, position):
    """Return the weights (MASS_NODES,) of the Chebyshev interpolant at a position in [0, 1]."""
    weights = np.empty(table.nodes.shape[0])
    total = 0.0
    node = -1
    for j in range(weights.shape[0]):
        distance = position - table.nodes[j]
        if distance == 0.0:
            # Everything is at this node; no division, so that no warning reaches a caller.
            node = j
            distance = 1.0
        weights[j] = table.weights[j] / distance
        total += weights[j]
    for j in range(weights.shape[0]):
        if node >= 0:
            weights[j] = 1.0 if j == node else 0.0
        else:
            weights[j] /= total
    return weights


@kernel
def fade(distance):
    """Return 1 at zero, falling to 0 at one with vanishing slope at both ends."""
    if distance >= 1.0:
        return 0.0
    return 1.0 - distance * distance * (3.0 - 2.0 * distance)


@kernel
def ln_density_eq(states, mass, ln_temperature):
    """Return ln(n_eq e^{M/T}) of Maxwell-Boltzmann particles."""
    x = mass * math.exp(-ln_temperature)
    return math.log(states / (2.0 * math.pi**2)) + 3.0 * ln_temperature + ln_x2_k2_scaled(x)


@kernel
def add_decays(widths, start, mass, m_lepton, left):
    """Add the thermal width of every open decay at each temperature of the pion grid, from an index on."""
    from_pion = 2.0 * width_pion_to_chi(mass, m_lepton, left)
    from_lepton = 4.0 * width_lepton_to_chi(mass, m_lepton, left)
    from_neutral = 2.0 * width_neutral_pion_to_chi(mass, left)
    own = width_chi_to_lepton_pion(mass, m_lepton, left) + width_chi_to_neutrino_pion(mass, left)
    if from_pion + from_lepton + from_neutral + own == 0.0:
        return
    for i in range(start, widths.shape[0]):
        temperature = math.exp(PION_LN_T[i])
        ln_density = ln_density_eq(4.0, mass, PION_LN_T[i])
        total = own * ratio_k1_k2(mass / temperature) if own > 0.0 else 0.0
        for width, parent in (
            (from_pion, PION_MASS),
            (from_lepton, m_lepton),
            (from_neutral, NEUTRAL_PION_MASS),
        ):
            if width > 0.0:
                scaled = (
                    width * parent**2 * temperature * k1_scaled(parent / temperature) / (2.0 * math.pi**2)
                )
                total += scaled * math.exp((mass - parent) / temperature - ln_density)
        widths[i] += total


@kernel
def decay_share(ln_widths, mass, m_lepton, left):
    """Return which part of the rates on the pion grid decays are; held below where rates are continued.

    ``ln_widths`` are those of `pion_widths`.
    """
    share = np.zeros(PION_LN_T.shape[0])
    start = 0 if lacking_energy(mass, m_lepton, left) < COLD_GAP else FIRST_WARM
    add_decays(share, start, mass, m_lepton, left)
    for i in range(start, share.shape[0]):
        share[i] = min(share[i] * math.exp(-ln_widths[i]), 1.0)
    share[:start] = share[start]
    return share


@kernel
def pion_widths(table, mass, m_lepton, left):
    """Return ln(Γ_T/C²) of a Dirac χ on the pion grid, Γ_T = γ/n_eq summed over channels.

    Below T = 1 MeV it is the continued Boltzmann factor, unless so little energy is lacking that it counts.
    """
    widths = np.zeros(PION_LN_T.shape[0])
    start = 0 if lacking_energy(mass, m_lepton, left) < COLD_GAP else FIRST_WARM
    low, high = closed_window(m_lepton)
    ln_densities = np.empty(widths.shape[0])
    for i in range(start, widths.shape[0]):
        ln_densities[i] = ln_density_eq(4.0, mass, PION_LN_T[i])
    for piece in range(table.pion_channel.shape[0]):
        channel = table.pion_channel[piece]
        here, share = mass, 1.0
        if channel <= 2:
            here = min(max(mass, low), high)
            share = fade(abs(mass - here) / (FADE_WIDTH * here))
        first = piece == 0 or table.pion_channel[piece - 1] != channel
        above_low = here > table.pion_low[piece] or (first and here == table.pion_low[piece])
        if share == 0.0 or not above_low or here > table.pion_high[piece]:
            continue
        position = (here - table.pion_low[piece]) / (table.pion_high[piece] - table.pion_low[piece])
        weights = interpolation_weights(table, position)
        gap = here - smallest_energy(channel, here, m_lepton)
        for i in range(start, widths.shape[0]):
            value = 0.0
            for j in range(weights.shape[0]):
                value += weights[j] * table.pion[piece, i, j]
            ln_density = ln_densities[i] if here == mass else ln_density_eq(4.0, here, PION_LN_T[i])
            widths[i] += share * math.exp(value + gap * INVERSE_PION_T[i] - ln_density)
    add_decays(widths, start, mass, m_lepton, left)
    for i in range(start, widths.shape[0]):
        widths[i] = math.log(max(widths[i], SMALLEST_RATE))
    if start > 0:
        continue_below(widths, start)
    return widths


@kernel
def continue_below(widths, start):
    """Continue logarithms of widths below an index of the pion grid, linearly in 1/T."""
    first, second = math.exp(-PION_LN_T[start]), math.exp(-PION_LN_T[start + 1])
    slope = (widths[start] - widths[start + 1]) / (first - second)
    for i in range(start):
        widths[i] = widths[start] + slope * (math.exp(-PION_LN_T[i]) - first)


@kernel
def quark_widths(table, mass):
    """Return ln(Γ_T/C²) of a Dirac χ on the quark grid."""
    piece = 0 if mass <= table.quark_high[0] else 1
    position = (mass - table.quark_low[piece]) / (table.quark_high[piece] - table.quark_low[piece])
    weights = interpolation_weights(table, position)
    widths = np.empty(QUARK_LN_T.shape[0])
    for i in range(widths.shape[0]):
        value = 0.0
        for j in range(weights.shape[0]):
            value += weights[j] * table.quark[piece, i, j]
        widths[i] = value + 8.0 * QUARK_LN_T[i] - ln_density_eq(4.0, mass, QUARK_LN_T[i])
    return widths


@kernel
def cubic_cell(last, position):
    """Return the cell of a position on a grid of nodes 0 to ``last``, and the weights of the four nodes around it.

    Before and beyond the grid the position is that of its end.
    """
    here = min(max(position, 0.0), float(last))
    cell = min(max(int(here), 1), last - 2)
    t = here - cell
    first = -t * (t - 1.0) * (t - 2.0) / 6.0
    second = 0.5 * (t + 1.0) * (t - 1.0) * (t - 2.0)
    third = -0.5 * (t + 1.0) * t * (t - 2.0)
    return cell, first, second, third, (t + 1.0) * t * (t - 1.0) / 6.0


@kernel
def cubic_at(values, start, x):
    """Return the cubic through the four nearest values of a grid of spacing LN_T_STEP; beyond it the end value."""
    cell, first, second, third, fourth = cubic_cell(values.shape[0] - 1, (x - start) / LN_T_STEP)
    return (
        first * values[cell - 1]
        + second * values[cell]
        + third * values[cell + 1]
        + fourth * values[cell + 2]
    )
