"""Grids and best fits of a scenario whose abundance is its parameter, and of a thermal one."""

import csv
import json
import math

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.bestfit import bestfit
from relicfit.infer.scan.files import write_scan
from relicfit.infer.scan.grid import scan

LINEAR = """
scenario = "linear-test"
[parameters]
a = {{ {prior} }}
b = {{ loguniform = [1e-3, 1e3] }}
[likelihoods]
relic-density = {{ theory-error = 0.1 }}
"""
SIGMA = math.hypot(0.0012, 0.1 * 0.12)


@pytest.fixture
def linear(known_linear, tmp_path):
    def write(prior="uniform = [0.02, 0.22]"):
        path = tmp_path / "linear.toml"
        path.write_text(LINEAR.format(prior=prior))
        return path

    return write


def test_a_curve_is_the_likelihood_on_the_grid(linear):
    found = scan(linear(), ["a"], points=21)
    a = np.linspace(0.02, 0.22, 21)
    assert found.axes[0] == pytest.approx(a)
    assert found.values["log_likelihood"] == pytest.approx(-0.5 * ((a - 0.12) / SIGMA) ** 2)
    assert found.values["omega_h2"] == pytest.approx(a)
    assert found.fixed == {"b": pytest.approx(1.0)}


def test_a_grid_has_the_parameters_in_the_order_asked(linear):
    found = scan(linear(), ["b", "a"], show="omega_h2", points=5)
    assert found.values["omega_h2"].shape == (5, 5)
    assert found.axes[0] == pytest.approx(np.geomspace(1e-3, 1e3, 5))
    assert found.values["omega_h2"][0] == pytest.approx(np.linspace(0.02, 0.22, 5))


def test_table_and_pictures_are_written(linear, tmp_path):
    found = scan(linear(), ["a", "b"], points=4)
    paths = write_scan(found, tmp_path / "out")
    assert [path.suffix for path in paths] == [".csv", ".png", ".pdf"]
    rows = list(csv.DictReader(paths[0].read_text().splitlines()))
    assert len(rows) == 16
    assert {row["status"] for row in rows} == {"ok"}
    assert float(rows[5]["omega_h2"]) == pytest.approx(float(rows[5]["a"]))


BEYOND = """
scenario = "conversion-leptogenesis"
[parameters]
m_chi = { loguniform = [100, 5000] }
delta_m = 5.0
lambda_H = 1.0
B_1 = 0.95
coupling = 2e-6
i1_over_xi = 6e-3
[likelihoods]
relic-density = {}
"""


def test_points_that_cannot_be_solved_are_blank_and_counted(tmp_path):
    path = tmp_path / "beyond.toml"
    path.write_text(BEYOND)
    found = scan(path, ["m_chi"], points=9)
    failed = found.status != 0
    # The tables end at a few TeV.
    assert 0 < failed.sum() < 9
    assert sum(found.failed.values()) == failed.sum()
    assert np.isnan(found.values["omega_h2"][failed]).all()
    assert np.isfinite(found.values["omega_h2"][~failed]).all()
    blank = [line.split(",")[1] == "" for line in found.as_csv().splitlines()[1:]]
    assert blank == failed.tolist()


def test_names_and_numbers_that_make_no_sense_are_answered(linear):
    for arguments, message in (
        ({"over": ["aa"]}, "Did you mean a"),
        ({"over": ["a", "b", "a"]}, "one or two"),
        ({"over": ["a"], "show": "omega"}, "Did you mean omega_h2"),
        ({"over": ["a"], "points": 1}, "2 to 100000"),
    ):
        with pytest.raises(UserError, match=message):
            scan(linear(), **arguments)


def test_best_fit_is_the_measured_value(linear):
    found = bestfit(linear(), starts=3)
    assert found.likelihood.parameters["a"] == pytest.approx(0.12, abs=1e-5)
    assert found.likelihood.log_likelihood == pytest.approx(0.0, abs=1e-6)
    assert found.likelihood.agreeing == found.likelihood.starts == 3
    assert json.loads(found.as_json())["likelihood"]["terms"]["relic-density"] == pytest.approx(0, abs=1e-6)


def test_posterior_density_is_pulled_by_the_prior(linear):
    # Two Gaussians: the maximum is the mean weighted by the inverse variances.
    path = linear(f"normal = [0.15, {SIGMA}]")
    found = bestfit(path, starts=3)
    assert found.posterior.parameters["a"] == pytest.approx(0.135, abs=1e-5)
    assert found.likelihood.parameters["a"] == pytest.approx(0.12, abs=1e-5)


def test_a_maximum_at_the_end_of_the_prior_is_said(linear):
    found = bestfit(linear("uniform = [0.02, 0.10]"), starts=2)
    assert "a" in found.likelihood.at_boundary
    assert found.likelihood.parameters["a"] == pytest.approx(0.10, abs=1e-4)


def test_a_maximum_that_is_a_line_is_told_from_a_point(linear):
    # The abundance is a alone: b is nowhere preferred, and the starts end at different b.
    found = bestfit(linear(), starts=4).likelihood
    assert list(found.not_determined) == ["b"]
    low, high = found.not_determined["b"]
    assert 1e-3 <= low < found.parameters["b"] * (1 + 1e-9)
    assert found.parameters["b"] * (1 - 1e-9) < high <= 1e3
    assert "one of many: b" in str(found)
    assert bestfit(linear(), starts=4, overrides=[("b", 1.0)]).likelihood.not_determined == {}


def test_verbs_take_names_and_values(linear):
    found = relicfit.scan(linear(), "a", points=3, b=2.0)
    assert found.fixed == {"b": 2.0}
    assert relicfit.bestfit(linear(), starts=1, b=2.0).likelihood.parameters["b"] == 2.0


def test_curved_ridge_of_a_thermal_scenario_is_climbed_to_its_top(run_file):
    found = bestfit(run_file("dynesty"), starts=4)
    assert found.likelihood.log_likelihood == pytest.approx(0.0, abs=1e-4)
    assert found.likelihood.observables["omega_h2"] == pytest.approx(0.12, abs=1e-3)
