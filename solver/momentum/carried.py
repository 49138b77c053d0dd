"""Momenta along a trajectory of yields: what is lost takes the mean with it, what is produced brings its own.

N_n = Y ⟨yⁿ⟩ of particles that are lost at a rate k and produced at a rate G with the moments ⟨qⁿ⟩ of p/T obeys
dN_n/dx = -k N_n + G ⟨qⁿ⟩ dⁿ, d = [g_s0/g_s(T)]^{1/3}. Losses that do not depend on momentum make it exact. The sum over
steps of what each adds and of which part is left at the end goes backwards, and ends where nothing is left.
"""

from __future__ import annotations

import math

from ..cosmology import cosmology_at
from ..numerics.kernel import kernel
from .warmness import ENTROPY_TODAY, UNKNOWN_MOMENTUM

__all__ = ["FORGOTTEN", "cooled", "decays_at", "gain_and_kept", "late_decay", "mean_of", "place_of_gain"]

LINEAR_DEPTH = 1e-2
ROUNDS = 6
# Of the yield at the end, what is left of all before a step: momenta of that are not asked for.
FORGOTTEN = 1e-5


@kernel
def cooled(cosmology, ln_t):
    """Return d = [g_s0/g_s(T)]^{1/3} at ln T (GeV)."""
    _, entropy, _ = cosmology_at(cosmology, ln_t)
    return (ENTROPY_TODAY / entropy) ** (1.0 / 3.0)


@kernel
def place_of_gain(depth):
    """Return the mean and the mean square of the place in a step, 0 to 1, where what is produced evenly survives."""
    if depth < LINEAR_DEPTH:
        return 0.5 + depth / 12.0, 1.0 / 3.0 + depth / 12.0
    # Of e^{-Λ(1-t)}: with the complement s = 1 - t, ⟨s⟩ = 1/Λ - 1/(e^Λ - 1).
    rest = 1.0 / math.expm1(min(depth, 500.0))
    mean = 1.0 / depth - rest
    square = 2.0 / depth * mean - rest
    return 1.0 - mean, 1.0 - 2.0 * mean + square


@kernel
def gain_and_kept(before, after, depth):
    """Return what a step adds to a yield, and which part of what was there is left, from its depth ∫ k dx.

    Where more is lost than the rate says, by the error of the step, nothing is added.
    """
    kept = math.exp(-depth)
    gain = after - before * kept
    if gain > 0.0:
        return gain, kept
    return 0.0, after / before if before > 0.0 else 0.0


@kernel
def mean_of(first, second, total):
    """Return ⟨y⟩ and ⟨y²⟩ from N₁, N₂ and the yield; where nothing is left, those of nothing."""
    if not total > 0.0:
        return UNKNOWN_MOMENTUM, UNKNOWN_MOMENTUM * UNKNOWN_MOMENTUM
    return first / total, second / total


@kernel
def decays_at(width, earliest, cosmology):
    """Return ln T where particles of a width (GeV) decay, where H = Γ/2, or the earliest ln T if that is later."""
    if not width > 0.0:
        return -math.inf
    ln_t = min(earliest, 0.0)
    for _ in range(ROUNDS):
        # H/T² changes slowly.
        hubble_over_t2, _, _ = cosmology_at(cosmology, ln_t)
        ln_t = 0.5 * math.log(0.5 * width / hubble_over_t2)
    return min(ln_t, earliest)


@kernel
def late_decay(momentum, width, earliest, cosmology):
    """Return ⟨y⟩ and ⟨y²⟩ of what particles at rest emit with one momentum (GeV) when they decay.

    Over e^{-Γt} with T ∝ t^{-1/2} they are ⟨1/T⟩ = Γ(3/2)/T_Γ and ⟨1/T²⟩ = 1/T_Γ² with H(T_Γ) = Γ/2; what decays at
    once, at the earliest ln T, has ⟨1/T⟩ = 1/T.

    Parameters
    ----------
    momentum, width : float
        In GeV.
    earliest : float
        ln T from which on they decay.
    cosmology : Table
    """
    ln_t = decays_at(width, earliest, cosmology)
    if ln_t == -math.inf:
        return 0.0, 0.0
    at_rest = momentum * math.exp(-ln_t) * cooled(cosmology, ln_t)
    spread = 1.0 if ln_t == earliest else 0.5 * math.sqrt(math.pi)
    return spread * at_rest, at_rest * at_rest
