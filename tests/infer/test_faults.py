"""Faults injected into scenario and likelihood end in a named error or a counted status; none reaches a chain."""

import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numba.core import event

import relicfit
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run import execute as run
from relicfit.infer.target.posterior import Posterior, PosteriorError
from relicfit.infer.target.time_limit import TimeLimit
from relicfit.likelihoods.planck import RelicDensity
from relicfit.solver.numerics.status import Status

SAMPLERS = {
    "dynesty": 'live-points = 30\ndlogz = 0.5\nwalks = 8\nbound = "none"',
    "nautilus": 'name = "nautilus"\nlive-points = 100\nbatch = 50\neffective-samples = 200\nneurons = 50',
    "emcee": 'name = "emcee"\nwalkers = 4\nmax-steps = 200',
}


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr(run, "_draw_corner", lambda *arguments: None)


@pytest.fixture(params=SAMPLERS)
def problem(request, known_linear, tmp_path):
    path = tmp_path / "faulty.toml"
    path.write_text(
        'scenario = "linear-test"\n[parameters]\na = { uniform = [0.02, 0.22] }\nb = 1.0\n'
        f"[likelihoods]\nrelic-density = {{ theory-error = 0.3 }}\n[sampler]\n{SAMPLERS[request.param]}\n"
    )
    return load_problem(path)


def solving(monkeypatch, problem, change):
    own = type(problem.scenario).solve

    def solve(self, theta):
        observables, status = own(self, theta)
        change(theta, observables, status)
        return observables, status

    monkeypatch.setattr(type(problem.scenario), "solve", solve)


def start(problem, tmp_path):
    return run.execute(problem, tmp_path / "out", progress=False)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_likelihood_that_is_not_a_number_or_infinite_stops_the_run_and_names_the_point(
    value, problem, tmp_path, monkeypatch
):
    own = RelicDensity.evaluate

    def evaluate(self, observables):
        logl, flags = own(self, observables)
        return np.where(observables["omega_h2"] > 0.15, value, logl), flags

    monkeypatch.setattr(RelicDensity, "evaluate", evaluate)
    with pytest.raises(PosteriorError, match=r"relic-density is (nan|inf) at a = 0\.\d+, b = 1"):
        start(problem, tmp_path)
    assert "PosteriorError" in (tmp_path / "out" / "run.log").read_text()


def test_an_exception_of_the_solver_stops_the_run_and_names_the_point(problem, tmp_path, monkeypatch):
    def fail(theta, observables, status):
        if np.any(theta[:, 0] > 0.15):
            raise ZeroDivisionError("no such rate")

    solving(monkeypatch, problem, fail)
    with pytest.raises(
        PosteriorError, match=r"linear-test failed at a = 0\.\d+, b = 1: ZeroDivisionError: no such rate"
    ):
        start(problem, tmp_path)


@pytest.mark.parametrize("value", [np.nan, -1.0])
def test_observables_that_make_no_sense_are_counted_and_stay_out_of_the_chain(
    value, problem, tmp_path, monkeypatch
):
    def spoil(theta, observables, status):
        observables[theta[:, 0] > 0.12] = value

    solving(monkeypatch, problem, spoil)
    result = start(problem, tmp_path)
    assert float(result.posterior["a"].max()) <= 0.12
    assert result.diagnostics["rejected"]["an observable is unphysical for a likelihood"] > 0


def test_a_status_is_counted_by_its_sentence(problem, tmp_path, monkeypatch):
    failure = next(item for item in Status if item is not Status.OK)

    def give_up(theta, observables, status):
        bad = theta[:, 0] > 0.12
        observables[bad], status[bad] = np.nan, failure

    solving(monkeypatch, problem, give_up)
    result = start(problem, tmp_path)
    assert float(result.posterior["a"].max()) <= 0.12
    assert result.diagnostics["rejected"][failure.sentence] > 0


def test_the_watch_names_a_point_that_takes_too_long(known_linear, problem, monkeypatch):
    posterior = Posterior(problem)
    solving(monkeypatch, problem, lambda theta, observables, status: time.sleep(0.6))
    said = []
    with TimeLimit(posterior, 0.1, said.append):
        posterior.evaluate(np.array([[0.1, 1.0]]))
    assert len(said) == 1
    assert "at a = 0.1, b = 1" in said[0]
    assert "point-time-limit" in said[0]


