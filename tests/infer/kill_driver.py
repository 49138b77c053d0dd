"""Run, kill at random times, give again, compare with what nobody disturbed; print the outcome as JSON.

Every run is a forked child of this one process, which has loaded everything and has no threads of its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import relicfit
from relicfit.infer.results.folder import load
from relicfit.infer.run import execute as running

# Live points of the small runs of a calibration.
LIVE_POINTS = 25


def run(file: Path, directory: Path) -> None:
    """Run a run file, from a checkpoint if there is one."""
    relicfit.run(file, out=directory, resume=True, progress=False)


def calibrate(file: Path, directory: Path) -> None:
    """Calibrate a run file, from the simulations that are there."""
    relicfit.calibrate(file, 16, live_points=LIVE_POINTS, out=directory, progress=False)


def compare(file: Path, directory: Path) -> None:
    """Run the models of a comparison file as far as they are missing, and compare them."""
    relicfit.compare(file, out=directory)


def child(command: Callable[[Path, Path], None], file: Path, directory: Path) -> int:
    """Start a command in a child process and return its id."""
    process = os.fork()
    if process:
        return process
    try:
        command(file, directory)
    except BaseException as error:
        (directory.parent / "failed").write_text(f"{type(error).__name__}: {error}")
        os._exit(1)
    os._exit(0)


def same_numbers(first: Path, second: Path) -> bool:
    """Whether two results of runs hold the same numbers, bit for bit."""
    one, two = load(first).data, load(second).data
    names = set(one.children)
    return names == set(two.children) and all(
        one[name][key].values.tobytes() == two[name][key].values.tobytes()
        for name in names
        for key in one[name].data_vars
    )


def identical(first: Path, second: Path) -> bool:
    """Whether two folders hold the same results: of runs, also of those inside, and every table and text."""
    results, tables = (
        [path.relative_to(first) for path in first.rglob(name)] for name in ("*.nc", "c*.[ctj]*")
    )
    return (
        bool(results or tables)
        and all(same_numbers((first / path).parent, (second / path).parent) for path in results)
        and all((first / path).read_bytes() == (second / path).read_bytes() for path in tables)
    )


def main(command: Callable[[Path, Path], None], file: Path, kills: int, seed: int) -> dict[str, object]:
    """Return how many kills were survived and what went wrong."""
    running._draw_corner = lambda *arguments: None
    rng = np.random.default_rng(seed)
    reference = file.parent / "reference"
    # In this process, so that the children inherit what it loads; the second tells the time without loading.
    command(file, reference)
    begin = time.monotonic()
    os.waitpid(child(command, file, file.parent / "timed"), 0)
    duration = time.monotonic() - begin
    done = resumed = series = 0
    outcome: list[bool] = []
    while done < kills or series == 0:
        directory = file.parent / f"series-{series}"
        while True:
            process = child(command, file, directory)
            if done < kills:
                deadline = time.monotonic() + rng.uniform(0.02, 0.9) * duration
                status = 0
                while time.monotonic() < deadline and not status:
                    time.sleep(0.005)
                    status = os.waitpid(process, os.WNOHANG)[0]
                if not status:
                    resumed += any(
                        next(directory.rglob(name), None) for name in ("state", "*.nc", "calibration.json")
                    )
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
        "kills with something saved": resumed,
        "runs": len(outcome),
        "identical": all(outcome),
        "failed": failed.read_text() if failed.exists() else "",
    }


if __name__ == "__main__":
    COMMANDS = {"run": run, "calibrate": calibrate, "compare": compare}
    print(json.dumps(main(COMMANDS[sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
