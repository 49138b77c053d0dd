"""The verbs that sample, or join samples: run, merge, compare, calibrate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .telling import Tell, nothing, say

if TYPE_CHECKING:
    from ..calibration.outcome import Calibration
    from ..comparison.outcome import Comparison
    from ..results.folder import Result

__all__ = ["calibrate", "compare", "merge", "run"]


def run(
    file: str | Path,
    *,
    out: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    accept_changes: bool = False,
    progress: bool = True,
    executor: str = "threads",
    workers: int = 0,
    budget: float = math.inf,
    on_stall: Tell | None = None,
    so_far: bool = False,
    settings: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> Result:
    """Sample the posterior of a run file and write its result folder.

    Parameters
    ----------
    file : path
        A run file (TOML).
    out : path, optional
        The result folder; by default named after the file, beside it.
    resume, overwrite : bool
        Continue from a checkpoint; replace an earlier result.
    accept_changes : bool
        With ``resume``: continue although code, tables or libraries have changed since; the result says which.
    progress : bool
        Show a progress bar where standard error is a terminal.
    executor, workers : str and int
        ``"threads"``, ``"processes"`` or ``"mpi"``, and how many; 0 takes what the machine has.
    budget : float
        Seconds after which to stop with a checkpoint.
    on_stall : callable, optional
        Called from another thread with a sentence when a point takes longer than its limit.
    so_far : bool
        Sample nothing: write what an unfinished run has so far, which may go on, into a folder beside its own.
    settings : mapping, optional
        Overrides by names that are no Python words: ``{"likelihoods.relic-density.theory-error": 0.1}``.
    **overrides
        Settings of the sampler, options, parameters or whole tables by name: ``seed=2``, ``m_chi=300``,
        ``sampler={"name": ..., "seed": 2}``; see `relicfit.infer.problem.overrides`.

    Returns
    -------
    Result
        With ``.posterior``, ``.summary``, ``.log_evidence``, ``.diagnostics``.

    Raises
    ------
    UserError
        With a paragraph per problem in the file.
    """
    from ..problem.overrides import merged
    from ..problem.problem import load_problem

    chosen = merged(settings, overrides)
    if workers and executor == "threads":
        chosen.append(("sampler.threads", workers))
    problem = load_problem(file, chosen)

    from ..execution.executors import open_executor

    with open_executor(executor, workers) as pool:
        from ..report.writing import try_report
        from ..run.execute import execute, so_far_of
        from ..run.folder import output_directory

        directory = output_directory(problem, out)
        if so_far:
            result = so_far_of(problem, directory, pool)
        else:
            result = execute(
                problem, directory, resume, overwrite, progress, pool, budget, on_stall, accept_changes
            )
    try_report(result)
    return result


def merge(
    *runs: Result | str | Path,
    out: str | Path = "merged",
    overwrite: bool = False,
    tell: Tell | None = None,
) -> Result:
    """Join runs of one file with different seeds into one posterior and, where they have one, one ln Z.

    Weighted samples count by evidence and error, chains stand side by side. The result is written to ``out``;
    ``tell`` is told of each file.
    """
    from ..merge import merge_runs
    from ..report.writing import try_report

    result = merge_runs(runs, Path(out), overwrite)
    try_report(result)
    say(tell, list(result.files.values()))
    return result


def compare(
    runs: str | Path | Sequence[Result | str | Path],
    *,
    odds: Sequence[float] | str | None = None,
    allow_different_data: bool = False,
    sensitivity: bool = True,
    rerun: bool = False,
    overwrite: bool = False,
    out: str | Path | None = None,
    executor: str = "threads",
    workers: int = 0,
    budget: float = math.inf,
    tell: Tell | None = None,
) -> Comparison:
    """Compare models by their evidences.

    Parameters
    ----------
    runs : sequence of Result or path, or a path
        At least two results or result folders, on the same data; or a comparison file, whose models are
        run first as far as they are missing.
    odds : sequence of float or str, optional
        Prior odds in the order of the runs, ``[1, 3]`` or ``"1:3"``; equal if not given.
    allow_different_data : bool
        Compare even though the data differ.
    sensitivity, rerun : bool
        Also say how the evidences move with the priors; sample again where reweighting cannot tell.
    overwrite : bool
        Run the models of a comparison file anew.
    out : path, optional
        A folder for tables and picture. Without one finished runs are compared and nothing is written; a
        comparison file has a folder of its name.
    executor, workers, budget, tell
        As for `run` and `scan`; ``tell`` also hears which model runs.

    Returns
    -------
    Comparison
        With ``.members``, the best first; print it for the table.
    """
    sources = [runs] if isinstance(runs, str | Path) else list(runs)
    is_file = any(isinstance(item, str | Path) and Path(item).suffix == ".toml" for item in sources)
    from ..comparison.evidences import parse_odds

    wanted = parse_odds(odds) if isinstance(odds, str) else odds
    if not (is_file or rerun or out is not None):
        from ..comparison.evidences import compare_results

        return compare_results(sources, wanted, allow_different_data, sensitivity)
    from ..comparison.run_file import CompareOptions, run_comparison
    from ..execution.executors import open_executor

    options = CompareOptions(wanted, allow_different_data, sensitivity, rerun, overwrite)
    with open_executor(executor, workers) as pool:
        found, paths = run_comparison(
            sources, options, None if out is None else Path(out), tell or nothing, pool, budget
        )
    say(tell, paths)
    return found


def calibrate(
    file: str | Path,
    count: int = 256,
    *,
    live_points: int = 100,
    seed: int = 1,
    out: str | Path | None = None,
    overwrite: bool = False,
    progress: bool = True,
    executor: str = "threads",
    workers: int = 0,
    on_stall: Tell | None = None,
    tell: Tell | None = None,
    settings: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> Calibration:
    """Test the whole inference of a run file on data simulated from its prior.

    Parameters
    ----------
    file : path
    count : int
        Simulations; those found in the folder are not repeated, unless ``overwrite`` begins anew.
    live_points, seed : int
        Of each small nested run, and of the simulations; the run file's own through ``settings``.
    out : path, optional
        The result folder; by default named after the file, beside it, with ``-calibration``.
    progress, executor, workers, on_stall, tell, settings, **overrides
        As for `run` and `scan`.

    Returns
    -------
    Calibration
        With ``.passed``, ``.p_value``, ``.ranks`` and ``.tests`` by name.
    """
    from ..problem.overrides import merged
    from ..problem.problem import load_problem

    problem = load_problem(file, merged(settings, overrides))
    directory = Path(out) if out is not None else Path(file).with_name(f"{Path(file).stem}-calibration")

    from ..execution.executors import open_executor

    with open_executor(executor, workers) as pool:
        from ..calibration.calibrate import calibrate as simulate
        from ..calibration.files import write_calibration
        from ..calibration.simulate import CalibrationSettings
        from ..run.folder import only_writer
        from ..run.progress import CountBar

        chosen = CalibrationSettings(live_points=live_points, seed=seed)
        with only_writer(directory):
            with CountBar("simulations", enabled=progress) as bar:
                found = simulate(problem, count, directory, chosen, pool, overwrite, bar.update, on_stall)
            paths = write_calibration(found, directory)
    say(tell, paths)
    return found
