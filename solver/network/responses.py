"""The derivatives of yields and charges by the logarithms of parameters, from the matrix of the stage itself."""

from __future__ import annotations

from ..numerics.kernel import kernel
from .linear import factorise, substitute
from .rates import product_of, set_matrix, strength

__all__ = ["solve_responses"]


@kernel
def solve_responses(network, point, g, known, z, s, order, change):
    """Solve for the derivatives of yields and charges by the logarithms of parameters, with the same matrix."""
    processes, solved = network.nu.shape
    charges = network.source.shape[0]
    v = z[:solved]
    set_matrix(network, g, v, s)
    if not factorise(s.matrix, order):
        return False
    for k in range(network.powers.shape[0]):
        first = (k + 1) * (solved + charges)
        for i in range(solved):
            total = known[first + i]
            for p in range(processes):
                total += g * network.nu[p, i] * s.per_unit[i] * network.powers[k, p] * s.flux[p]
            s.residual[i] = total
        substitute(s.matrix, order, s.residual, change)
        for i in range(solved):
            z[first + i] = change[i]
        for m in range(charges):
            loss, driven = charge_response(network, point, k, m, z, s, change)
            z[first + solved + m] = (known[first + solved + m] + g * driven) / (1.0 + g * loss)
    return True


@kernel
def charge_response(network, point, k, m, z, s, change):
    """Return the loss of a charge, and what drives its derivative given those of the yields."""
    processes, solved = network.nu.shape
    loss, driven = s.dilution[0], 0.0
    for w in range(network.terms.shape[0]):
        if network.terms[w, 0] == m:
            rate = strength(network, w, z, s)
            loss += rate
            driven -= network.powers[k, processes + w] * rate * z[solved + m]
            j = network.terms[w, 1]
            if j >= 0:
                driven -= s.washout[w] / s.per_unit[j] * change[j] * z[solved + m]
    for p in range(processes):
        if network.source[m, p] == 0.0:
            continue
        moved = network.powers[k, p] * s.flux[p]
        for position in range(3):
            a = network.ins[p, position]
            if a >= 0:
                moved += product_of(s.forward[p], network.ins[p], z, position) * change[a]
            a = network.outs[p, position]
            if a >= 0:
                moved -= product_of(s.backward[p], network.outs[p], z, position) * change[a]
        driven += network.source[m, p] * point.epsilon[p] * moved
    return loss, driven
