"""The evolution of a network from the start to where every yield and charge is settled."""

from __future__ import annotations

import math

import numpy as np

from ..numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES, step_factor
from ..numerics.kernel import kernel
from ..numerics.status import Status
from .rates import Network, Point, scratch, set_coefficients, strength
from .records import freeze_out, ln_ratio
from .stages import slopes, solve_stage
from .variables import back_to_ratio, begin, leave_ratio

__all__ = ["LAST", "Network", "Point", "solve_points"]

OK = int(Status.OK)
STEP_LIMIT = int(Status.STEP_LIMIT)
NOT_FINITE = int(Status.NOT_FINITE)
DEPLETED = int(Status.DEPLETED)
UNDECAYED = int(Status.UNDECAYED)

# What `solve_points` tells of the end: u, the largest |dlnY/du| of a stable yield, accepted steps, whether all
# is settled, and the slowest of the thermal species' fastest rates over H at the start.
LAST = ("u", "rest", "steps", "settled", "slowest_start")
FIRST_STEP = 0.05
LONGEST_STEP = 0.7
SHORTEST_STEP = 1e-11
MOST_STEPS = 20000
# The local tolerance that makes the error of the final yields the requested accuracy.
TOLERANCE_PER_ACCURACY = 0.05
# A stable yield with this logarithm that still follows its equilibrium is gone.
LN_VANISHED = -590.0
# Errors of unstable yields count relative to this share of what is left of the stable ones.
UNSTABLE_SHARE = 1e-3
# Errors of a charge count relative to this share of its peak, decayed by the washout since.
CHARGE_SHARE = 1e-3
FIRST_CHARGE = 1e-6
# The end: past this m/T of the lightest species, with less than these parts of the accuracy still to come.
LEAST_X_END = 20.0
REST = 0.2
UNSTABLE_LEFT = 0.05
# More than this share in unstable species at the end is no final yield.
UNDECAYED_SHARE = 0.1


@kernel
def unit_of(s, j):
    """Return what turns v into a yield."""
    return 1.0 if s.plain[j] else math.exp(s.ln_eq[j])


@kernel
def stable_total(point, z, s, solved):
    """Return the sum of all stable yields."""
    total = 0.0
    for j in range(solved):
        if not point.unstable[j]:
            total += z[j] * unit_of(s, j)
    return total


@kernel
def error_of(network, point, z, lower, s, peaks):
    """Return the error of a step and whether the solution is positive where it must be."""
    solved = network.nu.shape[1]
    stable = UNSTABLE_SHARE * stable_total(point, z, s, solved)
    per_charge = 0.0
    for p in range(network.nu.shape[0]):
        for m in range(network.source.shape[0]):
            if network.source[m, p] != 0.0 and point.epsilon[p] != 0.0:
                size = UNSTABLE_SHARE * abs(z[solved + m] / point.epsilon[p])
                per_charge = size if per_charge == 0.0 else min(per_charge, size)
    error = 0.0
    for j in range(solved):
        unit = unit_of(s, j)
        size = abs(z[j]) * unit
        if point.unstable[j]:
            size = max(size, max(stable, per_charge))
        elif not z[j] >= 0.0:
            return np.inf
        miss = abs(z[j] - lower[j]) * unit
        part = miss / size if size > 0.0 else (0.0 if miss == 0.0 else np.inf)
        # A comparison with NaN is false.
        if not part < np.inf:
            return np.inf
        error = max(error, part)
        if z[j] * unit < -size * 1e-3:
            return np.inf
    for m in range(network.source.shape[0]):
        size = abs(z[solved + m]) + CHARGE_SHARE * peaks[m]
        miss = abs(z[solved + m] - lower[solved + m])
        part = miss / size if size > 0.0 else (0.0 if miss == 0.0 else np.inf)
        # A comparison with NaN is false.
        if not part < np.inf:
            return np.inf
        error = max(error, part)
    return error


@kernel
def try_step(network, point, u, h, z, k, s, new, lower, known, order, change):
    """Solve the stages of a step; return whether all have a solution."""
    g = GAMMA * h
    for j in range(z.size):
        new[j] = z[j]
    for stage in range(1, STAGES):
        for j in range(z.size):
            total = 0.0
            for r in range(stage):
                total += COEFFICIENTS[stage, r] * k[r, j]
            known[j] = z[j] + h * total
        # The last two stages stand at the end of the step; the last but one is the lower order.
        if stage < STAGES - 1:
            set_coefficients(network, point, u + ABSCISSAE[stage] * h, s)
        if not solve_stage(network, point, g, known, new, s, order, change):
            return False
        for j in range(z.size):
            k[stage, j] = (new[j] - known[j]) / g
        if stage == STAGES - 2:
            for j in range(z.size):
                lower[j] = new[j]
    return True


