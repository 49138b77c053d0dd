"""Speed of the network engine, as ratios within one process."""

import math
from functools import partial

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from relicfit.solver import Parameter
from relicfit.solver.network import NetworkScenario, Process, Species
from relicfit.solver.network.engine import network_of, solve_network, span_of
from relicfit.solver.network.grid import Grid, step_for
from relicfit.solver.network.points import tables_of
from relicfit.solver.network.rates import SPECIES_ROWS, set_coefficients, set_fluxes
from relicfit.solver.numerics.kernel import kernel

ROUNDS = 7
ROWS = 16
ACCURACY = 1e-3
# Radau runs at the same tolerance, not at the same error, which is generous to it.
FASTER_THAN_RADAU = {"wimp": 150.0, "two": 80.0}
TABLES_PER_SOLUTION = 1.0


class Wimp(NetworkScenario):
    name, summary, source = "wimp", "A particle that annihilates.", "none"
    parameters = (
        Parameter("m", "m", "GeV", "mass", 1, 1e5, {"loguniform": [10, 1e3]}),
        Parameter("sv", "s", "GeV^-2", "cross-section", 1e-14, 1e-4, {"loguniform": [1e-10, 1e-7]}),
    )

    def species(self, p):
        return [Species("chi", p.m, 2)]

    def processes(self, p):
        return [Process("chi chi -> SM SM", sigma_v=p.sv)]


class TwoComponents(NetworkScenario):
    name, summary, source = "two", "Two components.", "none"
    parameters = Wimp.parameters

    def species(self, p):
        return [Species("a", 2.0 * p.m, 2), Species("b", p.m, 2)]

    def processes(self, p):
        return [
            Process("a a -> SM SM", sigma_v=0.1 * p.sv),
            Process("b b -> SM SM", sigma_v=p.sv),
            Process("a a -> b b", sigma_v=10.0 * p.sv),
        ]


@kernel
def slope_of(sides, nu, table, masses, shifts, offsets, u0, width, u, ln_y, species, rates, washing):
    """Return dlnY/du from the tables of the engine, compiled."""
    for j in range(masses.size):
        species[0, j] = 1.0
    set_coefficients(sides, table, masses, shifts, offsets, u0, width, u, species, rates, washing)
    y = np.exp(ln_y)
    set_fluxes(sides, y, rates)
    out = np.zeros(y.size)
    for p in range(sides.shape[0]):
        for j in range(y.size):
            out[j] += nu[p, j] * rates[2, p] / y[j]
    return out


def system(model, theta, rows=1):
    points = model.points(np.tile(theta, (rows, 1)))
    masses = points.masses()
    hottest, coldest = span_of(points, masses, model.accuracy)
    return points, masses, Grid(-np.log(hottest), -np.log(coldest), step_for(model.accuracy))


@pytest.mark.parametrize(
    "model", [Wimp(accuracy=ACCURACY), TwoComponents(accuracy=ACCURACY)], ids=lambda m: m.name
)
def test_the_engine_is_a_hundred_times_faster_than_radau_with_a_compiled_slope(model, measure, table):
    theta = np.array([100.0, 1.9e-9])
    points, masses, grid = system(model, theta)
    tables, u0 = tables_of(points, masses, grid), grid.start[0]
    network, solved = network_of(model.topology, 0), model.topology.solved
    species, rates = np.zeros((SPECIES_ROWS, solved)), np.zeros((3, len(network.sides)))
    arguments = (
        network.sides, network.nu, tables.values[0], masses[0, :solved].copy(), tables.shifts[0],
        np.zeros(tables.shifts.shape[1]), u0, grid.step,
    )  # fmt: skip

    def slope(u, ln_y):
        return slope_of(*arguments, u, ln_y, species, rates, np.zeros(1))

    slope(u0, np.zeros(solved))
    start = species[1].copy()
    end = min(grid.end[0], u0 + math.log(1e4))

    def radau(tolerance=ACCURACY):
        return solve_ivp(slope, (u0, end), start, method="Radau", rtol=tolerance, atol=tolerance)

    # A batch, as samplers ask for: what Python adds to one call is shared.
    many, *rest = system(model, theta, ROWS)
    solve_network(many, ACCURACY)
    whole, tabulated, theirs = measure(
        [partial(solve_network, many, ACCURACY), partial(tables_of, many, *rest), radau], ROUNDS
    )
    ours, tabulated = (whole - tabulated) / ROWS, tabulated / ROWS
    table(
        f"{model.name} at {ACCURACY:g}, us",
        [
            ("engine", "tables", "Radau", "ratio", "tables/engine"),
            (
                *(f"{1e6 * value:.0f}" for value in (ours, tabulated, theirs)),
                f"{theirs / ours:.0f}",
                f"{tabulated / ours:.1f}",
            ),
        ],
    )
    assert theirs / ours >= FASTER_THAN_RADAU[model.name]
    assert tabulated / ours <= TABLES_PER_SOLUTION
