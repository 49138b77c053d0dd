"""The evolution of a network from the start to where every yield and charge is settled."""

from __future__ import annotations

import math

import numpy as np

from ..numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES, step_factor
from ..numerics.kernel import kernel
from ..numerics.status import Status
from .criteria import decay_peaks, error_of, first_peaks, rest_of, slowest_start, unstable_left
from .outlook import largest_loss_ahead
from .rates import LN_EQ, PER_UNIT, PLAIN, SPECIES_ROWS, TREND, set_coefficients, set_fluxes
from .records import freeze_out, ln_ratio
from .responses import set_responses
from .stages import newton, quadratic_stage, set_charges, slopes
from .variables import change_variable

__all__ = ["LAST", "solve_points"]

OK = int(Status.OK)
STEP_LIMIT = int(Status.STEP_LIMIT)
NOT_FINITE = int(Status.NOT_FINITE)
DEPLETED = int(Status.DEPLETED)
UNDECAYED = int(Status.UNDECAYED)

# What `solve_points` tells of the end: u, the largest |dlnY/du| of a stable yield, accepted steps, whether all
# is settled, and the slowest of the thermal species' fastest rates over H at the start.
LAST = ("u", "rest", "steps", "settled", "slowest_start")
FIRST_STEP = 0.05
LONGEST_STEP_IN_LN_T = 0.7
SHORTEST_STEP_IN_LN_T = 1e-11
SHORTENED = 0.25
MOST_STEPS = 20000
# The local tolerance that makes the error of the final yields the requested accuracy.
NETWORK_TOLERANCE_PER_ACCURACY = 0.025
# The error after a Newton iteration is about the square of its relative change: this share of the tolerance.
NEWTON_SHARE = 1e-3
# A stable yield with this logarithm that still follows its equilibrium is gone.
LN_VANISHED = -590.0
# The end: past this m/T of the lightest species, with less than these parts of the accuracy still to come.
LEAST_X_END = 20.0
REST = 0.2
UNSTABLE_LEFT = 0.05
# A rest that is larger than this does not fall like T.
LARGEST_REST = 0.1
# More than this share in unstable species at the end is no final yield.
UNDECAYED_SHARE = 0.1


# Where quarks turn into hadrons and the two fits of the degrees of freedom are joined, their third derivatives are
# so large that the error estimate of a long step misses them: ln(1/T) in between, and the longest steps there over
# the fourth root of the accuracy.
ROUGH_BEGIN, JUNCTION_BEGIN, ROUGH_END = -math.log(0.4), -math.log(0.14), -math.log(0.1)
LONGEST_ROUGH_STEP, LONGEST_JUNCTION_STEP = 2.5, 0.75


@kernel
def longest_step(u, root):
    """Return the longest step from u that the degrees of freedom of the plasma allow, for a root of the accuracy."""
    if u < ROUGH_BEGIN - LONGEST_STEP_IN_LN_T or u >= ROUGH_END:
        return LONGEST_STEP_IN_LN_T
    rough, junction = min(LONGEST_ROUGH_STEP * root, LONGEST_STEP_IN_LN_T), LONGEST_JUNCTION_STEP * root
    if u < ROUGH_BEGIN:
        return max(ROUGH_BEGIN - u, rough)
    if u < JUNCTION_BEGIN - junction:
        return min(rough, JUNCTION_BEGIN - u)
    return junction


@kernel
def try_step(
    sides, nu, source, terms, powers, quadratic, table, masses, shifts, offsets, epsilon, u0, width, u, h, z, k,
    species, rates, washing, new, lower, known, matrix, order, closeness,
):  # fmt: skip
    """Solve the stages of a step from u; return whether all have a solution."""
    g = GAMMA * h
    solved = masses.size
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
            set_coefficients(
                sides,
                table,
                masses,
                shifts,
                offsets,
                u0,
                width,
                u + ABSCISSAE[stage] * h,
                species,
                rates,
                washing,
            )
        if quadratic:
            new[0] = quadratic_stage(sides, nu, g, known[0], species, rates, washing)
            if not new[0] < np.inf:
                return False
        elif not newton(sides, nu, g, known, new, species, rates, washing, matrix, closeness):
            return False
        if z.size > solved:
            set_fluxes(sides, new, rates)
            set_charges(source, terms, epsilon, g, known, new, solved, species, rates, washing)
            if powers.shape[0] > 0 and not set_responses(
                sides,
                nu,
                source,
                terms,
                powers,
                epsilon,
                g,
                known,
                new,
                species,
                rates,
                washing,
                matrix,
                order,
            ):
                return False
        for j in range(z.size):
            k[stage, j] = (new[j] - known[j]) / g
        if stage == STAGES - 2:
            for j in range(z.size):
                lower[j] = new[j]
    return True