@kernel
def decay_peaks(network, z, s, peaks, h):
    """Let the peaks of the charges decay by the washout of a step."""
    solved = network.nu.shape[1]
    for m in range(network.source.shape[0]):
        loss = s.dilution[0]
        for w in range(network.terms.shape[0]):
            if network.terms[w, 0] == m:
                loss += strength(network, w, z, s)
        peaks[m] = max(peaks[m] * math.exp(-min(loss * h, 700.0)), abs(z[solved + m]))
    return


@kernel
def rest_of(network, point, z, slope, s):
    """Return the largest |dlnY/du| of a stable yield and the loss of a charge."""
    solved = network.nu.shape[1]
    rest, loss = 0.0, 0.0
    for j in range(solved):
        if not point.unstable[j] and z[j] > 0.0:
            trend = 0.0 if s.plain[j] else s.trend[j]
            rest = max(rest, abs(slope[j] / z[j] + trend))
    for w in range(network.terms.shape[0]):
        loss = max(loss, strength(network, w, z, s))
    return rest, loss


@kernel
def unstable_left(network, point, z, s):
    """Return the share of the yields that unstable species hold, or of what a charge would gain from them."""
    solved = network.nu.shape[1]
    stable = stable_total(point, z, s, solved)
    share = 0.0
    for j in range(solved):
        if not point.unstable[j]:
            continue
        left = abs(z[j]) * unit_of(s, j)
        if stable > 0.0:
            share = max(share, left / (left + stable))
        elif network.source.shape[0] == 0:
            share = max(share, left)
        for p in range(network.nu.shape[0]):
            for m in range(network.source.shape[0]):
                if network.source[m, p] != 0.0 and network.nu[p, j] != 0.0:
                    gain = left * abs(point.epsilon[p])
                    whole = abs(z[solved + m]) + gain
                    share = max(share, gain / whole if whole > 0.0 else 0.0)
    return share


@kernel
def slowest_start(network, point, z, s):
    """Return the rate over H of the thermal species that reacts slowest at the start, as fast as it can."""
    slowest = np.inf
    for j in range(network.nu.shape[1]):
        if s.plain[j]:
            continue
        fastest = 0.0
        for p in range(network.nu.shape[0]):
            if network.nu[p, j] != 0.0:
                fastest = max(fastest, s.forward[p] * s.per_unit[j])
        slowest = min(slowest, fastest)
    return slowest


@kernel
def integrate(network, point, u_end, u_charge, accuracy, stops, z, x_freeze_out, kept, last, path):
    """Follow a network; see `solve_points`.

    Returns
    -------
    int
        A `Status`; z then holds plain yields, charges and their responses.
    """
    solved = network.nu.shape[1]
    charges = network.source.shape[0]
    size = z.size
    tolerance = TOLERANCE_PER_ACCURACY * accuracy
    s = scratch(network)
    k = np.zeros((STAGES, size))
    new, lower, known = np.zeros(size), np.zeros(size), np.zeros(size)
    order, change = np.zeros(solved, dtype=np.int64), np.zeros(solved)
    peaks = np.zeros(charges)
    ratios, climbs = np.empty(solved), np.empty(solved)
    u = point.u0
    begin(network, point, u, z, s)
    slopes(network, point, z, s, k[0])
    last[4] = slowest_start(network, point, z, s)
    for p in range(network.nu.shape[0]):
        for m in range(charges):
            if network.source[m, p] != 0.0 and network.ins[p, 0] >= 0:
                scale = FIRST_CHARGE * abs(point.epsilon[p]) * math.exp(s.ln_eq[network.ins[p, 0]])
                peaks[m] = max(peaks[m], scale)
    lightest = np.inf
    for j in range(solved):
        if not point.unstable[j] or lightest == np.inf:
            lightest = min(lightest, point.masses[j])
        x_freeze_out[j] = math.nan
        ratios[j], climbs[j] = ln_ratio(z[j], k[0, j], s, j)
    u_least = math.log(LEAST_X_END / lightest)
    step = FIRST_STEP
    steps = 0
    for _ in range(MOST_STEPS):
        h = min(step, LONGEST_STEP)
        u_stop = u_charge if u < u_charge < u_end else u_end
        lands = u + 1.001 * h >= u_stop
        if lands:
            h = u_stop - u
        error = np.inf
        if try_step(network, point, u, h, z, k, s, new, lower, known, order, change):
            error = error_of(network, point, new, lower, s, peaks) / tolerance
        if not error <= 1.0:
            step = h * (step_factor(error) if error < np.inf else 0.25)
            if step < SHORTEST_STEP:
                return NOT_FINITE
            # A ratio that leaves the double range is a yield that never leaves equilibrium.
            set_coefficients(network, point, u, s)
            continue
        steps += 1
        u = u_stop if lands else u + h
        for j in range(size):
            z[j] = new[j]
            k[0, j] = k[STAGES - 1, j]
        decay_peaks(network, z, s, peaks, h)
        if u <= u_charge:
            for m in range(charges):
                kept[m] = z[solved + m]
        for j in range(solved):
            before, climb = ratios[j], climbs[j]
            ratios[j], climbs[j] = ln_ratio(z[j], k[0, j], s, j)
            x = freeze_out(before, ratios[j], climb, climbs[j], h)
            if x >= 0.0:
                x_freeze_out[j] = point.masses[j] * math.exp(u - h + x * h)
            if not s.plain[j] and s.ln_eq[j] < LN_VANISHED and not point.unstable[j]:
                return DEPLETED
            leave_ratio(network, point, j, z, k[0], s)
            back_to_ratio(network, j, z, k[0], s)
        if steps <= path.shape[0]:
            path[steps - 1, 0] = u
            for j in range(solved + charges):
                path[steps - 1, 1 + j] = z[j] * (unit_of(s, j) if j < solved else 1.0)
        grown = h * step_factor(error)
        step = max(step, grown) if lands else grown
        rest, loss = rest_of(network, point, z, k[0], s)
        last[0], last[1], last[2] = u, rest, steps
        settled = u > u_least and rest < REST * accuracy and (loss < REST * accuracy or u > u_charge)
        if settled and unstable_left(network, point, z, s) < UNSTABLE_LEFT * accuracy:
            last[3] = 1.0
            if stops:
                return finish(network, point, z, k[0], s, stops)
        if u >= u_end:
            return finish(network, point, z, k[0], s, stops)
    return STEP_LIMIT


