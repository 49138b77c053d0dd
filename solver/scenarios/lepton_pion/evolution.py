"""The exact abundance: the Boltzmann equation of thermal decays is linear, so quadrature solves it.

arXiv:2111.14808, eq. (2.1) without annihilations, in u = ln T with k = Γ_T/(H Z):

    dY/du = k (Y - Yeq).

With quantum statistics Γ_T = γ/n_eq has their factor K in γ, and χ in equilibrium is a Fermi gas.

Over a cell of temperature, with G = ∫ k du, the yield at its cold end is
Y e^{-G} + ∫ du k Yeq e^{-G(u)} = Yeq + (Y - Yeq) e^{-G} + ∫ du (dYeq/du) e^{-G(u)}:
the first form has no cancellation far from equilibrium, the second none close to it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...cosmology import cosmology_at
from ...momentum.equilibrium import fermi_share
from ...numerics.bessel import k2_and_ratio
from ...numerics.kernel import kernel
from ...numerics.tables import Table, lookup1
from .densities import lacking_energy
from .rates import COLD_GAP, COLD_START, PION_COLDEST, PION_LN_T, QUARK_LN_T, cubic_at

__all__ = [
    "GAUSS_NODES",
    "JOIN_HALF_WIDTH",
    "RECORDED",
    "SHALLOW",
    "Production",
    "coldest_temperature",
    "decouple",
    "ln_thermal_width",
    "quark_share",
    "relaxed",
    "thermal_yield",
    "yield_eq",
]

# Of every cell: ln T and Y at its cold end, its depth, and what it added to Y if it is shallow.
RECORDED = 4

# The share of the expansion rate at which a reaction that lacks little energy has vanished.
VANISHED_RATE = 1e-6
LN_COLD_START = math.log(COLD_START) - 1e-9
# The largest cells in ln T among pions, where rates fall exponentially, and among quarks; three Gauss nodes
# then give 1e-5.
LARGEST_CELL = 0.05
LARGEST_HOT_CELL = 0.1
# Below this depth of a cell its source is added as it stands, and below the second nothing of it is lost again.
SHALLOW = 0.1
TRANSPARENT = 1e-7
# The half-width in ln T over which the option "smooth" joins pions to quarks.
JOIN_HALF_WIDTH = 0.3

GAUSS_NODES = 0.5 + np.array([-0.5, 0.0, 0.5]) * math.sqrt(0.6)
GAUSS_WEIGHTS = np.array([5.0, 8.0, 5.0]) / 18.0
# The collocation matrix of the rule: the integral of the interpolating quadratic from 0 to each node.
_POWERS = np.arange(3)
COLLOCATION = (GAUSS_NODES[:, None] ** (_POWERS + 1) / (_POWERS + 1)) @ np.linalg.inv(
    GAUSS_NODES[:, None] ** _POWERS
)


class Production(NamedTuple):
    """Hold what the rate of one point is made of.

    Attributes
    ----------
    mass : float
        M in GeV.
    ln_mass : float
    ln_states : float
        ln(g/2π²) with g = 4 states of a Dirac χ (with its antiparticle), 2 of a Majorana one.
    ln_strength : float
        ln(4 C²/g) with C in GeV⁻²: γ does not depend on whether χ is its own antiparticle, n_eq does.
    pion, quark : arrays
        ln(Γ_T/C²) of a Dirac χ on the two grids.
    ln_transition : float
        ln of the temperature where pions give way to quarks.
    smooth : bool
        Whether they are joined smoothly.
    ln_hottest_quark : float
        ln T above which the contact operator is not used.
    ln_mediator : float
        ln(d_med Γ/2π²) of decays of a mediator into χ; -inf without them.
    ln_mediator_mass : float
        ln of its mass in GeV.
    fermi : bool
        Whether χ in equilibrium is a Fermi gas.
    decay_momenta : Table
        ln K, ⟨q⟩ and ⟨q²⟩ of decays of the mediator over ln(m/T).
    """

    mass: float
    ln_mass: float
    ln_states: float
    ln_strength: float
    pion: np.ndarray
    quark: np.ndarray
    ln_transition: float
    smooth: bool
    ln_hottest_quark: float
    ln_mediator: float
    ln_mediator_mass: float
    fermi: bool
    decay_momenta: Table


@kernel
def quark_share(production, ln_t):
    """Return 0 where pions are the degrees of freedom, 1 where quarks are, and between in a smooth join."""
    distance = ln_t - production.ln_transition
    if production.smooth and abs(distance) < JOIN_HALF_WIDTH:
        position = 0.5 * (distance / JOIN_HALF_WIDTH + 1.0)
        return position * position * (3.0 - 2.0 * position)
    return 1.0 if distance > 0.0 else 0.0


@kernel
def ln_contact_width(production, ln_t):
    """Return ln(Γ_T/C²) of the contact operator, of a Dirac χ: pions below the transition, quarks above."""
    share = quark_share(production, ln_t)
    if share < 1.0:
        cold = cubic_at(production.pion, PION_LN_T[0], ln_t)
        if share == 0.0:
            return cold
        return cold + share * (cubic_at(production.quark, QUARK_LN_T[0], ln_t) - cold)
    hottest = QUARK_LN_T[-1]
    if ln_t > hottest:
        # γ ∝ T⁸ over n_eq ∝ T³.
        return production.quark[-1] + 5.0 * (ln_t - hottest)
    return cubic_at(production.quark, QUARK_LN_T[0], ln_t)


@kernel
def ln_thermal_width(production, ln_t, ln_density, ln_share):
    """Return ln Γ_T of all processes at ln T, where ln n_eq and ln(n_eq/n_MB) are known; -inf without any."""
    width = -math.inf
    if ln_t <= production.ln_hottest_quark:
        width = ln_contact_width(production, ln_t) + production.ln_strength - ln_share
    if production.ln_mediator > -math.inf:
        ln_x = production.ln_mediator_mass - ln_t
        x = math.exp(ln_x)
        k2, ratio = k2_and_ratio(x, ln_x)
        decay = production.ln_mediator + 3.0 * ln_t + math.log(k2 * ratio) - x - ln_density
        decay += lookup1(production.decay_momenta, ln_x)
        width = decay if width == -math.inf else np.logaddexp(width, decay)
    return width


@kernel
def yield_of(mass, ln_mass, ln_states, ln_t, cosmology):
    """Return what `yield_eq` does, for ln M and ln(states/2π²)."""
    ln_x = ln_mass - ln_t
    x = math.exp(ln_x)
    k2, ratio = k2_and_ratio(x, ln_x)
    hubble, entropy, inverse_z = cosmology_at(cosmology, ln_t)
    ln_scaled = ln_states + math.log(k2) - x
    ln_yield = ln_scaled - math.log(entropy)
    slope = 3.0 + x * ratio - 3.0 * inverse_z
    inverse_t = x / mass
    return ln_yield, slope, ln_scaled + 3.0 * ln_t, inverse_z / hubble * (inverse_t * inverse_t)


@kernel
def yield_eq(mass, states, ln_t, cosmology):
    """Return ln Yeq, dln Yeq/dln T, ln n_eq and 1/(H Z) at ln T, of Maxwell-Boltzmann particles."""
    return yield_of(mass, math.log(mass), math.log(states / (2.0 * math.pi**2)), ln_t, cosmology)


@kernel
def thermal_yield(production, ln_t, cosmology):
    """Return what `yield_eq` does, with the statistics of χ, and ln(n_eq/n_MB)."""
    ln_yield, slope, ln_density, inverse_hz = yield_of(
        production.mass, production.ln_mass, production.ln_states, ln_t, cosmology
    )
    ln_share = 0.0
    if production.fermi:
        ln_share, rise = fermi_share(production.ln_mass - ln_t)
        slope -= rise
    return ln_yield + ln_share, slope, ln_density + ln_share, inverse_hz, ln_share


@kernel
def rate_over_hubble(production, ln_t, cosmology):
    """Return k = Γ_T/(H Z) at ln T."""
    _, _, ln_density, inverse_hz, ln_share = thermal_yield(production, ln_t, cosmology)
    return math.exp(ln_thermal_width(production, ln_t, ln_density, ln_share)) * inverse_hz


@kernel
def relaxed(value, weights, at_hot, at_cold):
    """Return what is left of a value at the cold end of a cell, its depth and its source.

    Parameters
    ----------
    value : float
        At the hot end.
    weights : (3, 3) array
        At the Gauss nodes of the cell: rate and slope of the equilibrium value times the size of the cell in rows 0
        and 2, the equilibrium value in row 1.
    at_hot, at_cold : float
        The equilibrium value at the ends.
    """
    rates, yields, slopes = weights[0], weights[1], weights[2]
    depth = 0.0
    source = 0.0
    drift = 0.0
    for i in range(3):
        depth += GAUSS_WEIGHTS[i] * rates[i]
        source += GAUSS_WEIGHTS[i] * rates[i] * yields[i]
    if depth < TRANSPARENT:
        return value * (1.0 - depth) + source, depth, source
    source = 0.0
    for i in range(3):
        here = 0.0
        for j in range(3):
            here += COLLOCATION[i, j] * rates[j]
        damped = GAUSS_WEIGHTS[i] * math.exp(-here)
        source += damped * rates[i] * yields[i]
        drift += damped * slopes[i]
    if depth < SHALLOW:
        return value * math.exp(-depth) + source, depth, source
    # Where equilibrium falls by much more than the depth, rounding may leave a tiny negative value.
    return max(at_cold + (value - at_hot) * math.exp(-depth) + drift, 0.0), depth, source


@kernel
def cross_cell(production, value, hot, cold, cosmology, nodes):
    """Return the yield at the cold end of a cell of ln T from that at the hot end, its depth and its source.

    ``nodes`` (3, 3) is room for rates, yields and slopes at the nodes.
    """
    size = hot - cold
    rates, yields, slopes = nodes[0], nodes[1], nodes[2]
    for i in range(3):
        ln_t = cold + size * GAUSS_NODES[i]
        ln_yield, slope, ln_density, inverse_hz, ln_share = thermal_yield(production, ln_t, cosmology)
        rates[i] = size * math.exp(ln_thermal_width(production, ln_t, ln_density, ln_share)) * inverse_hz
        yields[i] = math.exp(ln_yield)
        slopes[i] = size * slope * yields[i]
    # Where nearly nothing is lost the equilibrium at the ends is not asked for.
    at_hot, at_cold = 0.0, 0.0
    if max(rates[0], rates[1], rates[2]) >= SHALLOW:
        at_cold = math.exp(thermal_yield(production, cold, cosmology)[0])
        at_hot = math.exp(thermal_yield(production, hot, cosmology)[0])
    return relaxed(value, nodes, at_hot, at_cold)


@kernel
def coldest_temperature(mass, m_lepton, left):
    """Return the temperature (GeV) at which the evolution ends at the latest.

    At 1 MeV every rate has vanished but that of an open decay of χ, or of a reaction that lacks little energy.
    """
    return PION_COLDEST if lacking_energy(mass, m_lepton, left) < COLD_GAP else COLD_START


@kernel
def decouple(production, thermal, hottest, coldest, cosmology, record):
    """Return the yield at the temperature ``coldest`` (GeV), from equilibrium or from nothing at ``hottest``.

    Below 1 MeV it ends once the rate has vanished.
    Every row of ``record`` (cells + 1, `RECORDED`) that fits is filled on the way; a recorder without rows records
    nothing.
    """
    ln_t, ln_cold = math.log(hottest), math.log(coldest)
    nodes = np.empty((3, 3))
    value = 0.0
    if thermal:
        value = math.exp(thermal_yield(production, ln_t, cosmology)[0])
    # The rate jumps at the transition and where the contact operator sets in: cells end there.
    join = production.ln_transition + (JOIN_HALF_WIDTH if production.smooth else 0.0)
    breaks = (production.ln_hottest_quark, join, ln_cold)
    row = 0
    if record.shape[0] > 0:
        record[0, 0], record[0, 1] = ln_t, value
    for stop in breaks:
        if ln_t <= stop or stop < ln_cold:
            continue
        cells = math.ceil((ln_t - stop) / (LARGEST_CELL if stop == ln_cold else LARGEST_HOT_CELL))
        size = (ln_t - stop) / cells
        for cell in range(cells):
            cold = stop + size * (cells - 1 - cell)
            value, depth, source = cross_cell(production, value, cold + size, cold, cosmology, nodes)
            row += 1
            if row < record.shape[0]:
                record[row, 0], record[row, 1], record[row, 2], record[row, 3] = cold, value, depth, source
            if cold < LN_COLD_START and rate_over_hubble(production, cold, cosmology) < VANISHED_RATE:
                break
        ln_t = stop
    return value, row + 1
