"""The public verbs of the package, one for each command; the command line calls these and nothing else.

Whatever is heavy loads inside the verb that needs it, after the run file has been read: a mistake is
answered at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..solver.scenario import Scenario
    from .answers import Card, Citations, RunFile
    from .bestfit import BestFits
    from .calibration.outcome import Calibration
    from .comparison.outcome import Comparison
    from .model import Model
    from .point import Point
    from .results.folder import Result
    from .scan.grid import Scan
    from .status import Standings

__all__ = [
    "bestfit", "calibrate", "cite", "compare", "explain", "figure", "load", "model", "new", "point", "report",
    "run", "scan", "status",
]  # fmt: skip

Tell = Callable[[str], object]


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
    on_stall: Tell | None = None,
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
    progress : bool
        Show a progress bar where standard error is a terminal.
    executor, workers : str and int
        ``"threads"``, ``"processes"`` or ``"mpi"``, and how many; 0 takes what the machine has.
    budget : float
        Seconds after which to stop with a checkpoint.
    on_stall : callable, optional
        Called from another thread with a sentence when a point takes longer than its limit.
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
    from .problem.overrides import merged
    from .problem.problem import load_problem

    chosen = merged(settings, overrides)
    if workers and executor == "threads":
        chosen.append(("sampler.threads", workers))
    problem = load_problem(file, chosen)

    from .execution.executors import open_executor

    with open_executor(executor, workers) as pool:
        from .report.writing import try_report
        from .run.execute import execute
        from .run.folder import output_directory

        directory = output_directory(problem, out)
        result = execute(problem, directory, resume, overwrite, progress, pool, budget, on_stall)
    try_report(result)
    return result


def point(
    source: str | Path | Scenario, *, settings: Mapping[str, Any] | None = None, **overrides: Any
) -> Point:
    """Evaluate one point of a run file or of a scenario.

    Parameters
    ----------
    source : path, name or Scenario
        A run file (its sampled parameters stand at the median of their priors unless given here), or
        a scenario.
    settings, **overrides
        Parameters, options and settings by name, as for `run`.

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
    from .point import evaluate_point
    from .problem.overrides import merged

    return evaluate_point(source, merged(settings, overrides))


