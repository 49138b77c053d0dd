"""The implicit stage of a network: Newton with the exact Jacobian, or a quadratic; then charges and responses.

A yield is followed in units of its equilibrium value while near it, and plainly beyond; v is either. The net flux
of a reaction is k_f Π v_in - k_b Π v_out, with both coefficients in the units of v. The rates of a stage are
numbers fixed by its temperature, so the Jacobian costs products only.
"""

from __future__ import annotations

import math

import numpy as np

from ..numerics.kernel import kernel
from .rates import (
    BACKWARD,
    CHANGE,
    FLUX,
    FORWARD,
    IN,
    INS,
    OUT,
    OUTS,
    PER_UNIT,
    PLAIN,
    RESIDUAL,
    TREND,
    set_fluxes,
    strength,
)

__all__ = ["newton", "quadratic_stage", "set_charges", "set_matrix", "slopes"]

MOST_ITERATIONS = 12
SMALLEST = 1e-300


@kernel
def set_matrix(sides, nu, g, z, species, rates, washing, matrix):
    """Set 1 - g J."""
    solved = nu.shape[1]
    dilution = washing[washing.size - 1]
    for i in range(solved):
        for j in range(solved):
            matrix[i, j] = 0.0
        matrix[i, i] = 1.0 + g * (dilution + (0.0 if species[PLAIN, i] > 0.0 else species[TREND, i]))
    for p in range(sides.shape[0]):
        for q in range(sides[p, INS]):
            slope = g * rates[FORWARD, p]
            for r in range(sides[p, INS]):
                if r != q:
                    slope *= z[sides[p, IN + r]]
            for i in range(solved):
                if nu[p, i] != 0.0:
                    matrix[i, sides[p, IN + q]] -= nu[p, i] * species[PER_UNIT, i] * slope
        for q in range(sides[p, OUTS]):
            slope = g * rates[BACKWARD, p]
            for r in range(sides[p, OUTS]):
                if r != q:
                    slope *= z[sides[p, OUT + r]]
            for i in range(solved):
                if nu[p, i] != 0.0:
                    matrix[i, sides[p, OUT + q]] += nu[p, i] * species[PER_UNIT, i] * slope
    return


@kernel
def newton(sides, nu, g, known, z, species, rates, washing, matrix, closeness):
    """Solve v = known + g f(v) for the yields from those in z; return whether the last change was close.

    Everything stands in one loop, as calls would cost more than the arithmetic. Elimination needs no pivoting:
    every reaction adds to the diagonal of 1 - g J what it takes from elsewhere in the column.
    """
    processes, solved = nu.shape
    dilution = washing[washing.size - 1]
    for _ in range(MOST_ITERATIONS):
        for i in range(solved):
            fall = 1.0 + g * (dilution + (0.0 if species[PLAIN, i] > 0.0 else species[TREND, i]))
            for j in range(solved):
                matrix[i, j] = 0.0
            matrix[i, i] = fall
            species[RESIDUAL, i] = z[i] * fall - known[i]
        for p in range(processes):
            forward, backward = g * rates[FORWARD, p], g * rates[BACKWARD, p]
            for q in range(sides[p, INS]):
                slope = g * rates[FORWARD, p]
                for r in range(sides[p, INS]):
                    if r != q:
                        slope *= z[sides[p, IN + r]]
                forward *= z[sides[p, IN + q]]
                for i in range(solved):
                    matrix[i, sides[p, IN + q]] -= nu[p, i] * species[PER_UNIT, i] * slope
            for q in range(sides[p, OUTS]):
                slope = g * rates[BACKWARD, p]
                for r in range(sides[p, OUTS]):
                    if r != q:
                        slope *= z[sides[p, OUT + r]]
                backward *= z[sides[p, OUT + q]]
                for i in range(solved):
                    matrix[i, sides[p, OUT + q]] += nu[p, i] * species[PER_UNIT, i] * slope
            for i in range(solved):
                species[RESIDUAL, i] -= nu[p, i] * species[PER_UNIT, i] * (forward - backward)
        for c in range(solved - 1):
            for i in range(c + 1, solved):
                share = matrix[i, c] / matrix[c, c]
                for j in range(c + 1, solved):
                    matrix[i, j] -= share * matrix[c, j]
                species[RESIDUAL, i] -= share * species[RESIDUAL, c]
        largest = 0.0
        for i in range(solved - 1, -1, -1):
            change = species[RESIDUAL, i]
            for j in range(i + 1, solved):
                change -= matrix[i, j] * species[CHANGE, j]
            change /= matrix[i, i]
            species[CHANGE, i] = change
            z[i] -= change
            miss = abs(change) / (abs(z[i]) + SMALLEST)
            # A comparison with NaN is false, and would hide it.
            if not miss < np.inf:
                return False
            largest = max(largest, miss)
        if largest < closeness:
            return True
    return False


@kernel
def quadratic_stage(sides, nu, g, known, species, rates, washing):
    """Return the positive solution where one species is solved and at most two of it stand on a side."""
    trend = 0.0 if species[PLAIN, 0] > 0.0 else species[TREND, 0]
    alpha, beta, c = 0.0, 1.0 + g * (washing[washing.size - 1] + trend), known
    for p in range(sides.shape[0]):
        gain = g * nu[p, 0] * species[PER_UNIT, 0]
        for side in range(2):
            rate = gain * rates[FORWARD, p] if side == 0 else -gain * rates[BACKWARD, p]
            count = sides[p, INS + side]
            if count == 2:
                alpha -= rate
            elif count == 1:
                beta -= rate
            else:
                c += rate
    discriminant = beta * beta + 4.0 * alpha * c
    if not discriminant >= 0.0:
        return math.nan
    root = math.sqrt(discriminant)
    if beta < 0.0 and alpha > 0.0:
        return (root - beta) / (2.0 * alpha)
    return 2.0 * c / (beta + root) if beta + root > 0.0 else math.nan


@kernel
def set_charges(source, terms, epsilon, g, known, z, solved, species, rates, washing):
    """Solve for the charges at the yields in z, whose fluxes are set."""
    for m in range(source.shape[0]):
        loss = washing[washing.size - 1]
        for w in range(terms.shape[0]):
            if terms[w, 0] == m:
                loss += strength(terms, w, z, species, washing)
        made = 0.0
        for p in range(epsilon.size):
            made += source[m, p] * epsilon[p] * rates[FLUX, p]
        z[solved + m] = (known[solved + m] + g * made) / (1.0 + g * loss)
    return


@kernel
def slopes(sides, nu, source, powers, epsilon, z, species, rates, washing, k):
    """Write the slopes at the start, where charges and responses are zero, into the first row of k."""
    processes, solved = nu.shape
    charges = source.shape[0]
    set_fluxes(sides, z, rates)
    for i in range(solved):
        fall = washing[washing.size - 1] + (0.0 if species[PLAIN, i] > 0.0 else species[TREND, i])
        k[0, i] = -fall * z[i]
        for p in range(processes):
            gain = nu[p, i] * species[PER_UNIT, i] * rates[FLUX, p]
            k[0, i] += gain
            for n in range(powers.shape[0]):
                k[0, (n + 1) * (solved + charges) + i] += powers[n, p] * gain
    for m in range(charges):
        for p in range(processes):
            made = source[m, p] * epsilon[p] * rates[FLUX, p]
            k[0, solved + m] += made
            for n in range(powers.shape[0]):
                k[0, (n + 1) * (solved + charges) + solved + m] += powers[n, p] * made
    return
