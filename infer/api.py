"""The public verbs of the package: run, point, scan, bestfit, compare, load."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..solver.numerics import batch
from ..solver.scenario import Scenario
from .bestfit import BestFits
from .bestfit import bestfit as find_best_fits
from .comparison.evidences import compare_results
from .comparison.outcome import Comparison
from .execution.executors import open_executor
from .point import Point, evaluate_point
from .problem.problem import load_problem
from .report.run_page import try_report
from .results.folder import Result, load
from .run.execute import execute, output_directory
from .scan import Scan
from .scan import scan as scan_grid

__all__ = ["bestfit", "compare", "load", "point", "run", "scan"]


def run(
    file: str | Path,
    *,
    out: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = True,
    executor: str = "threads",
    workers: int = 0,
    budget: float = math.inf,
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
    progress : bool
        Show a progress bar where standard error is a terminal.
    executor, workers : str and int
        ``"threads"``, ``"processes"`` or ``"mpi"``, and how many; 0 takes what the machine has.
    budget : float
        Seconds after which to stop with a checkpoint.
    **overrides
        Sampler settings, parameters or whole tables by name: ``seed=2``, ``m_chi=300``,
        ``sampler={"name": "emcee"}``.

    Returns
    -------
    Result
        With ``.posterior``, ``.summary``, ``.log_evidence``, ``.diagnostics``.

    Raises
    ------
    UserError
        With a paragraph per problem in the file.
    """
    problem = load_problem(file, list(overrides.items()))
    if executor == "threads" and workers:
        batch.set_threads(workers)
    with open_executor(executor, workers) as pool:
        directory = output_directory(problem, out)
        result = execute(problem, directory, resume, overwrite, progress, pool, budget)
    try_report(result)
    return result


def point(source: str | Path | Scenario, **parameters_and_options: Any) -> Point:
    """Evaluate one point of a run file or of a scenario.

    Parameters
    ----------
    source : path, name or Scenario
        A run file (its sampled parameters stand at the median of their priors unless given here), or
        a scenario.
    **parameters_and_options
        Values by name.

    Returns
    -------
    Point
        With ``.observables``, ``.status``, ``.log_likelihoods``, ``.flags``.

    Examples
    --------
    >>> import relicfit
    >>> found = relicfit.point("thermal-freeze-out", mass=0.1, delta=0.4, coupling=2.5553e-7)
    >>> round(found.observables["omega_h2"], 3)
    0.12
    """
    return evaluate_point(source, list(parameters_and_options.items()))[0]


def scan(
    file: str | Path,
    over: str | Sequence[str],
    *,
    show: str | None = None,
    points: int | None = None,
    **overrides: Any,
) -> Scan:
    """Evaluate a run file on a grid over one or two parameters; see `relicfit.infer.scan.scan`."""
    names = [over] if isinstance(over, str) else list(over)
    return scan_grid(file, names, show, points, list(overrides.items()))


def bestfit(file: str | Path, *, starts: int = 8, **overrides: Any) -> BestFits:
    """Find the largest likelihood and posterior density; see `relicfit.infer.bestfit.bestfit`."""
    return find_best_fits(file, starts, list(overrides.items()))


def compare(
    runs: Sequence[Result | str | Path],
    *,
    odds: Sequence[float] | None = None,
    allow_different_data: bool = False,
    sensitivity: bool = True,
) -> Comparison:
    """Compare the evidences of finished nested runs.

    Parameters
    ----------
    runs : sequence of Result or path
        At least two results or result folders, on the same data.
    odds : sequence of float, optional
        Prior odds in the order of the runs; equal if not given.
    allow_different_data : bool
        Compare even though the data differ.
    sensitivity : bool
        Also say how the evidences move with the priors.

    Returns
    -------
    Comparison
        With ``.members``, the best first; print it for the table.
    """
    return compare_results(runs, odds, allow_different_data, sensitivity)
