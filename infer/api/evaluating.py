"""The verbs that evaluate a model without sampling it: point, scan, bestfit, choices, figure, plot, model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .telling import Tell, nothing, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...solver.scenario import Scenario
    from ..bestfit import BestFits
    from ..choices.worth import Choices
    from ..corner.words import Ranges
    from ..model import Model
    from ..point import Point
    from ..results.folder import Result
    from ..scan.grid import Scan

__all__ = ["bestfit", "figure", "model", "plot", "point", "scan"]


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
    from ..point import evaluate_point
    from ..problem.overrides import merged

    return evaluate_point(source, merged(settings, overrides))


def scan(
    file: str | Path,
    over: str | Sequence[str],
    *,
    show: str | None = None,
    points: int | None = None,
    out: str | Path | None = None,
    tell: Tell | None = None,
    on_stall: Tell | None = None,
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
    on_stall, settings, **overrides
        As for `run`.

    Returns
    -------
    Scan
        With ``.axes``, ``.values`` by name, ``.status``.
    """
    from ..problem.overrides import merged
    from ..scan.grid import scan as evaluate
    from ..storage.folder import make_folder

    names = [over] if isinstance(over, str) else list(over)
    if out is not None:
        # Known before minutes of computing.
        make_folder(Path(out))
    found = evaluate(file, names, show, points, merged(settings, overrides), on_stall)
    if out is not None:
        from ..scan.files import write_scan

        say(tell, write_scan(found, Path(out)))
    return found


def bestfit(
    file: str | Path,
    *,
    starts: int = 8,
    on_stall: Tell | None = None,
    settings: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> BestFits:
    """Find the largest likelihood and the largest posterior density of a run file.

    Parameters
    ----------
    file, on_stall, settings, **overrides
        As for `run`.
    starts : int
        Starting points that are polished, the best of some thousand draws from the prior.

    Returns
    -------
    BestFits
        With ``.likelihood`` and ``.posterior``.
    """
    from ..bestfit import bestfit as find
    from ..problem.overrides import merged

    return find(file, starts, merged(settings, overrides), on_stall)


def choices(
    source: str | Path | Result,
    *,
    out: str | Path | None = None,
    tell: Tell | None = None,
    settings: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> Choices:
    """Say what each modelling choice is worth: every option switched in turn.

    Parameters
    ----------
    source : path or Result
        A run file: its best fit is taken, over what ``overrides`` leaves free, so that giving every
        parameter gives the point. Or a result: draws of its posterior, reweighted.
    out : path, optional
        A folder for text, table and picture; that of the result by default, none for a run file.
    tell, settings, overrides
        As for `scan`.

    Returns
    -------
    Choices
        With ``.rows``; print it for the table.
    """
    from ..choices.files import write_choices
    from ..choices.worth import choices_at, choices_over_run
    from ..storage.folder import make_folder

    if out is not None:
        make_folder(Path(out))
    if isinstance(source, str | Path) and Path(source).suffix == ".toml":
        from ..bestfit import best_point
        from ..problem.overrides import merged
        from ..problem.problem import load_problem

        problem = load_problem(source, merged(settings, overrides))
        found = choices_at(problem, best_point(problem))
        directory = None if out is None else Path(out)
    else:
        from .answering import load

        result = load(source)
        found = choices_over_run(result)
        directory = result.directory if out is None else Path(out)
    if directory is not None:
        say(tell, write_choices(found, directory))
    return found


def figure(
    *names: str,
    out: str | Path = "figures",
    csv: bool = False,
    over: Result | str | Path | None = None,
    tell: Tell | None = None,
) -> tuple[Path, ...]:
    """Compute figures of the papers anew, with what the papers state drawn over them.

    ``"all"`` draws every figure. With ``csv`` the numbers of each are written too; ``over``, a finished run or its
    folder, lays its posterior over the plane of the figure. ``tell`` is told the path of each file as it is written.
    """
    from ..figures import draw_figures
    from ..results.folder import load

    run = load(over) if isinstance(over, str | Path) else over
    return tuple(draw_figures(names, Path(out), tell or nothing, csv, run))


def plot(
    *runs: Result | str | Path,
    show: str | Sequence[str] = (),
    ranges: str | Sequence[str] | Ranges | None = None,
    levels: str | Sequence[float] = (0.68, 0.95),
    style: str = "screen",
    labels: str | Sequence[str] = (),
    truths: str | Mapping[str, float] | None = None,
    out: str | Path | None = None,
    script: str | Path | None = None,
    tell: Tell | None = None,
) -> Figure:
    """Draw the corner picture of runs, laid over each other.

    Parameters
    ----------
    runs : Result or path
    show : sequence of str
        Parameters and observables, or a text with commas; by default what was sampled and what is featured.
    ranges : mapping
        (low, high) of axes by name, in the unit of the quantity; as a text ``"m_chi=150:500"``.
    levels : sequence of float
        The shares of the posterior that contours hold.
    style : str
        ``"screen"``, ``"journal"`` or ``"talk"``.
    labels : sequence of str
        What to call the runs; the names of their folders by default.
    truths : mapping, optional
        Values to mark, by name. By default the best fit of a single run; ``{}`` marks nothing.
    out, script : path, optional
        Where to write the picture (``.pdf``, ``.png``, ``.svg``) and a script that draws it anew.
    tell : callable, optional
        Is told each path.

    Returns
    -------
    Figure
        Of matplotlib, to be changed further.
    """
    from ..corner.words import words_of
    from ..overlay import draw_runs, write_picture
    from ..results.folder import Result

    words = words_of(show, ranges, levels, style, labels, truths)
    figure = draw_runs(runs, words)
    if out is not None:
        folders = [item.directory if isinstance(item, Result) else Path(item) for item in runs]
        say(
            tell,
            write_picture(figure, folders, words, Path(out), None if script is None else Path(script)),
        )
    return figure


def model(file: str | Path, *, settings: Mapping[str, Any] | None = None, **overrides: Any) -> Model:
    """Return the model of a run file for a sampler of one's own: UltraNest, bilby, zeus, ...

    It has ``names``, ``dim``, ``labels``, ``prior_transform``, ``log_prior``, ``log_likelihood`` and
    ``observables``; see `relicfit.infer.model.Model` for what cannot be solved and for constraints.
    ``settings`` and ``overrides`` are as for `run`.
    """
    from ..model import Model
    from ..problem.overrides import merged
    from ..problem.problem import load_problem

    return Model(load_problem(file, merged(settings, overrides)))
