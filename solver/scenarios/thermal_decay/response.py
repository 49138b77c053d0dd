"""How the yield answers to the rates: the error that the rates' own error leaves on it."""

from __future__ import annotations

import math

from ...constants import PLASMA_ERROR
from ...numerics.kernel import kernel
from .system import BACK, LN_Z, YIELD, YIELD_EQ

__all__ = ["RATE_ERROR", "error_of_yield", "response_to_rates"]

# Of the thermally averaged rate: Maxwell-Boltzmann instead of quantum statistics moves it by 10 % where the
# plasma is relativistic (arXiv:2111.14808, section 3), and the cross-section is taken as constant.
RATE_ERROR = 0.10


@kernel
def response_to_rates(path, rows, final):
    """Return dln Y/dln κ, all rates multiplied by κ, from a trajectory (m, `PATH_COLUMNS`) and the final yield.

    With dY/du = F(Y), F linear in the rates, the derivative D = dY/dln κ obeys

        dD/du = F - λ D,    λ = 2 a Y + b,

    which over a step of depth Λ = ∫ λ du is D e^{-Λ} + G ΔY: G is (1 - e^{-Λ})/Λ where Y follows Yeq at a
    steady pace and Λ/(e^Λ - 1) where it decays towards nothing; Yeq/Y says how much of each. Between two rows
    λ is an exponential. The start is the quasi-static D = Yeq - Y, or zero.
    After the last row only annihilations act: 1/Y grows by a constant L, which all rates multiply.
    """
    derivative = path[0, YIELD_EQ] - path[0, YIELD] if path[0, YIELD] > 0.0 else 0.0
    for j in range(1, rows):
        step = path[j, LN_Z] - path[j - 1, LN_Z]
        before, after = path[j - 1, BACK], path[j, BACK]
        mean = 0.5 * (before + after)
        if before > 0.0 and after > 0.0 and abs(before - after) > 1e-3 * mean:
            mean = (before - after) / math.log(before / after)
        depth = mean * step
        kept = math.exp(-depth)
        gain = 1.0
        if depth > 0.0:
            driven = path[j, YIELD_EQ] / path[j, YIELD] if path[j, YIELD] > path[j, YIELD_EQ] else 1.0
            gain = -driven * math.expm1(-depth) / depth - (1.0 - driven) * depth * kept / math.expm1(-depth)
        derivative = derivative * kept + (path[j, YIELD] - path[j - 1, YIELD]) * gain
    last = path[rows - 1, YIELD]
    ratio = last / final
    return derivative / last / ratio - (ratio - 1.0) / ratio


@kernel
def error_of_yield(response):
    """Return the standard error of the logarithm of the yield."""
    return math.hypot(PLASMA_ERROR, RATE_ERROR * response)
