"""The scenario as users see it: parameters, options, observables, flags, inverse, evolution, failures."""

from __future__ import annotations

import math
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import relicfit
from relicfit.solver.inverse import find_roots
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario, scenario_class
from relicfit.solver.scenarios.conversion.rates.options import RateOptions
from relicfit.tests.solver.scenarios.conversion import reference

PLACE = {"m_chi": 300.0, "delta_m": 5.0, "lambda_H": 1.0, "B_1": 0.95}
CHECK_POINT = {**PLACE, "width": 1.148e-13, "i1_over_xi": 6.0779e-3}


@pytest.fixture(scope="module")
def model():
    """Return the four equations with the paper's source, of which the check values are."""
    return scenario("conversion-leptogenesis", strength="width", cp_source="paper")


def predicted(model, **point):
    row, status = model.evaluate(model.theta(point))
    assert status[0] == Status.OK
    return dict(zip((item.name for item in model.observables), row[0], strict=True))


def prior_draws(model, number, seed):
    """Return draws from the suggested priors, uniform in the value or its logarithm."""
    rng = np.random.default_rng(seed)
    columns = []
    for item in model.parameters:
        ((kind, (low, high)),) = item.prior.items()
        u = rng.uniform(size=number)
        columns.append(low + (high - low) * u if kind == "uniform" else low * (high / low) ** u)
    return np.column_stack(columns)