@kernel
def keep(conserved, wanted, dilution, z):
    """Take off conserved differences what rounding has added; while entropy is made they fall with the yields."""
    for n in range(conserved.shape[0]):
        miss, norm = wanted[n], 0.0
        for j in range(conserved.shape[1]):
            miss -= conserved[n, j] * z[j]
            norm += conserved[n, j] * conserved[n, j]
        if dilution != 0.0:
            wanted[n] -= miss
            continue
        for j in range(conserved.shape[1]):
            z[j] += miss * conserved[n, j] / norm
    return


@kernel
def finish(unstable, charges, z, k, species, stops):
    """Turn z into plain yields and responses, with what falls like T still added, and return the status."""
    solved = unstable.size
    block = solved + charges
    total, left = 0.0, 0.0
    for j in range(solved):
        unit = 1.0 / species[PER_UNIT, j]
        trend = 0.0 if species[PLAIN, j] > 0.0 else species[TREND, j]
        rest = k[0, j] / z[j] + trend if z[j] > 0.0 else 0.0
        # What is left to come for responses too: they share the fate of the yield.
        for i in range(j, z.size, block):
            z[i] *= unit
        if not z[j] < np.inf:
            return NOT_FINITE
        total += z[j]
        if unstable[j]:
            left += z[j]
        elif not z[j] > 0.0 or math.log(z[j]) < LN_VANISHED:
            return DEPLETED
        elif stops and abs(rest) < LARGEST_REST:
            for i in range(j, z.size, block):
                z[i] *= 1.0 + rest
    for j in range(solved, z.size):
        if not abs(z[j]) < np.inf:
            return NOT_FINITE
    if charges == 0 and left > UNDECAYED_SHARE * total:
        return UNDECAYED
    return OK


