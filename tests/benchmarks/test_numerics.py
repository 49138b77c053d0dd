"""Speed of the building blocks, in nanoseconds an evaluation."""

import math
import time

import numpy as np

from relicfit.solver.cosmology import cosmology_at, cosmology_table
from relicfit.solver.numerics.bessel import k2_and_ratio
from relicfit.solver.numerics.kernel import kernel
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay.system import make_system, rates

POINTS = 2000
ROUNDS = 40


@kernel
def all_exponentials(u):
    total = 0.0
    for value in u:
        total += math.exp(-value)
    return total


@kernel
def all_bessel(u):
    total = 0.0
    for value in u:
        first, second = k2_and_ratio(value, value - 1.0)
        total += first + second
    return total


@kernel
def all_cosmology(table, u):
    total = 0.0
    for value in u:
        first, second, third = cosmology_at(table, value)
        total += first + second + third
    return total


@kernel
def all_rates(system, u):
    total = 0.0
    for value in u:
        a, b, q, slope = rates(system, value)
        total += a + b + q + slope
    return total


def test_time_of_one_evaluation(measure, table):
    u = np.random.default_rng(1).uniform(0.5, 4.0, POINTS)
    model = scenario("thermal-freeze-out")
    row = model.theta(dict(mass=100.0, delta=0.5, coupling=1e-4, annihilation=1e8))
    system = make_system(model._full(row[None])[0], model.setting)
    actions = {
        "exp": lambda: all_exponentials(u),
        "K2 and K1/K2": lambda: all_bessel(u),
        "H, s and Z": lambda: all_cosmology(cosmology_table(), u),
        "all coefficients": lambda: all_rates(system, u),
    }
    for action in actions.values():
        action()
    times = measure(list(actions.values()), ROUNDS, time.perf_counter)
    rows = [(name, f"{1e9 * t / POINTS:.1f}") for name, t in zip(actions, times, strict=True)]
    table("Building blocks", [("what", "ns"), *rows])


def test_time_of_one_call_from_python(measure, table):
    lines = [("call", "us")]
    model = scenario("thermal-freeze-out")
    row = model.theta(dict(mass=100.0, delta=0.5, coupling=1e-4))
    model.evaluate(row)
    calls = 200

    def one_by_one():
        for _ in range(calls):
            model.evaluate(row)

    many = np.tile(row, (calls, 1))
    single, together = measure([one_by_one, lambda: model.solve(many)], 7)
    lines.append(("evaluate, one point", f"{1e6 * single / calls:.0f}"))
    lines.append(("of which the solver", f"{1e6 * together / calls:.0f}"))
    table("One point from Python", lines)
