"""The rates of a network at one temperature, in the units of the yields as they are followed.

Arrays go from kernel to kernel one by one, and nothing takes a slice of them: packed or cut, they cost several times
the arithmetic of a stage.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numerics.exponential import fast_exp
from ..numerics.kernel import kernel
from .tables import LN_ZERO

__all__ = ["Network", "set_coefficients", "set_fluxes", "strength"]

# A reaction whose participants are all near equilibrium is slowed down to this many times the expansion: this
# changes nothing above 1e-9 and keeps conserved sums in double precision.
LN_CEILING = math.log(1e9)

# Columns of ``sides``: solved reactants, solved products, their numbers, whether the inverse runs.
IN, OUT, INS, OUTS, REVERSIBLE = 0, 3, 6, 7, 8
# Rows of the array over species: whether the yield is followed as such (1) or over equilibrium (0), ln Y_eq, its
# slope, the reciprocal of the unit, and two rows for linear equations.
PLAIN, LN_EQ, TREND, PER_UNIT, RESIDUAL, CHANGE = range(6)
SPECIES_ROWS = 6
# Rows of the array over processes.
FORWARD, BACKWARD, FLUX = range(3)


class Network(NamedTuple):
    """Hold the arrays of `relicfit.solver.network.topology.Topology` that the engine reads.

    Attributes
    ----------
    sides : (P, 9) int array
        Columns as named in this module.
    nu : (P, N), conserved : (L, N), source : (M, P), terms : (W, 2), powers : (K, P + W) arrays
    plain : (N,) bool array
    quadratic : bool
        Whether one species is solved, with at most two of it on a side.
    """

    sides: NDArray[np.int64]
    nu: NDArray[np.float64]
    conserved: NDArray[np.float64]
    source: NDArray[np.float64]
    terms: NDArray[np.int64]
    powers: NDArray[np.float64]
    plain: NDArray[np.bool_]
    quadratic: bool


@kernel
def set_coefficients(sides, table, masses, shifts, offsets, u0, width, u, species, rates, washing):
    """Set equilibrium and rate coefficients at u = ln(1/T).

    Parameters
    ----------
    sides : (P, 9) array
    table : (cells, 4 C) array
        From u0 on, in cells of a width.
    masses : (N,), shifts : (P + W,) arrays
        What the tables have taken off logarithms, times T.
    offsets : (P + W,) array
        What is added to logarithms of rates.
    u0, width, u : float
    species : (6, N), rates : (3, P) arrays
    washing : (W + 1,) array
        The washouts over H, and dlnS/du last.
    """
    processes = sides.shape[0]
    solved = masses.size
    position = (u - u0) / width
    cell = min(max(int(position), 0), table.shape[0] - 1)
    t = position - cell
    per_t = math.exp(u)
    washouts = washing.size - 1
    washing[washouts] = table[cell, 0] + t * (table[cell, 1] + t * (table[cell, 2] + t * table[cell, 3]))
    for j in range(solved):
        c = 4 * (1 + j)
        kinetic = masses[j] * per_t
        first, second, third = table[cell, c + 1], table[cell, c + 2], table[cell, c + 3]
        species[LN_EQ, j] = table[cell, c] + t * (first + t * (second + t * third)) - kinetic
        species[TREND, j] = (first + t * (2.0 * second + 3.0 * t * third)) / width - kinetic
        species[PER_UNIT, j] = 1.0 if species[PLAIN, j] > 0.0 else fast_exp(-species[LN_EQ, j])
    for p in range(processes):
        c = 4 * (1 + solved + p)
        ln_k = table[cell, c] + t * (table[cell, c + 1] + t * (table[cell, c + 2] + t * table[cell, c + 3]))
        if ln_k <= 0.5 * LN_ZERO:
            rates[FORWARD, p] = 0.0
            rates[BACKWARD, p] = 0.0
            continue
        ln_k += offsets[p] - shifts[p] * per_t
        forward, backward = ln_k, ln_k
        near = True
        largest = -np.inf
        for q in range(sides[p, INS]):
            a = sides[p, IN + q]
            ln_eq = species[LN_EQ, a]
            backward += ln_eq
            largest = max(largest, ln_eq)
            if species[PLAIN, a] > 0.0:
                near = False
            else:
                forward += ln_eq
        for q in range(sides[p, OUTS]):
            a = sides[p, OUT + q]
            ln_eq = species[LN_EQ, a]
            largest = max(largest, ln_eq)
            if species[PLAIN, a] > 0.0:
                near = False
                backward -= ln_eq
        if near:
            lowered = max(0.0, forward - largest - LN_CEILING)
            forward -= lowered
            backward -= lowered
        rates[FORWARD, p] = fast_exp(forward)
        if sides[p, REVERSIBLE] == 0:
            rates[BACKWARD, p] = 0.0
        else:
            rates[BACKWARD, p] = rates[FORWARD, p] if backward == forward else fast_exp(backward)
    for w in range(washouts):
        c = 4 * (1 + solved + processes + w)
        ln_w = table[cell, c] + t * (table[cell, c + 1] + t * (table[cell, c + 2] + t * table[cell, c + 3]))
        if ln_w <= 0.5 * LN_ZERO:
            washing[w] = 0.0
        else:
            washing[w] = fast_exp(ln_w + offsets[processes + w] - shifts[processes + w] * per_t)
    return


@kernel
def set_fluxes(sides, z, rates):
    """Set the net flux of every reaction."""
    for p in range(sides.shape[0]):
        forward, backward = rates[FORWARD, p], rates[BACKWARD, p]
        for q in range(sides[p, INS]):
            forward *= z[sides[p, IN + q]]
        for q in range(sides[p, OUTS]):
            backward *= z[sides[p, OUT + q]]
        rates[FLUX, p] = forward - backward
    return


@kernel
def strength(terms, w, z, species, washing):
    """Return the rate of one washout over the expansion."""
    j = terms[w, 1]
    return washing[w] if j < 0 else washing[w] * z[j] / species[PER_UNIT, j]
