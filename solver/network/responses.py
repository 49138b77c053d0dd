"""The derivatives of yields and charges by the logarithms of parameters, from the matrix of the stage itself."""

from __future__ import annotations

from ..numerics.kernel import kernel
from ..numerics.linear import factorise, substitute
from .rates import BACKWARD, CHANGE, FLUX, FORWARD, IN, INS, OUT, OUTS, PER_UNIT, RESIDUAL, strength
from .stages import set_matrix

__all__ = ["set_responses"]


@kernel
def set_responses(
    sides, nu, source, terms, powers, epsilon, g, known, z, species, rates, washing, matrix, order
):  # fmt: skip
    """Solve for all derivatives at the solution in z, whose fluxes are set; return whether there are any."""
    processes, solved = nu.shape
    charges = source.shape[0]
    set_matrix(sides, nu, g, z, species, rates, washing, matrix)
    if not factorise(matrix, order):
        return False
    for n in range(powers.shape[0]):
        first = (n + 1) * (solved + charges)
        for i in range(solved):
            total = known[first + i]
            for p in range(processes):
                total += g * nu[p, i] * species[PER_UNIT, i] * powers[n, p] * rates[FLUX, p]
            species[RESIDUAL, i] = total
        substitute(matrix, order, species[RESIDUAL], species[CHANGE])
        for i in range(solved):
            z[first + i] = species[CHANGE, i]
        for m in range(charges):
            loss, driven = charge_response(
                sides, source, terms, powers, epsilon, n, m, solved, z, species, rates, washing
            )
            z[first + solved + m] = (known[first + solved + m] + g * driven) / (1.0 + g * loss)
    return True


@kernel
def charge_response(sides, source, terms, powers, epsilon, n, m, solved, z, species, rates, washing):
    """Return the loss of a charge, and what drives its derivative given those of the yields."""
    processes = epsilon.size
    loss, driven = washing[washing.size - 1], 0.0
    for w in range(terms.shape[0]):
        if terms[w, 0] == m:
            rate = strength(terms, w, z, species, washing)
            loss += rate
            driven -= powers[n, processes + w] * rate * z[solved + m]
            j = terms[w, 1]
            if j >= 0:
                driven -= washing[w] / species[PER_UNIT, j] * species[CHANGE, j] * z[solved + m]
    for p in range(processes):
        if source[m, p] == 0.0:
            continue
        moved = powers[n, p] * rates[FLUX, p]
        for q in range(sides[p, INS]):
            part = rates[FORWARD, p] * species[CHANGE, sides[p, IN + q]]
            for r in range(sides[p, INS]):
                part *= z[sides[p, IN + r]] if r != q else 1.0
            moved += part
        for q in range(sides[p, OUTS]):
            part = rates[BACKWARD, p] * species[CHANGE, sides[p, OUT + q]]
            for r in range(sides[p, OUTS]):
                part *= z[sides[p, OUT + r]] if r != q else 1.0
            moved -= part
        driven += source[m, p] * epsilon[p] * moved
    return loss, driven
