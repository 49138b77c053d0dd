"""Reference values of arXiv:2111.14808's generic scenarios, rederived independently (1 % unless said)."""

import math

import numpy as np
import pytest

from relicfit.solver import cosmology, scenario
from relicfit.solver.constants import FERMI_CONSTANT, PLANCK_MASS
from relicfit.solver.inverse import find_roots
from relicfit.solver.scenarios.thermal_decay import analytic

PERCENT = 0.01
D_SM = 75


def coupling_of(strength, mass=1.0, d_sm=D_SM):
    """Return g_DM for λ_dec, arXiv:2111.14808 eqs. (2.4) and (2.12)."""
    sigma = strength / (PLANCK_MASS * mass * math.sqrt(math.pi * d_sm / 45))
    return mass * math.sqrt(4 * math.pi * sigma)


def final_yield(name="thermal-freeze-out", options=None, **point):
    model = scenario(name, **{"d_sm": D_SM} | (options or {}))
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == 0
    return observables[0, 1]


def solve(name, target=0.12, options=None, bounds=(1e-14, 10.0), parameter="coupling", **point):
    return find_roots(scenario(name, **(options or {})), point, parameter, "omega_h2", target, bounds)


@pytest.mark.parametrize(
    ("temperature", "rho", "s"),
    [(1e-3, 10.5454, 10.5482), (0.05, 14.6197, 14.3144), (1.0, 69.7438, 68.7716), (100.0, 101.320, 100.694)],
)
def test_degrees_of_freedom(temperature, rho, s):
    assert cosmology.g_rho(temperature) == pytest.approx(rho, rel=0.003)
    assert cosmology.g_s(temperature) == pytest.approx(s, rel=0.003)


def test_entropy_factor_expansion_rate_and_entropy():
    assert cosmology.entropy_factor([0.05, 0.15, 1.0]) == pytest.approx(
        [0.91908, 0.65147, 0.94713], rel=PERCENT
    )
    assert cosmology.hubble(1.0) == pytest.approx(1.1356e-18, rel=PERCENT)
    assert cosmology.entropy_density(1.0) == pytest.approx(30.167, rel=PERCENT)


@pytest.mark.parametrize(
    ("delta", "densities", "wanted"),
    [
        (0.5, "nr", 1.7259e-7), (0.5, "mb", 1.3411e-7),
        (0.3, "nr", 3.8052e-10), (0.3, "mb", 1.9809e-10),
        (0.7, "nr", 3.0925e-6), (0.7, "mb", 2.8645e-6),
    ],
)  # fmt: skip
def test_freeze_out_yield(delta, densities, wanted):
    found = final_yield(options={"densities": densities}, mass=1.0, delta=delta, coupling=coupling_of(1e6))
    assert found == pytest.approx(wanted, rel=PERCENT)


@pytest.mark.parametrize(("densities", "wanted"), [("nr", 1.7007e-8), ("mb", 8.0445e-8)])
def test_freeze_out_with_a_massless_partner(densities, wanted):
    point = dict(mass=1.0, delta=0.0, coupling=coupling_of(1e4), d_b=2)
    assert final_yield(options={"densities": densities}, **point) == pytest.approx(wanted, rel=PERCENT)


def test_freeze_out_by_annihilation_alone():
    found = final_yield(mass=1.0, delta=1.0, coupling=1e-30, annihilation=1e6)
    assert found == pytest.approx(7.3061e-6, rel=PERCENT)


def test_freeze_out_by_both():
    found = final_yield(mass=1.0, delta=0.4, coupling=coupling_of(1e5), annihilation=1e8)
    assert found == pytest.approx(9.326e-8, rel=PERCENT)


