"""What each modelling choice is worth, at a point and by reweighting draws whose answer is known."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

import numpy as np
import pytest

from relicfit.infer.choices.picture import choices_plot
from relicfit.infer.choices.worth import choices_at
from relicfit.infer.problem import problem as problems
from relicfit.infer.problem.problem import Problem, problem_from
from relicfit.options import option
from relicfit.solver.scenario import Observable, Parameter, Scenario


@dataclass(frozen=True)
class Shifted(Scenario):
    """The relic abundance is a; an option multiplies it, another does nothing, a third renames the parameter."""

    name = "shifted-test"
    summary = "The relic abundance is the parameter a."
    source = "none"

    factor: str = option("one", "factor of the abundance", choices=("one", "more"))
    idle: bool = option(False, "does nothing")
    kind: str = option("a", "name of the parameter", choices=("a", "c"))

    @property
    def parameters(self):
        return (Parameter(self.kind, "a", "", "the abundance", 0.0, 1e3, {"uniform": [0, 1]}),)

    @property
    def observables(self):
        return (Observable("omega_h2", r"\Omega h^2", "", "the abundance"),)

    def solve(self, theta):
        scale = 1.02 if self.factor == "more" else 1.0
        return scale * theta[:, :1].copy(), np.zeros(len(theta), dtype=np.int64)


@pytest.fixture
def problem(monkeypatch) -> Problem:
    monkeypatch.setattr(problems.UserFiles, "scenario", lambda self, name: Shifted)
    content = {
        "scenario": "shifted-test",
        "parameters": {"a": {"uniform": [0.0, 1.0]}},
        "likelihoods": {"relic-density": {"theory-error": 0.1}},
    }
    return problem_from(content)


def rows_of(found):
    return {(row.option, row.value): row for row in found.rows}


def test_at_a_point_the_ratio_and_the_change_of_the_likelihood_are_exact(problem):
    found = choices_at(problem, np.array([0.12]))
    row = rows_of(found)["factor", "more"]
    assert found.points == 1
    assert row.ratios["omega_h2"] == pytest.approx(1.02)
    width = math.hypot(0.0012, 0.012)
    assert row.log_likelihood == pytest.approx(-0.5 * (0.0024 / width) ** 2)
    assert math.isnan(row.evidence_shift)


def test_reweighting_finds_the_posterior_of_the_alternative(problem):
    width = math.hypot(0.0012, 0.012)
    draws = np.random.default_rng(1).normal(0.12, width, 4000)[:, None]
    row = rows_of(choices_at(problem, draws, most=4000))["factor", "more"]
    # The alternative's posterior is N(0.12/1.02, width/1.02), its evidence 1/1.02 of the other.
    assert row.evidence_shift == pytest.approx(-math.log(1.02), abs=4 * row.evidence_error)
    assert 0.0 < row.evidence_error < 0.02
    assert row.medians["a"] == pytest.approx((0.12 / 1.02 - 0.12) / width, abs=0.06)
    assert 2000 < row.effective < 4000
    assert row.reason == ""


def test_too_few_effective_draws_are_said(problem):
    draws = np.random.default_rng(1).normal(0.15, 0.0005, 40)[:, None]
    row = rows_of(choices_at(problem, draws))["factor", "more"]
    assert row.effective <= 40
    spread = np.linspace(0.05, 0.5, 40)[:, None]
    assert "effective draws" in rows_of(choices_at(problem, spread))["factor", "more"].reason


def test_weights_of_draws_count(problem):
    draws = np.array([[0.10], [0.12], [0.14]])
    heavy = choices_at(problem, draws, np.array([-np.inf, 0.0, -np.inf]), most=50)
    row = rows_of(heavy)["factor", "more"]
    width = math.hypot(0.0012, 0.012)
    assert row.evidence_shift == pytest.approx(-0.5 * (0.0024 / width) ** 2)


def test_choices_that_do_nothing_or_have_other_parameters_say_so(problem):
    found = choices_at(problem, np.array([0.12]))
    assert not rows_of(found)["idle", True].matters
    assert "parameters are others" in rows_of(found)["kind", "c"].reason
    assert "changes nothing here" in found.__str__()


def test_options_are_found_by_their_self_description(problem):
    found = {(row.option, row.value) for row in choices_at(problem, np.array([0.12])).rows}
    # Numbers, such as the accuracy, have no alternatives.
    assert found == {("factor", "more"), ("idle", True), ("kind", "c")}


def test_table_and_csv_hold_every_alternative(problem):
    found = choices_at(problem, np.array([[0.11], [0.12], [0.13]]))
    table = list(csv.DictReader(io.StringIO(found.as_csv())))
    assert [(row["option"], row["value"]) for row in table] == [
        ("factor", "more"),
        ("idle", "True"),
        ("kind", "c"),
    ]
    assert float(table[0]["ratio_omega_h2"]) == pytest.approx(1.02)
    text = found.__str__()
    assert "x1.02" in text
    assert "3 posterior draws" in text


def test_a_real_model_names_its_alternatives_and_a_failing_one_its_reason():
    content = {
        "scenario": "thermal-freeze-out",
        "parameters": {"mass": {"loguniform": [0.1, 10.0]}, "delta": 0.3, "coupling": 1e-6},
        "likelihoods": {"relic-density": {}},
    }
    problem = problem_from(content)
    found = choices_at(problem, problem.scenario.theta({"mass": 1.0, "delta": 0.3, "coupling": 1e-6}))
    rows = rows_of(found)
    assert rows["densities", "nr"].ratios["omega_h2"] > 1.05
    assert "parameters are others" in rows["interaction", "dim-6"].reason
    assert found.observables == ("omega_h2", "omega_h2_error")


@pytest.mark.parametrize("points", [np.array([0.12]), np.linspace(0.1, 0.14, 30)[:, None]])
def test_picture_has_a_line_for_every_choice_that_matters(problem, points, tmp_path):
    figure = choices_plot(choices_at(problem, points))
    left, _ = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["factor: one → more"]
    figure.savefig(tmp_path / "choices.png")
    assert (tmp_path / "choices.png").stat().st_size > 1000
