"""Workers give what one process gives, and their end is not the end of the results."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.execution.executors import open_executor
from relicfit.infer.execution.pools import WorkerLost
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run import execute as running

SAMPLER = "live-points = 40\ndlogz = 0.3\nwalks = 10\nqueue-size = 4\nseed = 3\ncheckpoint-interval = 0.2"
BATCHES = 'name = "nautilus"\nlive-points = 100\nbatch = 100\neffective-samples = 200\nneurons = 50\nseed = 3'
CHAINS = 'name = "emcee"\nwalkers = 16\nmax-steps = 200\nseed = 3\ncheckpoint-interval = 0.2'


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr(running, "_draw_corner", lambda *arguments: None)


def start(file, out, **options):
    return running.execute(load_problem(file), file.parent / out, progress=False, **options)


def assert_same(one, two):
    for name in one.posterior:
        assert np.array_equal(one.posterior[name], two.posterior[name])
    assert one.log_evidence == two.log_evidence
    numbers = [item.diagnostics["numbers"]["likelihood_calls"] for item in (one, two)]
    assert numbers[0] == numbers[1]
    assert one.diagnostics["rejected"] == two.diagnostics["rejected"]


def test_processes_give_what_one_process_gives_and_survive_the_end_of_a_worker(run_file):
    file = run_file(SAMPLER)
    alone = start(file, "alone")
    chains = run_file(CHAINS, name="chains.toml")
    batches = run_file(BATCHES, name="batches.toml")
    with open_executor("processes", 2) as pool:
        assert_same(start(batches, "batches-alone"), start(batches, "batches-spread", executor=pool))
        assert_same(alone, start(file, "spread", executor=pool))
        assert_same(start(chains, "chains-alone"), start(chains, "chains-spread", executor=pool))
        victims = multiprocessing.active_children()
        assert len(victims) == 2

        def kill_one_when_under_way():
            while not (file.parent / "killed" / "checkpoint" / "state").exists():
                time.sleep(0.01)
            os.kill(victims[0].pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_one_when_under_way)
        killer.start()
        with pytest.raises(WorkerLost, match="--resume"):
            start(file, "killed", executor=pool)
        killer.join()
    assert_same(alone, start(file, "killed", resume=True))


def test_mpi_without_ranks_or_without_mpi_is_refused():
    with pytest.raises(UserError, match=r"mpiexec|pip install"), open_executor("mpi"):
        pass


def test_unknown_executors_are_refused():
    with pytest.raises(UserError, match="threads, processes, mpi"), open_executor("cluster"):
        pass


@pytest.mark.slow
def test_mpiexec_gives_what_one_process_gives(run_file):
    pytest.importorskip("mpi4py")
    mpiexec = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if mpiexec is None:
        pytest.skip("mpiexec is missing")
    kinds = {"nested": SAMPLER, "chains": CHAINS}
    for name, sampler in kinds.items():
        file = run_file(sampler, name=f"{name}.toml")
        out = file.parent / f"{name}-mpi"
        command = [mpiexec, "--allow-run-as-root", "--oversubscribe", "-n", "3", sys.executable, "-c",
                   "from relicfit.infer.cli import main; main()", "run", str(file), "--executor", "mpi",
                   "--out", str(out)]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False,
            cwd=Path(relicfit.__file__).parents[1],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert_same(start(file, f"{name}-alone"), relicfit.load(out))