@kernel
def integrate(
    sides, nu, conserved, source, terms, powers, always_plain, quadratic, table, masses, shifts, offsets, epsilon,
    unstable, start, u0, width, u_end, u_charge, accuracy, smooth, stops, z, x_freeze_out, last, path,
):  # fmt: skip
    """Follow one network; see `solve_points`. On success z holds yields, charges and their responses."""
    processes, solved = nu.shape
    charges = source.shape[0]
    block, blocks = solved + charges, powers.shape[0] + 1
    tolerance, root = NETWORK_TOLERANCE_PER_ACCURACY * accuracy, accuracy**0.25
    closeness = math.sqrt(NEWTON_SHARE * tolerance)
    species, rates, washing = (
        np.zeros((SPECIES_ROWS, solved)),
        np.zeros((3, processes)),
        np.zeros(terms.shape[0] + 1),
    )
    k, matrix = np.zeros((STAGES, z.size)), np.zeros((solved, solved))
    new, lower, known = np.zeros(z.size), np.zeros(z.size), np.zeros(z.size)
    order = np.zeros(solved, dtype=np.int64)
    peaks, kept = np.zeros(charges), np.zeros(charges)
    ratios, climbs = np.zeros(solved), np.zeros(solved)
    u = u0
    z[:] = 0.0
    lightest = np.inf
    for j in range(solved):
        given = start[j] == start[j]
        species[PLAIN, j] = 1.0 if given else 0.0
        z[j] = start[j] if given else 1.0
        x_freeze_out[j] = math.nan
        if not unstable[j]:
            lightest = min(lightest, masses[j])
    if lightest == np.inf:
        lightest = masses.min()
    wanted = conserved @ z[:solved]
    set_coefficients(sides, table, masses, shifts, offsets, u0, width, u, species, rates, washing)
    slopes(sides, nu, source, powers, epsilon, z, species, rates, washing, k)
    last[4] = slowest_start(nu, species, rates)
    first_peaks(sides, source, epsilon, species, peaks)
    for j in range(solved):
        ratios[j], climbs[j] = ln_ratio(z[j], k[0, j], species, j)
    u_least = math.log(LEAST_X_END / lightest)
    step = FIRST_STEP
    steps = 0
    for _ in range(MOST_STEPS):
        h = min(step, LONGEST_STEP_IN_LN_T if smooth else longest_step(u, root))
        u_stop = u_charge if u < u_charge < u_end else u_end
        lands = u + 1.001 * h >= u_stop
        if lands:
            h = u_stop - u
        error = np.inf
        if try_step(
            sides, nu, source, terms, powers, quadratic, table, masses, shifts, offsets, epsilon, u0, width, u, h, z, k,
            species, rates, washing, new, lower, known, matrix, order, closeness,
        ):  # fmt: skip
            error = error_of(source, epsilon, unstable, new, lower, species, peaks) / tolerance
        if not error <= 1.0:
            step = h * (step_factor(error) if error < np.inf else SHORTENED)
            if step < SHORTEST_STEP_IN_LN_T:
                return NOT_FINITE
            continue
        steps += 1
        u = u_stop if lands else u + h
        for j in range(z.size):
            z[j] = new[j]
            k[0, j] = k[STAGES - 1, j]
        for j in range(solved):
            if z[j] < 0.0:
                z[j], k[0, j] = 0.0, 0.0
        keep(conserved, wanted, washing[terms.shape[0]], z)
        decay_peaks(terms, z, solved, species, washing, peaks, h)
        if u <= u_charge:
            for m in range(charges):
                kept[m] = z[solved + m]
        for j in range(solved):
            before, climb = ratios[j], climbs[j]
            ratios[j], climbs[j] = ln_ratio(z[j], k[0, j], species, j)
            part = freeze_out(before, ratios[j], climb, climbs[j], h)
            if part >= 0.0:
                x_freeze_out[j] = masses[j] * math.exp(u - h + part * h)
            if species[PLAIN, j] == 0.0 and species[LN_EQ, j] < LN_VANISHED and not unstable[j]:
                return DEPLETED
            change_variable(j, always_plain[j], unstable[j], blocks, block, z, k, species)
        if steps <= path.shape[0]:
            path[steps - 1, 0] = u
            for j in range(block):
                path[steps - 1, 1 + j] = z[j] / species[PER_UNIT, j] if j < solved else z[j]
        grown = h * step_factor(error)
        step = max(step, grown) if lands else grown
        rest, loss = rest_of(unstable, terms, z, k, species, washing)
        last[0], last[1], last[2] = u, rest, steps
        settled = u > u_least and rest < REST * accuracy and (loss < REST * accuracy or u > u_charge)
        if settled and unstable_left(nu, source, epsilon, unstable, z, species) < UNSTABLE_LEFT * accuracy:
            ahead = largest_loss_ahead(
                sides, nu, terms, table, masses, shifts, offsets, u0, width, u, u_end, u_charge, unstable, z, species,
                rates, washing,
            )  # fmt: skip
            if ahead < REST * accuracy:
                last[3] = 1.0
        if u >= u_end or (stops and last[3] > 0.0):
            status = finish(unstable, charges, z, k, species, stops)
            for m in range(charges):
                z[solved + m] = kept[m]
            return status
    return STEP_LIMIT


@kernel
def solve_points(
    network, u0, width, tables, which, masses, shifts, offsets, epsilon, unstable, start, u_end, u_charge, accuracy,
    smooth, stops, values, x_freeze_out, last, status, path,
):  # fmt: skip
    """Solve n points, each alone.

    Parameters
    ----------
    network : Network
    u0, u_end, u_charge : (n,) arrays
        ln(1/T) at the start, at the latest end, and where charges freeze.
    width : float
        That of a cell of the tables.
    tables : (r, cells, 4 C), shifts : (r, P + W) arrays
    which : (n,) int array
        The table of each point.
    masses : (n, N), offsets : (n, P + W) arrays
        As `relicfit.solver.network.rates.set_coefficients` reads them.
    epsilon : (n, P), unstable : (n, N), start : (n, N) arrays
        The charge that one reaction makes, what turns into something lighter, and the yields at the start, NaN for
        equilibrium.
    accuracy : float
    smooth : bool
        Whether the degrees of freedom of the plasma are constant.
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
    for i in range(u0.size):
        if status[i] == 0:
            status[i] = integrate(
                network.sides, network.nu, network.conserved, network.source, network.terms, network.powers,
                network.plain, network.quadratic, tables[which[i]], masses[i], shifts[which[i]], offsets[i], epsilon[i],
                unstable[i], start[i], u0[i], width, u_end[i], u_charge[i], accuracy, smooth, stops, values[i],
                x_freeze_out[i], last[i], path,
            )  # fmt: skip
    return
