"""The analytic approximations against the exact solution, within the ranges they claim."""

import numpy as np
import pytest
from scipy.integrate import quad

from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay import analytic

D_SM = 75.0


def solve(name, observable="final_yield", **settings):
    options = {key: settings.pop(key) for key in ("densities", "interaction") if key in settings}
    model = scenario(name, d_sm=D_SM, **options)
    observables, status = model.evaluate(model.theta(settings))
    assert status[0] == 0
    return observables[0, [item.name for item in model.observables].index(observable)]


def g_of(strength):
    return float(analytic.equilibrium_coupling(1.0, D_SM, strength=strength))


@pytest.mark.parametrize("delta", [0.2, 0.3, 0.5, 0.7])
def test_matched_yield_is_low_by_twenty_to_seventy_five_per_cent(delta):
    exact = solve("thermal-freeze-out", mass=1.0, delta=delta, coupling=g_of(1e6), densities="nr")
    estimate = analytic.matched_yield(1e6, analytic.decay_ratio(delta, 2.0, 4.0), delta, 2.0, D_SM)
    assert -0.75 < estimate / exact - 1.0 < -0.20


@pytest.mark.parametrize("delta", [0.3, 0.5, 0.7])
def test_freeze_out_abscissa_is_good_to_seven_per_cent(delta):
    exact = solve(
        "thermal-freeze-out", "z_freeze_out", mass=1.0, delta=delta, coupling=g_of(1e6), densities="nr"
    )
    estimate = analytic.decay_freeze_out(1e6, analytic.decay_ratio(delta, 2.0, 4.0), delta, 2.0, D_SM)
    assert estimate == pytest.approx(exact, rel=0.07)


def test_freeze_out_abscissa_solves_its_own_condition():
    ratio = analytic.decay_ratio(0.4, 2.0, 4.0)
    z = analytic.decay_freeze_out(1e6, ratio, 0.4, 2.0, D_SM)
    # Eq. (2.8) with the leading z² in place of z (z - 3/2).
    leading = z**2 / (1e6 * ratio * np.exp(z * 0.6))
    assert leading == pytest.approx(analytic.equilibrium_yield(z, 2.0, D_SM), rel=1e-9)


@pytest.mark.parametrize("strength", [1e2, 1e4, 1e6])
def test_massless_partner_formula_is_exact(strength):
    partner = analytic.partner_yield_massless(4.0, D_SM)
    exact = analytic.freeze_out_yield_massless(strength, partner, 2.0, D_SM)
    # The formula starts at z = 0, the solution at z = 1: decays erase the difference as e^{-λ Y_B}.
    solved = solve("thermal-freeze-out", mass=1.0, delta=0.0, coupling=g_of(strength), densities="nr")
    start = np.exp(-strength * partner)
    assert solved == pytest.approx(exact, rel=1e-6 + 10.0 * start)


def test_later_decays_are_the_integral_they_claim():
    strength, delta = 1e6, 0.4
    ratio = analytic.decay_ratio(delta, 2.0, 4.0)
    factor = strength * ratio * analytic.EQUILIBRIUM * 2.0 / D_SM
    integral = quad(lambda z: factor * z**-0.5 * np.exp(-delta * z), 7.0, np.inf, epsabs=0.0)[0]
    assert analytic.later_decays(7.0, strength, ratio, delta, 2.0, D_SM) == pytest.approx(integral, rel=1e-8)


@pytest.mark.parametrize("strength", [1e6, 1e9, 1e12])
def test_annihilation_yield_is_good_to_ten_per_cent_and_the_printed_one_is_not(strength):
    exact = solve("thermal-freeze-out", mass=1.0, delta=0.5, coupling=1e-40, annihilation=strength)
    assert analytic.annihilation_yield(strength, 2.0, D_SM) == pytest.approx(exact, rel=0.10)
    printed = analytic.annihilation_yield(strength, 2.0, D_SM, as_printed=True)
    z = analytic.annihilation_freeze_out(strength, 2.0, D_SM)
    assert printed / analytic.annihilation_yield(strength, 2.0, D_SM) == pytest.approx(z / 2.0)
    assert printed > 4.0 * exact


def test_annihilation_freeze_out_solves_its_own_condition():
    z = analytic.annihilation_freeze_out(1e9, 2.0, D_SM)
    factor = 2.0 * analytic.EQUILIBRIUM * 1e9 * 2.0 / D_SM
    assert z == pytest.approx(np.log(factor / np.sqrt(z)), rel=1e-12)


def test_deviation_before_freeze_out():
    # At z = 6, long before freeze-out, eq. (2.8) is the deviation of the solution to its square.
    delta, strength = 0.5, 1e8
    model = scenario("thermal-freeze-out", d_sm=D_SM, densities="nr")
    point = model.theta({"mass": 1.0, "delta": delta, "coupling": g_of(strength), "annihilation": 1e8})
    path = model.evolve(point)
    z, y, q = path.time, path.curves[0].values, path.curves[1].values
    early = (q / y > 0.9) & (y > q)
    ratio = analytic.decay_ratio(delta, 2.0, 4.0)
    estimate = analytic.deviation_from_equilibrium(z, 1e8, strength, ratio, delta)
    assert early.sum() >= 2
    assert estimate[early] / (y - q)[early] == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize("delta", [0.2, 0.5, 1.0])
def test_infrared_freeze_in_formula_is_exact_for_small_couplings(delta):
    solved = solve(
        "thermal-freeze-in",
        mass=1.0,
        delta=delta,
        coupling=1e-13,
        reheating_temperature=1e5,
        densities="nr",
    )
    strength = analytic.strength_from_sigma(analytic.cross_section(1e-13, 1.0), 1.0, D_SM)
    formula = analytic.freeze_in_yield(strength, analytic.decay_ratio(delta, 2.0, 4.0), delta, 2.0, D_SM)
    # The integral of the formula starts at z = 0; the solution at 1e-5 misses z² of it.
    assert solved == pytest.approx(formula, rel=1e-6)


def test_infrared_freeze_in_formula_with_a_massless_partner():
    solved = solve(
        "thermal-freeze-in",
        mass=1.0,
        delta=0.0,
        coupling=1e-13,
        reheating_temperature=1e5,
        densities="nr",
    )
    strength = analytic.strength_from_sigma(analytic.cross_section(1e-13, 1.0), 1.0, D_SM)
    partner = analytic.partner_yield_massless(4.0, D_SM)
    formula = analytic.freeze_in_yield_massless(strength, partner, 2.0, D_SM)
    assert solved == pytest.approx(formula, rel=1e-4)


def test_functions_take_arrays_and_invert_each_other():
    strength = np.geomspace(1.0, 1e12, 5)
    mass = np.geomspace(1e-3, 1e3, 5)
    for interaction in ("dim-4", "dim-6"):
        sigma = analytic.sigma_from_strength(strength, mass, D_SM)
        coupling = analytic.coupling(sigma, mass, 0.3, interaction)
        again = analytic.cross_section(coupling, mass, 0.3, interaction)
        assert analytic.strength_from_sigma(again, mass, D_SM) == pytest.approx(strength, rel=1e-12)
    delta = np.array([[0.2], [0.8]])
    grid = analytic.matched_yield(strength, analytic.decay_ratio(delta, 2.0, 4.0), delta, 2.0, D_SM)
    assert grid.shape == (2, 5)
    with pytest.raises(ValueError, match="dim-4 or dim-6"):
        analytic.cross_section(1.0, 1.0, 1.0, "dim-5")
