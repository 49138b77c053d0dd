"""Signals, full disks and vanished folders: a run saves, goes on or says where its results are."""

import errno
import json
import logging
import shutil
import signal
import subprocess
import sys
import time
from functools import partialmethod

import numpy as np
import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.results.folder import load
from relicfit.infer.run import execute as running
from relicfit.infer.run import progress
from relicfit.infer.run.refuge import written_somewhere
from relicfit.infer.samplers import session as sessions
from relicfit.infer.samplers.nested import sampling as nested
from relicfit.infer.samplers.nested.sampling import run_nested
from relicfit.infer.samplers.nested.settings import DynestySettings
from relicfit.infer.samplers.session import BudgetSpent, Session
from relicfit.infer.samplers.stopping import SIGNALS, Interrupted, listening, stop_now
from relicfit.infer.storage import checkpoint as checkpoints
from relicfit.infer.storage.checkpoint import Checkpoint

RELICFIT = [sys.executable, "-c", "from relicfit.infer.cli import main; main()"]


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr(running, "_draw_corner", lambda *arguments: None)


def start(file, **options):
    return running.execute(load_problem(file), file.with_suffix(""), progress=False, **options)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGUSR1"])
def test_signals_of_batch_systems_save_and_end_with_their_number(name, run_file, tmp_path):
    if not hasattr(signal, name):
        pytest.skip("this machine does not know it")
    number = getattr(signal, name)
    file = run_file("dynesty")
    process = subprocess.Popen(
        [*RELICFIT, "run", str(file), "--set", "sampler.live-points=2000"], stderr=subprocess.PIPE, text=True
    )
    state = tmp_path / "small" / "checkpoint" / "state"
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    _, text = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert "the state is saved. Continue with:" in text
    assert json.loads((tmp_path / "small" / "status.json").read_text())["state"] == "interrupted"
    assert not (tmp_path / "small" / ".relicfit-lock").exists()


def test_a_signal_before_sampling_stops_and_handlers_are_given_back():
    before = [signal.getsignal(number) for number in SIGNALS]
    with pytest.raises(Interrupted) as caught, listening(stop_now):
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.number == signal.SIGTERM
    assert [signal.getsignal(number) for number in SIGNALS] == before


def failing(monkeypatch, when):
    """Let the writing of checkpoints fail as on a full disk."""
    real, calls = checkpoints.write_bytes, []

    def write(path, content):
        calls.append(path)
        if when(len(calls)):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(checkpoints, "write_bytes", write)
    return calls


def eager(session, tick, *arguments, **options):
    session.interval = 0.02
    tick(session, *arguments, **options)


@pytest.mark.parametrize("sampler", ["dynesty", "emcee"])
def test_a_full_disk_is_told_once_and_the_run_ends_as_if_it_had_not_been(
    sampler, run_file, monkeypatch, capsys
):
    whole = start(run_file(sampler, name="whole.toml"))
    file = run_file(sampler, name="full.toml")
    calls = failing(monkeypatch, lambda number: number > 1)
    # A fast machine is done before many saves are due.
    monkeypatch.setattr(sessions.Session, "tick", partialmethod(eager, sessions.Session.tick))
    found = start(file)
    assert len(calls) > 3
    assert capsys.readouterr().err.count("the state cannot be saved (No space left on device)") == 1
    assert np.array_equal(found.posterior["mass"].to_numpy(), whole.posterior["mass"].to_numpy())


def test_a_disk_that_was_full_for_a_while_leaves_a_state_that_resumes(run_file, monkeypatch):
    whole = start(run_file("dynesty", name="whole.toml"))
    file = run_file("dynesty", name="parts.toml")

    def full(number):
        if number == 9:
            signal.raise_signal(signal.SIGTERM)
        return 2 < number < 6

    with monkeypatch.context() as patch:
        failing(patch, full)
        # So that there are enough saves before the end.
        patch.setattr(sessions.Session, "tick", partialmethod(eager, sessions.Session.tick))
        with pytest.raises(Interrupted) as caught:
            start(file)
    assert caught.value.unsaved == ""
    again = start(file, resume=True)
    assert np.array_equal(again.posterior["mass"].to_numpy(), whole.posterior["mass"].to_numpy())


def test_a_state_that_cannot_be_saved_at_the_end_is_told(run_file, monkeypatch):
    failing(monkeypatch, lambda number: True)
    with pytest.raises(BudgetSpent) as caught:
        start(run_file("dynesty"), budget=0.0)
    assert "No space left" in caught.value.unsaved


@pytest.mark.parametrize("what", ["deleted", "renamed"])
def test_a_folder_that_is_gone_costs_no_result(what, run_file, monkeypatch):
    file = run_file("dynesty")
    directory = file.with_suffix("")
    real = running.sample

    def sample(*arguments):
        found = real(*arguments)
        if what == "deleted":
            shutil.rmtree(directory)
        else:
            directory.rename(directory.with_name("moved"))
        return found

    monkeypatch.setattr(running, "sample", sample)
    start(file)
    assert load(directory).posterior["mass"].size > 10
    assert not list(directory.glob("**/*partial*"))


def test_results_go_where_they_can_be_written_and_it_is_said_where(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "wanted"

    def write(place):
        if place == directory:
            raise OSError(errno.ENOSPC, "No space left on device")
        (place / "result").write_text("x")
        return place

    place = written_somewhere(directory, write)
    assert place.parent == tmp_path
    assert (place / "result").exists()
    assert f"the results are in {place}" in capsys.readouterr().err

    def never(place):
        raise OSError(errno.ENOSPC, f"no space in {place}")

    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"no space in .*wanted"):
        written_somewhere(directory, never)
    assert sorted(tmp_path.iterdir()) == before


def endless(toy, session):
    """A target whose likelihood, after a while, is impossible wherever one asks: an iteration without an end."""
    target = toy(2, lambda cube: np.where(target.calls > 600, -np.inf, -np.sum(cube**2, axis=1)))
    real = target.on_cube

    def on_cube(cube):
        session.look()
        return real(cube)

    target.on_cube = on_cube
    return target


def test_a_budget_holds_within_an_iteration_that_never_ends(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(sessions, "PATIENCE", 0.5)
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.create({})
    begin = time.monotonic()
    session = Session(checkpoint, deadline=begin + 2.0)
    settings = DynestySettings(live_points=50, sample="unif", bound="none", seed=1)
    with pytest.raises(BudgetSpent):
        run_nested(endless(toy, session), settings, session)
    assert time.monotonic() - begin < 20.0


def test_the_limit_of_calls_holds_within_an_iteration_that_never_ends(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(nested, "CALLS_BEYOND", 500)
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.create({})
    session = Session(checkpoint)
    settings = DynestySettings(live_points=50, sample="unif", bound="none", seed=1, max_calls=2000)
    run = run_nested(endless(toy, session), settings, session)
    assert not run.finished
    assert run.calls <= 2600
    assert np.exp(run.log_weight).sum() == pytest.approx(1.0)


def test_a_log_without_a_terminal_gets_a_line_a_minute(monkeypatch, capsys, caplog):
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    with caplog.at_level(logging.INFO, logger="relicfit"), progress.RunBar() as bar:
        for second in range(0, 601, 5):
            clock[0] = float(second)
            bar.update(sessions.Standing("sampling", f"iteration {second}", seconds_left=60.0))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert "iteration 60, 01:00 left" in lines[0]
    assert len([record for record in caplog.records if "iteration" in record.message]) == 10
