"""The density matrix as users see it: parametrisations, options, observables, flags, failures, evolution."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario

NAME = "conversion-leptogenesis"
UNIT_WIDTH = 6.4162516e-3  # of (305, 300) GeV
PLACE = {"m_chi": 300.0, "delta_m": 5.0, "lambda_H": 1.0}
RATES = {**PLACE, "B_1": 0.95, "width": 1.148e-13, "phase_2": math.pi / 4.0, "xi_12": 100.0}


def coherent(**options):
    return scenario(NAME, kinetics="density-matrix", **options)


def predicted(model, **point):
    row, status = model.evaluate(model.theta(point))
    assert status[0] == Status.OK
    return dict(zip((item.name for item in model.observables), row[0].tolist(), strict=True))


def raised(model, **point):
    theta = model.theta(point)[None, :]
    return {name for name, found in model.flag(theta, model.evaluate(theta)[0]).items() if found[0]}


def prior_draws(model, number, seed):
    """Return draws from the suggested priors, splittings of either sign."""
    rng = np.random.default_rng(seed)
    columns = []
    for item in model.parameters:
        ((kind, (low, high)),) = item.prior.items()
        u = rng.uniform(size=number)
        values = low + (high - low) * u if kind == "uniform" else low * (high / low) ** u
        if item.name.startswith(("delta_m1", "xi_1")):
            values = values * rng.choice([-1.0, 1.0], number)
        columns.append(values)
    return np.column_stack(columns)


def test_four_equations_are_the_default_and_know_two_states():
    assert scenario(NAME).kinetics == "four-equations"
    with pytest.raises(UserError, match="kinetics"):
        scenario(NAME, states=3)


def test_all_parametrisations_describe_the_same_point():
    first = predicted(coherent(strength="width"), **RATES)
    gap = first["delta_m12"]
    phases = {**PLACE, "B_1": 0.95, "width": 1.148e-13, "phase_e2": math.pi / 4.0, "phase_mu2": math.pi / 4.0}
    second = predicted(coherent(strength="width", parametrisation="phases"), **phases, delta_m12=gap)
    size = np.sqrt(0.5 * 1.148e-13 / UNIT_WIDTH * np.array([0.95, 0.05]))
    moduli = {f"lambda_{lepton}{state}": size[state - 1] for lepton in ("e", "mu") for state in (1, 2)}
    angles = {"phase_e2": math.pi / 4.0, "phase_mu2": math.pi / 4.0}
    third = predicted(coherent(parametrisation="flavour"), **PLACE, **moduli, **angles, delta_m12=gap)
    for other in (second, third):
        for name in (
            "omega_h2",
            "baryon_yield",
            "charge_e",
            "x_2_sph",
            "i_1",
            "delta_m12_ev",
            "branching_mu",
        ):
            assert other[name] == pytest.approx(first[name], rel=5e-4), name
    assert first["baryon_yield"] == pytest.approx(4.168e-8, rel=2e-3)
    assert first["i_1"] == pytest.approx(1.0, rel=1e-9)
    assert first["ratio_to_paper"] == pytest.approx(-281.0, rel=5e-3)


def test_a_third_state_and_a_third_flavour_that_hardly_couple_change_little():
    two = predicted(coherent(parametrisation="phases", strength="width"), **PLACE, B_1=0.95, width=1.148e-13,
                    phase_e2=0.7, phase_mu2=0.7, delta_m12=2.67e-10)  # fmt: skip
    three = coherent(parametrisation="phases", strength="width", states=3, leptons="e-mu-tau")
    point = {item.name: 0.7 if "phase" in item.name else 0.0 for item in three.parameters}
    point |= {**PLACE, "B_1": 0.95, "B_2": 0.05 - 1e-7, "width": 1.148e-13, "muon_fraction": 0.5}
    point |= {"delta_m12": 2.67e-10, "delta_m13": 5e-9}
    found = predicted(three, **point)
    assert found["baryon_yield"] == pytest.approx(two["baryon_yield"], rel=1e-2)
    assert found["x_2_sph"] == pytest.approx(two["x_2_sph"], rel=1e-3)
    assert found["charge_tau"] == 0.0


def test_fractions_above_one_are_a_status():
    model = coherent(parametrisation="phases", states=3, leptons="e-mu-tau")
    theta = prior_draws(model, 50, seed=1)
    index = {item.name: i for i, item in enumerate(model.parameters)}
    over = (theta[:, index["B_1"]] + theta[:, index["B_2"]] > 1.0) | (
        theta[:, index["muon_fraction"]] + theta[:, index["tau_fraction"]] > 1.0
    )
    observables, status = model.evaluate(theta)
    assert (status[over] == Status.BAD_INPUT).all()
    assert np.isnan(observables[over]).all()
    assert (status[~over] == Status.OK).all()


def test_both_starts_side_by_side():
    both = predicted(coherent(strength="width", compare_starts=True), **{**RATES, "xi_12": 1e3})
    assert both["start_ratio"] == pytest.approx(-1.0, abs=0.05)
    assert both["baryon_yield_empty"] == pytest.approx(-4.298e-9, rel=0.01)
    empty = predicted(coherent(strength="width", start="empty"), **{**RATES, "xi_12": 1e3})
    assert empty["baryon_yield"] == pytest.approx(both["baryon_yield_empty"], rel=1e-6)
    assert empty["baryon_yield_error"] > both["baryon_yield_error"]


def test_flags_of_the_density_matrix():
    model = coherent(strength="width", compare_starts=True)
    assert {"level-crossing", "initial-abundance"} <= raised(model, **RATES)
    assert "level-crossing" not in raised(model, **{**RATES, "xi_12": -100.0})
    assert "initial-abundance" not in raised(
        model, **{**RATES, "m_chi": 450.0, "width": 3.5e-13, "xi_12": 1e3}
    )
    assert "not-quasi-degenerate" in raised(model, **{**RATES, "xi_12": 3e10})
    assert "light-for-asymmetry" not in raised(model, **{**RATES, "m_chi": 160.0})
    phases = coherent(strength="width", parametrisation="phases")
    real = {**PLACE, "B_1": 0.95, "width": 1.148e-13, "phase_e2": 0.7, "phase_mu2": -0.7, "delta_m12": 1e-9}
    assert "small-total" in raised(phases, **real)


def test_x_of_the_crossing_cancels_both_splittings():
    # ξ_th = 32π (p·Σ/m²)(h_11/h_22 - 1) is 9.3 at the first point and decoupling.
    assert predicted(coherent(strength="width"), **{**RATES, "xi_12": 9.3})["x_crossing"] == pytest.approx(
        300.0 / 132.0, rel=0.01
    )
    assert predicted(coherent(strength="width"), **{**RATES, "xi_12": -9.3})["x_crossing"] == 0.0


def test_points_without_thermal_history_are_statuses():
    model = coherent(strength="width")
    rows = [{**RATES, "m_chi": 5000.0}, {**RATES, "delta_m": 250.0}, {**RATES, "width": 1.0}]
    theta = np.array([model.theta(row) for row in rows])
    observables, status = model.evaluate(theta)
    assert list(status) == [Status.OUT_OF_VALIDITY, Status.OUT_OF_VALIDITY, Status.BAD_INPUT]
    assert np.isnan(observables).all()


def no_silent_failure(model, number, seed):
    """Return how many points of the prior are solved; all others must say why and hold NaN."""
    observables, status = model.evaluate(prior_draws(model, number, seed))
    solved = status == Status.OK
    finite = np.isfinite(
        np.delete(observables, [i for i, o in enumerate(model.observables) if "ratio" in o.name], 1)
    )
    assert finite[solved].all()
    assert np.isnan(observables[~solved]).all()
    return Counter(status.tolist())


@pytest.mark.parametrize("options", [{}, {"parametrisation": "flavour", "states": 3, "leptons": "e-mu-tau"}])
def test_prior_draws_are_solved(options):
    found = no_silent_failure(coherent(**options), 100, seed=5)
    assert found[int(Status.OK)] == 100


@pytest.mark.slow
@pytest.mark.parametrize("start", ["equilibrium", "empty"])
def test_twenty_thousand_prior_draws_fail_nowhere_in_silence(start):
    number = 20_000 if start == "equilibrium" else 2_000
    found = no_silent_failure(coherent(parametrisation="phases", start=start), number, seed=6)
    print(found)
    assert found[int(Status.OK)] > 0.999 * number


def test_batches_are_single_calls():
    model = coherent()
    theta = prior_draws(model, 8, seed=7)
    together, _ = model.evaluate(theta)
    alone = np.vstack([model.evaluate(row)[0] for row in theta])
    np.testing.assert_array_equal(together, alone)


def test_evolution_draws_populations_coherences_and_charges():
    model = coherent(strength="width")
    evolution = model.evolve(model.theta(RATES))
    curves = {curve.label: curve.values for curve in evolution.curves}
    assert {r"$\Sigma_\phi$", r"$Y_{\chi_2}$", r"$|Y_{12}|$", r"$|Q_{e}|$", r"$|\Delta_\phi|$"} <= set(curves)
    found = predicted(model, **RATES)
    assert curves[r"$|Q_{e}|$"][-1] == pytest.approx(abs(found["charge_e"]), rel=1e-3)
    assert curves[r"$Y_{\chi_2}$"][-1] / curves[r"$Y_\chi^{\rm eq}$"][-1] == pytest.approx(
        found["x_2_sph"], rel=1e-4
    )
    assert evolution.time[-1] == pytest.approx(300.0 / 132.0)


@pytest.mark.parametrize("accuracy", [1e-4, 1e-5])
def test_requested_accuracy_is_met_by_most_of_the_prior(accuracy):
    theta = prior_draws(coherent(), 60, seed=8)
    exact, _ = coherent(accuracy=1e-6).evaluate(theta)
    found, _ = coherent(accuracy=accuracy).evaluate(theta)
    names = [item.name for item in coherent().observables]
    relic, baryons = names.index("omega_h2"), names.index("baryon_yield")
    assert np.max(np.abs(found[:, relic] / exact[:, relic] - 1.0)) < 20.0 * accuracy
    # Errors count absolutely below the observed asymmetry.
    errors = np.abs(found[:, baryons] - exact[:, baryons]) / (np.abs(exact[:, baryons]) + 1e-11)
    assert np.quantile(errors, 0.9) < 10.0 * accuracy
