"""Momenta of generic dark matter: closed forms and adaptive integrations of the same moments."""

import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.special import kve

from relicfit.solver import cosmology
from relicfit.solver.momentum.warmness import ENTROPY_STATES_TODAY
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay import momenta
from relicfit.solver.scenarios.thermal_decay.system import make_system, rates

CONSTANT_COOLING = (ENTROPY_STATES_TODAY / 75.0) ** (1.0 / 3.0)


def found(name, options, **point):
    model = scenario(name, **options)
    observables, status = model.evaluate(model.theta(point)[None])
    assert status[0] == 0
    return dict(zip([item.name for item in model.observables], observables[0], strict=True))


def moments(values, cooling=1.0):
    mean, root = values["mean_momentum_over_temperature"], values["rms_momentum_over_temperature"]
    return mean / cooling, (root / cooling) ** 2


@pytest.mark.parametrize(("z", "mean", "square"), [(1.0, 3.16974, 13.1113), (10.0, 5.61436, 38.0097)])
def test_equilibrium_has_the_momenta_of_maxwell_and_boltzmann(z, mean, square):
    model = scenario("thermal-freeze-out", d_sm=75.0)
    row = model._full(model.theta(dict(mass=1.0, delta=0.5, coupling=1e-9))[None])[0]
    d, first, second = momenta.momenta_at(make_system(row, model.setting), math.log(z))
    assert (first, second) == pytest.approx((mean, square), rel=1e-5)
    assert d == pytest.approx(CONSTANT_COOLING)


def test_freeze_out_with_a_constant_number_of_degrees_of_freedom():
    # λ = 1e6 with δ = 0.5: σ = λ sqrt(45/(π d)) / (M_Pl M).
    sigma = 1e6 * math.sqrt(45.0 / (math.pi * 75.0)) / 1.220890e19
    values = found(
        "thermal-freeze-out", dict(d_sm=75.0), mass=1.0, delta=0.5, coupling=math.sqrt(4.0 * math.pi * sigma)
    )
    mean, square = moments(values, CONSTANT_COOLING)
    assert values["final_yield"] == pytest.approx(1.3411e-7, rel=5e-3)
    assert (mean, square) == pytest.approx((6.3306, 48.129), rel=5e-3)


def test_freeze_in_without_back_reaction_has_an_exact_second_moment():
    # ⟨q²⟩ = 3 ⟨z⟩ = 6/(1 + δ).
    for delta in (0.3, 0.5, 1.0):
        values = found(
            "thermal-freeze-in", dict(d_sm=75.0, densities="nr"),
            mass=1.0, delta=delta, coupling=1e-13, reheating_temperature=1e4,
        )  # fmt: skip
        assert moments(values, CONSTANT_COOLING)[1] == pytest.approx(6.0 / (1.0 + delta), rel=2e-3)


def test_freeze_in_with_real_degrees_of_freedom():
    values = found(
        "thermal-freeze-in",
        dict(densities="nr"),
        mass=1.0,
        delta=0.5,
        coupling=1e-13,
        reheating_temperature=1e4,
    )
    assert moments(values) == pytest.approx((0.77864, 0.85246), rel=5e-3)


def independent(model, point, start):
    """Return ⟨y⟩ and ⟨y²⟩ by a stiff solver on the equations as they are written."""
    row = model._full(model.theta(point)[None])[0]
    system = make_system(row, model.setting)

    def right(u, state):
        a, b, q, _ = rates(system, u)
        z = math.exp(u)
        t = system.mass / z
        d = (ENTROPY_STATES_TODAY / float(cosmology.g_s(t))) ** (1.0 / 3.0)
        k2 = z * z * kve(2, z)
        mean = 2.0 * (z * z + 3.0 * z + 3.0) / k2 * d
        square = 3.0 * z * kve(3, z) / kve(2, z) * d * d
        source, loss = q * (a * q + b), a * state[0] + b
        return [
            source - loss * state[0], source * mean - loss * state[1], source * square - loss * state[2]
        ]  # fmt: skip

    first = np.zeros(3)
    if row[7] == 0.0:
        q = rates(system, start)[2]
        d, mean, square = momenta.momenta_at(system, start)
        first = q * np.array([1.0, mean * d, square * d * d])
    else:
        start = math.log(system.mass / row[7])
    solved = solve_ivp(right, (start, math.log(3e3)), first, method="Radau", rtol=1e-8, atol=1e-24)
    y = solved.y[:, -1]
    return y[1] / y[0], y[2] / y[0]


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("thermal-freeze-out", dict(mass=0.1, delta=0.4, coupling=2e-8)),
        ("thermal-freeze-out", dict(mass=30.0, delta=0.3, coupling=1e-6)),
        ("thermal-freeze-out", dict(mass=30.0, delta=0.6, coupling=1e-6, annihilation=1e8)),
        ("thermal-freeze-out", dict(mass=1.0, delta=0.9, coupling=1e-9, annihilation=1e6)),
        ("thermal-freeze-in", dict(mass=1.0, delta=0.5, coupling=3e-9, reheating_temperature=30.0)),
        ("thermal-freeze-in", dict(mass=300.0, delta=0.1, coupling=1e-10, reheating_temperature=200.0)),
        ("thermal-freeze-in", dict(mass=1e-4, delta=0.5, coupling=1e-14, reheating_temperature=1.0)),
    ],
)
def test_momenta_agree_with_a_stiff_solver(name, point):
    model = scenario(name)
    values = found(name, {}, **point)
    assert moments(values) == pytest.approx(independent(model, point, math.log(0.05)), rel=5e-3)


def test_ultraviolet_production_has_its_own_momenta():
    values = found(
        "thermal-freeze-in",
        dict(interaction="dim-6"),
        mass=1e-3,
        delta=0.5,
        coupling=1e-14,
        reheating_temperature=200.0,
    )
    # A T⁸ rate makes nearly all of it at T_RH, the rest a little below.
    d = (ENTROPY_STATES_TODAY / float(cosmology.g_s(200.0))) ** (1.0 / 3.0)
    mean, square = moments(values)
    assert (mean, square) == pytest.approx((4.0 * d, 20.0 * d * d), rel=0.02)


@pytest.mark.parametrize("depth", [1e-4, 0.009, 0.011, 0.5, 3.0, 40.0])
def test_the_place_of_what_survives_is_that_of_its_weight(depth):
    norm, first, second = (quad(lambda t, n=n: t**n * math.exp(-depth * (1 - t)), 0, 1)[0] for n in range(3))
    assert momenta.place_of_gain(depth) == pytest.approx((first / norm, second / norm), rel=1e-4)