def test_describing_the_scenario_loads_neither_numba_nor_scipy():
    code = (
        "import sys; from relicfit.solver.scenario import scenario;"
        "s = scenario('conversion-leptogenesis'); s.parameters, s.observables, s.flags, s.options();"
        "sys.exit(any(name in sys.modules for name in ('numba', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_check_point_end_to_end(model):
    found = predicted(model, **CHECK_POINT)
    assert found["omega_h2"] == pytest.approx(0.120005, rel=5e-3)
    assert found["asymmetry_sph"] == pytest.approx(-7.1328e-5, rel=1e-2)
    assert found["asymmetry_peak"] == pytest.approx(-2.3856e-4, rel=1e-2)
    assert found["x_peak"] == pytest.approx(4.99, rel=1e-2)
    assert found["gamma_sph"] == pytest.approx(5.85737e-4, rel=1e-3)
    assert found["epsilon_required"] == pytest.approx(3.5601e-6, rel=2e-2)
    assert found["i1_over_xi_required"] == pytest.approx(6.0779e-3, rel=2e-2)
    assert found["delta_m12"] == pytest.approx(439e-12, rel=3e-2)
    assert found["omega_h2_equilibrium"] == pytest.approx(0.075601, rel=5e-3)
    assert found["m_phi"] == 305.0
    assert found["m_phi_sph"] == pytest.approx(275.0, abs=0.6)


# GeV. Below 1e-24, φ decays after nucleosynthesis; above, conversions are in equilibrium for any mass.
WIDTHS = (1e-28, 1e-6)


def widths(model, omega_h2=0.12, **place):
    """Every width of φ that gives a relic density, and why there is none."""
    point = {"i1_over_xi": 1.0, **PLACE, **place}
    return find_roots(model, point, "width", "omega_h2", omega_h2, WIDTHS)


def test_width_that_gives_the_observed_density(model):
    (root,) = widths(model).roots
    assert root.value == pytest.approx(1.14803e-13, rel=1e-2)
    assert root.branch == "freeze-out"
    at_it = predicted(model, **{**CHECK_POINT, "width": root.value})
    assert at_it["coupling_rms"] == pytest.approx(2.11498e-6, rel=5e-3)
    assert at_it["ctau_m"] == pytest.approx(0.171883e-2, rel=1e-2)
    assert at_it["omega_h2"] == pytest.approx(0.12, rel=1e-6)


def test_required_phase_gives_the_observed_asymmetry(model):
    required = predicted(model, **CHECK_POINT)["i1_over_xi_required"]
    assert predicted(model, **{**CHECK_POINT, "i1_over_xi": required})["baryon_yield"] == pytest.approx(
        0.9e-10, rel=1e-5
    )


def test_no_width_where_equilibrium_leaves_too_much_and_the_reason_says_so(model):
    none = widths(model, m_chi=520.0)
    assert none.roots == ()
    assert "above the target" in none.reason
    low = widths(model, m_chi=160.0, omega_h2=1e9)
    assert low.roots == ()
    assert "below the target" in low.reason
    assert Status.OUT_OF_VALIDITY.sentence in widths(model, m_chi=2000.0).reason


def test_without_chi_at_the_start_freeze_in_adds_a_second_width():
    empty = scenario("conversion-leptogenesis", strength="width", start="empty")
    first, second = widths(empty).roots
    assert (first.branch, second.branch) == ("freeze-in", "freeze-out")
    assert first.value < 1e-3 * second.value
    assert second.value == pytest.approx(1.148e-13, rel=2e-2)


def test_coupling_and_width_are_two_names_of_one_point(model):
    by_width = CHECK_POINT | predicted(model, **CHECK_POINT)
    by_coupling = scenario("conversion-leptogenesis", cp_source="paper")
    point = {**CHECK_POINT, "coupling": by_width["coupling_rms"]}
    del point["width"]
    found = predicted(by_coupling, **point)
    for name, value in found.items():
        assert by_width[name] == pytest.approx(value, rel=1e-6), name


def test_phases_carry_the_sign_of_the_baryon_asymmetry():
    model = scenario("conversion-leptogenesis", parametrisation="phases", strength="width")
    point = {**PLACE, "width": 1.148e-13, "muon_fraction": 0.5, "delta_m12": 4e-10}
    left = predicted(model, **point, phase_e2=0.4, phase_mu2=0.4)
    right = predicted(model, **point, phase_e2=-0.4, phase_mu2=-0.4)
    assert left["baryon_yield"] == pytest.approx(-right["baryon_yield"], rel=1e-9)
    assert left["i1_over_xi"] > 0.0
    assert left["baryon_yield"] > 0.0
    xi = 2.0 * 4e-10 / (0.05 * 1.148e-13 / 6.4162516e-3 * 300.0 / (16.0 * math.pi))
    assert left["i1_over_xi"] == pytest.approx(math.sin(0.8) / xi, rel=1e-6)


def test_flavour_matrix_predicts_what_its_rates_predict(model):
    by_matrix = scenario("conversion-leptogenesis", parametrisation="flavour", cp_source="paper")
    size = np.sqrt(1.148e-13 / 6.4162516e-3 * np.outer([0.7, 0.3], [0.95, 0.05]))
    names = ("lambda_e1", "lambda_e2", "lambda_mu1", "lambda_mu2")
    point = {name: PLACE[name] for name in ("m_chi", "delta_m", "lambda_H")}
    point |= dict(zip(names, size.ravel(), strict=True), phase_e2=0.3, phase_mu2=0.9, delta_m12=4e-10)
    found = predicted(by_matrix, **point)
    given = {**CHECK_POINT, "i1_over_xi": found["i1_over_xi"], "muon_fraction": 0.3}
    rates = given | predicted(model, **given)
    for name in ("omega_h2", "asymmetry_sph", "baryon_yield", "width", "branching_mu", "branching_e"):
        assert found[name] == pytest.approx(rates[name], rel=2e-6), name
    assert 0.0 < found["br_mu_e_gamma"] <= rates["br_mu_e_gamma"] * (1.0 + 1e-6)


@pytest.mark.parametrize("parametrisation", ["rates", "phases", "flavour"])
def test_no_name_is_both_parameter_and_observable(parametrisation):
    model = scenario("conversion-leptogenesis", parametrisation=parametrisation)
    names = [item.name for item in (*model.parameters, *model.observables)]
    assert len(set(names)) == len(names)
    assert {"width", "coupling_rms", "i1_over_xi", "delta_m12", "delta_m"} <= set(names)


@pytest.mark.parametrize(
    ("options", "name", "expected", "tolerance"),
    [
        ({"washout": "decays"}, "asymmetry_sph", -5.3491e-4, 1e-2),
        ({"washout": "none"}, "asymmetry_sph", -9.1588e-4, 1e-2),
        ({"start": "empty"}, "asymmetry_sph", -3.8476e-5, 2e-2),
        ({"start": "empty"}, "omega_h2", 0.119649, 5e-3),
        ({"absorptive_masses": "thermal"}, "gamma_sph", 2.589747e-3, 1e-3),
        ({"absorptive_leptons": "boltzmann"}, "gamma_sph", 1.06e-3, 5e-3),
        ({"cp_source": "resonant"}, "asymmetry_sph", 8.19e-5, 1e-2),
        ({"cp_source": "resonant"}, "asymmetry_peak", 2.52e-4, 1e-2),
        ({"cp_source": "resonant"}, "x_peak", 4.91, 1e-2),
    ],
)
def test_options_give_the_values_of_their_choices(options, name, expected, tolerance):
    chosen = scenario("conversion-leptogenesis", strength="width", **{"cp_source": "paper", **options})
    assert predicted(chosen, **CHECK_POINT)[name] == pytest.approx(expected, rel=tolerance)


def test_hypercharge_of_the_scalars_takes_a_fifth_of_the_baryons(model):
    less = predicted(replace(model, sphalerons="22/79"), **CHECK_POINT)["baryon_yield"]
    assert less == pytest.approx(22.0 / 28.0 * predicted(model, **CHECK_POINT)["baryon_yield"], rel=1e-9)


def test_preset_fills_in_options_left_at_their_defaults():
    paper = scenario("conversion-leptogenesis", choices="paper-like")
    assert paper.resolved().degrees_of_freedom == "free-gas"
    assert paper.resolved().lepton_mass == "electron-muon"
    assert paper.resolved().cp_source == "paper"
    assert scenario("conversion-leptogenesis").cp_source == "resonant"
    mixed = scenario("conversion-leptogenesis", choices="paper-like", lepton_mass="muon")
    assert mixed.resolved().lepton_mass == "muon"
    assert mixed.rate_options() == RateOptions(lepton_mass="muon")
    assert scenario("conversion-leptogenesis").rate_options() == RateOptions()


def test_full_resonance_saturates_where_the_linear_formula_does_not():
    strong = scenario("conversion-leptogenesis", strength="width", i_1=1e-6)
    found = predicted(strong, **{**CHECK_POINT, "i1_over_xi": 0.3})
    xi = 1e-6 / 0.3
    gamma = found["gamma_sph"]
    assert found["epsilon"] == pytest.approx(1e-6 * xi * gamma / (xi**2 + gamma**2), rel=1e-9)
    assert found["epsilon"] < 1e-3 * 0.3 * gamma


def raised(model, **point):
    theta = model.theta(point)[None]
    return {name for name, value in model.flag(theta, model.evaluate(theta)[0]).items() if value[0]}


def test_flags_mark_the_limits_of_validity(model):
    # No point is free of flags: a portal weak enough for φ to stay above χ leaves too much dark matter.
    calm = {**CHECK_POINT, "lambda_H": 0.15}
    assert raised(model, **calm) == {"overabundant-in-equilibrium"}
    assert raised(model, **CHECK_POINT) == {"inverted-at-decoupling"}
    for name, change in {
        "light-for-asymmetry": {"m_chi": 190.0},
        "not-resonant-enough": {"i1_over_xi": 0.2},
        "strong-portal": {"lambda_H": 2.5},
        "mass-gap": {"delta_m": 25.0},
        "charge-breaking": {"m_chi": 160.0, "lambda_H": 1.5},
        "cancelling-source": {"B_1": 0.7},
    }.items():
        assert name in raised(model, **{**calm, **change}), name
    assert "mass-gap" in raised(model, **{**calm, "delta_m": 0.5})
    resonant = replace(model, cp_source="resonant")
    assert "cancelling-source" not in raised(resonant, **{**calm, "B_1": 0.7})


def test_viable_relic_densities_invert_the_masses_at_decoupling(model):
    # m_φ(T_sph) < m_χ wherever the equilibrium limit is below Planck's density: the asymmetry of every
    # viable point above 200 GeV carries the uncertainty of its flag.
    theta = prior_draws(model, 3000, seed=7)
    theta = theta[theta[:, 0] > 200.0]
    observables, _ = model.evaluate(theta)
    found = dict(zip((item.name for item in model.observables), observables.T, strict=True))
    viable = found["omega_h2_equilibrium"] < 0.12
    assert 0.1 < viable.mean() < 0.5
    assert np.all(found["m_phi_sph"][viable] < theta[viable, 0])


def test_hierarchical_couplings_are_flagged():
    model = scenario("conversion-leptogenesis", parametrisation="flavour")
    point = {"m_chi": 300.0, "delta_m": 5.0, "lambda_H": 0.15, "phase_e2": 0.1, "phase_mu2": 0.2}
    point |= {"delta_m12": 1e-9, "lambda_mu1": 2e-6, "lambda_mu2": 4e-7, "lambda_e2": 4e-7}
    assert "hierarchical-flavours" not in raised(model, **point, lambda_e1=1e-6)
    assert "hierarchical-flavours" in raised(model, **point, lambda_e1=1e-7)


def test_bad_input_is_a_status_and_nan(model):
    good = model.theta(CHECK_POINT)
    rows = np.tile(good, (7, 1))
    rows[1, 0] = np.nan
    rows[2, 1] = -1.0
    rows[3, 3] = 1.5
    rows[4, 0] = 5000.0
    rows[5, 1] = 1e-3
    rows[6, 4] = np.inf
    observables, status = model.evaluate(rows)
    expected = [Status.OK, *[Status.BAD_INPUT] * 3, *[Status.OUT_OF_VALIDITY] * 2, Status.BAD_INPUT]
    np.testing.assert_array_equal(status, expected)
    assert np.all(np.isfinite(observables[0]))
    assert np.all(np.isnan(observables[1:]))


def test_equal_branching_has_no_asymmetry_with_the_paper_source_and_stays_finite(model):
    row, status = model.evaluate(model.theta({**CHECK_POINT, "B_1": 0.5}))
    found = dict(zip((item.name for item in model.observables), row[0], strict=True))
    assert status[0] == Status.OK
    assert found["asymmetry_sph"] == 0.0
    assert np.all(np.isfinite(row))
    assert found["i1_over_xi_required"] > 1e10


def test_batches_equal_single_points_bit_for_bit(model):
    theta = prior_draws(model, 100, seed=11)
    together, status = model.evaluate(theta)
    for row, expected, outcome in zip(theta, together, status, strict=True):
        alone, alone_status = model.evaluate(row)
        assert np.array_equal(alone[0], expected, equal_nan=True)
        assert alone_status[0] == outcome


def no_silent_failure(model, number, seed):
    observables, status = model.evaluate(prior_draws(model, number, seed))
    good = status == Status.OK
    assert np.all(np.isfinite(observables[good]))
    assert np.all(np.isnan(observables[~good]))
    positive = [i for i, item in enumerate(model.observables) if item.name.startswith(("omega", "gamma"))]
    assert np.all(observables[good][:, positive] > 0.0)
    return np.mean(good)


@pytest.mark.parametrize("parametrisation", ["rates", "phases", "flavour"])
def test_every_prior_draw_has_finite_observables_or_a_status(parametrisation):
    model = scenario("conversion-leptogenesis", parametrisation=parametrisation)
    # All of the suggested prior is inside the validity of the rates.
    assert no_silent_failure(model, 500, seed=3) == 1.0


@pytest.mark.slow
def test_no_silent_failure_in_twenty_thousand_prior_draws():
    assert no_silent_failure(scenario("conversion-leptogenesis"), 20_000, seed=4) == 1.0


def test_relic_density_never_falls_below_the_equilibrium_limit_and_falls_with_the_width(model):
    theta = prior_draws(model, 300, seed=5)
    observables, _ = model.evaluate(theta)
    found = dict(zip((item.name for item in model.observables), observables.T, strict=True))
    assert np.all(found["omega_h2"] > found["omega_h2_equilibrium"] * (1.0 - 5e-4))
    assert np.all(found["slope_omega_width"] < 1e-3)


def accuracy_over_the_prior(number, seed, rtol):
    """Return errors of Ωh² and D(T_sph) against Radau without tables, where |D| is above 1e-9."""
    model = scenario("conversion-leptogenesis", cp_source="paper")
    theta = prior_draws(model, number, seed)
    # Both flavours alike, as in the reference.
    theta[:, -1] = 0.5
    observables, status = model.evaluate(theta)
    assert np.all(status == Status.OK)
    found = dict(zip((item.name for item in model.observables), observables.T, strict=True))
    errors = []
    for i, (m_chi, delta_m, lambda_h, b_1, *_) in enumerate(theta):
        point = reference.paper_point(m_chi, delta_m, lambda_h, b_1, found["width"][i])
        expected = reference.solve(point, rtol=rtol)
        errors.append(
            (
                found["omega_h2"][i] / expected.omega_h2 - 1.0,
                (found["asymmetry_sph"][i] - expected.asymmetry_sph) / max(abs(expected.asymmetry_sph), 1e-9),
            )
        )
    return np.abs(errors).T


def test_solution_from_tables_agrees_with_radau_without_tables():
    relic, asymmetry = accuracy_over_the_prior(6, seed=21, rtol=1e-6)
    assert relic.max() < 1e-3
    assert asymmetry.max() < 1e-2


@pytest.mark.slow
def test_solution_from_tables_agrees_with_radau_without_tables_over_the_prior():
    relic, asymmetry = accuracy_over_the_prior(100, seed=22, rtol=1e-10)
    assert relic.max() < 1e-3
    assert asymmetry.max() < 1e-2


@pytest.mark.parametrize("accuracy", [1e-3, 1e-4, 1e-5])
def test_requested_accuracy_is_met_over_the_prior(model, accuracy):
    theta = prior_draws(model, 100, seed=6)
    exact, _ = replace(model, accuracy=1e-8).evaluate(theta)
    found, _ = replace(model, accuracy=accuracy).evaluate(theta)
    names = [item.name for item in model.observables]
    for name in ("omega_h2", "omega_h2_equilibrium"):
        column = names.index(name)
        error = np.abs(found[:, column] / exact[:, column] - 1.0)
        assert np.quantile(error, 0.95) < accuracy
        assert error.max() < 2.0 * accuracy
    column = names.index("asymmetry_sph")
    # Below 1e-7 an asymmetry would need |ε| of a per cent; it is followed more loosely.
    error = np.abs(found[:, column] - exact[:, column]) / np.maximum(np.abs(exact[:, column]), 1e-7)
    assert np.quantile(error, 0.95) < accuracy
    assert error.max() < 2.0 * accuracy


def test_evolution_draws_the_first_figure_of_the_paper(model):
    evolution = model.evolve(model.theta(CHECK_POINT))
    curves = {curve.label: curve for curve in evolution.curves}
    phi, chi_2 = curves[r"$\Sigma_\phi$"].values, curves[r"$Y_{\chi_2}$"].values
    phi_eq, chi_eq = curves[r"$\Sigma_\phi^{\rm eq}$"], curves[r"$Y_\chi^{\rm eq}$"]
    assert phi_eq.reference
    assert chi_eq.reference
    assert next(iter(evolution.marks.values())) == pytest.approx(300.0 / 132.0)
    early = evolution.time < 0.5
    np.testing.assert_allclose(phi[early], phi_eq.values[early], rtol=1e-3)
    np.testing.assert_allclose(chi_2[early], chi_eq.values[early], rtol=0.1)
    asymmetry = curves[r"$|\Delta_\phi/\epsilon|$"].values
    assert np.nanmax(asymmetry) == pytest.approx(2.3856e-4, rel=1e-2)
    final = predicted(model, **CHECK_POINT)["omega_h2"]
    total = (curves[r"$Y_{\chi_1}$"].values + chi_2)[-1]
    assert 300.0 * total * 2891.2 / 1.053672e-5 == pytest.approx(final, rel=1e-3)


def test_theory_errors_are_stated_with_reasons():
    by_name = {item.name: item for item in scenario_class("conversion-leptogenesis")().observables}
    assert by_name["omega_h2"].theory_error == "omega_h2_error"
    assert by_name["baryon_yield"].theory_error == 3.0
    assert by_name["baryon_yield"].theory_error_is_factor
    assert all(by_name[name].theory_reason for name in ("omega_h2", "baryon_yield"))


@pytest.mark.parametrize("name", ["conversion-leptogenesis", "conversion-first-look"])
def test_run_files_name_what_exists_and_lie_inside_the_physical_ranges(name):
    content = tomllib.loads((Path(relicfit.__file__).parent / "runs" / f"{name}.toml").read_text())
    model = scenario(content["scenario"], **content.get("options", {}))
    known = {item.name: item for item in model.parameters}
    point = {}
    for key, value in content["parameters"].items():
        ends = next(iter(value.values())) if isinstance(value, dict) else [value, value]
        assert known[key].lower <= ends[0] <= ends[1] <= known[key].upper
        point[key] = math.sqrt(ends[0] * ends[1])
    theta = model.theta(point)
    assert model.evaluate(theta)[1][0] == Status.OK
    assert {"relic-density"} <= set(content["likelihoods"])


def test_initial_conditions_are_forgotten_by_heavy_states():
    # arXiv:2404.12428: "largely insensitive to the initial conditions". Ωh² by 0.3 %, D at 450 GeV.
    for m_chi, allowed in ((300.0, 0.5), (450.0, 3e-3)):
        full = scenario("conversion-leptogenesis", strength="width")
        width = widths(full, m_chi=m_chi).roots[0].value
        point = {**CHECK_POINT, "m_chi": m_chi, "width": width}
        first, second = predicted(full, **point), predicted(replace(full, start="empty"), **point)
        assert second["omega_h2"] == pytest.approx(first["omega_h2"], rel=5e-3)
        assert abs(math.log(second["asymmetry_sph"] / first["asymmetry_sph"])) < -math.log1p(-allowed)
