"""Momenta along trajectories of two states and of conversions: independent integrations, and limits."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kn, kve

from relicfit.solver import scenario
from relicfit.solver.cosmology import cosmology_at, cosmology_table, g_s
from relicfit.solver.momentum.carried import gain_and_kept, late_decay, mean_of
from relicfit.solver.scenarios.conversion.evolution.plasma import plasma_at
from relicfit.solver.scenarios.conversion.predictions import B_1, M_CHI, TOTAL_WIDTH
from relicfit.solver.scenarios.conversion.scenario import rows_from
from relicfit.solver.scenarios.conversion.trajectory import plasma_of, trace

MEAN, ROOT = "mean_momentum_over_temperature", "rms_momentum_over_temperature"


def found(model, point):
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == 0
    return dict(zip((item.name for item in model.observables), observables[0].tolist(), strict=True))


def cooled(temperature):
    return (3.931 / g_s(temperature)) ** (1.0 / 3.0)


def square_of_equilibrium(z):
    return 3.0 * z * kve(3, z) / kve(2, z)


def test_two_states_that_never_react_keep_the_momenta_of_the_start():
    values = found(scenario("two-state"), dict(mass_1=0.1, mass_2=0.9, coupling_2=1e-4, coupling_12=1e-3))
    z, d = 0.1 / 0.15, float(cooled(0.15))
    assert values[MEAN] == pytest.approx(
        2.0 * (z * z + 3.0 * z + 3.0) * math.exp(-z) / (z * z * kn(2, z)) * d, rel=0.015
    )
    assert values[ROOT] ** 2 == pytest.approx(square_of_equilibrium(z) * d * d, rel=0.03)


def test_two_states_in_contact_have_the_momenta_of_their_freeze_out():
    # Y₁ leaves equilibrium at one temperature: momenta freeze when conversions do, a little later.
    model = scenario("two-state")
    point = dict(mass_1=0.2, mass_2=0.24, coupling_2=1.0, coupling_12=100.0)
    evolution = model.evolve(model.theta(point))
    z = evolution.time
    ratio = evolution.curves[0].values / evolution.curves[2].values
    z_freeze_out = float(np.interp(2.5, ratio[np.argmax(ratio > 1.01) :], z[np.argmax(ratio > 1.01) :]))
    values = found(model, point)
    d = float(cooled(0.2 / z_freeze_out))
    assert 0.9 < values[ROOT] / (math.sqrt(square_of_equilibrium(z_freeze_out)) * d) < 1.8


def test_finer_steps_do_not_move_the_momenta_of_two_states():
    point = dict(mass_1=0.2, mass_2=0.24, coupling_2=1.0, coupling_12=100.0)
    coarse, fine = (found(scenario("two-state", accuracy=accuracy), point)[ROOT] for accuracy in (1e-2, 1e-8))
    assert coarse == pytest.approx(fine, rel=0.01)


@pytest.mark.parametrize("coupling", [3e-7, 1e-6, 1e-5])
def test_conversions_agree_with_an_integration_of_their_own(coupling):
    model = scenario("conversion-leptogenesis")
    point = dict(
        m_chi=300.0,
        delta_m=10.0,
        lambda_H=0.5,
        B_1=0.5,
        coupling=coupling,
        i1_over_xi=0.01,
        muon_fraction=0.5,
    )
    theta = np.atleast_2d(model.theta(point))
    row = rows_from(theta, "rates", "coupling", model.i_1)[0]
    plasma = plasma_of(row, model.setting)
    _, path = trace(row, model.setting, 1e-9)
    ln_x, phi, first, _, _ = path.T
    width = row[TOTAL_WIDTH] * row[B_1]
    m_chi, m_phi = row[M_CHI], row[M_CHI] + 10.0
    kick = 0.5 * (m_phi**2 - m_chi**2) / m_phi
    values = CubicSpline(ln_x, np.log(first))

    def of_equilibrium(x):
        t = m_chi / x
        square = square_of_equilibrium(m_phi / t) * (m_chi / m_phi) ** 2 + (kick / t) ** 2
        return square * float(cooled(t)) ** 2

    def slope(u, n):
        c = plasma_at(plasma, u)
        rate = width * c.clock * (c.dilation + c.scattering_a + c.scattering_b) * c.ratio
        y = math.exp(values(u))
        # Of ⟨y²⟩ itself: gain over yield.
        gain = values(u, 1) + rate
        return [max(gain, 0.0) * (of_equilibrium(math.exp(u)) - n[0])] if y > 0 else [0.0]

    begin = ln_x[0]
    solved = solve_ivp(slope, (begin, ln_x[-1]), [of_equilibrium(math.exp(begin))], method="Radau", rtol=1e-6)
    reported = found(model, point)[ROOT] ** 2
    # Both states are alike, and hardly any φ is left.
    assert phi[-1] < 1e-3 * first[-1]
    assert reported == pytest.approx(solved.y[0, -1], rel=0.1)


def test_a_step_forgets_as_much_as_it_converts():
    # Half of 2 is kept, 1 is made.
    assert gain_and_kept(2.0, 2.0, math.log(2.0)) == pytest.approx((1.0, 0.5))
    # A step in which more is lost than its depth says makes nothing.
    assert gain_and_kept(2.0, 1.0, 0.0) == (0.0, 0.5)
    assert gain_and_kept(0.0, 0.0, 1.0) == (0.0, 0.0)


def test_late_decays_are_means_over_their_time():
    # H = Γ/2 at T_Γ = 1 MeV; ⟨t^{1/2}⟩ and ⟨t⟩ of e^{-Γt}.
    table = cosmology_table(10.0)
    hubble, _, _ = cosmology_at(table, 0.0)
    width, d = 2.0 * hubble * 1e-6, (3.931 / 10.0) ** (1.0 / 3.0)
    mean, square = late_decay(2.0, width, 0.0, table)
    assert mean == pytest.approx(2.0 / 1e-3 * d * math.gamma(1.5))
    assert square == pytest.approx((2.0 / 1e-3 * d) ** 2)
    # At once where they are faster than that.
    fast, _ = late_decay(2.0, width, math.log(1e-4), table)
    assert fast == pytest.approx(2.0 / 1e-4 * d)
    assert late_decay(2.0, 0.0, 0.0, table) == (0.0, 0.0)


def test_where_nothing_is_left_the_momenta_are_those_of_nothing():
    assert mean_of(0.0, 0.0, 0.0) == (1.0, 1.0)
    assert mean_of(6.0, 20.0, 2.0) == (3.0, 10.0)
