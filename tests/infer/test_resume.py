"""Kill -9 and resume: the result is that of an uninterrupted run, to the last bit."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray

from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run.execute import execute
from relicfit.infer.storage.lock import LOCK

DYNESTY = "live-points = 50\ndlogz = 0.5\nwalks = 10\ncheckpoint-interval = 0.1\nseed = 3"
RELICFIT = [sys.executable, "-c", "from relicfit.infer.cli import main; main()"]


def run(*arguments, **options):
    return subprocess.run([*RELICFIT, "run", *map(str, arguments)], capture_output=True, text=True, **options)


def arrays(directory):
    with xarray.open_datatree(directory / "posterior.nc", engine="h5netcdf") as tree:
        return {
            f"{group}/{name}": values.values.copy()
            for group, node in tree.children.items()
            for name, values in node.data_vars.items()
        }


def kill_when_saved(arguments, directory):
    """Start a run and kill it soon after its first checkpoint."""
    process = subprocess.Popen(
        [*RELICFIT, "run", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    state = directory / "checkpoint" / "state"
    deadline = time.monotonic() + 240
    while not state.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    killed = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return killed


@pytest.mark.parametrize("sampler", ["dynesty", pytest.param("emcee", marks=pytest.mark.slow), "nautilus"])
def test_killed_and_resumed_equals_uninterrupted(sampler, run_file, tmp_path):
    path = run_file(sampler)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = run(path, "--out", whole)
    # Small runs end before they have converged.
    assert done.returncode in (0, 4), done.stderr
    kills = sum(kill_when_saved([path, "--out", broken, *resume], broken) for resume in ([], ["--resume"]))
    assert kills >= 1
    assert not (broken / "posterior.nc").exists() or kills < 2
    again = run(path, "--out", broken, "--resume")
    assert again.returncode == done.returncode, again.stderr
    first, second = arrays(whole), arrays(broken)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert np.array_equal(values, second[name], equal_nan=True), name


def test_ctrl_c_saves_and_says_how_to_go_on(run_file, tmp_path):
    path = run_file("dynesty")
    process = subprocess.Popen(
        [*RELICFIT, "run", str(path), "--set", "sampler.live-points=2000"], stderr=subprocess.PIPE, text=True
    )
    state = tmp_path / "small" / "checkpoint" / "state"
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, text = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Continue with:" in text
    assert "--resume" in text
    assert "Traceback" not in text


@pytest.fixture(scope="module")
def killed(small_run_file, tmp_path_factory):
    """The file of a run that was killed, beside its folder with a checkpoint."""
    path = tmp_path_factory.mktemp("killed") / "small.toml"
    path.write_text(small_run_file.format(sampler=DYNESTY))
    assert kill_when_saved([path, "--set", "sampler.live-points=2000"], path.with_suffix(""))
    return path


@pytest.fixture
def interrupted(killed, tmp_path):
    """The file and the folder of an unfinished run, to do with as a test likes."""
    shutil.copytree(killed.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / killed.name, tmp_path / killed.stem


def test_resume_refuses_another_problem_with_a_diff(interrupted):
    path, directory = interrupted
    problem = load_problem(path, [("sampler.live-points", 2000), ("delta", 0.6), ("relic-density", {})][:2])
    with pytest.raises(UserError) as caught:
        execute(problem, directory, resume=True)
    assert "parameters.delta: was 0.5, now 0.6" in str(caught.value)


def test_truncated_and_foreign_checkpoints_are_refused_and_left_alone(interrupted):
    path, directory = interrupted
    problem = load_problem(path, [("sampler.live-points", 2000)])
    state = directory / "checkpoint" / "state"
    content = state.read_bytes()
    for damaged in (content[:-100], b"something else entirely", b""):
        state.write_bytes(damaged)
        with pytest.raises(UserError, match="not a checkpoint of this program, or cut short"):
            execute(problem, directory, resume=True)
        assert state.read_bytes() == damaged
    state.write_bytes(content)
    header = directory / "checkpoint" / "header.json"
    header.write_text("[1, 2")
    with pytest.raises(UserError, match=r"header\.json"):
        execute(problem, directory, resume=True)


def test_an_existing_folder_is_not_overwritten(interrupted):
    path, directory = interrupted
    # The killed process has left its lock, which is taken over.
    (directory / LOCK).unlink()
    before = {item: item.read_bytes() for item in directory.rglob("*") if item.is_file()}
    with pytest.raises(UserError, match=r"holds an unfinished run already\. Use --resume"):
        execute(load_problem(path), directory)
    assert {item: item.read_bytes() for item in directory.rglob("*") if item.is_file()} == before


def test_files_of_others_survive_overwrite(run_file, tmp_path):
    path = run_file("dynesty")
    directory = tmp_path / "small"
    directory.mkdir()
    (directory / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="holds files already"):
        execute(load_problem(path), directory)
    execute(load_problem(path), directory, overwrite=True, progress=False)
    assert (directory / "notes.txt").read_text() == "mine"
    assert json.loads((directory / "diagnostics.json").read_text())["numbers"]["sampler"] == "dynesty"


def test_a_read_only_place_is_refused(run_file, tmp_path):
    path = run_file("dynesty")
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    with pytest.raises(UserError, match="a file is in the way"):
        execute(load_problem(path), in_the_way)
    with pytest.raises(UserError, match="a file is in the way"):
        execute(load_problem(path), in_the_way / "below")
    with pytest.raises(UserError, match="cannot be written"):
        execute(load_problem(path), Path("/proc/relicfit") if os.geteuid() == 0 else _locked(tmp_path))


def _locked(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    return folder / "run"
