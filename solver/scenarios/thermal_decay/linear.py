"""The exact solution without annihilations: the equation is linear, so quadrature solves it.

arXiv:2111.14808, eq. (2.3) with f_ann = 0, in u = ln z with rate b(u):

    Y(u₁) = Y(u₀) e^{-G} + ∫ du b Yeq e^{-G(u)},   G(u) = ∫ b from u to u₁

It holds for freeze-out, Y(u₀) = Yeq, and for freeze-in with all back reaction, Y(u₀) = 0.
"""

from __future__ import annotations

import math

import numpy as np

from ...cosmology import smooth_interval
from ...numerics.kernel import kernel
from ...numerics.quadrature import gauss_legendre, tail_matrix
from ...numerics.status import Status
from .departure import departure, quasi_static_ratio
from .system import BACK, DEPTH, LN_Z, PLACE, SOURCE, SPREAD, YIELD, YIELD_EQ, rates

__all__ = ["finish_linear", "solve_linear"]

ORDER = 8
NODES, WEIGHTS = gauss_legendre(ORDER)
TAIL = tail_matrix(ORDER)

# Panels in ln z are such that g_s and g_ρ are smooth across them, that ln(b Yeq) changes by at most
# SOURCE_CHANGE, and G by at most PANEL_DEPTH. The error is below 1e-8, and 3e-6 where dark matter
# decouples during the QCD transition, whatever accuracy is asked for.
SOURCE_CHANGE = 2.5
PANEL_DEPTH = 6.0
MOST_PANELS = 20000
# The end: what is left changes the yield by less than these.
RATE_LEFT = 1e-10
SOURCE_LEFT = 1e-13
# Above this a yield is no longer physical: not even relativistic equilibrium comes near.
LARGEST_YIELD = 1e3
NOT_FINITE = int(Status.NOT_FINITE)
STEP_LIMIT = int(Status.STEP_LIMIT)
DEPLETED = int(Status.DEPLETED)


@kernel
def solve_linear(system, u0, from_equilibrium, path):
    """Follow Y from u₀ to its final value.

    Parameters
    ----------
    system : System
    u0 : float
        ln z at the start.
    from_equilibrium : bool
        Start from Yeq (freeze-out) or from nothing (freeze-in).
    path : (m, `PATH_COLUMNS`) array
        Is filled at the panels' ends, as far as it has rows.

    Returns
    -------
    y : float
        Y at the end.
    rows : int
        How many rows of ``path`` are filled.
    status : int
    """
    u, tight = departure(system, u0)
    q = rates(system, u)[2]
    y = q if from_equilibrium else 0.0
    if tight:
        y = q * quasi_static_ratio(system, u)
    path[0, LN_Z], path[0, YIELD], path[0, YIELD_EQ], path[0, SOURCE] = u, y, q, 0.0
    path[0, BACK] = rates(system, u)[1]
    if tight and q == 0.0:
        return 0.0, 1, DEPLETED
    return finish_linear(system, u, y, path, np.int64(1))


@kernel
def finish_linear(system, u, y, path, rows):
    """Follow Y from u to its final value; ``path`` holds ``rows`` rows already, the last of them at u."""
    _, b, q, _ = rates(system, u)
    source = path[rows - 1, SOURCE]
    b_nodes = np.empty(ORDER)
    q_nodes = np.empty(ORDER)
    for _ in range(MOST_PANELS):
        z = math.exp(u)
        # Once production is over, only the decay of b limits the panel.
        producing = u < 0.0 or b * q > SOURCE_LEFT * y
        h = min(
            smooth_interval(system.ln_mass - u),
            SOURCE_CHANGE / ((system.delta + producing) * z),
            PANEL_DEPTH / b,
        )
        if u < 0.0:
            # The ultraviolet rate ends at T = M.
            h = min(h, -u) if u < -1e-12 else h
        for i in range(ORDER):
            _, b_nodes[i], q_nodes[i], _ = rates(system, u + h * NODES[i])
        u_next = u + h
        if abs(u_next) < 1e-12:
            u_next = 0.0
        _, b_next, q_next, _ = rates(system, u_next)
        depth = 0.0
        gain, place, spread = 0.0, 0.0, 0.0
        produced = 0.0
        for i in range(ORDER):
            depth += WEIGHTS[i] * b_nodes[i]
            if not producing:
                continue
            below = 0.0
            for j in range(ORDER):
                below += TAIL[i, j] * b_nodes[j]
            rise = WEIGHTS[i] * b_nodes[i] * q_nodes[i]
            kept = rise * math.exp(-h * below)
            gain += kept
            place += kept * NODES[i]
            spread += kept * NODES[i] * NODES[i]
            produced += rise
        y = y * math.exp(-h * depth) + h * gain
        if not (0.0 <= y < LARGEST_YIELD):
            return math.nan, rows, NOT_FINITE
        u, b, q = u_next, b_next, q_next
        source += h * produced
        if rows < path.shape[0]:
            path[rows, LN_Z], path[rows, YIELD], path[rows, YIELD_EQ], path[rows, SOURCE] = u, y, q, source
            path[rows, BACK], path[rows, DEPTH] = b, h * depth
            path[rows, PLACE] = place / gain if gain > 0.0 else 0.5
            path[rows, SPREAD] = spread / gain if gain > 0.0 else 1.0 / 3.0
            rows += 1
        slow = b < RATE_LEFT * (1.0 + system.delta * math.exp(u))
        if u > 0.0 and slow and not producing:
            return y, rows, 0
    return math.nan, rows, STEP_LIMIT
