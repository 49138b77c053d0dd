"""Speed of conversion-driven leptogenesis: ratios, measured in one process, in CPU time.

``pytest -s -m slow tests/benchmarks/test_conversion.py`` prints them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numba
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.conversion.asymmetry import SPHALERON_TEMPERATURE
from relicfit.solver.scenarios.conversion.couplings import rows_from
from relicfit.solver.scenarios.conversion.evolution.integrate import Conversions, integrate, ln_x_end
from relicfit.solver.scenarios.conversion.evolution.plasma import make_plasma, plasma_at
from relicfit.solver.scenarios.conversion.rates.pieces import PIECES_SHAPE, fill_rates
from relicfit.solver.scenarios.conversion.rows import conversions_of
from relicfit.solver.scenarios.conversion.trajectory import plasma_of

pytestmark = pytest.mark.slow

LN_START = math.log(0.05)
ASYMMETRY_UNIT = 1e-6
# m_χ, Δm, λ_H, Γ_tot, B_1: the two cases of an earlier study of integrators.
CASES = [(300.0, 5.0, 1.0, 1.148e-13, 0.95), (500.0, 2.5, 1.0, 1.07e-13, 0.95)]
ERROR = 1e-3
SCIPY_TOLERANCES = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4)
OUR_TOLERANCES = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4)
NO_PATH = np.empty((0, 0))
REPETITIONS = 200

compiled = numba.njit(error_model="numpy")


@compiled
def rhs(ln_x, y, plasma, width_1, width_2):
    """Return the derivatives of ln Σ_φ, ln Y_1, ln Y_2 and D/ASYMMETRY_UNIT."""
    a, c, sigma_eq, _, q, _, _, per_lepton, d, r_a, r_b = plasma_at(plasma, ln_x)
    phi, y_1, y_2 = math.exp(y[0]), math.exp(y[1]), math.exp(y[2])
    e_1, e_2 = 1.0 - q * y_1 / phi, 1.0 - q * y_2 / phi
    rate = c * (d + r_a + r_b)
    common = r_b * (1.0 + phi * per_lepton)
    washout = width_1 * ((d + r_a) * (1.0 + q * y_1 * per_lepton) + common)
    washout += width_2 * ((d + r_a) * (1.0 + q * y_2 * per_lepton) + common)
    result = np.empty(4)
    result[0] = -a * (phi - sigma_eq * sigma_eq / phi) - rate * (width_1 * e_1 + width_2 * e_2)
    result[1] = rate * width_1 * e_1 * phi / y_1
    result[2] = rate * width_2 * e_2 * phi / y_2
    result[3] = -c * d * width_1 * phi * (e_1 - e_2) / ASYMMETRY_UNIT - c * washout * y[3]
    return result


@compiled
def jacobian(ln_x, y, plasma, width_1, width_2):
    """Return the Jacobian of `rhs`."""
    a, c, sigma_eq, _, q, _, _, per_lepton, d, r_a, r_b = plasma_at(plasma, ln_x)
    phi, y_1, y_2 = math.exp(y[0]), math.exp(y[1]), math.exp(y[2])
    f_1, f_2 = q * y_1 / phi, q * y_2 / phi
    rate = c * (d + r_a + r_b)
    common = r_b * (1.0 + phi * per_lepton)
    washout = width_1 * ((d + r_a) * (1.0 + q * y_1 * per_lepton) + common)
    washout += width_2 * ((d + r_a) * (1.0 + q * y_2 * per_lepton) + common)
    source = c * d * width_1 / ASYMMETRY_UNIT
    result = np.zeros((4, 4))
    result[0, 0] = -a * (phi + sigma_eq * sigma_eq / phi) - rate * (width_1 * f_1 + width_2 * f_2)
    result[0, 1], result[0, 2] = rate * width_1 * f_1, rate * width_2 * f_2
    result[1, 0] = rate * width_1 * phi / y_1
    result[1, 1] = -result[1, 0]
    result[2, 0] = rate * width_2 * phi / y_2
    result[2, 2] = -result[2, 0]
    result[3, 0] = -c * (width_1 + width_2) * r_b * phi * per_lepton * y[3]
    result[3, 1] = source * q * y_1 - c * width_1 * (d + r_a) * q * y_1 * per_lepton * y[3]
    result[3, 2] = -source * q * y_2 - c * width_2 * (d + r_a) * q * y_2 * per_lepton * y[3]
    result[3, 3] = -c * washout
    return result


@compiled
def repeat_integration(plasma, conversions, ln_sph, tolerance, derived, path, times):
    total = 0.0
    for _ in range(times):
        total += integrate(plasma, conversions, 1.0, ln_sph, tolerance, derived, path).total
    return total


def seconds(*functions: Callable[[], object], repeats: int = 11) -> list[float]:
    """Return the smallest CPU time of each function, called in turn after one call to warm up.

    The smallest, because whatever else the machine does only adds to it.
    """
    times = [[] for _ in functions]
    for function in functions:
        function()
    for _ in range(repeats):
        for function, spent in zip(functions, times, strict=True):
            start = time.process_time()
            function()
            spent.append(time.process_time() - start)
    return [min(spent) for spent in times]


def cheapest(measurements: list[tuple[float, float]]) -> float:
    """Return the smallest time whose error is small enough."""
    good = [spent for spent, error in measurements if error <= ERROR]
    assert good, measurements
    return min(good)


@pytest.fixture(scope="module")
def setting():
    return scenario("conversion-leptogenesis").setting


@pytest.mark.parametrize("case", CASES, ids=["300-5", "500-2.5"])
def test_four_equations_are_400_times_faster_than_radau_at_equal_error(setting, case):
    m_chi, delta_m, _, width, b_1 = case
    plasma = plasma_of(np.array(case[:3]), setting)
    conversions = conversions_of(width, b_1, setting)
    ln_sph, ln_end = math.log(m_chi / SPHALERON_TEMPERATURE), ln_x_end(m_chi, delta_m)
    exact = integrate(plasma, conversions, 1.0, ln_sph, 1e-9, False, NO_PATH)
    args = (plasma, b_1 * width, (1.0 - b_1) * width)
    _, _, sigma_eq, yield_eq, *_ = plasma_at(plasma, LN_START)
    y0 = np.array([math.log(sigma_eq), math.log(yield_eq), math.log(yield_eq), 0.0])

    def error_of(total, asymmetry):
        return max(abs(total / exact.total - 1.0), abs(asymmetry / exact.asymmetry_sph - 1.0))

    theirs = []
    for tolerance in SCIPY_TOLERANCES:

        def radau(tolerance=tolerance):
            # In two pieces, to have the asymmetry at decoupling.
            settings = dict(method="Radau", rtol=tolerance, atol=tolerance, jac=jacobian, args=args)
            first = solve_ivp(rhs, (LN_START, ln_sph), y0, **settings)
            return first, solve_ivp(rhs, (ln_sph, ln_end), first.y[:, -1], **settings)

        first, second = radau()
        error = error_of(np.sum(np.exp(second.y[:3, -1])), first.y[3, -1] * ASYMMETRY_UNIT)
        theirs.append((seconds(radau, repeats=3)[0], error))
    ours = []
    for tolerance in OUR_TOLERANCES:
        found = integrate(plasma, conversions, 1.0, ln_sph, tolerance, False, NO_PATH)
        (spent,) = seconds(
            lambda tolerance=tolerance: repeat_integration(
                plasma, conversions, ln_sph, tolerance, False, NO_PATH, REPETITIONS
            )
        )
        ours.append((spent / REPETITIONS, error_of(found.total, found.asymmetry_sph)))
    ratio = cheapest(theirs) / cheapest(ours)
    print(f"\nRadau {1e3 * cheapest(theirs):.1f} ms, here {1e6 * cheapest(ours):.1f} us: {ratio:.0f} times")
    assert ratio > 400.0


@compiled
def only_integrate(rows, setting, path):
    """Do what a full evaluation does, without rates and derived quantities: the tables of one point serve."""
    pieces = np.empty(PIECES_SHAPE)
    total = 0.0
    row = rows[0]
    rates = fill_rates(setting.rates, row[0], row[1], row[2], math.exp(ln_x_end(row[0], row[1])), pieces)
    plasma = make_plasma(setting.cosmology, rates, row[0], row[1])
    ln_sph = math.log(row[0] / SPHALERON_TEMPERATURE)
    for i in range(rows.shape[0]):
        conversions = conversions_of(rows[i, 3], rows[i, 4], setting)
        total += integrate(plasma, conversions, 1.0, ln_sph, setting.tolerance, False, path).total
    return total


def test_full_evaluation_costs_at_most_twice_the_ode(setting):
    model = scenario("conversion-leptogenesis")
    rng = np.random.default_rng(1)
    theta = np.tile([300.0, 5.0, 1.0, 0.95, 2e-6, 6e-3, 1.0], (500, 1))
    theta[:, 4] = np.exp(rng.uniform(math.log(1e-7), math.log(1e-4), 500))
    rows = rows_from(theta, "rates", "coupling", 1.0)
    whole, ode = seconds(lambda: model.solve(theta), lambda: only_integrate(rows, setting, NO_PATH))
    print(f"\nfull evaluation {2e3 * whole:.1f} us, ODE {2e3 * ode:.1f} us: {whole / ode:.2f}")
    assert whole < 2.0 * ode


def test_sixteen_states_cost_at_most_five_times_two(setting):
    case = CASES[0]
    plasma = plasma_of(np.array(case[:3]), setting)
    ln_sph = math.log(case[0] / SPHALERON_TEMPERATURE)

    def integration(states: int) -> Callable[[], float]:
        share = np.linspace(1.0, 2.0, states)
        widths = case[3] * share / share.sum()
        conversions = Conversions(widths, widths - widths.mean(), 1.0, 1.0)
        return lambda: repeat_integration(plasma, conversions, ln_sph, 1e-3, False, NO_PATH, REPETITIONS)

    few, many = seconds(integration(2), integration(16))
    ratio = many / few
    few, many = 1e6 * few / REPETITIONS, 1e6 * many / REPETITIONS
    print(f"\n16 states {many:.1f} us, 2 states {few:.1f} us: {ratio:.2f}")
    assert ratio < 5.0


# The points of the check values: two states and flavours, three of both.
COHERENT_POINTS = {
    2: dict(
        m_chi=300.0, delta_m=5.0, lambda_H=1.0, B_1=0.95, width=1.148e-13, phase_e2=0.785, phase_mu2=0.785,
        delta_m12=2.67e-10,
    ),
    3: dict(
        m_chi=300.0, delta_m=5.0, lambda_H=1.0, B_1=0.6, B_2=0.3, width=5e-14, muon_fraction=0.3, tau_fraction=0.4,
        phase_e2=0.7, phase_mu2=-1.1, phase_tau2=0.2, phase_e3=-0.4, phase_mu3=1.9, phase_tau3=0.5,
        delta_m12=3.4882e-10, delta_m13=9.30186e-10,
    ),
}  # fmt: skip
COHERENT_LIMITS = {2: 15.0, 3: 60.0}


@pytest.mark.parametrize("states", [2, 3])
def test_density_matrix_costs_tens_of_four_equations(states):
    four = scenario("conversion-leptogenesis", parametrisation="phases", strength="width")
    options = dict(kinetics="density-matrix", parametrisation="phases", strength="width", states=states)
    coherent = scenario("conversion-leptogenesis", leptons="e-mu" if states == 2 else "e-mu-tau", **options)
    few = np.tile(four.theta(COHERENT_POINTS[2]), (200, 1))
    many = np.tile(coherent.theta(COHERENT_POINTS[states]), (30, 1))
    plain, matrix = seconds(lambda: four.solve(few), lambda: coherent.solve(many))
    plain, matrix = 1e3 * plain / len(few), 1e3 * matrix / len(many)
    print(
        f"\ndensity matrix of {states} states {matrix:.2f} ms, four equations {plain:.3f} ms: {matrix / plain:.1f}"
    )
    assert matrix < COHERENT_LIMITS[states] * plain