def test_approximations_of_the_freeze_out():
    ratio = analytic.decay_ratio(0.5, 2, 4)
    point = (1e6, ratio, 0.5, 2, D_SM)
    z = analytic.decay_freeze_out(*point)
    assert z == pytest.approx(13.2404, rel=PERCENT)
    assert analytic.equilibrium_yield(z, 2, D_SM) == pytest.approx(3.3052e-7, rel=PERCENT)
    assert analytic.matched_yield(*point) == pytest.approx(1.0143e-7, rel=PERCENT)
    # Between 20 and 75 % below the exact result.
    assert 0.25 < analytic.matched_yield(*point) / 1.7259e-7 < 0.8


def test_massless_partner_where_the_paper_differs():
    partner = analytic.partner_yield_massless(2, D_SM)
    assert analytic.freeze_out_yield_massless(1e4, partner, 2, D_SM) == pytest.approx(1.7007e-8, rel=PERCENT)
    printed = analytic.freeze_out_yield_massless(1e4, partner, 2, D_SM, as_printed=True)
    assert printed == pytest.approx(3.2711e-9, rel=PERCENT)


def test_deviation_from_equilibrium_matches_the_solution_before_freeze_out():
    model = scenario("thermal-freeze-out", d_sm=D_SM, densities="nr", accuracy=1e-6)
    row = model.theta(dict(mass=1.0, delta=0.5, coupling=coupling_of(1e6), annihilation=1e-3))
    path = model.evolve(row)
    z = path.time
    deviation = path.curves[0].values - path.curves[1].values
    wanted = analytic.deviation_from_equilibrium(z, 0.0, 1e6, analytic.decay_ratio(0.5, 2, 4), 0.5)
    early = deviation < 0.1 * path.curves[1].values
    assert early.any()
    # The next order in the departure is as large as the departure itself.
    assert deviation[early] == pytest.approx(wanted[early], rel=0.3)


def test_freeze_in_formula_matches_the_solution():
    strength = 1e-6
    exact = final_yield(
        "thermal-freeze-in", {"densities": "nr"}, mass=1.0, delta=0.5, coupling=coupling_of(strength),
        reheating_temperature=1e6,
    )  # fmt: skip
    formula = analytic.freeze_in_yield(strength, analytic.decay_ratio(0.5, 2, 4), 0.5, 2, D_SM)
    assert exact == pytest.approx(float(formula), rel=1e-3)


def test_annihilation_estimate_where_the_paper_differs():
    exact = 7.3061e-6
    assert analytic.annihilation_yield(1e6, 2, D_SM) == pytest.approx(exact, rel=0.35)
    assert analytic.annihilation_yield(1e6, 2, D_SM, as_printed=True) > 3 * exact


def test_coupling_for_the_relic_density_by_thermal_decays():
    found = solve("thermal-freeze-out", options={"d_sm": D_SM}, mass=1.0, delta=0.2)
    assert [root.branch for root in found.roots] == ["freeze-out"]
    g = found.roots[0].value
    assert g == pytest.approx(2.4831e-7, rel=PERCENT)
    strength = PLANCK_MASS * math.sqrt(math.pi * D_SM / 45) * g**2 / (4 * math.pi)
    assert strength == pytest.approx(1.3708e5, rel=PERCENT)
    six = solve(
        "thermal-freeze-out",
        options={"d_sm": D_SM, "interaction": "dim-6"},
        bounds=(1e-12, 1e-3),
        mass=1.0,
        delta=0.2,
    )
    assert six.roots[0].value / FERMI_CONSTANT == pytest.approx(2.1289e-2, rel=PERCENT)


def test_coupling_for_the_relic_density_by_annihilation():
    found = solve(
        "thermal-freeze-out", options={"d_sm": D_SM}, parameter="annihilation", bounds=(1e2, 1e12),
        mass=1.0, delta=1.0, coupling=1e-30,
    )  # fmt: skip
    g = coupling_of(found.roots[0].value)
    assert g == pytest.approx(1.3371e-4, rel=PERCENT)
    assert g / FERMI_CONSTANT == pytest.approx(11.463, rel=PERCENT)  # G = g/M² at M = 1 GeV


