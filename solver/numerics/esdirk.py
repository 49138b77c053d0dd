"""Kvaernø's stiffly accurate ESDIRK5(4) pair: tableau and step-size control.

A. Kværnø, BIT 44 (2004) 489, "ESDIRK5/4a": seven stages with the diagonal GAMMA, the first explicit (it
is the last slope of the previous step). The last stage is the solution, the one before it the
embedded fourth-order result, so that stiff components do not pollute the error estimate.

A system uses it as follows. With step h, g = GAMMA h, stage s solves Y_s = p_s + g f(Y_s) with
p_s = y + h Σ_{j<s} A[s, j] k_j; its slope is k_s = (Y_s - p_s)/g. The Boltzmann systems here
have closed forms for Y_s, so there is no Newton iteration, no Jacobian and no linear algebra.
"""

from __future__ import annotations

import numpy as np

from .kernel import kernel

__all__ = ["ABSCISSAE", "COEFFICIENTS", "GAMMA", "STAGES", "step_factor"]

STAGES = 7
GAMMA = 0.26

# Below the diagonal; every diagonal entry from the second on is GAMMA.
COEFFICIENTS = np.zeros((STAGES, STAGES))
COEFFICIENTS[1, :1] = [GAMMA]
COEFFICIENTS[2, :2] = [0.13, 0.84033320996790809]
COEFFICIENTS[3, :3] = [0.22371961478320505, 0.47675532319799699, -0.06470895363112615]
COEFFICIENTS[4, :4] = [0.16648564323248321, 0.10450018841591720, 0.03631482272098715, -0.13090704451073998]
COEFFICIENTS[5, :5] = [
    0.13855640231268224,
    0.0,
    -0.04245337201752043,
    0.02446657898003141,
    0.61943039072480676,
]
COEFFICIENTS[6, :6] = [0.13659751177640291, 0.0, -0.05496908796538376, -0.04118626728321046,
                       0.62993304899016403, 0.06962479448202728]  # fmt: skip

ABSCISSAE = COEFFICIENTS.sum(axis=1) + GAMMA * (np.arange(STAGES) > 0)

SAFETY = 0.9
SMALLEST_FACTOR = 0.15
LARGEST_FACTOR = 6.0


@kernel
def step_factor(error):
    """Return the factor for the next step from the error of this one in units of the tolerance."""
    if not error > 0.0:
        return LARGEST_FACTOR
    return min(LARGEST_FACTOR, max(SMALLEST_FACTOR, SAFETY * error**-0.2))
