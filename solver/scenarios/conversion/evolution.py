"""The Boltzmann equations from equilibrium at x = 0.05 to the end of all number-changing reactions."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, SMALLEST_FACTOR, STAGES, step_factor
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .equilibrium import equilibrium_terms
from .plasma import plasma_at
from .stages import IS_PLAIN, KNOWN, LOWER_ORDER, NEW, ROWS, SOURCE, VALUE, WIDTH, solve_stage

__all__ = ["END_OVER_GAP", "LN_X_START", "X_END", "Conversions", "Solution", "integrate", "ln_x_end"]

# Nothing depends on the start: at x = 0.05 no yield has departed.
LN_X_START = math.log(0.05)
# Inverse conversions and residual annihilation stay active until x is several m_χ/Δm.
X_END = 1000.0
END_OVER_GAP = 25.0

FIRST_STEP = 0.05
SMALLEST_STEP = 1e-9
MOST_STEPS = 4000
# Closer to either end of a step than this part of it, interpolation finds an extremum well enough.
SMALLEST_APPROACH = 0.02
# A yield is followed as Y/Y_eq up to this ratio, which removes the trend e^(-x), and as Y beyond.
RATIO_LIMIT = 1.5
# The asymmetry starts at zero; below this part of its largest value its error counts absolutely.
ASYMMETRY_FLOOR = 1e-3
# Departures from equilibrium below this part of a yield are followed with the accuracy of this part.
SMALL_DEPARTURE = 0.2
# A baryon asymmetry as observed would need |ε| above 0.2 from less than this.
NEGLIGIBLE_ASYMMETRY = 1e-9
# The asymmetry has passed its maximum where it is below this part of it: its slope is no criterion where
# it is stiff. Until then steps are short enough not to jump over a maximum, which is at x > 1/2.
PASSED = 0.3
LN_X_MAXIMUM = math.log(0.5)
LONGEST_STEP = 0.25
# After the asymmetry is known, errors of Σ_φ count by their effect on the total yield times this.
CAUTION = 30.0
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
def hermite_extremum(start, end, slope_start, slope_end, step):
    """Return the position in [0, 1] and the value of the extremum of a cubic with opposite end slopes."""
    # The derivative of the cubic is a + b t + c t².
    rise = end - start
    a = slope_start * step
    b = 6.0 * rise - 2.0 * step * (2.0 * slope_start + slope_end)
    c = 3.0 * step * (slope_start + slope_end) - 6.0 * rise
    root = math.sqrt(max(0.0, b * b - 4.0 * a * c))
    t = 2.0 * a / (-b + root) if b <= 0.0 else -2.0 * a / (b + root)
    if not 0.0 <= t <= 1.0:
        t = (-b - root) / (2.0 * c) if b <= 0.0 else (-b + root) / (2.0 * c)
    t = min(1.0, max(0.0, t))
    return t, start + t * (a + t * (0.5 * b + t * c / 3.0))


@kernel
def start(work, coefficients, start_over_eq, states, derived):
    """Set the first values and slopes: Σ_φ is quasi-static, which its slope in these units follows."""
    (annihilation, clock, sigma_eq, _, ratio, trend_phi, trend_chi, _, dilation,
     scattering_a, scattering_b) = coefficients  # fmt: skip
    speed = clock * (dilation + scattering_a + scattering_b)
    feed = -trend_phi
    loss = 2.0 * annihilation * sigma_eq
    for i in range(1, states + 1):
        feed += speed * work[WIDTH, i] * (start_over_eq - 1.0)
        loss += speed * work[WIDTH, i]
    phi = 1.0 + feed / loss
    work[VALUE, 0] = phi
    departure = phi - start_over_eq
    source = 0.0
    for i in range(1, states + 1):
        work[VALUE, i] = start_over_eq
        source += work[SOURCE, i] * departure
        gain = speed * work[WIDTH, i] * ratio * departure
        work[0, i] = gain - trend_chi * start_over_eq
        if derived:
            work[0, states + 3 + i] = gain
    work[0, states + 1] = -clock * dilation * sigma_eq * source
    if derived:
        rate, total_eq, trend = equilibrium_terms(coefficients, states)
        work[VALUE, states + 2] = 1.0 - 0.5 * trend / (rate * total_eq)


@kernel
def unit_of(work, column, coefficients):
    """Return the factor from the followed variable to the yield."""
    if work[IS_PLAIN, column] > 0.0:
        return 1.0
    return coefficients[2] if column == 0 else coefficients[3]


@kernel
def miss_of(work, column):
    """Return by how much the two orders differ, relative to the higher."""
    return abs(work[NEW, column] - work[LOWER_ORDER, column]) / work[NEW, column]


@kernel
def total_yield(work, row, coefficients, states):
    """Return Σ_φ + Σ Y_i of a row."""
    total = 0.0
    for i in range(states + 1):
        total += work[row, i] * unit_of(work, i, coefficients)
    return total


@kernel
def error_of_step(work, coefficients, states, peak, asymmetry_matters, derived):
    """Return the largest relative error of the yields and, while it matters, of the asymmetry."""
    weight = 1.0
    total = total_yield(work, NEW, coefficients, states)
    if not asymmetry_matters:
        phi = work[NEW, 0] * unit_of(work, 0, coefficients)
        weight = min(1.0, CAUTION * (coefficients[0] * phi + 1.0) * phi / total)
    error = 0.0
    for i in range(states + 1):
        part = work[NEW, i] * unit_of(work, i, coefficients) / total
        miss = max(weight, part) * miss_of(work, i)
        if asymmetry_matters and i > 0 and work[IS_PLAIN, i] == 0.0:
            # The asymmetry comes from the departure, of which the yield is mostly the rest.
            miss /= min(1.0, SMALL_DEPARTURE + abs(work[NEW, i] - 1.0))
        error = max(error, miss)
    if derived:
        error = max(error, miss_of(work, states + 2))
    if asymmetry_matters:
        size = abs(work[NEW, states + 1]) + ASYMMETRY_FLOOR * peak + NEGLIGIBLE_ASYMMETRY
        error = max(error, abs(work[NEW, states + 1] - work[LOWER_ORDER, states + 1]) / size)
    return error


@kernel
def switch_variables(work, coefficients, states, derived):
    """Follow a yield as such once it has departed from equilibrium."""
    for i in range(states + 1):
        if work[IS_PLAIN, i] == 0.0 and work[VALUE, i] > RATIO_LIMIT:
            unit = unit_of(work, i, coefficients)
            trend = coefficients[5] if i == 0 else coefficients[6]
            work[IS_PLAIN, i] = 1.0
            work[0, i] = unit * (work[0, i] + trend * work[VALUE, i])
            work[VALUE, i] *= unit
            if derived:
                j = states + 3 + i
                work[0, j] = unit * (work[0, j] + trend * work[VALUE, j])
                work[VALUE, j] *= unit
    j = states + 2
    if derived and work[IS_PLAIN, j] == 0.0 and work[VALUE, j] > RATIO_LIMIT:
        _, unit, trend = equilibrium_terms(coefficients, states)
        work[IS_PLAIN, j] = 1.0
        work[0, j] = unit * (work[0, j] + trend * work[VALUE, j])
        work[VALUE, j] *= unit


@kernel
def failed(status, steps):
    """Return a solution that says only why there is none."""
    return Solution(status, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, steps)


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
    size = 2 * states + 4 if derived else states + 2
    asymmetry = states + 1
    decays, scatterings = conversions.washout_decays, conversions.washout_scatterings
    work = np.zeros((ROWS, size))
    for i in range(states):
        work[WIDTH, 1 + i] = conversions.widths[i]
        work[SOURCE, 1 + i] = conversions.sources[i]

    ln_end = ln_x_end(plasma.m_chi, plasma.delta_m)
    ln_x = LN_X_START
    coefficients = plasma_at(plasma, ln_x)
    start(work, coefficients, start_over_eq, states, derived)
    step = FIRST_STEP
    peak = 0.0
    ln_peak = ln_x
    at_sph = 0.0
    steps = 0
    approached = False
    for _ in range(MOST_STEPS):
        matters = ln_x < ln_sph or abs(work[VALUE, asymmetry]) > PASSED * abs(peak)
        if matters and ln_x > LN_X_MAXIMUM:
            step = min(step, LONGEST_STEP)
        # The step that lands on decoupling does not shorten those after it.
        landing = ln_x < ln_sph and ln_x + 1.001 * step >= ln_sph
        h = ln_sph - ln_x if landing else min(step, ln_end - ln_x)
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
            step = h * (step_factor(error) if error < np.inf else SMALLEST_FACTOR)
            if step < SMALLEST_STEP:
                return failed(NOT_FINITE, steps)
            continue

        slope_before, slope_after = work[0, asymmetry], work[STAGES - 1, asymmetry]
        t, height = 1.0, work[NEW, asymmetry]
        turns = slope_before * slope_after < 0.0
        if turns:
            t, height = hermite_extremum(work[VALUE, asymmetry], height, slope_before, slope_after, h)
            # An extremum inside a long step is found by a step that ends there.
            if not approached and matters and SMALLEST_APPROACH < t < 1.0 - SMALLEST_APPROACH:
                approached = True
                step = t * h
                continue
        approached = approached and not turns
        if abs(height) > abs(peak):
            peak = height
            ln_peak = ln_x + t * h
        steps += 1
        ln_x = ln_sph if landing else ln_x + h
        for j in range(size):
            work[VALUE, j] = work[NEW, j]
            work[0, j] = work[STAGES - 1, j]
        if landing:
            at_sph = work[VALUE, asymmetry]
        next_step = h * step_factor(error)
        step = max(step, next_step) if landing else next_step
        switch_variables(work, coefficients, states, derived)

        if steps <= path.shape[0]:
            path[steps - 1, 0] = ln_x
            for i in range(states + 1):
                path[steps - 1, 1 + i] = work[VALUE, i] * unit_of(work, i, coefficients)
            path[steps - 1, 2 + states] = work[VALUE, asymmetry]
        total = total_yield(work, VALUE, coefficients, states)
        phi = max(work[VALUE, 0] * unit_of(work, 0, coefficients), coefficients[2])
        stopped = not matters and coefficients[0] * phi * phi < STOP * tolerance * total
        if stopped and derived:
            rate = equilibrium_terms(coefficients, states)[0]
            stopped = work[IS_PLAIN, states + 2] > 0.0 and rate * work[VALUE, states + 2] < STOP * tolerance
        if stopped or ln_x >= ln_end - SMALLEST_STEP:
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
    return failed(STEP_LIMIT, steps)