def test_coupling_in_the_real_universe():
    found = solve("thermal-freeze-out", mass=0.1, delta=0.4)
    assert found.roots[0].value == pytest.approx(2.5553e-7, rel=PERCENT)


@pytest.mark.parametrize(("options", "wanted"), [({"d_sm": D_SM}, 6.4817e-12), ({}, 5.609e-12)])
def test_coupling_for_freeze_in(options, wanted):
    found = solve(
        "thermal-freeze-in", options=options | {"densities": "nr"}, bounds=(1e-14, 1e-9),
        mass=1.0, delta=0.5, reheating_temperature=1e5,
    )  # fmt: skip
    assert [root.branch for root in found.roots] == ["freeze-in"]
    assert found.roots[0].value == pytest.approx(wanted, rel=PERCENT)


def test_ultraviolet_freeze_in():
    found = final_yield(
        "thermal-freeze-in",
        {"interaction": "dim-6"},
        mass=1e-3,
        delta=0.5,
        coupling=1e-12,
        reheating_temperature=1.0,
    )
    assert found == pytest.approx(1.68694e-9, rel=PERCENT)


def test_freeze_in_has_two_branches_that_give_the_same_density():
    found = solve(
        "thermal-freeze-in", options={"densities": "nr"}, bounds=(1e-13, 1e-2),
        mass=1.0, delta=0.5, reheating_temperature=1e3,
    )  # fmt: skip
    assert [root.branch for root in found.roots] == ["freeze-in", "freeze-out"]
    assert found.roots[0].slope == pytest.approx(2.0, rel=0.01)
    assert found.roots[1].slope < 0.0


def test_a_target_out_of_reach_is_explained():
    found = solve("thermal-freeze-out", target=1e9, mass=1.0, delta=0.5)
    assert found.roots == ()
    assert found.reason


@pytest.mark.parametrize("name", ["thermal-freeze-out", "thermal-freeze-in"])
@pytest.mark.parametrize("interaction", ["dim-4", "dim-6"])
def test_no_silent_failure_over_the_prior_box(name, interaction):
    model = scenario(name, interaction=interaction)
    rng = np.random.default_rng(1)
    n = 1500
    columns = {
        "mass": 10 ** rng.uniform(-3, 5, n),
        "delta": rng.uniform(0, 1, n),
        "coupling": 10 ** rng.uniform(-12, 0.5, n) * (1.0 if interaction == "dim-4" else 1e-5),
        "g_sm": np.ones(n),
        "d_dm": rng.integers(1, 5, n),
        "d_b": rng.integers(1, 13, n),
        "annihilation": np.where(rng.random(n) < 0.5, 0.0, 10 ** rng.uniform(-2, 10, n)),
        "reheating_temperature": 10 ** rng.uniform(-2, 8, n),
    }
    theta = np.column_stack([columns[item.name] for item in model.parameters])
    observables, status = model.evaluate(theta)
    solved = status == 0
    assert solved.mean() > 0.7
    assert np.all(np.isnan(observables[~solved]))
    assert np.all(np.isfinite(observables[solved, :2]))
    assert np.all(observables[solved, 0] > 0.0)


def test_batch_equals_single_calls_to_the_last_bit():
    model = scenario("thermal-freeze-out")
    rng = np.random.default_rng(2)
    theta = np.column_stack(
        [10 ** rng.uniform(-2, 2, 100), rng.uniform(0.1, 1, 100), 10 ** rng.uniform(-9, -3, 100)]
        + [np.full(100, value) for value in (1.0, 2.0, 4.0)]
        + [np.where(rng.random(100) < 0.5, 0.0, 1e5)]
    )
    batch, status = model.evaluate(theta)
    singles = [model.evaluate(row) for row in theta]
    assert np.array_equal(batch, np.concatenate([item[0] for item in singles]), equal_nan=True)
    assert np.array_equal(status, np.concatenate([item[1] for item in singles]))
