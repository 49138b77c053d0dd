"""The Boltzmann equations from equilibrium at x = 0.05 to the end of all number-changing reactions."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES, step_factor
from ....numerics.kernel import kernel
from ....numerics.status import Status
from .equilibrium import equilibrium_terms
from .plasma import plasma_at
from .stages import IS_PLAIN, KNOWN, LOWER_ORDER, NEW, ROWS, SOURCE, VALUE, WIDTH, solve_stage
from .steps import (
    error_of_step,
    reach,
    resume,
    shortened,
    start,
    switch_variables,
    total_yield,
    turning_point,
    unit_of,
)

__all__ = [
    "END_OVER_GAP",
    "LN_X_START",
    "X_END",
    "Conversions",
    "Solution",
    "integrate",
    "integrate_from",
    "ln_x_end",
]

# Nothing depends on the start: at x = 0.05 no yield has departed.
LN_X_START = math.log(0.05)
# Inverse conversions and residual annihilation stay active until x is several m_χ/Δm.
X_END = 1000.0
END_OVER_GAP = 25.0

FIRST_STEP = 0.05
# Where an evolution is taken over from other equations.
RESUMED_STEP = 0.01
SMALLEST_STEP = 1e-9
MOST_STEPS = 40_000
# Closer to either end of a step than this part of it, interpolation finds an extremum well enough.
SMALLEST_APPROACH = 0.02
# The asymmetry has passed its maximum where it is below this part of it: its slope is no criterion where
# it is stiff. Until then steps are short enough not to jump over a maximum, which is at x > 1/2.
PASSED = 0.3
LN_X_MAXIMUM = math.log(0.5)
LONGEST_STEP = 0.25
# The remaining change of the total yield, relative to the tolerance, at which the evolution ends.
STOP = 0.02

OK = int(Status.OK)
STEP_LIMIT = int(Status.STEP_LIMIT)
NOT_FINITE = int(Status.NOT_FINITE)


class Conversions(NamedTuple):
    """Hold what the conversion couplings decide.

    Attributes
    ----------
    widths : (N,) array
        Γ_i of φ → χ_i l at zero temperature, GeV.
    sources : (N,) array
        Γ_i ε_i/ε: how the departure of each state feeds the asymmetry, GeV.
    washout_decays, washout_scatterings : float
        Weights (0 or 1) of the inverse decays and of the scatterings in the washout.
    """

    widths: NDArray[np.float64]
    sources: NDArray[np.float64]
    washout_decays: float
    washout_scatterings: float


class Solution(NamedTuple):
    """Hold what one evolution gives.

    Attributes
    ----------
    status : int
        A `Status`; the other fields are meaningless unless it is ``OK``.
    total : float
        Σ_φ + Σ Y_i at the end.
    total_equilibrium, slope : float
        The same with conversions in equilibrium, and dln(total)/dlnΓ_tot; zero if not asked for.
    asymmetry_sph, asymmetry_peak, ln_x_peak : float
        D = Δ_φ/ε at sphaleron decoupling, its largest modulus (with sign), and where.
    steps : int
        Accepted steps.
    """

    status: int
    total: float
    total_equilibrium: float
    slope: float
    asymmetry_sph: float
    asymmetry_peak: float
    ln_x_peak: float
    steps: int


@kernel
def ln_x_end(m_chi, delta_m):
    """Return where the evolution ends at the latest."""
    return math.log(max(X_END, END_OVER_GAP * m_chi / delta_m))


@kernel
def failed(status, steps):
    """Return a solution that says only why there is none."""
    return Solution(status, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, steps)


@kernel
def work_array(conversions, derived):
    """Return the array of `relicfit.solver.scenarios.conversion.evolution.stages` with what conversions decide."""
    states = conversions.widths.size
    work = np.zeros((ROWS, 2 * states + 4 if derived else states + 2))
    for i in range(states):
        work[WIDTH, 1 + i] = conversions.widths[i]
        work[SOURCE, 1 + i] = conversions.sources[i]
    return work


@kernel
def record(row, ln_x, work, coefficients, states):
    """Write ln x, the yields and the asymmetry into a row of the path."""
    row[0] = ln_x
    for i in range(states + 1):
        row[1 + i] = work[VALUE, i] * unit_of(work, i, coefficients)
    row[2 + states] = work[VALUE, states + 1]


@kernel
def nothing_left(work, coefficients, states, tolerance, derived):
    """Return whether annihilations have ended, also of the yield in chemical equilibrium if that is carried."""
    total = total_yield(work, VALUE, coefficients, states)
    phi = max(work[VALUE, 0] * unit_of(work, 0, coefficients), coefficients.sigma_eq)
    if not coefficients.annihilation * phi * phi < STOP * tolerance * total:
        return False
    if not derived:
        return True
    rate = equilibrium_terms(coefficients, states)[0]
    return work[IS_PLAIN, states + 2] > 0.0 and rate * work[VALUE, states + 2] < STOP * tolerance


@kernel
def solution_of(work, coefficients, states, derived, at_sph, peak, ln_peak, steps):
    """Return the solution at the end of the evolution."""
    total = total_yield(work, VALUE, coefficients, states)
    if not (total > 0.0 and total < np.inf):
        return failed(NOT_FINITE, steps)
    floor = 0.0
    slope = 0.0
    if derived:
        floor = work[VALUE, states + 2]
        if work[IS_PLAIN, states + 2] == 0.0:
            floor *= equilibrium_terms(coefficients, states)[1]
        for i in range(states + 1):
            slope += work[VALUE, states + 3 + i] * unit_of(work, i, coefficients)
    return Solution(OK, total, floor, slope / total, at_sph, peak, ln_peak, steps)


@kernel
def integrate(plasma, conversions, start_over_eq, ln_sph, tolerance, derived, path):
    """Evolve Σ_φ, Y_i and D from x = 0.05 to the end.

    Kværnø's ESDIRK5(4) with closed stages (`solve_stage`). A step is forced to end at sphaleron
    decoupling; no step depends on anything but this point, so that batches equal single calls.

    Parameters
    ----------
    plasma : Plasma
    conversions : Conversions
    start_over_eq : float
        Y_i/Y_eq at the start: 1, or something small to test the memory of initial conditions.
    ln_sph : float
        ln x at sphaleron decoupling.
    tolerance : float
        The error per step, relative to each yield.
    derived : bool
        Whether to carry the equilibrium limit and the derivatives by ln Γ_tot.
    path : (rows, N + 3) array
        Filled with ln x, Σ_φ, Y_i, D at each step as far as it has rows; no rows, no record.

    Returns
    -------
    Solution
    """
    states = conversions.widths.size
    work = work_array(conversions, derived)
    coefficients = plasma_at(plasma, LN_X_START)
    start(work, coefficients, start_over_eq, states, derived)
    return follow(plasma, conversions, work, LN_X_START, FIRST_STEP, ln_sph, tolerance, derived, path)


@kernel
def integrate_from(plasma, conversions, ln_x, phi, yields, tolerance):
    """Evolve Σ_φ and Y_i from given values after sphaleron decoupling to the end.

    Parameters
    ----------
    plasma : Plasma
    conversions : Conversions
    ln_x, phi : float
        Where, and Σ_φ there.
    yields : (N,) array
    tolerance : float

    Returns
    -------
    Solution
    """
    work = work_array(conversions, False)
    resume(work, plasma_at(plasma, ln_x), phi, yields)
    path = np.empty((0, 0))
    return follow(plasma, conversions, work, ln_x, RESUMED_STEP, ln_x, tolerance, False, path)


@kernel
def follow(plasma, conversions, work, ln_x, step, ln_sph, tolerance, derived, path):
    """Evolve a started work array from ln x to the end; see `integrate`."""
    states = conversions.widths.size
    asymmetry = states + 1
    decays, scatterings = conversions.washout_decays, conversions.washout_scatterings
    size = work.shape[1]
    ln_end = ln_x_end(plasma.m_chi, plasma.delta_m)
    coefficients = plasma_at(plasma, ln_x)
    peak, ln_peak, at_sph = 0.0, ln_x, 0.0
    steps = 0
    approached = False
    for _ in range(MOST_STEPS):
        matters = ln_x < ln_sph or abs(work[VALUE, asymmetry]) > PASSED * abs(peak)
        if matters and ln_x > LN_X_MAXIMUM:
            step = min(step, LONGEST_STEP)
        h, landing = reach(ln_x, step, ln_sph, ln_end)
        # These loops stay here: a call would copy what they work on, at the price of a tenth of the evolution.
        g = GAMMA * h
        per_g = 1.0 / g
        solved = True
        for s in range(1, STAGES):
            for j in range(size):
                total = 0.0
                for r in range(s):
                    total += COEFFICIENTS[s, r] * work[r, j]
                work[KNOWN, j] = work[VALUE, j] + h * total
            # The last two stages stand at the end of the step; the last but one is the lower order.
            if s < STAGES - 1:
                coefficients = plasma_at(plasma, ln_x + ABSCISSAE[s] * h)
            row = LOWER_ORDER if s == STAGES - 2 else NEW
            if not solve_stage(work, row, g, coefficients, decays, scatterings, states, derived):
                solved = False
                break
            for j in range(size):
                work[s, j] = (work[row, j] - work[KNOWN, j]) * per_g

        error = np.inf
        if solved:
            error = error_of_step(work, coefficients, states, abs(peak), matters, derived) / tolerance
        if not error <= 1.0:
            # A comparison with NaN is false too: an infinite stage only shortens the step.
            step = shortened(h, error)
            if step < SMALLEST_STEP:
                return failed(NOT_FINITE, steps)
            continue

        turns, t, height = turning_point(
            work[VALUE, asymmetry], work[NEW, asymmetry], work[0, asymmetry], work[STAGES - 1, asymmetry], h
        )
        # An extremum inside a long step is found by a step that ends there.
        if turns and matters and not approached and SMALLEST_APPROACH < t < 1.0 - SMALLEST_APPROACH:
            approached = True
            step = t * h
            continue
        approached = approached and not turns
        if abs(height) > abs(peak):
            peak, ln_peak = height, ln_x + t * h
        steps += 1
        ln_x = ln_sph if landing else ln_x + h
        for j in range(size):
            work[VALUE, j] = work[NEW, j]
            work[0, j] = work[STAGES - 1, j]
        if landing:
            at_sph = work[VALUE, asymmetry]
        # The step that lands on decoupling does not shorten those after it.
        next_step = h * step_factor(error)
        step = max(step, next_step) if landing else next_step
        switch_variables(work, coefficients, states, derived)
        if steps <= path.shape[0]:
            record(path[steps - 1], ln_x, work, coefficients, states)
        over = not matters and nothing_left(work, coefficients, states, tolerance, derived)
        if over or ln_x >= ln_end - SMALLEST_STEP:
            return solution_of(work, coefficients, states, derived, at_sph, peak, ln_peak, steps)
    return failed(STEP_LIMIT, steps)
