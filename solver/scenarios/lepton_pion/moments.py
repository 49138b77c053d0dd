"""The momenta of χ today, and what statistics did to its abundance, from a trajectory of the yield.

N_n = Y ⟨yⁿ⟩ obeys dN_n/dx = s_n - (s_n/N_n,eq) N_n in x = -ln T, with the source s_n of the yield weighted with
⟨qⁿ⟩ dⁿ: exact in freeze-in far from equilibrium and in equilibrium, a closure in between. The same equation with the
weight 1/K and the equilibrium of Maxwell and Boltzmann gives the abundance without quantum statistics.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...momentum.carried import cooled
from ...momentum.equilibrium import classical_momenta, fermi_momenta
from ...momentum.warmness import UNKNOWN_MOMENTUM
from ...numerics.kernel import kernel
from ...numerics.tables import lookup2, lookup_third
from .evolution import SHALLOW, ln_contact_width, ln_thermal_width, quark_share, thermal_yield
from .rates import LN_T_STEP, PION_LN_T, QUARK_LN_T

__all__ = ["LEAST_MOMENT", "SourceMomenta", "momenta_today"]

# Of the depth of a cell: below, nothing is lost.
SMALLEST_DEPTH = 1e-6
# Of all that is produced: cells that add less are left out, some 1e-4 together.
LEAST_SHARE = 1e-6
LEAST_MOMENT = 1e-280


class SourceMomenta(NamedTuple):
    """Hold the momenta that the contact operator gives to χ.

    Attributes
    ----------
    pion, quark : (3, temperatures) arrays
        ln K, ⟨q⟩ d and ⟨q²⟩ d² on the grids of the rates.
    """

    pion: np.ndarray
    quark: np.ndarray


@kernel
def weights_on(grid, start, ln_t):
    """Return ln K, ⟨q⟩ d, ⟨q²⟩ d² at ln T, linear between the nodes of a grid and held beyond."""
    last = grid.shape[1] - 1
    position = min(max((ln_t - start) / LN_T_STEP, 0.0), float(last))
    cell = min(int(position), last - 1)
    t = position - cell
    return (
        grid[0, cell] + t * (grid[0, cell + 1] - grid[0, cell]),
        grid[1, cell] + t * (grid[1, cell + 1] - grid[1, cell]),
        grid[2, cell] + t * (grid[2, cell + 1] - grid[2, cell]),
    )


@kernel
def contact_weights(production, momenta, ln_t, cosmology):
    """Return 1/K, ⟨q⟩ d and ⟨q²⟩ d² of the contact operator."""
    share = quark_share(production, ln_t)
    ln_k, first, second = 0.0, 0.0, 0.0
    if share < 1.0:
        ln_k, first, second = weights_on(momenta.pion, PION_LN_T[0], ln_t)
    if share > 0.0:
        ln_q, hot_1, hot_2 = weights_on(momenta.quark, QUARK_LN_T[0], ln_t)
        hottest = QUARK_LN_T[-1]
        if ln_t > hottest:
            cooler = cooled(cosmology, ln_t) / cooled(cosmology, hottest)
            hot_1, hot_2 = hot_1 * cooler, hot_2 * cooler * cooler
        ln_k += share * (ln_q - ln_k)
        first += share * (hot_1 - first)
        second += share * (hot_2 - second)
    return math.exp(-ln_k), first, second


@kernel
def source_weights(production, momenta, ln_t, cosmology):
    """Return 1/K, ⟨q⟩ d and ⟨q²⟩ d² of the whole source at ln T."""
    contact = ln_t <= production.ln_hottest_quark
    if production.ln_mediator == -math.inf:
        return contact_weights(production, momenta, ln_t, cosmology)
    ln_z = production.ln_mediator_mass - ln_t
    ln_k, decay_1 = lookup2(production.decay_momenta, ln_z)
    decay_2 = lookup_third(production.decay_momenta, ln_z)
    d = cooled(cosmology, ln_t)
    inverse, decay_1, decay_2 = math.exp(-ln_k), decay_1 * d, decay_2 * d * d
    if not contact:
        return inverse, decay_1, decay_2
    # ln Γ_T/C² of the contact operator against all: its share of the source.
    _, _, ln_density, _, ln_share = thermal_yield(production, ln_t, cosmology)
    ln_contact = ln_contact_width(production, ln_t) + production.ln_strength - ln_share
    total = ln_thermal_width(production, ln_t, ln_density, ln_share)
    share = math.exp(ln_contact - total)
    inverse_c, contact_1, contact_2 = contact_weights(production, momenta, ln_t, cosmology)
    return (
        inverse + share * (inverse_c - inverse),
        decay_1 + share * (contact_1 - decay_1),
        decay_2 + share * (contact_2 - decay_2),
    )


@kernel
def fill_equilibrium(out, production, ln_t, cosmology):
    """Fill the equilibrium values of Y without quantum statistics, N₁, N₂ and Y at ln T."""
    ln_yield, _, _, _, ln_share = thermal_yield(production, ln_t, cosmology)
    z = production.mass * math.exp(-ln_t)
    mean, square = fermi_momenta(z) if production.fermi else classical_momenta(z)
    d = cooled(cosmology, ln_t)
    value = math.exp(ln_yield)
    out[0] = value * math.exp(-ln_share)
    out[1] = value * mean * d
    out[2] = value * square * d * d
    out[3] = value


@kernel
def momenta_today(production, momenta, thermal, record, rows, cosmology, trail):
    """Return ⟨y⟩, ⟨y²⟩ and the factor of quantum statistics on Y, from a trajectory of `decouple`.

    Parameters
    ----------
    momenta : SourceMomenta
    record : (cells + 1, `RECORDED`) array
        Of which the first ``rows`` are used.
    trail : (m, 3) array
        Every row that fits receives Y, N₁ and N₂; one without rows records nothing.
    """
    found, hot, cold = np.zeros(4), np.empty(4), np.empty(4)
    weights, ratio = np.ones(4), np.empty(4)
    if thermal:
        fill_equilibrium(found, production, record[0, 0], cosmology)
    at_hot = -1
    total = 0.0
    for row in range(1, min(rows, record.shape[0])):
        total += record[row, 3]
    for row in range(1, min(rows, record.shape[0])):
        if row <= trail.shape[0]:
            trail[row - 1, 0], trail[row - 1, 1], trail[row - 1, 2] = found[3], found[1], found[2]
        depth, source = record[row, 2], record[row, 3]
        if depth < SMALLEST_DEPTH and source < LEAST_SHARE * total:
            continue
        middle = 0.5 * (record[row - 1, 0] + record[row, 0])
        weights[0], weights[1], weights[2] = source_weights(production, momenta, middle, cosmology)
        if depth < SMALLEST_DEPTH:
            for n in range(4):
                found[n] += source * weights[n]
            continue
        if at_hot != row - 1:
            fill_equilibrium(hot, production, record[row - 1, 0], cosmology)
        fill_equilibrium(cold, production, record[row, 0], cosmology)
        at_hot = row
        if not cold[0] > LEAST_MOMENT:
            # Equilibrium has gone: all of them decay alike.
            for n in range(4):
                found[n] *= math.exp(-depth)
            hot, cold = cold, hot
            continue
        for n in range(4):
            # The rate at which N_n comes to its equilibrium, over that of Y.
            ratio[n] = weights[n] * math.sqrt(hot[3] / hot[n]) * math.sqrt(cold[3] / cold[n])
            own = depth * ratio[n]
            if depth < SHALLOW:
                found[n] = found[n] * math.exp(-own) + source * weights[n]
            else:
                kept = math.exp(-own)
                found[n] = cold[n] + (found[n] - hot[n]) * kept + (hot[n] - cold[n]) * (1.0 - kept) / own
        hot, cold = cold, hot
    if rows <= trail.shape[0]:
        trail[rows - 1, 0], trail[rows - 1, 1], trail[rows - 1, 2] = found[3], found[1], found[2]
    if not (found[3] > LEAST_MOMENT and found[0] > LEAST_MOMENT):
        # Nothing is left in double precision: it is as cold as at the end.
        return UNKNOWN_MOMENTUM, UNKNOWN_MOMENTUM * UNKNOWN_MOMENTUM, 1.0
    return found[1] / found[3], found[2] / found[3], found[3] / found[0]
