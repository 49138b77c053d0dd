"""Simulation-based calibration of a run file (Talts et al. 2018, arXiv:1804.06788).

Draw parameters from the prior, simulate the data that they would give, infer, and rank the truth among
the posterior draws. If prior, solver, likelihood and sampler fit together, the ranks are uniform. Besides
the parameters the log-likelihood is ranked, which sees a wrong width at once (Modrák et al. 2023,
arXiv:2211.02383).

An abundance runs over decades of a prior: simulated ones are compared in the logarithm with the relative width of
the run file, so that every simulated posterior is as sharp as the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, as_completed
from pathlib import Path

import numpy as np

from ...errors import UserError
from ..execution.pools import WorkerLost
from ..execution.workers import source_of
from ..problem.problem import Problem
from ..problem.provenance import fingerprint
from ..storage.folder import make_folder
from .files import RECORD, read_ranks, write_ranks
from .outcome import DRAWS, Calibration
from .simulate import CalibrationSettings, prior_recovery, simulate_one
from .uniformity import uniformity

__all__ = ["calibrate"]


def calibrate(
    problem: Problem,
    count: int,
    directory: Path,
    settings: CalibrationSettings | None = None,
    executor: tuple[Executor, int] | None = None,
    overwrite: bool = False,
    report: Callable[[int, int], object] = lambda done, total: None,
    on_stall: Callable[[str], object] | None = None,
) -> Calibration:
    """Calibrate a run file and keep every simulation, so that more can follow.

    Parameters
    ----------
    problem : Problem
    count : int
        Simulations wanted; those found in the folder are not repeated.
    directory : path
    settings : CalibrationSettings, optional
    executor : (Executor, workers), optional
        Worker processes; one simulation is one task.
    overwrite : bool
        Begin anew.
    report : callable
        Told how many simulations are done, of how many.
    on_stall : callable, optional
        Called from another thread with a sentence when a point takes longer than its limit; a worker process ends.

    Raises
    ------
    UserError
        Where a likelihood cannot simulate data, or the folder belongs to another run file.
    """
    settings = settings or CalibrationSettings()
    problem.need_something_to_sample()
    _refuse_what_cannot_simulate(problem)
    header = fingerprint(problem) | {f"calibration.{key}": value for key, value in vars(settings).items()}
    path = directory / RECORD
    ranks = {} if overwrite else read_ranks(path, header)
    make_folder(directory)
    missing = [index for index in range(count) if index not in ranks]
    for index, found in _simulations(source_of(problem), missing, settings, executor, on_stall):
        ranks[index] = found
        write_ranks(path, header, ranks)
        report(len(ranks), count)
    table = [ranks[index] for index in range(count)]
    by_name = {name: [row[name] for row in table] for name in table[0]}
    tests = {name: uniformity(np.array(values), DRAWS + 1) for name, values in by_name.items()}
    return Calibration(problem.name, by_name, tests, *prior_recovery(problem, settings))


def _refuse_what_cannot_simulate(problem: Problem) -> None:
    """Refuse likelihoods without a distribution of their data, all at once."""
    from ...likelihoods import Likelihood

    unable = [term.name for term in problem.likelihoods if type(term).simulate is Likelihood.simulate]
    if unable:
        raise UserError(
            f"calibrate: {', '.join(unable)} cannot simulate data: a limit is published without the "
            "distribution of what was measured. Remove it from a copy of the run file to calibrate the rest."
        )


def _simulations(
    source: str,
    indices: list[int],
    settings: CalibrationSettings,
    executor: tuple[Executor, int] | None,
    on_stall: Callable[[str], object] | None,
) -> Iterator[tuple[int, dict[str, int]]]:
    if executor is None:
        for index in indices:
            yield index, simulate_one(source, index, settings, on_stall)
        return
    futures = {executor[0].submit(simulate_one, source, index, settings): index for index in indices}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenExecutor as error:
        raise WorkerLost(
            f"a worker process ended ({error}). The simulations so far are kept: give the same command again."
        ) from None
    finally:
        for future in futures:
            future.cancel()
