"""Run, kill at random times, resume, compare with a run that nobody disturbed; print the outcome as JSON.

Every run is a forked child of this one process, which has loaded everything and has no threads of its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.results.folder import load
from relicfit.infer.run import execute as running


def child(problem, directory: Path) -> int:
    """Start a run in a child process, from a checkpoint if there is one, and return its id."""
    process = os.fork()
    if process:
        return process
    try:
        running.execute(problem, directory, resume=True, progress=False)
    except BaseException as error:
        (directory.parent / "failed").write_text(f"{type(error).__name__}: {error}")
        os._exit(1)
    os._exit(0)


def identical(first: Path, second: Path) -> bool:
    """Whether two results hold the same numbers, bit for bit."""
    one, two = load(first).data, load(second).data
    names = set(one.children)
    return names == set(two.children) and all(
        one[name][key].values.tobytes() == two[name][key].values.tobytes()
        for name in names
        for key in one[name].data_vars
    )


def main(file: Path, kills: int, seed: int) -> dict[str, object]:
    """Return how many kills were survived and what went wrong."""
    running._draw_corner = lambda *arguments: None
    problem = load_problem(file)
    rng = np.random.default_rng(seed)
    reference = file.parent / "reference"
    # In this process, so that the children inherit what it loads; the second tells the time without loading.
    running.execute(problem, reference, progress=False)
    begin = time.monotonic()
    os.waitpid(child(problem, file.parent / "timed"), 0)
    duration = time.monotonic() - begin
    done = resumed = series = 0
    outcome: list[bool] = []
    while done < kills or series == 0:
        directory = file.parent / f"series-{series}"
        while True:
            process = child(problem, directory)
            if done < kills:
                deadline = time.monotonic() + rng.uniform(0.02, 0.9) * duration
                status = 0
                while time.monotonic() < deadline and not status:
                    time.sleep(0.005)
                    status = os.waitpid(process, os.WNOHANG)[0]
                if not status:
                    resumed += (directory / "checkpoint" / "state").exists()
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)
                    done += 1
                    continue
            else:
                os.waitpid(process, 0)
            break
        outcome.append(identical(reference, directory))
        series += 1
    failed = file.parent / "failed"
    return {
        "kills": done,
        "kills with a saved state": resumed,
        "runs": len(outcome),
        "identical": all(outcome),
        "failed": failed.read_text() if failed.exists() else "",
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
