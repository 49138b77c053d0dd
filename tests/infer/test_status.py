"""`relicfit status` tells a run that goes on from one that has ended, by itself or by force."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer import status as status_module
from relicfit.infer.storage.checkpoint import Checkpoint


@pytest.fixture
def dead_process():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def folder(path, seconds_ago=5.0, saved=True, **entries):
    path.mkdir()
    said = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    content = {"state": "running", "stage": "nested sampling", "evaluations": 1200, "elapsed_seconds": 60.0,
               "eta_seconds": 300.0, "updated": said.isoformat(), "message": None} | entries  # fmt: skip
    (path / "status.json").write_text(json.dumps(content))
    if saved:
        Checkpoint(path / "checkpoint").create({"whose": "this run"})
    return path


def state(path):
    (found,) = relicfit.status(path).runs
    return found


def test_a_run_with_a_living_process_goes_on_and_its_time_left_shrinks(tmp_path):
    found = state(folder(tmp_path / "a", seconds_ago=100.0, process=os.getpid()))
    assert found.state == "running"
    assert found.left == pytest.approx(200.0, abs=5.0)
    assert found.evaluations == 1200


def test_a_run_whose_process_is_gone_is_dead_and_says_how_to_go_on(tmp_path, dead_process):
    long_ago = 2.0 * status_module.SILENCE
    found = state(folder(tmp_path / "a", seconds_ago=long_ago, process=dead_process))
    assert (found.state, found.message) == ("dead", "--resume continues it")
    unsaved = state(folder(tmp_path / "b", seconds_ago=long_ago, process=dead_process, saved=False))
    assert "--overwrite" in unsaved.message


def test_a_process_of_another_machine_is_judged_by_its_last_news(tmp_path, dead_process):
    for name, ago, expected in (("near", 5.0, "running"), ("far", 2.0 * status_module.SILENCE, "dead")):
        found = state(folder(tmp_path / name, seconds_ago=ago, process=dead_process, host="elsewhere"))
        assert found.state == expected
    # On this machine there is nothing to wait for.
    here = folder(tmp_path / "here", seconds_ago=5.0, process=dead_process, host=socket.gethostname())
    assert state(here).state == "dead"


@pytest.mark.parametrize("ended", ["finished", "interrupted", "failed"])
def test_a_run_that_ended_is_believed(tmp_path, ended):
    found = state(folder(tmp_path / "a", state=ended, message="so it was", eta_seconds=None))
    assert (found.state, found.message, found.left) == (ended, "so it was", None)


def test_folders_without_a_status_are_told_by_what_is_in_them(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "posterior.nc").touch()
    Checkpoint(tmp_path / "cut" / "checkpoint").create({})
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "status.json").write_text("{")
    states = {item.directory.name: item.state for item in relicfit.status(tmp_path).runs}
    assert states == {"old": "finished", "cut": "interrupted", "half": "interrupted"}


def test_the_table_names_run_state_stage_and_time_left(tmp_path, run_file):
    relicfit.run(run_file("dynesty"), out=tmp_path / "runs" / "done", progress=False)
    folder(tmp_path / "runs" / "on", process=os.getpid())
    lines = str(relicfit.status(tmp_path / "runs")).splitlines()
    assert len(lines) == 3
    assert "done" in lines[1]
    assert "finished" in lines[1]
    assert "nested sampling" in lines[2]
    assert "4.9 minutes" in lines[2]


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(UserError, match="no run here"):
        relicfit.status(tmp_path)
