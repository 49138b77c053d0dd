"""What may still happen to yields that seem settled: rates over the expansion that rise later, such as of decays."""

from __future__ import annotations

from ..numerics.kernel import kernel
from .rates import BACKWARD, FORWARD, IN, INS, OUT, OUTS, PER_UNIT, set_coefficients, strength

__all__ = ["largest_loss_ahead"]

# Steps in ln(1/T); rates over the expansion are powers of T and exponentials that fall.
AHEAD = 0.5


@kernel
def largest_loss_ahead(
    sides, nu, terms, table, masses, shifts, offsets, u0, width, u, u_end, u_charge, unstable, z, species, rates,
    washing,
):  # fmt: skip
    """Return the largest loss of a stable yield or a charge between u and the end, in one direction, over H.

    Yields are taken as they are at u, and gains are left out: an inverse decay that is fast again counts even where the
    decay undoes it. Coefficients are those of u again afterwards.
    """
    largest = 0.0
    later = u + AHEAD
    while later < u_end:
        set_coefficients(sides, table, masses, shifts, offsets, u0, width, later, species, rates, washing)
        for j in range(unstable.size):
            if unstable[j] or not z[j] > 0.0:
                continue
            loss = 0.0
            for p in range(sides.shape[0]):
                if nu[p, j] < 0.0:
                    flux = rates[FORWARD, p]
                    for q in range(sides[p, INS]):
                        flux *= z[sides[p, IN + q]]
                    loss -= nu[p, j] * flux
                elif nu[p, j] > 0.0:
                    flux = rates[BACKWARD, p]
                    for q in range(sides[p, OUTS]):
                        flux *= z[sides[p, OUT + q]]
                    loss += nu[p, j] * flux
            largest = max(largest, loss * species[PER_UNIT, j] / z[j])
        if later < u_charge:
            for w in range(terms.shape[0]):
                largest = max(largest, strength(terms, w, z, species, washing))
        later += AHEAD
    set_coefficients(sides, table, masses, shifts, offsets, u0, width, u, species, rates, washing)
    return largest
