"""Speed of the thermal-decay solver, as ratios within one process."""

import math
import os
import threading
import time
from functools import partial

import numba
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from relicfit.solver.numerics import batch
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay import analytic
from relicfit.solver.scenarios.thermal_decay.rows import solve_rows
from relicfit.solver.scenarios.thermal_decay.system import make_system, rates

ACCURACY = 1e-5
FASTER_THAN_LSODA = 80.0
FASTER_ON_TWO_THREADS = 1.8
ROWS = 100
ROUNDS = 7
# LSODA is run at every tolerance of this grid; the cheapest that reaches the wanted error counts.
TOLERANCES = 10.0 ** -np.arange(3.0, 9.0, 0.5)

# λ_ann, λ_dec, δ at 100 GeV: annihilations, both, decays.
CASES = [(1e9, 0.0, 0.5), (1e12, 0.0, 0.5), (1e8, 1e5, 0.4), (0.0, 1e6, 0.25), (0.0, 1e8, 0.9)]
MASS = 100.0


def row_of(model, annihilation, decay, delta):
    coupling = max(1e-40, float(analytic.equilibrium_coupling(MASS, 100.0, strength=decay)))
    return model.theta(dict(mass=MASS, delta=delta, coupling=coupling, annihilation=annihilation))


def lsoda(model, row):
    """Return a function of the tolerance that follows ln Y from z = 1 with scipy's LSODA."""
    system = make_system(model._full(row[None])[0], model.setting)

    # The system is a constant of the compiled function, so that a call passes two arguments only.
    @numba.njit(error_model="numpy")
    def slope(u, ln_y):
        a, b, q, _ = rates(system, u)
        y = math.exp(ln_y[0])
        out = np.empty(1)
        out[0] = -a * (y - q * q / y) - b * (1.0 - q / y)
        return out

    a, b, q, fall = rates(system, 0.0)
    start = np.array([math.log(q * (1.0 - fall / (2.0 * a * q + b)))])
    slope(0.0, start)
    # Annihilations fade like 1/z only.
    end = math.log(1e9) if system.sigma_ann > 0.0 else math.log(5000.0)

    def solve(tolerance):
        result = solve_ivp(slope, (0.0, end), start, method="LSODA", rtol=tolerance, atol=tolerance)
        return math.exp(result.y[0, -1])

    return solve


def test_single_yield_is_eighty_times_faster_than_lsoda_at_equal_error(measure, table):
    model, finest = (scenario("thermal-freeze-out", accuracy=value) for value in (ACCURACY, 1e-9))
    lines = [("lambda_ann", "lambda_dec", "delta", "our error", "us", "LSODA error", "us", "ratio")]
    ratios = []
    for case in CASES:
        row = row_of(model, *case)
        reference = finest.evaluate(row)[0][0, 1]
        rows = np.tile(model._full(row[None]), (ROWS, 1))
        ours, _ = solve_rows(rows, model.setting)
        error = abs(ours[0, 1] / reference - 1.0)
        assert error <= ACCURACY
        solve = lsoda(finest, row)
        # Generous to LSODA: it need not be more exact than what was asked for, though we are.
        errors = [abs(solve(tolerance) / reference - 1.0) for tolerance in TOLERANCES]
        good = [i for i, value in enumerate(errors) if value <= ACCURACY]
        assert good
        actions = [partial(solve_rows, rows, model.setting)]
        actions += [partial(solve, TOLERANCES[i]) for i in good]
        times = measure(actions, ROUNDS)
        cheapest = min(range(len(good)), key=lambda i: times[1 + i])
        ours_us, theirs_us = 1e6 * times[0] / ROWS, 1e6 * times[1 + cheapest]
        ratios.append(theirs_us / ours_us)
        lines.append(
            (
                *(f"{value:g}" for value in case),
                f"{error:.1e}",
                f"{ours_us:.1f}",
                f"{errors[good[cheapest]]:.1e}",
                f"{theirs_us:.0f}",
                f"{ratios[-1]:.0f}",
            )
        )
    mean = math.exp(np.mean(np.log(ratios)))
    lines.append(("", "", "", "", "", "", "mean", f"{mean:.0f}"))
    table(f"One yield at accuracy {ACCURACY:g}, against solve_ivp(LSODA) with a numba right-hand side", lines)
    assert mean >= FASTER_THAN_LSODA


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_two_threads_solve_a_batch_nearly_twice_as_fast(measure, table):
    model = scenario("thermal-freeze-out")
    rng = np.random.default_rng(2)
    rows = np.array(
        [
            row_of(model, 10.0 ** rng.uniform(4, 10), 10.0 ** rng.uniform(3, 7), rng.uniform(0.3, 1.0))
            for _ in range(512)
        ]
    )
    spent = {}

    def timed(theta):
        start = time.thread_time()
        result = model.solve(theta)
        name = threading.current_thread().name
        spent[name] = spent.get(name, 0.0) + time.thread_time() - start
        return result

    def on(count):
        batch.set_threads(count)
        return batch.map_rows(timed, rows)

    before = batch.threads()
    on(1), on(2)
    spent.clear()
    turns = 40
    # Wall-clock time: the best of many turns is the one that other work on the machine disturbed least.
    wall = measure([partial(on, 1), partial(on, 2)], turns, time.perf_counter)
    batch.set_threads(before)
    one = spent.pop(threading.current_thread().name)
    # What two idle cores would need: the time of the busier thread.
    cpu_ratio, wall_ratio = one / max(spent.values()), wall[0] / wall[1]
    busy = os.getloadavg()[0] - 1.0 > 0.5
    note = "not judged: the machine is busy" if busy else ""
    table(
        "A batch of 512 points on two threads, against one",
        [
            ("clock", "one [ms]", "two [ms]", "ratio", ""),
            ("wall", f"{1e3 * wall[0]:.1f}", f"{1e3 * wall[1]:.1f}", f"{wall_ratio:.2f}", note),
            (
                "CPU",
                f"{1e3 * one / turns:.1f}",
                f"{1e3 * max(spent.values()) / turns:.1f}",
                f"{cpu_ratio:.2f}",
                "",
            ),
        ],
    )
    assert cpu_ratio >= FASTER_ON_TWO_THREADS
    assert busy or wall_ratio >= FASTER_ON_TWO_THREADS


def test_time_per_point_over_the_prior_box(measure, table):
    lines = [("scenario", "annihilation", "accuracy", "us per point")]
    for name in ("thermal-freeze-out", "thermal-freeze-in"):
        for annihilation in (False, True):
            for accuracy in (1e-3, 1e-4, 1e-5):
                model = scenario(name, accuracy=accuracy)
                theta = prior_draws(model, annihilation)
                model.solve(theta)
                (seconds,) = measure([lambda m=model, t=theta: m.solve(t)], 5)
                lines.append((name, annihilation, f"{accuracy:g}", f"{1e6 * seconds / len(theta):.1f}"))
    table("Points of the prior box", lines)


def prior_draws(model, annihilation, n=300):
    rng = np.random.default_rng(8)
    columns = [
        10.0 ** rng.uniform(-3, 5, n),
        rng.uniform(0.0, 1.0, n),
        10.0 ** rng.uniform(-12, 0.5, n),
        np.ones(n),
        np.full(n, 2.0),
        np.full(n, 4.0),
        10.0 ** rng.uniform(-2, 10, n) if annihilation else np.zeros(n),
    ]
    if len(model.parameters) == 8:
        columns.append(10.0 ** rng.uniform(-2, 6, n))
    return np.array(columns).T
