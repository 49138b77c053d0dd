"""Properties of the solution that do not depend on how it was found."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import kve

from relicfit.solver.cosmology import entropy_density, entropy_factor, hubble
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay import riccati
from relicfit.solver.scenarios.thermal_decay.linear import solve_linear
from relicfit.solver.scenarios.thermal_decay.system import PATH_COLUMNS, make_system

masses = st.floats(-2.0, 3.0).map(lambda x: 10.0**x)
deltas = st.floats(0.02, 1.0)
# Compiled code answers in microseconds; only the first call compiles.
relaxed = settings(deadline=None, max_examples=40)


def values(name, observable, points, **options):
    model = scenario(name, **options)
    observables, status = model.evaluate(np.array([model.theta(point) for point in points]))
    column = [item.name for item in model.observables].index(observable)
    return np.where(np.isin(status, [Status.DEPLETED, Status.NO_PRODUCTION]), 0.0, observables[:, column])


@relaxed
@given(masses, deltas)
def test_freeze_out_yield_falls_with_the_coupling(mass, delta):
    couplings = 3e-8 * math.sqrt(mass) * np.geomspace(1.0, 1e5, 25)
    y = values(
        "thermal-freeze-out", "final_yield", [dict(mass=mass, delta=delta, coupling=g) for g in couplings]
    )
    assert (np.diff(y) <= 0.0).all()
    assert y[0] > 0.0


@relaxed
@given(masses, deltas, st.floats(0.3, 3.0))
def test_freeze_in_yield_is_quadratic_in_the_coupling_far_from_equilibrium(mass, delta, hotter):
    weak = 1e-14 * math.sqrt(mass)
    reheating = hotter * mass
    point = dict(mass=mass, delta=delta, reheating_temperature=max(reheating, 5e-3))
    y = values(
        "thermal-freeze-in", "final_yield", [dict(point, coupling=weak), dict(point, coupling=3 * weak)]
    )
    assert y[1] / y[0] == pytest.approx(9.0, rel=1e-4)


@relaxed
@given(masses, st.floats(0.2, 1.0))
def test_freeze_in_joins_freeze_out_as_the_coupling_grows(mass, delta):
    couplings = math.sqrt(mass) * np.array([3e-5, 1e-4])
    reheating = 10.0 * mass
    points = [dict(mass=mass, delta=delta, coupling=g) for g in couplings]
    out = values("thermal-freeze-out", "final_yield", points, accuracy=1e-7)
    in_ = values(
        "thermal-freeze-in",
        "final_yield",
        [dict(p, reheating_temperature=reheating) for p in points],
        accuracy=1e-7,
    )
    # Both are as exact as asked, 1e-4.
    assert in_ == pytest.approx(out, rel=2e-4)


def test_freeze_in_with_annihilations_joins_freeze_out_too():
    point = dict(mass=10.0, delta=0.4, coupling=1e-4, annihilation=1e7)
    out = values("thermal-freeze-out", "final_yield", [point])
    in_ = values("thermal-freeze-in", "final_yield", [dict(point, reheating_temperature=100.0)])
    assert in_ == pytest.approx(out, rel=1e-4)


def test_largest_ratio_tells_freeze_in_from_equilibrium():
    point = dict(mass=1.0, delta=0.5, reheating_temperature=3.0)
    couplings = [1e-12, 3e-12, 1e-6]
    weak, stronger, thermal = values(
        "thermal-freeze-in", "max_yield_ratio", [dict(point, coupling=g) for g in couplings]
    )
    assert weak < 1e-3
    assert stronger / weak == pytest.approx(9.0, rel=1e-2)
    assert thermal >= 1.0


@relaxed
@given(masses, st.floats(-9.0, -5.0))
@example(100.0, -6.25)
def test_yield_is_continuous_as_the_partner_becomes_massless(mass, log_g):
    coupling = 10.0**log_g * math.sqrt(mass)
    deltas = [0.0, 1e-9, 1e-7, 1e-5]
    y = values(
        "thermal-freeze-out", "omega_h2", [dict(mass=mass, delta=d, coupling=coupling) for d in deltas]
    )
    if y[0] > 1e-100:
        # ln Y moves in proportion to δ, by δ z_f times the depth of the decays, which may reach 1e5.
        first, hundredfold = np.log(y[1:3] / y[0])
        assert first == pytest.approx(0.01 * hundredfold, rel=0.1, abs=2e-5)
        assert abs(hundredfold) < 0.1


@relaxed
@given(masses, deltas, st.floats(0.0, 8.0))
def test_annihilations_only_lower_the_freeze_out_yield(mass, delta, log_strength):
    point = dict(mass=mass, delta=delta, coupling=1e-8 * math.sqrt(mass))
    without, with_ = values(
        "thermal-freeze-out", "final_yield", [point, dict(point, annihilation=10.0**log_strength)]
    )
    assert 0.0 < with_ <= without * (1.0 + 1e-4)


def test_yield_of_two_weak_rates_is_the_sum_of_their_freeze_in():
    point = dict(mass=1.0, delta=0.5, reheating_temperature=2.0)
    both, decays, annihilations = values(
        "thermal-freeze-in",
        "final_yield",
        [
            dict(point, coupling=1e-13, annihilation=1e-8),
            dict(point, coupling=1e-13),
            dict(point, coupling=1e-40, annihilation=1e-8),
        ],
        d_sm=75,
    )
    assert both == pytest.approx(decays + annihilations, rel=1e-4)


def production(mass, delta, coupling, reheating, masses_and_degrees):
    """Integrate γ/(s H Z z) over z directly, with no back reaction."""
    (m_a, d_a), (m_b, d_b) = masses_and_degrees
    sigma = (coupling / mass) ** 2 / (4.0 * math.pi)

    def integrand(u):
        t = mass / math.exp(u)
        n_a = d_a * m_a**2 * t * kve(2, m_a / t) / (2 * math.pi**2)
        n_b = d_b * m_b**2 * t * kve(2, m_b / t) / (2 * math.pi**2)
        rate = n_a * n_b * math.exp(-(m_a + m_b) / t) * sigma
        return float(rate / (entropy_density(t) * hubble(t) * entropy_factor(t)))

    start = math.log(mass / reheating)
    return quad(integrand, start, start + 5.0, epsabs=0.0, epsrel=1e-7, limit=400)[0]


@pytest.mark.parametrize("mass", [0.05, 3.0])
def test_freeze_in_yield_is_the_integral_of_the_production_for_a_heavier_initial_state(mass):
    delta, g = 0.6, 1e-14
    y = values(
        "thermal-freeze-in",
        "final_yield",
        [dict(mass=mass, delta=delta, coupling=g, reheating_temperature=2 * mass)],
    )
    direct = production(mass, delta, g, 2 * mass, ((mass, 2.0), (delta * mass, 4.0)))
    assert y[0] == pytest.approx(direct, rel=2e-5)


@pytest.mark.parametrize("mass", [0.05, 3.0])
@pytest.mark.parametrize("delta", [0.01, 0.5])
def test_freeze_in_yield_is_the_integral_of_the_production_for_a_heavier_final_state(mass, delta):
    g, share_a, d_a = 1e-14, 0.3, 3.0
    y = values(
        "thermal-freeze-in",
        "final_yield",
        [dict(mass=mass, delta=delta, coupling=g, reheating_temperature=2 * mass)],
        heavier="final",
        share_a=share_a,
        d_a=d_a,
    )
    total = mass * (1 + delta)
    pair = ((share_a * total, d_a), ((1 - share_a) * total, 4.0))
    assert y[0] == pytest.approx(production(mass, delta, g, 2 * mass, pair), rel=2e-5)


def test_dark_matter_at_the_threshold_of_its_decay_is_refused():
    model = scenario("thermal-freeze-out", heavier="final")
    observables, status = model.evaluate(model.theta(dict(mass=1.0, delta=0.0, coupling=1e-7)))
    assert status[0] == Status.OPEN_DECAY
    assert np.isnan(observables).all()


def test_final_states_that_are_exchanged_give_the_same_yield():
    point = dict(mass=2.0, delta=0.4, coupling=1e-7)
    one = values(
        "thermal-freeze-out", "final_yield", [dict(point, d_b=5.0)], heavier="final", d_a=3.0, share_a=0.2
    )
    other = values(
        "thermal-freeze-out", "final_yield", [dict(point, d_b=3.0)], heavier="final", d_a=5.0, share_a=0.8
    )
    assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize(("coupling", "delta"), [(1e-7, 0.5), (1e-6, 0.3), (1e-9, 0.9), (1e-8, 0.1)])
def test_integrator_for_annihilations_agrees_with_quadrature_where_there_are_none(
    monkeypatch, coupling, delta
):
    model = scenario("thermal-freeze-out")
    row = model._full(model.theta(dict(mass=1.0, delta=delta, coupling=coupling))[None])[0]
    system = make_system(row, model.setting)
    path = np.empty((4000, PATH_COLUMNS))
    start = math.log(0.05)
    expected, _, _ = solve_linear(system, start, True, 1e-9, path)
    # Without its switch to the quadrature, in Python.
    monkeypatch.setattr(riccati, "LINEAR", -1.0)
    y, _, status = riccati.solve_riccati.py_func(system, start, True, 1e-6, path)
    assert status == 0
    assert y == pytest.approx(expected, rel=3e-6)


def test_relic_density_is_yield_times_mass():
    points = [dict(mass=m, delta=0.5, coupling=1e-7) for m in (0.1, 1.0, 10.0)]
    omega = values("thermal-freeze-out", "omega_h2", points)
    y = values("thermal-freeze-out", "final_yield", points)
    assert omega / (y * np.array([0.1, 1.0, 10.0])) == pytest.approx(2891.2 / 1.053672e-5, rel=1e-12)


def test_trajectory_starts_in_equilibrium_and_ends_at_the_final_yield():
    model = scenario("thermal-freeze-out")
    point = dict(mass=1.0, delta=0.5, coupling=1e-7)
    path = model.evolve(model.theta(point))
    dark_matter, equilibrium = (curve.values for curve in path.curves)
    assert dark_matter[0] == pytest.approx(equilibrium[0], rel=0.2)
    assert dark_matter[-1] == pytest.approx(values("thermal-freeze-out", "final_yield", [point])[0], rel=1e-6)
    (mark,) = path.marks.values()
    crossing = np.interp(mark, path.time, np.log(dark_matter / np.maximum(equilibrium, 1e-300)))
    assert crossing == pytest.approx(math.log(2.0), abs=0.1)


def test_rate_over_hubble_is_the_strength_for_a_massless_partner():
    g = 1e-9
    ratio = values("thermal-freeze-out", "rate_over_hubble", [dict(mass=1.0, delta=0.0, coupling=g)], d_sm=75)
    strength = 1.220890e19 * g**2 / (4 * math.pi) * math.sqrt(math.pi * 75 / 45)
    assert ratio[0] == pytest.approx(strength * 45 * 4 / (2 * math.pi**4 * 75), rel=1e-9)


def test_flags_mark_their_limits():
    model = scenario("thermal-freeze-out")
    rows = np.array(
        [
            model.theta(dict(mass=1.0, delta=0.5, coupling=1e-7)),
            model.theta(dict(mass=1.0, delta=0.5, coupling=5.0)),
            model.theta(dict(mass=1e-5, delta=0.5, coupling=1e-9)),
            model.theta(dict(mass=1.0, delta=0.5, coupling=1e-12)),
            model.theta(dict(mass=1e4, delta=0.5, coupling=300.0)),
        ]
    )
    observables, _ = model.evaluate(rows)
    raised = [
        {name for name, flags in model.flag(rows, observables).items() if flags[i]} for i in range(len(rows))
    ]
    assert raised[0] == set()
    assert "strong-coupling" in raised[1]
    assert "warm" in raised[2]
    assert {"no-equilibrium", "relativistic"} <= raised[3]
    assert {"strong-coupling", "unitarity"} <= raised[4]