@pytest.mark.parametrize("rows", [2, 60, 400])
def test_the_watch_names_the_row_of_a_batch_within_twice_its_limit(known_linear, problem, monkeypatch, rows):
    posterior = Posterior(problem)
    posterior.evaluate(np.array([[0.1, 1.0]]))
    ended = threading.Event()

    def hang(theta, observables, status):
        if np.any(theta[:, 0] == 0.125):
            ended.wait(20.0)

    solving(monkeypatch, problem, hang)
    theta = np.full((rows, 2), 1.0)
    theta[:, 0] = np.linspace(0.05, 0.2, rows)
    theta[rows // 2, 0] = 0.125
    said, limit = [], 1.0

    def act(text):
        said.append((time.monotonic() - begin, text))
        ended.set()

    begin = time.monotonic()
    with TimeLimit(posterior, limit, act):
        posterior.evaluate(theta)
    assert len(said) == 1
    assert "at a = 0.125, b = 1" in said[0][1]
    assert said[0][0] < 2.0 * limit


@pytest.mark.parametrize("command", ["scan", "bestfit", "calibrate"])
def test_the_watch_looks_at_every_command_that_evaluates_much(command, known_linear, tmp_path, monkeypatch):
    path = tmp_path / "hanging.toml"
    path.write_text(
        'scenario = "linear-test"\n[parameters]\na = { uniform = [0.02, 0.22] }\nb = 1.0\n'
        "[likelihoods]\nrelic-density = { theory-error = 0.3 }\n[sampler]\npoint-time-limit = 1.0\n"
        f"{SAMPLERS['dynesty']}\n"
    )
    ended, begin, said = threading.Event(), [], []

    def hang(theta, observables, status):
        if np.any(np.abs(theta[:, 0] - 0.15) < 0.02):
            begin.append(time.monotonic())
            ended.wait(20.0)

    def act(text):
        said.append((time.monotonic() - begin[0], text))
        ended.set()

    solving(monkeypatch, load_problem(path), hang)
    commands = {
        "scan": lambda: relicfit.scan(path, "a", points=50, on_stall=act),
        "bestfit": lambda: relicfit.bestfit(path, starts=1, on_stall=act),
        "calibrate": lambda: relicfit.calibrate(path, 3, live_points=20, on_stall=act, progress=False),
    }
    commands[command]()
    elapsed, text = said[0]
    assert "sampler.point-time-limit = 1 " in text
    assert 0.13 < float(text.partition("at a = ")[2].partition(",")[0]) < 0.17
    assert elapsed < 2.0


def test_the_watch_lets_a_long_batch_of_quick_rows_pass(known_linear, problem, monkeypatch):
    posterior = Posterior(problem)
    solving(monkeypatch, problem, lambda theta, observables, status: time.sleep(0.01 * len(theta)))
    said = []
    with TimeLimit(posterior, 0.3, said.append):
        posterior.evaluate(np.full((100, 2), 0.1))
    assert said == []


def test_the_watch_does_not_count_compilation(known_linear, problem, monkeypatch):
    posterior = Posterior(problem)

    def compile_anew(theta, observables, status):
        with event.trigger_event("numba:compile"):
            time.sleep(0.8)

    solving(monkeypatch, problem, compile_anew)
    said = []
    with TimeLimit(posterior, 0.2, said.append):
        posterior.evaluate(np.array([[0.1, 1.0]]))
    assert said == []


def test_the_watch_is_silent_about_points_in_time(problem):
    posterior = Posterior(problem)
    said = []
    with TimeLimit(posterior, 0.2, said.append):
        for _ in range(5):
            posterior.evaluate(np.array([[0.1, 1.0]]))
            time.sleep(0.1)
    assert said == []
    assert not any(item.name == "relicfit-time-limit" for item in threading.enumerate())


def test_a_point_that_never_ends_ends_the_command_with_its_name(run_file):
    file = run_file("dynesty", **{"[sampler]": "[sampler]\npoint-time-limit = 1.0"})
    script = textwrap.dedent(
        f"""
        import sys, time
        from relicfit.infer import cli
        from relicfit.solver.scenarios.thermal_decay.freeze_out import ThermalFreezeOut
        ThermalFreezeOut.solve = lambda self, theta: time.sleep(1000)
        sys.argv = ["relicfit", "run", {str(file)!r}]
        cli.main()
        """
    )
    parent = Path(relicfit.__file__).resolve().parent
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False,
        cwd=parent.parent,
    )  # fmt: skip
    assert done.returncode == 1
    assert "point-time-limit" in done.stderr
    assert "mass = " in done.stderr
    assert time.monotonic() - begin < 100.0
