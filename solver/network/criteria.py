"""How large the error of a step is, and what is still to come after it."""

from __future__ import annotations

import math

import numpy as np

from ..numerics.kernel import kernel
from .rates import FORWARD, IN, INS, LN_EQ, PER_UNIT, PLAIN, TREND, strength

__all__ = [
    "decay_peaks",
    "error_of",
    "first_peaks",
    "rest_of",
    "slowest_start",
    "stable_total",
    "unstable_left",
]

# Errors of unstable yields count relative to this share of what is left of the stable ones.
UNSTABLE_SHARE = 1e-3
# An unstable yield that ends may come out negative by this part of its scale; it then is zero.
NEGATIVE = 1e-6
# Errors of a charge count relative to this share of its peak, decayed by the washout since; what it begins
# with, of ε Y_eq.
CHARGE_SHARE = 1e-3
FIRST_CHARGE = 1e-6
# Errors of a charge grow while washout and source nearly cancel: they weigh more.
CHARGE_WEIGHT = 2.0


@kernel
def stable_total(unstable, z, species):
    """Return the sum of all stable yields."""
    total = 0.0
    for j in range(unstable.size):
        if not unstable[j]:
            total += z[j] / species[PER_UNIT, j]
    return total


@kernel
def error_of(source, epsilon, unstable, z, lower, species, peaks):
    """Return the error of a step in z against its lower order, infinite where a yield is negative or no number."""
    solved = unstable.size
    floor = UNSTABLE_SHARE * stable_total(unstable, z, species)
    per_charge = np.inf
    for m in range(source.shape[0]):
        for p in range(epsilon.size):
            if source[m, p] != 0.0 and epsilon[p] != 0.0:
                per_charge = min(per_charge, UNSTABLE_SHARE * abs(z[solved + m] / epsilon[p]))
    if per_charge < np.inf:
        floor = max(floor, per_charge)
    error = 0.0
    for j in range(solved + source.shape[0]):
        unit = 1.0 / species[PER_UNIT, j] if j < solved else 1.0
        size = abs(z[j]) * unit
        if j >= solved:
            size = (size + CHARGE_SHARE * peaks[j - solved]) / CHARGE_WEIGHT
        elif unstable[j]:
            size = max(size, floor)
            if z[j] * unit < -NEGATIVE * size:
                return np.inf
        elif not z[j] >= 0.0:
            return np.inf
        miss = abs(z[j] - lower[j]) * unit
        part = miss / size if size > 0.0 else (0.0 if miss == 0.0 else np.inf)
        # A comparison with NaN is false.
        if not part < np.inf:
            return np.inf
        error = max(error, part)
    return error


@kernel
def first_peaks(sides, source, epsilon, species, peaks):
    """Set what charges are small against at the start."""
    for m in range(source.shape[0]):
        for p in range(epsilon.size):
            if source[m, p] != 0.0 and sides[p, INS] > 0:
                scale = FIRST_CHARGE * abs(epsilon[p]) * math.exp(species[LN_EQ, sides[p, IN]])
                peaks[m] = max(peaks[m], scale)
    return


@kernel
def decay_peaks(terms, z, solved, species, washing, peaks, h):
    """Let the peaks of the charges decay by the washout of a step."""
    for m in range(peaks.size):
        loss = washing[washing.size - 1]
        for w in range(terms.shape[0]):
            if terms[w, 0] == m:
                loss += strength(terms, w, z, species, washing)
        peaks[m] = max(peaks[m] * math.exp(-min(loss * h, 700.0)), abs(z[solved + m]))
    return


@kernel
def rest_of(unstable, terms, z, k, species, washing):
    """Return the largest |dlnY/du| of a stable yield and the largest loss of a charge."""
    rest, loss = 0.0, 0.0
    for j in range(unstable.size):
        if not unstable[j] and z[j] > 0.0:
            trend = 0.0 if species[PLAIN, j] > 0.0 else species[TREND, j]
            rest = max(rest, abs(k[0, j] / z[j] + trend))
    for w in range(terms.shape[0]):
        loss = max(loss, strength(terms, w, z, species, washing))
    return rest, loss


@kernel
def unstable_left(nu, source, epsilon, unstable, z, species):
    """Return the share of the yields that unstable species hold, or of what a charge would gain from them."""
    solved = unstable.size
    stable = stable_total(unstable, z, species)
    share = 0.0
    for j in range(solved):
        if not unstable[j]:
            continue
        left = abs(z[j]) / species[PER_UNIT, j]
        if stable > 0.0:
            share = max(share, left / (left + stable))
        elif source.shape[0] == 0:
            share = max(share, left)
        for m in range(source.shape[0]):
            for p in range(epsilon.size):
                if source[m, p] != 0.0 and nu[p, j] != 0.0:
                    gain = left * abs(epsilon[p])
                    whole = abs(z[solved + m]) + gain
                    share = max(share, gain / whole if whole > 0.0 else 0.0)
    return share


@kernel
def slowest_start(nu, species, rates):
    """Return the rate over H of the thermal species that reacts slowest at the start, by its fastest process."""
    slowest = np.inf
    for j in range(nu.shape[1]):
        if species[PLAIN, j] > 0.0:
            continue
        fastest = 0.0
        for p in range(nu.shape[0]):
            if nu[p, j] != 0.0:
                fastest = max(fastest, rates[FORWARD, p] * species[PER_UNIT, j])
        slowest = min(slowest, fastest)
    return slowest
