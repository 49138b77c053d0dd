"""The tables that the engine reads: all columns of a point as cubic pieces on one uniform grid in u = ln(1/T).

Columns: dlnS/du, then ln Y_eq + m/T of every solved species, then ln k + t/T of every process, then
ln W + t/T of every washout. What is subtracted leaves smooth functions. k and W
hold the clock -dt/dlnT, so that the engine knows no cosmology.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..cosmology import cosmology_at
from ..numerics.bessel import k2_and_ratio
from ..numerics.kernel import kernel
from ..numerics.quadrature import gauss_legendre
from .grid import PADDING

__all__ = ["LN_ZERO", "Recipe", "build_columns", "equilibrium_curves"]

# The logarithm of a rate that is zero.
LN_ZERO = -1e5
# A rate that ends at zero from below this has underflowed; from above it, it was switched off.
SMALLEST_EXPONENTIAL = 1e-200
# ∫ over energies of a quantum gas, with ε = w², to six times the width.
GAS_NODES, GAS_WEIGHTS = gauss_legendre(40)
GAS_END = 6.3


class Recipe(NamedTuple):
    """Hold how the rates of a network become coefficients of yields.

    Attributes
    ----------
    solved : int
    degrees, statistics : (all,) arrays
        Of all species; the nameless bath, which is last, has no density.
    species_power : (P, all) array
        The power of Y_eq of each species in k.
    reactants : (P, N) array
        How often each solved species is among the reactants.
    entropy_power, ln_constant : (P,) arrays
    decaying : (P,) int array
        The reactant whose K₁/K₂ enters, -1 for none.
    by_process : (W,) int array
    carriers : (W,) array
    """

    solved: int
    degrees: NDArray[np.float64]
    statistics: NDArray[np.int64]
    species_power: NDArray[np.float64]
    reactants: NDArray[np.float64]
    entropy_power: NDArray[np.float64]
    ln_constant: NDArray[np.float64]
    decaying: NDArray[np.int64]
    by_process: NDArray[np.int64]
    carriers: NDArray[np.float64]


@kernel
def ln_scaled_density(degrees, statistics, x):
    """Return ln(n eˣ/T³) and K₁/K₂ of a gas of particles with x = m/T."""
    k2, ratio = k2_and_ratio(x, math.log(x))
    if statistics == 0:
        return math.log(degrees * 0.5 / math.pi**2 * k2), ratio
    total = 0.0
    fading = math.exp(-x)
    for i in range(GAS_NODES.size):
        w = GAS_END * GAS_NODES[i]
        kinetic = w * w
        momentum = math.sqrt(kinetic * (kinetic + 2.0 * x))
        boltzmann = math.exp(-kinetic)
        occupied = boltzmann / (1.0 + statistics * fading * boltzmann)
        total += GAS_WEIGHTS[i] * 2.0 * w * momentum * (kinetic + x) * occupied
    return math.log(degrees * 0.5 / math.pi**2 * GAS_END * total), ratio


@kernel
def ln_rate(raw, values):
    """Write the logarithm of a rate along the grid; NaN where it is negative or no number."""
    last = 0.0
    for g in range(raw.size):
        value = raw[g]
        if value > 0.0 and value < np.inf:
            values[g] = math.log(value)
        elif value == 0.0:
            # 1 marks where an underflow is to be continued.
            values[g] = 1.0 if 0.0 < last < SMALLEST_EXPONENTIAL else LN_ZERO
        else:
            values[g] = math.nan
        if value > 0.0:
            last = value
        elif values[g] == LN_ZERO:
            last = 0.0
    return


@kernel
def add_pieces(values, column, coefficients):
    """Write a function on the grid as cubic pieces with slopes of fourth order, local to a few nodes."""
    for cell in range(coefficients.shape[0]):
        g = cell + PADDING
        low, high = values[g], values[g + 1]
        before = (values[g - 2] - values[g + 2] + 8.0 * (values[g + 1] - values[g - 1])) / 12.0
        after = (values[g - 1] - values[g + 3] + 8.0 * (values[g + 2] - values[g])) / 12.0
        if low == LN_ZERO or high == LN_ZERO:
            low = high = LN_ZERO
            before = after = 0.0
        elif values[g - 2] == LN_ZERO or values[g - 1] == LN_ZERO or values[g + 2] == LN_ZERO:
            before = after = high - low
        elif values[g + 3] == LN_ZERO:
            after = high - low
        rise = high - low
        coefficients[cell, 4 * column] = low
        coefficients[cell, 4 * column + 1] = before
        coefficients[cell, 4 * column + 2] = 3.0 * rise - 2.0 * before - after
        coefficients[cell, 4 * column + 3] = before + after - 2.0 * rise
    return


@kernel
def build_columns(
    recipe, cosmology, u0, step, masses, heaviest, raw, washing, factor, dilution, coefficients
):
    """Build the table of one point.

    Parameters
    ----------
    recipe : Recipe
    cosmology : Table
    u0, step : float
        ln(1/T) at the first node, `PADDING` nodes before the first cell, and between two nodes.
    masses : (all,) array
    heaviest : (P, 2) array
        The larger sum of masses of the two sides of each process, and of its solved reactants.
    raw, washing : (P, m), (W, m) arrays
        The rates as the user states them.
    factor, dilution : (m,) arrays
        From `relicfit.solver.network.expansion.history`.
    coefficients : (cells, 4 C) array
        Filled.

    Returns
    -------
    bool
        False where a rate is negative or no number.
    """
    nodes = factor.size
    processes, everything = recipe.species_power.shape
    solved = recipe.solved
    ln_n = np.empty((everything, nodes))
    ratio = np.empty((everything, nodes))
    ln_clock, ln_s, per_t = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    values = np.empty(nodes)
    for g in range(nodes):
        u = u0 + step * g
        per_t[g] = math.exp(u)
        hubble, entropy, inverse_z = cosmology_at(cosmology, -u)
        ln_clock[g] = math.log(inverse_z / hubble * factor[g]) + 2.0 * u
        ln_s[g] = math.log(entropy) - 3.0 * u
        # Yields, without their exponential.
        for j in range(everything - 1):
            ln_n[j, g], ratio[j, g] = ln_scaled_density(
                recipe.degrees[j], recipe.statistics[j], masses[j] * per_t[g]
            )
            ln_n[j, g] -= math.log(entropy)
    add_pieces(dilution, 0, coefficients)
    for j in range(solved):
        add_pieces(ln_n[j], 1 + j, coefficients)
    good = True
    k = np.empty((processes, nodes))
    for p in range(processes):
        ln_rate(raw[p], values)
        shift = heaviest[p, 0] - heaviest[p, 1]
        for j in range(everything - 1):
            shift -= recipe.species_power[p, j] * masses[j]
        a = recipe.decaying[p]
        kept = LN_ZERO
        for g in range(nodes):
            value = values[g]
            if value == 1.0 and raw[p, g] == 0.0:
                k[p, g] = kept
                continue
            good &= value == value
            if value != LN_ZERO:
                value += recipe.ln_constant[p] + ln_clock[g] + recipe.entropy_power[p] * ln_s[g]
                for j in range(everything - 1):
                    if recipe.species_power[p, j] != 0.0:
                        value += recipe.species_power[p, j] * ln_n[j, g]
                if a >= 0:
                    value += math.log(ratio[a, g])
                value += shift * per_t[g]
            k[p, g] = value
            kept = value
        add_pieces(k[p], 1 + solved + p, coefficients)
    for w in range(recipe.carriers.size):
        p = recipe.by_process[w]
        ln_rate(washing[w], values)
        for g in range(nodes):
            if p >= 0:
                # γ/(2 n): k Π Y_eq times the entropy, over twice the density of carriers.
                value = k[p, g]
                if value != LN_ZERO:
                    for j in range(solved):
                        value += recipe.reactants[p, j] * ln_n[j, g]
                    value += ln_s[g] + 3.0 * (u0 + step * g) + math.log(0.5 * math.pi**2 / recipe.carriers[w])
            else:
                value = values[g]
                good &= value == value
                if value == 1.0 and washing[w, g] == 0.0:
                    value = LN_ZERO
                if value != LN_ZERO:
                    value += ln_clock[g]
            values[g] = value
        add_pieces(values, 1 + solved + processes + w, coefficients)
    return good


@kernel
def equilibrium_curves(solved, degrees, statistics, masses, u, cosmology):
    """Return the equilibrium yields (N, m) at u = ln(1/T), (m,)."""
    curves = np.empty((solved, u.size))
    for g in range(u.size):
        _, entropy, _ = cosmology_at(cosmology, -u[g])
        for j in range(solved):
            x = masses[j] * math.exp(u[g])
            ln_n, _ = ln_scaled_density(degrees[j], statistics[j], x)
            curves[j, g] = math.exp(ln_n - x) / entropy
    return curves
