"""Momenta along a trajectory of yields: what is lost takes the mean with it, what is produced brings its own.

N_n = Y ⟨yⁿ⟩ of particles that are lost at a rate k and produced at a rate G with the moments ⟨qⁿ⟩ of p/T obeys
dN_n/dx = -k N_n + G ⟨qⁿ⟩ dⁿ, d = [g_s0/g_s(T)]^{1/3}. Losses that do not depend on momentum make it exact.
"""

from __future__ import annotations

import math

from ..cosmology import cosmology_at
from ..numerics.kernel import kernel
from .warmness import ENTROPY_TODAY

__all__ = ["carry", "cooled", "late_decay", "place_of_gain"]

LINEAR_DEPTH = 1e-2


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
def carry(first, second, before, after, depth, mean, square):
    """Return N₁ and N₂ after a step.

    Parameters
    ----------
    first, second : float
        N₁ and N₂ before it.
    before, after : float
        The yield.
    depth : float
        ∫ k dx of the step.
    mean, square : float
        ⟨q⟩ d and ⟨q²⟩ d² of what is produced.
    """
    kept = math.exp(-depth)
    gain = after - before * kept
    if gain > 0.0:
        return first * kept + gain * mean, second * kept + gain * square
    # More is lost than the rate says, by the error of the step: the momenta stay.
    share = after / before if before > 0.0 else 0.0
    return first * share, second * share


@kernel
def late_decay(momentum, ln_t, width, hubble_over_t2, d):
    """Return ⟨y⟩ and ⟨y²⟩ of what particles at rest emit with one momentum (GeV) when they decay.

    Where the rate (GeV) is slower than the expansion at T they decay at H = Γ/2 in the mean of e^{-Γt}, T ∝ t^{-1/2}:
    ⟨1/T⟩ = Γ(3/2)/T_Γ and ⟨1/T²⟩ = 1/T_Γ²; where it is faster, at T.

    Parameters
    ----------
    momentum, ln_t, width : float
        ln T at the earliest.
    hubble_over_t2, d : float
        H/T² in GeV⁻¹ and [g_s0/g_s]^{1/3} at T.
    """
    temperature = math.exp(ln_t)
    slowest = math.sqrt(0.5 * width / hubble_over_t2)
    if slowest >= temperature:
        return momentum / temperature * d, (momentum / temperature * d) ** 2
    return 0.5 * math.sqrt(math.pi) * momentum / slowest * d, (momentum / slowest * d) ** 2
