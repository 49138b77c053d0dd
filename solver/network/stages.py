"""The implicit stage of a network: Newton with the exact Jacobian, or a quadratic; then charges and responses.

A yield is followed in units of its equilibrium value while near it, and plainly beyond; v is either. The net flux
of a reaction is k_f Π v_in - k_b Π v_out, with both coefficients in the units of v. The rates of a stage are
numbers fixed by its temperature, so the Jacobian costs products only.
"""

from __future__ import annotations

import math

import numpy as np

from ..numerics.kernel import kernel
from .linear import factorise, substitute
from .rates import decay_of, set_fluxes, set_matrix, strength
from .responses import solve_responses

__all__ = ["slopes", "solve_stage"]

MOST_ITERATIONS = 12
# The error after an iteration is about the square of its relative change.
NEWTON_TOLERANCE = 1e-6


@kernel
def quadratic_stage(network, g, known, s):
    """Return the positive solution where one species is solved and at most two of it stand on a side."""
    alpha, beta, c = 0.0, 1.0 + g * decay_of(s, 0), known
    for p in range(network.nu.shape[0]):
        gain = g * network.nu[p, 0] * s.per_unit[0]
        for side in range(2):
            count = 0
            for a in network.ins[p] if side == 0 else network.outs[p]:
                count += 1 if a >= 0 else 0
            rate = gain * s.forward[p] if side == 0 else -gain * s.backward[p]
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
def newton(network, g, known, v, s, order, change):
    """Solve v = known + g f(v) from the v given; return whether it converged."""
    solved = v.size
    for _ in range(MOST_ITERATIONS):
        set_fluxes(network, v, s)
        set_matrix(network, g, v, s)
        for i in range(solved):
            total = v[i] * (1.0 + g * decay_of(s, i)) - known[i]
            for p in range(network.nu.shape[0]):
                if network.nu[p, i] != 0.0:
                    total -= g * network.nu[p, i] * s.per_unit[i] * s.flux[p]
            s.residual[i] = total
        if not factorise(s.matrix, order):
            return False
        substitute(s.matrix, order, s.residual, change)
        largest = 0.0
        for i in range(solved):
            v[i] -= change[i]
            miss = abs(change[i]) / (abs(v[i]) + 1e-300)
            # A comparison with NaN is false, and would hide it.
            if not miss <= largest:
                largest = miss
        if not largest < np.inf:
            return False
        if largest < NEWTON_TOLERANCE:
            return True
    return False


@kernel
def solve_stage(network, point, g, known, z, s, order, change):
    """Solve z = known + g f(z) from the yields in z: yields, charges, and their responses; return success."""
    processes, solved = network.nu.shape
    charges = network.source.shape[0]
    v = z[:solved]
    if network.quadratic:
        v[0] = quadratic_stage(network, g, known[0], s)
        if not v[0] < np.inf:
            return False
    elif not newton(network, g, known[:solved], v, s, order, change):
        return False
    set_fluxes(network, v, s)
    for m in range(charges):
        loss = s.dilution[0]
        for w in range(network.terms.shape[0]):
            if network.terms[w, 0] == m:
                loss += strength(network, w, v, s)
        made = 0.0
        for p in range(processes):
            made += network.source[m, p] * point.epsilon[p] * s.flux[p]
        z[solved + m] = (known[solved + m] + g * made) / (1.0 + g * loss)
    if network.powers.shape[0]:
        return solve_responses(network, point, g, known, z, s, order, change)
    return True


@kernel
def slopes(network, point, z, s, result):
    """Write the slopes of yields and charges; those of the responses are zero at the start, where nothing reacted."""
    processes, solved = network.nu.shape
    v = z[:solved]
    set_fluxes(network, v, s)
    for i in range(result.size):
        result[i] = 0.0
    for i in range(solved):
        result[i] = -decay_of(s, i) * v[i]
        for p in range(processes):
            if network.nu[p, i] != 0.0:
                result[i] += network.nu[p, i] * s.per_unit[i] * s.flux[p]
    for m in range(network.source.shape[0]):
        for p in range(processes):
            result[solved + m] += network.source[m, p] * point.epsilon[p] * s.flux[p]
    for k in range(network.powers.shape[0]):
        first = (k + 1) * (solved + network.source.shape[0])
        for i in range(solved):
            for p in range(processes):
                result[first + i] += network.nu[p, i] * s.per_unit[i] * network.powers[k, p] * s.flux[p]
    return
