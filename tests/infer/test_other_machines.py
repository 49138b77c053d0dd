"""Without what only Linux has, points and runs come out the same: each is hidden in turn, workers are spawned."""

import os
import subprocess
import sys

import pytest

PREAMBLE = """
import os, signal, sys
HIDDEN = {hidden!r}.split()
for name in HIDDEN:
    module, _, attribute = name.partition(".")
    if attribute and hasattr(sys.modules[module], attribute):
        delattr(sys.modules[module], attribute)
if "proc" in HIDDEN:
    from relicfit.infer.storage import process
    process._state_of = lambda number: []
    process.namespace = lambda: ""
if "links" in HIDDEN:
    def link(*arguments):
        raise OSError("not supported")
    os.link = link
"""
POINT = (
    PREAMBLE
    + """
import relicfit
found = relicfit.point("thermal-freeze-out", mass=0.1, delta=0.4, coupling=2.5553e-7)
print(round(found.observables["omega_h2"], 3))
"""
)
RUN = (
    PREAMBLE
    + """
import relicfit
if __name__ == "__main__":
    found = relicfit.run({file!r}, executor="processes", workers=1, progress=False)
    print(found.posterior["mass"].size > 10, found.log_evidence is not None)
"""
)
# What macOS, Windows or a file system elsewhere does not have.
HIDDEN = {
    "sched_getaffinity": "os.sched_getaffinity",
    "fork": "os.fork os.forkpty",
    "signals": "signal.SIGHUP signal.SIGUSR1 signal.SIGUSR2 signal.SIGKILL",
    "proc": "proc",
    "hard links": "links",
    "links not followed": "os.O_NOFOLLOW os.O_NONBLOCK",
}


def answer(script, tmp_path, **environment):
    path = tmp_path / "script.py"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, env=os.environ | environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_point_without_all_of_it(tmp_path):
    everything = " ".join(HIDDEN.values())
    assert answer(POINT.format(hidden=everything), tmp_path) == "0.12"


@pytest.mark.parametrize("environment", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"RELICFIT_THREADS": ""}])
def test_a_point_in_another_environment(environment, tmp_path):
    assert answer(POINT.format(hidden=""), tmp_path, **environment) == "0.12"


def test_a_short_run_with_a_spawned_worker_without_all_of_it(run_file, tmp_path):
    file = str(run_file("live-points = 30\ndlogz = 0.5\nwalks = 8\nseed = 1"))
    everything = " ".join(HIDDEN.values())
    assert answer(RUN.format(hidden=everything, file=file), tmp_path) == "True True"


@pytest.mark.slow
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_short_run_with_a_spawned_worker_without_each_of_it(hidden, run_file, tmp_path):
    file = str(run_file("live-points = 30\ndlogz = 0.5\nwalks = 8\nseed = 1"))
    assert answer(RUN.format(hidden=HIDDEN[hidden], file=file), tmp_path) == "True True"


@pytest.mark.slow
def test_processes_that_compile_at_once_into_a_cold_cache_agree(tmp_path):
    # As ranks of MPI and jobs of an array do on their first day.
    script = tmp_path / "script.py"
    script.write_text(POINT.format(hidden=""), encoding="utf-8")
    environment = os.environ | {"RELICFIT_CACHE_DIR": str(tmp_path / "cache"), "RELICFIT_THREADS": "1"}
    for processes in (8, 1):
        running = [
            subprocess.Popen(
                [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=environment,
            )
            for _ in range(processes)
        ]  # fmt: skip
        answers = [process.communicate() for process in running]
        assert {out.strip() for out, _ in answers} == {"0.12"}, answers
        assert all(error == "" for _, error in answers)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.name.startswith("tmp")]