@kernel
def finish(network, point, z, slope, s, stops):
    """Turn z into plain yields and responses, with what falls like T still added, and return the status."""
    solved = network.nu.shape[1]
    charges = network.source.shape[0]
    total, unstable = 0.0, 0.0
    for j in range(solved):
        unit = unit_of(s, j)
        trend = 0.0 if s.plain[j] else s.trend[j]
        rest = slope[j] / z[j] + trend if z[j] > 0.0 else 0.0
        z[j] *= unit
        for k in range(network.powers.shape[0]):
            z[(k + 1) * (solved + charges) + j] *= unit
        if not z[j] < np.inf:
            return NOT_FINITE
        total += z[j]
        if point.unstable[j]:
            unstable += z[j]
        elif z[j] <= 0.0 or math.log(z[j]) < LN_VANISHED:
            return DEPLETED
        elif stops:
            z[j] *= 1.0 + rest if abs(rest) < 0.1 else 1.0
    for j in range(solved, z.size):
        if not abs(z[j]) < np.inf:
            return NOT_FINITE
    if charges == 0 and unstable > UNDECAYED_SHARE * total:
        return UNDECAYED
    return OK


@kernel
def solve_points(
    network, u0, tables, masses, shifts, epsilon, unstable, start, u_end, u_charge, accuracy, stops,
    values, x_freeze_out, last, status, path,
):  # fmt: skip
    """Solve n points, each alone.

    Parameters
    ----------
    network : Network
    u0, u_end, u_charge : (n,) arrays
        ln(1/T) at the start, at the latest end, and where charges freeze.
    tables, masses, shifts, epsilon, unstable, start : arrays
        The fields of `Point` with n rows.
    accuracy : float
    stops : bool
        Whether to end where everything is settled.
    values : (n, (1 + K) (N + M)) array
        Filled with yields, charges, and their derivatives by the logarithms of parameters.
    x_freeze_out : (n, N) array
    last : (n, 5) array
        Filled with `LAST`.
    status : (n,) int array
        Filled, but for rows that are not zero.
    path : (rows, 1 + N + M) array
    """
    charges = network.source.shape[0]
    solved = network.nu.shape[1]
    kept = np.zeros(charges)
    for i in range(u0.size):
        if status[i] != 0:
            continue
        point = Point(u0[i], tables[i], masses[i], shifts[i], epsilon[i], unstable[i], start[i])
        status[i] = integrate(
            network, point, u_end[i], u_charge[i], accuracy, stops, values[i], x_freeze_out[i], kept, last[i],
            path,
        )  # fmt: skip
        for m in range(charges):
            values[i, solved + m] = kept[m]
    return
