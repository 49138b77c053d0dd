"""What happens between the steps of the evolution: the start, error estimates, changes of variables."""

from __future__ import annotations

import math

from ....numerics.esdirk import SMALLEST_FACTOR, step_factor
from ....numerics.kernel import kernel
from .equilibrium import equilibrium_terms
from .stages import IS_PLAIN, LOWER_ORDER, NEW, SOURCE, VALUE, WIDTH

__all__ = [
    "error_of_step",
    "reach",
    "resume",
    "shortened",
    "start",
    "switch_variables",
    "total_yield",
    "turning_point",
    "unit_of",
]

# A yield is followed as Y/Y_eq up to this ratio, which removes the trend e^(-x), and as Y beyond: the
# ratio of a yield that no reaction holds grows like e^x, which the error estimate misjudges.
RATIO_LIMIT = 1.5
# The asymmetry starts at zero; below this part of its largest value its error counts absolutely.
ASYMMETRY_FLOOR = 1e-3
# Departures from equilibrium below this part of a yield are followed with the accuracy of this part.
SMALL_DEPARTURE = 0.2
# A baryon asymmetry as observed would need |ε| above 0.2 from less than this.
NEGLIGIBLE_ASYMMETRY = 1e-9
# After the asymmetry is known, errors of Σ_φ count by their effect on the total yield times this.
CAUTION = 30.0


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
def resume(work, coefficients, phi, yields):
    """Set values and slopes of Σ_φ and Y_i that other equations have led to; there is no asymmetry any more."""
    (annihilation, clock, sigma_eq, yield_eq, ratio, trend_phi, trend_chi, _, dilation,
     scattering_a, scattering_b) = coefficients  # fmt: skip
    speed = clock * (dilation + scattering_a + scattering_b)
    slope = -annihilation * (phi - sigma_eq) * (phi + sigma_eq)
    for i in range(1, yields.size + 1):
        gain = speed * work[WIDTH, i] * (phi - ratio * yields[i - 1])
        slope -= gain
        set_column(work, i, yields[i - 1], gain, yield_eq, trend_chi)
    set_column(work, 0, phi, slope, sigma_eq, trend_phi)


@kernel
def set_column(work, column, value, slope, unit, trend):
    """Set a yield and its slope, in units of equilibrium where it is not far from it."""
    if value > RATIO_LIMIT * unit:
        work[IS_PLAIN, column] = 1.0
        work[VALUE, column] = value
        work[0, column] = slope
    else:
        work[VALUE, column] = value / unit
        work[0, column] = slope / unit - trend * value / unit


@kernel
def reach(ln_x, step, ln_sph, ln_end):
    """Return the length of a step that passes neither decoupling nor the end, and whether it lands on the former."""
    if ln_x < ln_sph and ln_x + 1.001 * step >= ln_sph:
        return ln_sph - ln_x, True
    return min(step, ln_end - ln_x), False


@kernel
def shortened(step, error):
    """Return the next attempt after a step with too large an error, infinite where a stage had no solution."""
    return step * (step_factor(error) if error < math.inf else SMALLEST_FACTOR)


@kernel
def turning_point(start, end, slope_start, slope_end, step):
    """Return whether a value turns within a step, where in [0, 1], and its height there or at the end."""
    if slope_start * slope_end < 0.0:
        t, height = hermite_extremum(start, end, slope_start, slope_end, step)
        return True, t, height
    return False, 1.0, end


@kernel
def unit_of(work, column, coefficients):
    """Return the factor from the followed variable to the yield."""
    if work[IS_PLAIN, column] > 0.0:
        return 1.0
    return coefficients.sigma_eq if column == 0 else coefficients.yield_eq


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
        weight = min(1.0, CAUTION * (coefficients.annihilation * phi + 1.0) * phi / total)
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
            trend = coefficients.trend_phi if i == 0 else coefficients.trend_chi
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
