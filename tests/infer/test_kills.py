"""Kill -9 at random times: every run resumes, and ends as if nobody had disturbed it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import relicfit

SAMPLERS = {
    "dynesty": 'live-points = 40\ndlogz = 0.5\nwalks = 8\ncheckpoint-interval = 0.1\nbound = "none"',
    "dynesty queue": "live-points = 40\ndlogz = 0.5\nwalks = 8\ncheckpoint-interval = 0.1\nqueue-size = 3",
    "dynamic": 'method = "dynamic"\nlive-points = 30\nposterior-samples = 300\nwalks = 8\ncheckpoint-interval = 0.1',
    "nautilus": 'name = "nautilus"\nlive-points = 100\nbatch = 100\neffective-samples = 300\nneurons = 50\n'
    "checkpoint-interval = 0.1",
    "emcee": 'name = "emcee"\nwalkers = 8\nmax-steps = 300\ncheckpoint-interval = 0.1',
}


def kill(run_file, sampler, kills, seed):
    file = run_file(SAMPLERS[sampler] + "\nseed = 5")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("kill_driver.py")), str(file), str(kills), str(seed)],
        capture_output=True, text=True, timeout=1200, check=False, cwd=Path(relicfit.__file__).parents[1],
        env=os.environ | {"RELICFIT_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["failed"] == ""
    assert found["kills"] == kills
    assert found["identical"]
    return found


@pytest.mark.parametrize(("sampler", "kills"), [("dynesty", 3), ("emcee", 2), ("nautilus", 2)])
def test_killed_runs_end_as_if_undisturbed(run_file, sampler, kills):
    kill(run_file, sampler, kills, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sampler", "kills"),
    [("dynesty", 14), ("dynesty queue", 10), ("dynamic", 10), ("emcee", 16), ("nautilus", 12)],
)
def test_fifty_kills_leave_no_unreadable_file_and_the_same_bits(run_file, sampler, kills):
    found = kill(run_file, sampler, kills, seed=2)
    # Most kills must hit a run that has something to lose.
    assert found["kills with a saved state"] > kills // 3
