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


COMPARISON = """
[shared]
parameters = { mass = { loguniform = [0.1, 10] }, delta = 0.5, coupling = { loguniform = [1e-8, 1e-3] } }
likelihoods = { relic-density = { theory-error = 0.3 } }
sampler = { name = "dynesty", live-points = 40, dlogz = 0.5, walks = 8, checkpoint-interval = 0.1, seed = 5 }
[models.few]
scenario = "thermal-freeze-out"
options = { d_sm = 10 }
[models.many]
scenario = "thermal-freeze-out"
options = { d_sm = 75 }
"""


def kill(command, file, kills, seed):
    driver = Path(__file__).with_name("kill_driver.py")
    done = subprocess.run(
        [sys.executable, *map(str, (driver, command, file, kills, seed))],
        capture_output=True, text=True, timeout=1200, check=False, cwd=Path(relicfit.__file__).parents[1],
        env=os.environ | {"RELICFIT_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    print(command, found)
    assert found["failed"] == ""
    assert found["kills"] == kills
    assert found["identical"]
    return found


@pytest.mark.parametrize(
    ("sampler", "kills"),
    [
        ("dynesty", 1),
        pytest.param("emcee", 1, marks=pytest.mark.slow),
        pytest.param("nautilus", 1, marks=pytest.mark.slow),
    ],
)
def test_killed_runs_end_as_if_undisturbed(run_file, sampler, kills):
    kill("run", run_file(SAMPLERS[sampler] + "\nseed = 5"), kills, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sampler", "kills"),
    [("dynesty", 12), ("dynesty queue", 8), ("dynamic", 8), ("emcee", 12), ("nautilus", 10)],
)
def test_fifty_kills_leave_no_unreadable_file_and_the_same_bits(run_file, sampler, kills):
    found = kill("run", run_file(SAMPLERS[sampler] + "\nseed = 5"), kills, seed=2)
    # Most kills must hit a run that has something to lose.
    assert found["kills with something saved"] > kills // 3


@pytest.mark.slow
def test_killed_calibrations_go_on_to_the_same_ranks(run_file):
    file = run_file("live-points = 30\ndlogz = 0.5\nwalks = 8\nseed = 1")
    assert kill("calibrate", file, 8, seed=3)["kills with something saved"] > 2


@pytest.mark.slow
def test_killed_comparisons_go_on_to_the_same_table(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(COMPARISON)
    assert kill("compare", file, 8, seed=4)["kills with something saved"] > 2
