"""Speed of the network engine, as ratios within one process."""

import math
from functools import partial

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from relicfit.solver import Parameter
from relicfit.solver.constants import PLANCK_MASS
from relicfit.solver.network import NetworkScenario, Process, Species
from relicfit.solver.network.engine import network_of, solve_network, span_of
from relicfit.solver.network.grid import Grid, step_for
from relicfit.solver.network.points import tables_of
from relicfit.solver.network.rates import SPECIES_ROWS, set_coefficients, set_fluxes
from relicfit.solver.numerics.kernel import kernel
from relicfit.solver.scenario import scenario

ROUNDS = 7
ROWS = 16
ACCURACY = 1e-3
# Each at its loosest tolerance that gives the error asked for.
FASTER_THAN_RADAU = {"wimp": 150.0, "two": 80.0}
FASTER_THAN_LSODA = 15.0
TABLES_PER_SOLUTION = 1.0
RESONANT_TABLES_PER_SOLUTION = 30.0
# Of a batch over couplings at one mass, against one over masses.
SHARED_OVER_SEPARATE = 0.8
# Against the scenario with a solver of its own; both calculate the same.
SLOWER_THAN_HAND_WRITTEN = 5.0
SAME_PHYSICS = 3e-3


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

    def theirs_at(method, tolerance):
        # Without a first step of ours LSODA leaves equilibrium at once.
        return solve_ivp(
            slope, (u0, end), start, method=method, rtol=tolerance, atol=tolerance, first_step=1e-10
        )

    truth = theirs_at("Radau", 1e-9).y[:, -1]

    def cheapest(method):
        """Return a solution at the loosest tolerance whose error is the one asked for."""
        for tolerance in ACCURACY * 10.0 ** -np.arange(0.0, 5.0, 0.5):
            found = theirs_at(method, tolerance)
            if found.success and np.abs(found.y[:, -1] - truth).max() <= ACCURACY:
                return partial(theirs_at, method, tolerance)
        raise AssertionError(f"{method} does not reach {ACCURACY:g}")

    radau, lsoda = cheapest("Radau"), cheapest("LSODA")

    # A batch, as samplers ask for: what Python adds to one call is shared.
    many, *rest = system(model, theta, ROWS)
    solve_network(many, ACCURACY)
    whole, tabulated, theirs, adams = measure(
        [partial(solve_network, many, ACCURACY), partial(tables_of, many, *rest), radau, lsoda], ROUNDS
    )
    ours, tabulated = (whole - tabulated) / ROWS, tabulated / ROWS
    table(
        f"{model.name} at {ACCURACY:g}, us",
        [
            ("engine", "tables", "Radau", "LSODA", "Radau/engine", "LSODA/engine", "tables/engine"),
            (
                *(f"{1e6 * value:.0f}" for value in (ours, tabulated, theirs, adams)),
                f"{theirs / ours:.0f}",
                f"{adams / ours:.0f}",
                f"{tabulated / ours:.1f}",
            ),
        ],
    )
    assert theirs / ours >= FASTER_THAN_RADAU[model.name]
    assert adams / ours >= FASTER_THAN_LSODA
    assert tabulated / ours <= TABLES_PER_SOLUTION


class Resonant(NetworkScenario):
    name, summary, source = "resonant", "A particle that annihilates on a resonance.", "none"
    parameters = Wimp.parameters

    def species(self, p):
        return [Species("chi", p.m, 2)]

    def processes(self, p):
        def sigma(s):
            return p.sv * 1e2 / ((s / 210.0**2 - 1.0) ** 2 + 1e-4) / np.sqrt(1.0 - 4.0 * p.m**2 / s)

        return [Process("chi chi -> SM SM", sigma=sigma, poles=[(210.0, 2.1)])]


def test_tables_with_a_resonance(measure, table):
    model = Resonant(accuracy=ACCURACY)
    many, *rest = system(model, np.array([100.0, 1e-13]), ROWS)
    solve_network(many, ACCURACY)
    whole, tabulated = measure(
        [partial(solve_network, many, ACCURACY), partial(tables_of, many, *rest)], ROUNDS
    )
    ratio = tabulated / (whole - tabulated)
    row = (f"{1e6 * whole / ROWS:.0f}", f"{1e6 * tabulated / ROWS:.0f}", f"{ratio:.1f}")
    table("resonance, us", [("whole", "tables", "tables/engine"), row])
    assert ratio <= RESONANT_TABLES_PER_SOLUTION


class Scaled(TwoComponents):
    name, summary, source = "scaled", "Two components whose rates are proportional to one number.", "none"

    def processes(self, p):
        return [
            Process("a a -> SM SM", sigma_v=0.1 * p.sv, power={"sv": 1}),
            Process("b b -> SM SM", sigma_v=p.sv, power={"sv": 1}),
            Process("a a -> b b", sigma_v=10.0 * p.sv, power={"sv": 1}),
        ]


def test_couplings_at_one_mass_share_tables(measure, table):
    model = Scaled(accuracy=ACCURACY)
    sv = np.geomspace(1e-10, 1e-7, 8 * ROWS)
    shared = np.column_stack([np.full(sv.size, 100.0), sv])
    separate = np.column_stack([np.linspace(99.0, 101.0, sv.size), sv])
    model.solve(shared)
    one, other = measure([partial(model.solve, shared), partial(model.solve, separate)], ROUNDS)
    per_point = (f"{1e6 * one / sv.size:.0f}", f"{1e6 * other / sv.size:.0f}", f"{one / other:.2f}")
    table("one mass against many, us", [("shared", "separate", "ratio"), per_point])
    assert one / other <= SHARED_OVER_SEPARATE


class Shared(Wimp):
    name, summary, source = "shared", "A particle whose rate is proportional to a number.", "none"

    def processes(self, p):
        return [Process("chi chi -> SM SM", sigma_v=p.sv, power={"sv": 1})]


def test_the_general_engine_against_the_hand_written_one(measure, table):
    """The same freeze-out by annihilations; the hand-written solver knows that there is one equation."""
    hand, network = (
        scenario("thermal-freeze-out", accuracy=ACCURACY, d_sm=100.0),
        Shared(accuracy=ACCURACY, cosmology=100.0),
    )
    sv = np.geomspace(3e-10, 3e-8, 8 * ROWS)
    strength = PLANCK_MASS * 100.0 * sv * math.sqrt(math.pi * 100.0 / 45.0)
    names = [item.name for item in hand.parameters]
    theirs = np.tile(
        hand.theta({"mass": 100.0, "delta": 0.5, "coupling": 1e-40, "annihilation": 1.0}), (sv.size, 1)
    )
    theirs[:, names.index("annihilation")] = strength
    ours = np.column_stack([np.full(sv.size, 100.0), sv])
    first, second = hand.solve(theirs)[0][:, 0], network.solve(ours)[0][:, 0]
    assert np.abs(first / second - 1.0).max() < SAME_PHYSICS
    one, other = measure([partial(network.solve, ours), partial(hand.solve, theirs)], ROUNDS)
    row = (f"{1e6 * one / sv.size:.0f}", f"{1e6 * other / sv.size:.0f}", f"{one / other:.1f}")
    table("one species, us", [("network", "hand-written", "ratio"), row])
    assert one / other <= SLOWER_THAN_HAND_WRITTEN
