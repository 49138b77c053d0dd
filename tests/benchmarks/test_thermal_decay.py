"""The single-yield solve against scipy at equal achieved error; threads against one thread."""

import time

import numpy as np
from scipy.integrate import solve_ivp

from relicfit.solver.cosmology import cosmology_table
from relicfit.solver.numerics import batch
from relicfit.solver.numerics.kernel import kernel
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay.batch import solve_rows
from relicfit.solver.scenarios.thermal_decay.system import make_system, rates

REPEATS = 7
# λ_ann, coupling, δ at M = 1 GeV: decays and annihilations of comparable strength, and strong ones.
POINTS = ((1e9, 7e-7, 0.25), (1e12, 7e-6, 0.9), (1e9, 2e-7, 0.4))


@kernel
def slope(u, ln_y, system):
    """Return dln Y/du."""
    a, b, q, _ = rates(system, u)
    y = np.exp(ln_y)
    return -a * (y - q * q / y) - b * (1.0 - q / y)


def row_of(annihilation, coupling, delta):
    return np.array([[1.0, delta, coupling, 1.0, 2.0, 4.0, annihilation, 0.0]])


def cpu(function, number):
    """Return the median CPU time of one call."""
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        for _ in range(number):
            function()
        times.append((time.process_time() - begin) / number)
    return float(np.median(times))


def yield_by_lsoda(system, tolerance):
    start = np.log(rates(system, 0.0)[2])
    # With its own first step LSODA may fail on the stiff start.
    solution = solve_ivp(
        lambda u, y: slope(u, y[0], system),
        (0.0, 17.0),
        [start],
        method="LSODA",
        rtol=tolerance,
        atol=tolerance,
        first_step=1e-8,
    )
    return float(np.exp(solution.y[0, -1]))


def loosest_tolerance(system, reference, wanted):
    """Return the loosest tolerance of LSODA whose achieved error is as small as wanted, and that error."""
    for tolerance in 10.0 ** np.arange(-3.0, -12.0, -0.5):
        error = abs(yield_by_lsoda(system, tolerance) / reference - 1.0)
        if error <= wanted:
            break
    return tolerance, error


def compare(point, accuracy=1e-5):
    """Return our time and LSODA's, with the errors achieved."""
    table = cosmology_table()
    settings = (False, False, False, 2.0, 0.5)
    row = row_of(*point)
    rows = np.repeat(row, 100, axis=0)
    system = make_system(row[0], *settings, table)
    reference = solve_rows(row, *settings, 1e-9, table)[0][0, 1]
    error = abs(solve_rows(row, *settings, accuracy, table)[0][0, 1] / reference - 1.0)
    tolerance, their_error = loosest_tolerance(system, reference, accuracy)
    own = cpu(lambda: solve_rows(rows, *settings, accuracy, table), 1) / len(rows)
    return own, cpu(lambda: yield_by_lsoda(system, tolerance), 3), error, their_error


def test_single_yield_solve_is_eighty_times_faster_than_lsoda():
    print("\npoint                        ours [us]  LSODA [us]  error ours  error LSODA  ratio")
    ratios = []
    for point in POINTS:
        own, lsoda, error, their_error = compare(point)
        ratios.append(lsoda / own)
        print(
            f"{point!s:28} {1e6 * own:8.1f} {1e6 * lsoda:11.0f} {error:11.1e} {their_error:12.1e} {ratios[-1]:6.0f}"
        )
    print(f"median ratio {np.median(ratios):.0f}, wanted at least 80")
    assert np.median(ratios) >= 80


def test_two_threads_are_nearly_twice_as_fast_as_one():
    model = scenario("thermal-freeze-out")
    rng = np.random.default_rng(0)
    theta = np.column_stack(
        [10 ** rng.uniform(-2, 2, 512), rng.uniform(0.1, 1, 512), 10 ** rng.uniform(-9, -3, 512)]
        + [np.full(512, value) for value in (1.0, 2.0, 4.0, 1e5)]
    )
    before = batch.threads()
    times = {1: [], 2: []}
    try:
        for _ in range(15):
            for count, measured in times.items():
                batch.set_threads(count)
                begin = time.perf_counter()
                model.evaluate(theta)
                measured.append(time.perf_counter() - begin)
    finally:
        batch.set_threads(before)
    ratio = min(times[1]) / min(times[2])
    print(
        f"\n512 points: one thread {1e3 * min(times[1]):.1f} ms, two {1e3 * min(times[2]):.1f} ms, ratio {ratio:.2f}"
    )
    assert ratio >= 1.8
