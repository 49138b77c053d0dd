"""Where dark matter leaves equilibrium: before that, its yield follows from the rates alone."""

from __future__ import annotations

from ...numerics.exponential import fast_exp
from ...numerics.kernel import kernel
from .system import rates

__all__ = ["VANISHED", "departure", "quasi_static_ratio"]

# Equilibrium is tight where the rate back to it, 2 a Yeq + b, exceeds this times (1 + z). The
# quasi-static value there is good to the inverse square, an error that decays by e^{-TIGHT} at least.
TIGHT = 15.0
DECAY_LENGTHS = 20.0
# Beyond this z no equilibrium yield is left in double precision.
VANISHED = 750.0
SCAN_STEP = 0.5
# Earlier than this rates are powers of z: strides of the scan may be twice as long.
POWERS_END = -1.0
BISECTIONS = 5
# Rates fall from T = M on, except for factors that cannot last longer than this in ln z.
LONGEST_SCAN = 120.0
# Once the rate is suppressed by e^{-δz} with this δz, it stays small.
SUPPRESSED = 50.0


@kernel
def is_tight(system, u):
    a, b, q, _ = rates(system, u)
    return 2.0 * a * q + b > TIGHT * (1.0 + fast_exp(u))


@kernel
def departure(system, u0):
    """Return the last u ≥ u₀ with tight equilibrium and whether there is one; u₀ and False otherwise."""
    u, last, tight = u0, u0, False
    stride, width = SCAN_STEP, SCAN_STEP
    # The rate falls in the end, but may rise first: the last tight point counts.
    while u < u0 + LONGEST_SCAN:
        z = fast_exp(u)
        stride = 2.0 * SCAN_STEP if u < POWERS_END else SCAN_STEP
        if is_tight(system, u):
            tight, last, width = True, u, stride
            if z > VANISHED:
                break
        elif u > 0.0 and (tight or z * system.delta > SUPPRESSED):
            break
        u += stride
    if not tight:
        return u0, False
    low, high = last, last + width
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if is_tight(system, middle):
            low = middle
        else:
            high = middle
    if low < 0.0 and system.ultraviolet > 0.0:
        # The ultraviolet rate may end at T = M while equilibrium is tight: the start must lie early
        # enough for the quasi-static error to decay before.
        a, b, q, _ = rates(system, low)
        low -= DECAY_LENGTHS / (2.0 * a * q + b)
        if low < u0:
            return u0, False
    return low, True


@kernel
def quasi_static_ratio(system, u):
    """Return Y/Yeq = 1 - (dln Yeq/du)/(2 a Yeq + b), arXiv:2111.14808 eq. (2.8)."""
    a, b, q, slope = rates(system, u)
    return 1.0 - slope / (2.0 * a * q + b)
