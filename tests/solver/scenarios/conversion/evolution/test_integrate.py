"""The conversion equations: equilibrium, stages, and the solution against Radau without tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline

from relicfit.solver.constants import OMEGA_H2_PER_YIELD_GEV
from relicfit.solver.cosmology import cosmology_table, entropy_density, entropy_factor, g_rho, g_s, hubble
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenarios.conversion.evolution.equilibrium import equilibrium_stage, equilibrium_terms
from relicfit.solver.scenarios.conversion.evolution.integrate import Conversions, integrate, ln_x_end
from relicfit.solver.scenarios.conversion.evolution.plasma import make_plasma, plasma_at
from relicfit.solver.scenarios.conversion.evolution.stages import (
    IS_PLAIN,
    KNOWN,
    NEW,
    ROWS,
    SOURCE,
    WIDTH,
    solve_stage,
)
from relicfit.solver.scenarios.conversion.rates.assembly import rate_tables_of
from relicfit.solver.scenarios.conversion.rates.direct import direct_table
from relicfit.solver.scenarios.conversion.rates.options import RateOptions
from relicfit.solver.scenarios.conversion.rates.pieces import PIECES_SHAPE, fill_rates
from relicfit.solver.scenarios.conversion.rates.scattering import reduced_width
from relicfit.tests.solver.scenarios.conversion import reference

NO_PATH = np.empty((0, 0))
CHECK_POINT = (300.0, 5.0, 1.0)
CHECK_WIDTH = 1.148e-13


def plasma_of(m_chi, delta_m, lambda_h, options=RateOptions()):  # noqa: B008
    x_end = math.exp(ln_x_end(m_chi, delta_m))
    tables = rate_tables_of(options)
    rates = fill_rates(tables, m_chi, delta_m, lambda_h, x_end, np.empty(PIECES_SHAPE))
    return make_plasma(cosmology_table(), rates, m_chi, delta_m)


def two_states(width, b_1, washout_decays=1.0, washout_scatterings=1.0):
    widths = width * np.array([b_1, 1.0 - b_1])
    return Conversions(widths, widths[0] * np.array([1.0, -1.0]), washout_decays, washout_scatterings)


def solved(plasma, conversions, tolerance=1e-6, start=1.0, derived=False, path=NO_PATH):
    return integrate(plasma, conversions, start, math.log(plasma.m_chi / 132.0), tolerance, derived, path)


def omega(plasma, solution):
    return plasma.m_chi * solution.total * OMEGA_H2_PER_YIELD_GEV


@pytest.fixture(scope="module")
def check_plasma():
    return plasma_of(*CHECK_POINT)


def test_degrees_of_freedom_and_expansion_at_sphaleron_decoupling():
    np.testing.assert_allclose(g_rho([132.0, 10.0, 0.05]), [102.7799, 80.53702, 14.61972], rtol=1e-5)
    np.testing.assert_allclose(g_s([132.0, 10.0, 0.05]), [102.2936, 80.43270, 14.31443], rtol=1e-5)
    assert hubble(132.0) == pytest.approx(2.402006e-14, rel=1e-4)
    assert entropy_density(132.0) == pytest.approx(1.0320183e8, rel=1e-4)
    assert 1.0 / entropy_factor(132.0) == pytest.approx(1.014170, rel=1e-4)


def test_equilibrium_yields_and_time_dilation(check_plasma):
    coefficients = plasma_at(check_plasma, math.log(3.0))
    assert coefficients.sigma_eq == pytest.approx(1.229005e-3, rel=1e-4)
    assert coefficients.yield_eq == pytest.approx(1.269909e-3, rel=1e-4)
    assert 1.0 / coefficients.inverse_lepton_eq == pytest.approx(8.272322e-3, rel=1e-4)
    assert coefficients.dilation == pytest.approx(0.6567472, rel=1e-5)
    assert reduced_width(305.0, 300.0) == pytest.approx(6.4162516e-3, rel=1e-5)


def test_ratio_of_equilibrium_yields_survives_their_underflow(check_plasma):
    coefficients = plasma_at(check_plasma, math.log(900.0))
    assert coefficients.sigma_eq == coefficients.yield_eq == 0.0
    assert coefficients.ratio == pytest.approx((305.0 / 300.0) ** 1.5 * math.exp(-15.0), rel=1e-3)


@pytest.mark.parametrize("x", [0.1, 2.0, 30.0, 400.0])
def test_trends_are_the_slopes_of_the_equilibrium_yields(check_plasma, x):
    step = 1e-4
    before, here, after = (plasma_at(check_plasma, math.log(x) + shift) for shift in (-step, 0.0, step))
    for column, trend in (("sigma_eq", "trend_phi"), ("yield_eq", "trend_chi")):
        slope = math.log(getattr(after, column) / getattr(before, column)) / (2.0 * step)
        assert getattr(here, trend) == pytest.approx(slope, rel=1e-5, abs=1e-6)


positive = st.floats(1e-3, 1e3)


@settings(deadline=None)
@given(
    st.lists(positive, min_size=3, max_size=3), st.lists(st.booleans(), min_size=4, max_size=4),
    st.floats(0.3, 300.0), st.floats(1e-4, 0.05), st.floats(1e-16, 1e-10),
)  # fmt: skip
def test_closed_stage_solves_its_implicit_equations(check_plasma, known, plain, x, g, width):
    states = 3
    coefficients = plasma_at(check_plasma, math.log(x))
    annihilation, clock, sigma_eq, yield_eq, q, trend_phi, trend_chi, per_lepton, d, r_a, r_b = coefficients
    work = np.zeros((ROWS, 2 * states + 4))
    work[IS_PLAIN, : states + 2] = [*plain, True]
    unit_phi = 1.0 if plain[0] else sigma_eq
    units = np.where(plain[1:], 1.0, yield_eq)
    work[WIDTH, 1:4] = width * np.array([0.5, 0.3, 0.2])
    work[SOURCE, 1:4] = work[WIDTH, 1:4] * [1.0, -2.0, 1.0]
    work[KNOWN, 0] = 1.1 * sigma_eq / unit_phi
    work[KNOWN, 1:4] = np.array(known) * yield_eq / units
    work[KNOWN, 4] = -1e-5
    work[KNOWN, 5] = 2.0 * equilibrium_terms(coefficients, states)[1]
    # Longer steps let the trend of Y_eq outgrow the unknown; the error estimate refuses what they give.
    assume(g * max(abs(trend_phi), abs(trend_chi)) < 0.9)
    assume(solve_stage(work, NEW, g, coefficients, 1.0, 1.0, states, True))
    v, p = work[NEW], work[KNOWN]
    phi, chi = v[0] * unit_phi, v[1:4] * units
    rate = clock * (d + r_a + r_b) * work[WIDTH, 1:4]
    # The departures by a sum of exact cancellations: Σ - q Y = (Σ - q p)/(1 + g G q) with p the known part.
    keep = np.where(plain[1:], 1.0, 1.0 + g * trend_chi)
    departure = (phi * keep - q * p[1:4] * units) / (keep + g * rate * q)
    gain_phi = -annihilation * (phi - sigma_eq) * (phi + sigma_eq) - np.sum(rate * departure)
    left = v[0] * (1.0 if plain[0] else 1.0 + g * trend_phi)
    scale = abs(p[0]) + g / unit_phi * (annihilation * (phi**2 + sigma_eq**2) + np.sum(rate) * phi)
    assert left == pytest.approx(p[0] + g * gain_phi / unit_phi, abs=1e-9 * scale)
    miss = v[1:4] * keep - p[1:4] - g * rate * departure / units
    assert np.all(np.abs(miss) < 1e-9 * (p[1:4] + g * rate * (phi + q * chi) / units))
    washout = np.sum(
        work[WIDTH, 1:4] * ((d + r_a) * (1.0 + q * chi * per_lepton) + r_b * (1.0 + phi * per_lepton))
    )
    slope = -clock * d * np.sum(work[SOURCE, 1:4] * departure) - clock * washout * v[4]
    size = abs(p[4]) + g * clock * d * np.sum(np.abs(work[SOURCE, 1:4] * departure))
    assert v[4] == pytest.approx(p[4] + g * slope, abs=1e-9 * size + 1e-9 * g * clock * washout * abs(v[4]))


def test_equilibrium_stage_solves_its_implicit_equation(check_plasma):
    for x, plain in ((3.0, False), (25.0, False), (25.0, True), (300.0, True)):
        coefficients = plasma_at(check_plasma, math.log(x))
        rate, total_eq, trend = equilibrium_terms(coefficients, 2)
        unit = 1.0 if plain else total_eq
        known, g = 1.3 * max(total_eq, 1e-12) / unit, 0.02
        y = equilibrium_stage(known, g, coefficients, 2, plain)
        loss = rate * (y * y * unit - total_eq**2 / unit) + (0.0 if plain else trend * y)
        assert y == pytest.approx(known - g * loss, abs=1e-12 * (known + g * rate * y * y * unit))


@pytest.mark.parametrize(
    ("start", "washout", "omega_h2", "asymmetry", "tolerances"),
    [
        (1.0, (1.0, 1.0), 0.120005, -7.1328e-5, (5e-3, 1e-2)),
        (1e-6, (1.0, 1.0), 0.119649, -3.8476e-5, (5e-3, 2e-2)),
        (1.0, (1.0, 0.0), 0.120005, -5.3491e-4, (5e-3, 1e-2)),
        (1.0, (0.0, 0.0), 0.120005, -9.1588e-4, (5e-3, 1e-2)),
    ],
    ids=["default", "without-chi-at-the-start", "washout-by-decays", "no-washout"],
)
def test_relic_density_and_asymmetry_at_the_check_point(
    check_plasma, start, washout, omega_h2, asymmetry, tolerances
):
    solution = solved(check_plasma, two_states(CHECK_WIDTH, 0.95, *washout), start=start)
    assert solution.status == Status.OK
    assert omega(check_plasma, solution) == pytest.approx(omega_h2, rel=tolerances[0])
    assert solution.asymmetry_sph == pytest.approx(asymmetry, rel=tolerances[1])


def test_extremum_of_the_asymmetry_and_yields_at_x_ten(check_plasma):
    path = np.zeros((4000, 5))
    solution = solved(check_plasma, two_states(CHECK_WIDTH, 0.95), path=path)
    assert solution.asymmetry_peak == pytest.approx(-2.3856e-4, rel=1e-2)
    assert math.exp(solution.ln_x_peak) == pytest.approx(4.99, rel=1e-2)
    path = path[: solution.steps]
    path = path[np.append(np.diff(path[:, 0]) > 0.0, True)]
    at_ten = CubicSpline(path[:, 0], path[:, 1:])(math.log(10.0))
    np.testing.assert_allclose(at_ten, [5.0990e-6, 6.3528e-6, 9.6807e-5, -4.9693e-5], rtol=1e-2)


@pytest.mark.parametrize(
    ("options", "omega_h2"),
    [
        (RateOptions(sommerfeld="none", bound_states=False), 0.131919),
        (RateOptions(scattering=False), 0.159774),
    ],
    ids=["no-sommerfeld", "no-scattering"],
)
def test_relic_density_without_parts_of_the_rates(options, omega_h2):
    rates = direct_table(*CHECK_POINT, options, 3000.0)
    plasma = make_plasma(cosmology_table(), rates, *CHECK_POINT[:2])
    assert omega(plasma, solved(plasma, two_states(CHECK_WIDTH, 0.95))) == pytest.approx(omega_h2, rel=5e-3)


def test_fast_conversions_reach_the_equilibrium_limit(check_plasma):
    solution = solved(check_plasma, two_states(1e-9, 0.5), derived=True)
    floor = check_plasma.m_chi * solution.total_equilibrium * OMEGA_H2_PER_YIELD_GEV
    assert omega(check_plasma, solution) == pytest.approx(0.075601, rel=5e-3)
    assert floor == pytest.approx(0.075601, rel=5e-3)
    assert solution.total == pytest.approx(solution.total_equilibrium, rel=1e-4)
    assert solution.asymmetry_sph == 0.0


@pytest.mark.parametrize("width", [1e-15, 1e-13, 3e-12])
def test_carried_slope_is_the_derivative_of_the_relic_density(check_plasma, width):
    step = 1e-3
    low, high = (
        solved(check_plasma, two_states(width * math.exp(shift), 0.9), 1e-9) for shift in (-step, step)
    )
    slope = math.log(high.total / low.total) / (2.0 * step)
    found = solved(check_plasma, two_states(width, 0.9), 1e-7, derived=True)
    assert found.slope == pytest.approx(slope, abs=2e-5)


def test_carrying_the_derived_quantities_does_not_change_the_solution(check_plasma):
    without = solved(check_plasma, two_states(CHECK_WIDTH, 0.95), 1e-5)
    with_them = solved(check_plasma, two_states(CHECK_WIDTH, 0.95), 1e-5, derived=True)
    assert with_them.total == pytest.approx(without.total, rel=3e-5)
    assert with_them.asymmetry_sph == pytest.approx(without.asymmetry_sph, rel=1e-4)


def test_order_of_the_states_does_not_matter(check_plasma):
    widths = CHECK_WIDTH * np.array([0.6, 0.25, 0.1, 0.05])
    sources = CHECK_WIDTH * np.array([0.5, -0.3, 0.0, -0.2])
    order = np.array([2, 0, 3, 1])
    first = solved(check_plasma, Conversions(widths, sources, 1.0, 1.0), 1e-7)
    second = solved(check_plasma, Conversions(widths[order], sources[order], 1.0, 1.0), 1e-7)
    assert second.total == pytest.approx(first.total, rel=1e-9)
    assert second.asymmetry_sph == pytest.approx(first.asymmetry_sph, rel=1e-9)


def test_three_states_agree_with_radau():
    widths, sources = (6e-14, 3e-14, 1e-14), (6e-14, -2e-14, -4e-14)
    point = reference.Point(250.0, 4.0, 0.8, widths, sources)
    expected = reference.solve(point, rtol=1e-8)
    plasma = plasma_of(250.0, 4.0, 0.8)
    found = solved(plasma, Conversions(np.array(widths), np.array(sources), 1.0, 1.0), 1e-7)
    assert omega(plasma, found) == pytest.approx(expected.omega_h2, rel=2e-4)
    assert found.asymmetry_sph == pytest.approx(expected.asymmetry_sph, rel=1e-3)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-7])
def test_integrator_meets_its_tolerance_on_the_rates_it_is_given(tolerance):
    # Direct rates on both sides: what remains is the error of the integration.
    point = reference.paper_point(*CHECK_POINT, 0.95, CHECK_WIDTH)
    expected = reference.solve(point, rtol=1e-10 if tolerance < 1e-6 else 1e-8)
    rates = direct_table(*CHECK_POINT, RateOptions(), 3000.0, cells=400)
    plasma = make_plasma(cosmology_table(), rates, *CHECK_POINT[:2])
    found = solved(plasma, two_states(CHECK_WIDTH, 0.95), tolerance)
    # Both interpolate the same direct rates, by different splines: they differ by 1e-7.
    allowed = 3.0 * tolerance + 3e-7
    assert omega(plasma, found) == pytest.approx(expected.omega_h2, rel=allowed)
    assert found.asymmetry_sph == pytest.approx(expected.asymmetry_sph, rel=allowed)
    assert found.asymmetry_peak == pytest.approx(expected.asymmetry_peak, rel=3.0 * allowed)


def test_impossible_tolerance_is_a_status(check_plasma):
    solution = solved(check_plasma, two_states(CHECK_WIDTH, 0.95), 1e-15)
    assert solution.status in (Status.NOT_FINITE, Status.STEP_LIMIT)
