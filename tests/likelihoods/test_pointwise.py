"""Theory errors that depend on the point: normalised, simulated, described, and taken apart."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.likelihoods.likelihood import TheoryError, likelihood

CASES = [("relic-density", "omega_h2", 0.12), ("baryon-asymmetry", "baryon_yield", 8.7e-11)]


def told(name, observable, **options):
    return likelihood(name, **options).with_theory({observable: TheoryError(f"{observable}_error")})


def lnl(term, observable, values, errors):
    given = {observable: np.atleast_1d(values), f"{observable}_error": np.atleast_1d(errors)}
    return term.evaluate(given)[0]


@pytest.mark.parametrize(("name", "observable", "measured"), CASES)
def test_a_width_of_the_point_keeps_its_normalisation(name, observable, measured):
    term = told(name, observable)
    ln_values = np.linspace(-30.0, 30.0, 60001)
    areas = [
        np.exp(lnl(term, observable, measured * np.exp(ln_values), np.full(len(ln_values), error))).sum()
        for error in (0.05, 0.3, 2.0)
    ]
    np.testing.assert_allclose(areas, areas[0], rtol=1e-6)


@pytest.mark.parametrize(("name", "observable", "measured"), CASES)
def test_one_standard_error_of_the_point_costs_a_half(name, observable, measured):
    term = told(name, observable)
    at_best = lnl(term, observable, measured, 0.7)[0]
    assert lnl(term, observable, measured * math.exp(0.7), 0.7)[0] - at_best == pytest.approx(-0.5, rel=1e-3)
    assert lnl(term, observable, measured, 1.4)[0] - at_best == pytest.approx(-math.log(2.0), rel=1e-3)


def test_the_unstated_error_of_every_point_is_that_of_a_constant_one_at_the_best_fit():
    assert lnl(told("relic-density", "omega_h2"), "omega_h2", 0.12, 0.05)[0] == pytest.approx(0.0, abs=1e-12)


def test_a_number_in_the_run_file_stands_against_the_error_of_the_point():
    for name, option, observable in (
        ("relic-density", "theory-error", "omega_h2"),
        ("baryon-asymmetry", "theory-factor", "baryon_yield"),
    ):
        term = told(name, observable, **{option: 1.5})
        assert term.needs == (observable,)


@pytest.mark.parametrize("bound", ["upper", "upper-marginalised"])
def test_a_bound_with_an_error_of_the_point_rewards_nothing(bound):
    term = told("relic-density", "omega_h2", bound=bound)
    values = lnl(term, "omega_h2", np.geomspace(1e-6, 1e3, 400), np.full(400, 0.4))
    assert np.all(values <= 0.0)
    assert np.all(np.diff(values) <= 0.0)


@pytest.mark.parametrize(("name", "observable", "measured"), CASES)
def test_simulated_data_scatter_by_the_error_of_the_true_point(name, observable, measured):
    term = told(name, observable)
    truth = {observable: np.array([2.0 * measured]), f"{observable}_error": np.array([0.5])}
    rng = np.random.default_rng(3)
    drawn = [term.simulate(truth, rng) for _ in range(2000)]
    pulls = np.log([item.measured / (2.0 * measured) for item in drawn]) / 0.5
    assert abs(pulls.mean()) < 5.0 / math.sqrt(2000)
    assert abs(pulls.std() - 1.0) < 5.0 / math.sqrt(4000)
    # The width at a point is that of the likelihood which drew them.
    peaks = [lnl(item, observable, item.measured, 0.5)[0] for item in drawn[:5]]
    np.testing.assert_allclose(peaks, lnl(term, observable, measured, 0.5)[0], rtol=1e-9)


@pytest.mark.parametrize(("name", "observable", "measured"), CASES)
def test_unphysical_values_and_errors_are_minus_infinity_and_nothing_else(name, observable, measured):
    term = told(name, observable)
    values = np.array([np.nan, measured, measured, 0.0, 1e-200])
    errors = np.array([0.3, np.nan, -1.0, 0.3, 300.0])
    found = lnl(term, observable, values, errors)
    assert np.isneginf(found[[0, 1]]).all()
    assert np.isfinite(found[3:]).all()


@pytest.mark.parametrize(("name", "observable", "measured"), CASES)
def test_array_equals_single_points_bit_for_bit(name, observable, measured):
    term = told(name, observable)
    values, errors = measured * np.geomspace(1e-3, 1e3, 41), np.geomspace(0.05, 5.0, 41)
    one_by_one = [lnl(term, observable, v, e)[0] for v, e in zip(values, errors, strict=True)]
    assert np.array_equal(lnl(term, observable, values, errors), one_by_one)


def test_the_budget_names_data_theory_and_parameters():
    term = told("relic-density", "omega_h2")
    rng = np.random.default_rng(0)
    draws = {"omega_h2": 0.12 * np.exp(0.4 * rng.standard_normal(4000)), "omega_h2_error": np.full(4000, 0.3)}
    budget = term.error_budget(draws)
    assert budget["data"] == pytest.approx(0.01)
    assert budget["theory"] == pytest.approx(0.3)
    assert budget["parameters"] == pytest.approx(0.4, rel=0.05)
    factor = likelihood("baryon-asymmetry", **{"theory-factor": 3.0})
    assert factor.error_budget({"baryon_yield": np.array([1e-10])})["theory"] == pytest.approx(math.log(3.0))
    assert likelihood("stability").error_budget({"lifetime_s": np.array([1e20])}) == {}


def test_the_description_says_where_the_error_comes_from():
    assert "the theory error of each point (omega_h2_error)" in told("relic-density", "omega_h2").describe()


STATED = [
    ("measurement", {"observable": "y", "value": 2.0, "error": 0.1}),
    ("measurement", {"observable": "y", "value": 2.0, "error": 0.1, "logarithmic": True}),
    ("bound", {"observable": "y", "upper": 2.0}),
    ("bound", {"observable": "y", "upper": 2.0, "width": 0.1}),
]


@pytest.mark.parametrize(("name", "options"), STATED)
def test_what_a_run_file_states_takes_the_error_of_the_point_too(name, options):
    term = likelihood(name, **options).with_theory({"y": TheoryError("y_error")})
    assert term.needs == ("y", "y_error")
    assert "y_error" in term.describe() or name == "bound"
    sharp, blurred = (
        term.evaluate({"y": np.array([4.0]), "y_error": np.array([error])})[0][0] for error in (0.0, 0.5)
    )
    assert sharp < blurred < 0.0
    constant = likelihood(name, **options)
    assert term.evaluate({"y": np.array([4.0]), "y_error": np.array([0.0])})[0][0] == pytest.approx(
        constant.evaluate({"y": np.array([4.0])})[0][0]
    )
    unphysical = term.evaluate({"y": np.array([4.0, 4.0]), "y_error": np.array([np.nan, -1.0])})[0]
    assert np.isneginf(unphysical).all()