def scan(
    file: str | Path,
    over: str | Sequence[str],
    *,
    show: str | None = None,
    points: int | None = None,
    out: str | Path | None = None,
    tell: Tell | None = None,
    settings: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> Scan:
    """Evaluate a run file on a grid over one or two parameters.

    Parameters
    ----------
    file : path
    over : str or sequence of str
        One or two sampled parameters.
    show : str, optional
        An observable, a likelihood or ``log_likelihood``, their sum (the default).
    points : int, optional
        Per axis; 200 for one parameter, 40 for two.
    out : path, optional
        A folder for table and pictures; nothing is written without. ``tell`` is told each path.
    settings, **overrides
        As for `run`.

    Returns
    -------
    Scan
        With ``.axes``, ``.values`` by name, ``.status``.
    """
    from .problem.overrides import merged
    from .scan.grid import scan as evaluate

    names = [over] if isinstance(over, str) else list(over)
    found = evaluate(file, names, show, points, merged(settings, overrides))
    if out is not None:
        from .scan.files import write_scan

        _say(tell, write_scan(found, Path(out)))
    return found


def bestfit(
    file: str | Path, *, starts: int = 8, settings: Mapping[str, Any] | None = None, **overrides: Any
) -> BestFits:
    """Find the largest likelihood and the largest posterior density of a run file.

    Parameters
    ----------
    file, settings, **overrides
        As for `run`.
    starts : int
        Starting points that are polished, the best of some thousand draws from the prior.

    Returns
    -------
    BestFits
        With ``.likelihood`` and ``.posterior``.
    """
    from .bestfit import bestfit as find
    from .problem.overrides import merged

    return find(file, starts, merged(settings, overrides))


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
    from .comparison.evidences import parse_odds

    wanted = parse_odds(odds) if isinstance(odds, str) else odds
    if not (is_file or rerun or out is not None):
        from .comparison.evidences import compare_results

        return compare_results(sources, wanted, allow_different_data, sensitivity)
    from .comparison.run_file import CompareOptions, run_comparison
    from .execution.executors import open_executor

    options = CompareOptions(wanted, allow_different_data, sensitivity, rerun, overwrite)
    with open_executor(executor, workers) as pool:
        found, paths = run_comparison(
            sources, options, None if out is None else Path(out), tell or _nothing, pool, budget
        )
    _say(tell, paths)
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
    progress, executor, workers, tell, settings, **overrides
        As for `run` and `scan`.

    Returns
    -------
    Calibration
        With ``.passed``, ``.p_value``, ``.ranks`` and ``.tests`` by name.
    """
    from .problem.overrides import merged
    from .problem.problem import load_problem

    problem = load_problem(file, merged(settings, overrides))
    directory = Path(out) if out is not None else Path(file).with_name(f"{Path(file).stem}-calibration")

    from .execution.executors import open_executor

    with open_executor(executor, workers) as pool:
        from .calibration.calibrate import calibrate as simulate
        from .calibration.simulate import CalibrationSettings
        from .run.progress import CountBar

        chosen = CalibrationSettings(live_points=live_points, seed=seed)
        with CountBar("simulations", enabled=progress) as bar:
            found = simulate(problem, count, directory, chosen, pool, overwrite, bar.update)
    from .calibration.files import write_calibration

    _say(tell, write_calibration(found, directory))
    return found


def _nothing(text: str) -> None:
    """Tell nobody."""


def _say(tell: Tell | None, paths: Sequence[Path]) -> None:
    for path in paths if tell is not None else ():
        tell(f"Written: {path}")


def load(directory: str | Path | Result) -> Result:
    """Open the folder of a finished run, written by this version or an earlier one."""
    from .results.folder import load as open_folder

    return open_folder(directory)


def report(run: Result | str | Path) -> Path:
    """Write the report of a finished run anew and return its path: one page, to be opened in a browser."""
    from .report.writing import write_report

    return write_report(load(run))


def cite(run: Result | str | Path) -> Citations:
    """Return the BibTeX of the papers, data and software behind a run, or behind a run file (``.toml``)."""
    from .answers import Citations
    from .cite import bibtex
    from .problem.problem import load_problem

    is_file = isinstance(run, str | Path) and Path(run).suffix == ".toml"
    problem = load_problem(run) if is_file else load(run).problem
    return Citations(bibtex(problem), problem.name)


def explain(name: str | None = None) -> Card:
    """Say what a scenario, parameter, likelihood, prior or sampler is; without a name, list everything."""
    from .answers import Card
    from .explain import explain as card

    return Card(card(name), name)


def new(scenario: str) -> RunFile:
    """Return a commented run file to start from; ``new("two-state").write("my.toml")`` writes it."""
    from .answers import RunFile
    from .new import new_run_file

    return RunFile(new_run_file(scenario), scenario)


def status(*directories: str | Path) -> Standings:
    """Say where runs stand: running, finished, interrupted, failed or dead, and the time left.

    Directories are result folders, or folders that hold some.
    """
    from .status import standings

    return standings(directories)


def figure(*names: str, out: str | Path = "figures", tell: Tell | None = None) -> tuple[Path, ...]:
    """Compute figures of the papers anew, with what the papers state drawn over them.

    ``"all"`` draws every figure; ``tell`` is told the path of each picture as it is written.
    """
    from .figures import draw_figures

    return tuple(draw_figures(names, Path(out), tell or _nothing))


def model(file: str | Path, *, settings: Mapping[str, Any] | None = None, **overrides: Any) -> Model:
    """Return the model of a run file for a sampler of one's own: UltraNest, bilby, zeus, ...

    It has ``names``, ``dim``, ``labels``, ``prior_transform``, ``log_prior``, ``log_likelihood`` and
    ``observables``; see `relicfit.infer.model.Model` for what cannot be solved and for constraints.
    ``settings`` and ``overrides`` are as for `run`.
    """
    from .model import Model
    from .problem.overrides import merged
    from .problem.problem import load_problem

    return Model(load_problem(file, merged(settings, overrides)))
