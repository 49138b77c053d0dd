"""Checks that every run makes of itself: second seed, numerical noise, plateaus, forecast."""

import json
import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from relicfit.infer.diagnostics.noise import audit_noise, with_noise_audit
from relicfit.infer.diagnostics.second_seed import SeedComparison
from relicfit.infer.diagnostics.verdict import Diagnostics
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run import execute as run
from relicfit.infer.run.folder import output_directory
from relicfit.infer.run.forecast import forecast
from relicfit.infer.samplers.nested import sampling as nested
from relicfit.infer.samplers.session import BudgetSpent
from relicfit.infer.samples.draws import Draws
from relicfit.infer.target.posterior import Posterior
from relicfit.solver.scenarios.thermal_decay.freeze_out import ThermalFreezeOut

QUICK = 'name = "dynesty"\nlive-points = 60\ndlogz = 0.3\nwalks = 12\nseed = 3\n'


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr(run, "_draw_corner", lambda *arguments: None)


def start(file, **options):
    problem = load_problem(file)
    return run.execute(problem, output_directory(problem), progress=False, **options)


def test_a_quoted_error_that_is_too_small_is_found_by_the_second_seed(run_file, monkeypatch):
    file = run_file(QUICK + "second-seed = true")
    honest = start(file)
    assert not any("quoted error" in problem for problem in honest.diagnostics["problems"])
    assert abs(honest.diagnostics["numbers"]["second_seed_pull"]) < 3.0

    collect = nested.collect

    def overconfident(*arguments):
        found = collect(*arguments)
        return replace(found, log_evidence_error=0.01 * found.log_evidence_error)

    monkeypatch.setattr(nested, "collect", overconfident)
    result = start(file, overwrite=True)
    assert any("quoted error is too small" in problem for problem in result.diagnostics["problems"])


def test_two_seeds_three_errors_apart_disagree():
    assert SeedComparison((0.0, 0.4), (0.1, 0.1)).agrees
    assert not SeedComparison((0.0, 0.5), (0.1, 0.1)).agrees
    assert SeedComparison((1.0, 1.0), (0.0, 0.0)).agrees
    assert not SeedComparison((1.0, 1.1), (0.0, 0.0)).agrees


def test_diagnostics_hold_the_checks_as_numbers(run_file):
    result = start(run_file(QUICK))
    numbers = json.loads((result.directory / "diagnostics.json").read_text())["numbers"]
    assert 0.0 <= numbers["insertion_p_value"] <= 1.0
    assert numbers["plateau_fraction"] < 0.05
    assert 0.0 <= numbers["minus_infinity_fraction"] <= 1.0
    # The yield is as exact as asked, which changes no likelihood by much.
    assert numbers["noise_points"] > 0
    assert 0.0 <= abs(numbers["noise_largest_change"]) < 0.1


@dataclass(frozen=True)
class Rough(ThermalFreezeOut):
    """A solver whose error is three times its accuracy and differs from point to point."""

    def solve(self, theta):
        observables, status = super().solve(theta)
        return observables * (1.0 + 3.0 * self.accuracy * np.sin(1e7 * theta.sum(axis=1)))[:, None], status


def noisy(run_file, accuracy):
    problem = load_problem(run_file(QUICK), [("options.accuracy", accuracy)])
    options = {item.name: getattr(problem.scenario, item.name) for item in problem.scenario.options()}
    posterior = Posterior(replace(problem, scenario=Rough(**options)))
    cube = np.column_stack([np.full(400, 0.5), np.linspace(0.3, 0.7, 400)])
    logl, blobs = posterior.on_cube(cube)
    near = np.flatnonzero(logl > logl.max() - 50.0)
    return posterior, Draws(cube[near][None], blobs[near][None], logl[near][None], cube[0], 0.0)


def test_noise_of_a_careless_accuracy_is_reported(run_file):
    found = audit_noise(*noisy(run_file, 1e-2))
    assert not found.passed
    assert "numerical noise" in found.warning()


def test_noise_of_a_fine_accuracy_is_harmless(run_file):
    found = audit_noise(*noisy(run_file, 1e-6))
    assert found.passed
    assert found.largest_change < 0.01


@dataclass(frozen=True)
class Forgetful(ThermalFreezeOut):
    """A scenario that answers what another point was told, as one that shares a file of a fixed name."""

    def solve(self, theta):
        observables, status = super().solve(theta)
        seen.append(len(theta))
        return observables * (1.0 + 1e-3 * len(seen)), status


seen: list[int] = []


def test_different_answers_for_the_same_point_are_called_by_that_name(run_file):
    problem = load_problem(run_file(QUICK))
    posterior = Posterior(replace(problem, scenario=Forgetful()))
    cube = np.random.default_rng(1).uniform(0.3, 0.7, (40, 2))
    logl, blobs = posterior.on_cube(cube)
    found = audit_noise(posterior, Draws(cube[None], blobs[None], logl[None], cube[0], 0.0))
    verdict = with_noise_audit(Diagnostics(True, [], [], {}), found)
    assert not verdict.converged
    assert "different answers for the same point" in verdict.problems[0]
    assert "mass = " in verdict.problems[0]


def test_forecast_is_right_within_a_factor_of_three_and_leaves_the_counts(run_file):
    problem = load_problem(run_file(QUICK))
    posterior = Posterior(problem)
    expected = forecast(posterior)
    assert posterior.calls == 0
    calls = start(run_file(QUICK)).diagnostics["numbers"]["likelihood_calls"]
    assert abs(math.log(expected.evaluations / calls)) < math.log(3.0)
    assert expected.seconds == pytest.approx(expected.seconds_per_evaluation * expected.evaluations)


@pytest.mark.parametrize("sampler", ["dynesty", "emcee", "nautilus"])
def test_a_spent_budget_leaves_a_checkpoint_that_resumes_to_the_same_result(run_file, sampler):
    whole = start(run_file(sampler, name="whole.toml"))
    file = run_file(sampler, name="parts.toml")
    with pytest.raises(BudgetSpent):
        start(file, budget=0.0)
    assert (file.with_suffix("") / "checkpoint" / "state").exists()
    parts = start(file, resume=True)
    assert np.array_equal(
        parts.posterior["mass"].to_numpy(), whole.posterior["mass"].to_numpy(), equal_nan=True
    )
