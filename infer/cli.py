"""The command line: run, point, explain. Heavy modules load only when a command needs them."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..errors import UserError

__all__ = ["app", "main"]

USER_ERROR = 2
INTERRUPTED = 130
FAILED = 1
UNFINISHED = 3

app = typer.Typer(
    help="Bayesian inference for the relic abundance of dark matter and the baryon asymmetry.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(help="a run file (TOML)", show_default=False)]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="override key=value, for example sampler.seed=2 or m_chi=300; repeatable"),
]

ExecutorKind = Annotated[
    str, typer.Option("--executor", help="threads, processes, or mpi (start with mpiexec -n N)")
]
Workers = Annotated[int, typer.Option(min=0, help="workers of the executor; 0: what the machine has")]
Budget = Annotated[
    str | None,
    typer.Option(help="stop after this time (90s, 10m, 2h) with a checkpoint and exit code 3"),
]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="print the version and exit")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def run(
    file: File,
    resume: Annotated[bool, typer.Option("--resume", help="continue from the checkpoint")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace an earlier result")] = False,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="result folder; default: named after FILE, beside it")
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="threads; 0: what the machine has")] = 0,
    second_seed: Annotated[
        bool, typer.Option("--second-seed", help="run again with another seed and compare ln Z")
    ] = False,
    executor: ExecutorKind = "threads",
    workers: Workers = 0,
    budget: Budget = None,
) -> None:
    """Sample the posterior of FILE and write its result folder."""
    from .problem.problem import load_problem
    from .problem.toml import parse_override

    if resume and overwrite:
        raise UserError("--resume and --overwrite exclude each other: continue the old run, or replace it.")
    overrides = [parse_override(text) for text in settings or []]
    if second_seed:
        overrides.append(("sampler.second-seed", True))
    if threads or (executor == "threads" and workers):
        overrides.append(("sampler.threads", threads or workers))
    seconds = _seconds(budget)
    # Mistakes in the file are answered before anything heavy is loaded.
    problem = load_problem(file, overrides)

    from .execution.executors import open_executor

    with open_executor(executor, workers) as pool, _stoppable("--resume"):
        from .run.execute import execute, output_directory

        directory = output_directory(problem, out)
        result = execute(
            problem, directory, resume, overwrite, executor=pool, budget=seconds, on_stall=_abandon
        )
    from .report.run_page import try_report

    typer.echo(str(result).rstrip())
    try_report(result)
    typer.echo("\nWritten:")
    for name in ("report.html", "posterior.nc", "summary.csv", "corner.png", "diagnostics.json", "run.log"):
        typer.echo(f"  {directory / name}")


@contextmanager
def _stoppable(*resume: str) -> Iterator[None]:
    """Say how to go on after Ctrl-C or the end of the budget, when the state has been saved."""
    from .samplers.nested.sampling import BudgetSpent, Interrupted

    try:
        yield
    except Interrupted as error:
        words = [word for word in sys.argv[1:] if word not in {"--overwrite", *resume}]
        reason = "The budget is spent" if isinstance(error, BudgetSpent) else "Stopped"
        command = " ".join(["relicfit", *words, *resume])
        typer.echo(f"{reason}; the state is saved. Continue with:\n  {command}", err=True)
        raise typer.Exit(UNFINISHED if isinstance(error, BudgetSpent) else INTERRUPTED) from None


def _abandon(text: str) -> None:
    """End the process, whose compiled code nothing else can stop; the last checkpoint is on disk."""
    print(
        f"error: {text}. The run ends; --resume goes on from the last checkpoint.",
        file=sys.stderr,
        flush=True,
    )
    os._exit(FAILED)


def _seconds(budget: str | None) -> float:
    if budget is None:
        return float("inf")
    from .run.forecast import parse_duration

    return parse_duration(budget)


@app.command()
def point(
    source: Annotated[str, typer.Argument(metavar="FILE", help="a run file or the name of a scenario")],
    settings: Settings = None,
    plot: Annotated[bool, typer.Option("--plot", help="draw the evolution of the yields")] = False,
    out: Annotated[Path | None, typer.Option(help="file of the picture; default: NAME-point.png")] = None,
) -> None:
    """Evaluate one point: observables, each likelihood term, flags."""
    from .point import evaluate_point
    from .problem.toml import parse_override

    found, problem = evaluate_point(source, [parse_override(text) for text in settings or []])
    typer.echo(f"{problem.scenario.name}")
    for item in problem.scenario.parameters:
        typer.echo(f"  {item.name:<24} = {found.parameters[item.name]:<14.8g} {item.unit}".rstrip())
    typer.echo(f"status: {found.status.sentence}")
    for item in problem.scenario.observables:
        typer.echo(f"  {item.name:<24} = {found.observables[item.name]:<14.8g} {item.unit}".rstrip())
    if found.log_likelihoods:
        typer.echo("log-likelihood")
        for name, value in found.log_likelihoods.items():
            typer.echo(f"  {name:<24} = {value:.6g}")
        typer.echo(f"  {'total':<24} = {found.log_likelihood:.6g}")
    sentences = {flag.name: flag.sentence for flag in problem.scenario.flags}
    raised = [name for name, value in found.flags.items() if value]
    typer.echo("flags: none" if not raised else "flags")
    for name in raised:
        typer.echo(f"  {name}: {sentences.get(name, 'outside the tabulated range')}")
    if plot:
        from .plots.corner import evolution_plot
        from .storage.atomic import write_atomically

        path = out or Path(f"{problem.name}-point.png")
        parts = [f"{name} = {found.parameters[name]:.4g}" for name in _varied(problem)]
        figure = evolution_plot(found.evolve(), "\n".join(textwrap.wrap(", ".join(parts), 80)))
        try:
            write_atomically(path, lambda temporary: figure.savefig(temporary, dpi=150))
        except OSError as error:
            raise UserError(
                f"{path}: cannot be written ({error.strerror}). Choose another file with --out."
            ) from None
        typer.echo(f"Written: {path}")


def _varied(problem) -> list[str]:
    return [item.name for item in problem.scenario.parameters if item.default is None]


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="the folder of a finished run")],
) -> None:
    """Write the report of a finished run anew: one page with everything, to be opened in a browser."""
    from .report.run_page import write_report
    from .results.folder import load

    typer.echo(f"Written: {write_report(load(run))}")


@app.command()
def scan(
    file: File,
    over: Annotated[
        list[str],
        typer.Option("--over", help="a sampled parameter; give it once or twice", show_default=False),
    ],
    show: Annotated[
        str | None,
        typer.Option(help="an observable or a likelihood; default: the sum of all log-likelihoods"),
    ] = None,
    points: Annotated[int | None, typer.Option(help="per axis; default 200 for one, 40 for two")] = None,
    settings: Settings = None,
    out: Annotated[Path | None, typer.Option(help="folder for table and pictures; default: here")] = None,
) -> None:
    """Evaluate FILE on a grid over one or two parameters; the others at --set or the median of their priors."""
    from .problem.toml import parse_override
    from .scan import scan as run_scan

    found = run_scan(file, over, show, points, [parse_override(text) for text in settings or []])
    typer.echo(f"{found}\n\nWritten:")
    for path in found.write(out or Path()):
        typer.echo(f"  {path}")


@app.command()
def bestfit(
    file: File,
    starts: Annotated[int, typer.Option(help="starting points that are polished")] = 8,
    settings: Settings = None,
    json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Find the largest likelihood and the largest posterior density of FILE."""
    from .bestfit import bestfit as find
    from .problem.toml import parse_override

    found = find(file, starts, [parse_override(text) for text in settings or []])
    typer.echo(found.as_json() if json else str(found))


@app.command()
def figure(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME ...", help="figures, see --list")] = None,
    listing: Annotated[bool, typer.Option("--list", help="say which figures there are")] = False,
    everything: Annotated[bool, typer.Option("--all", help="draw all of them")] = False,
    out: Annotated[Path, typer.Option(help="folder of the pictures")] = Path("figures"),
) -> None:
    """Compute figures of the papers anew, with what the papers state drawn over them; PNG and PDF."""
    from .figures import FIGURES, draw_figure, figure_list, figure_module

    if listing or not (names or everything):
        typer.echo(figure_list())
        return
    chosen = list(FIGURES) if everything else names or []
    for name in chosen:
        figure_module(name)  # a wrong name is answered before anything is computed
    for name in chosen:
        for path in draw_figure(name, out):
            typer.echo(f"Written: {path}")


@app.command()
def cite(
    run: Annotated[Path, typer.Argument(metavar="RUN | FILE", help="the folder of a run, or a run file")],
) -> None:
    """Print the BibTeX of the papers, data and software behind a run."""
    from .cite import bibtex
    from .problem.problem import load_problem
    from .results.folder import load

    typer.echo(bibtex(load_problem(run) if run.suffix == ".toml" else load(run).problem))


@app.command()
def explain(
    name: Annotated[
        str | None, typer.Argument(help="a scenario, parameter, likelihood, prior or sampler")
    ] = None,
) -> None:
    """Say what a name means, with units and sources; without a name, list everything."""
    from .explain import explain as card

    typer.echo(card(name))


@app.command()
def compare(
    sources: Annotated[
        list[Path], typer.Argument(metavar="RUN RUN ... | FILE", help="result folders, or a comparison file")
    ],
    odds: Annotated[
        str | None, typer.Option(help="prior odds in the order of the runs, e.g. 1:3; default equal")
    ] = None,
    allow_different_data: Annotated[
        bool, typer.Option("--allow-different-data", help="compare runs on different data all the same")
    ] = False,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="vary the priors")
    ] = True,
    rerun: Annotated[
        bool, typer.Option("--rerun", help="sample again where reweighting cannot tell")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="run the models of FILE anew")] = False,
    out: Annotated[
        Path | None, typer.Option(help="result folder; default: comparison, or named after FILE")
    ] = None,
    executor: ExecutorKind = "threads",
    workers: Workers = 0,
    budget: Budget = None,
) -> None:
    """Compare models by their evidences; a comparison file is run first, as far as it is missing."""
    from .comparison.run_file import CompareOptions, run_comparison
    from .execution.executors import open_executor

    seconds = _seconds(budget)
    options = CompareOptions(odds, allow_different_data, sensitivity, rerun, overwrite)
    with open_executor(executor, workers) as pool, _stoppable():
        comparison, paths = run_comparison(sources, options, out, typer.echo, pool, seconds)
    typer.echo(f"{comparison}\n\nWritten:")
    for path in paths:
        typer.echo(f"  {path}")


@app.command()
def calibrate(
    file: File,
    count: Annotated[int, typer.Option("-n", "--count", min=16, help="simulations")] = 256,
    live_points: Annotated[int, typer.Option(min=20, help="live points of each small nested run")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="seed of the simulations")] = 1,
    settings: Settings = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="begin anew")] = False,
    out: Annotated[
        Path | None, typer.Option(help="result folder; default: NAME-calibration beside FILE")
    ] = None,
    executor: ExecutorKind = "threads",
    workers: Workers = 0,
) -> None:
    """Test the whole inference of FILE on data simulated from its prior; goes on where it was stopped."""
    from .execution.executors import open_executor
    from .problem.problem import load_problem
    from .problem.toml import parse_override

    overrides = [parse_override(text) for text in settings or []]
    with open_executor(executor, workers) as pool:
        problem = load_problem(file, overrides)

        from .calibration.calibrate import CalibrationSettings
        from .calibration.calibrate import calibrate as run_calibration
        from .run.progress import CountBar

        directory = out or file.with_name(f"{file.stem}-calibration")
        chosen = CalibrationSettings(live_points=live_points, seed=seed)
        with CountBar("simulations") as bar:
            found = run_calibration(problem, count, directory, chosen, pool, overwrite, bar.update)
    typer.echo(f"{found}\n\nWritten:")
    for path in found.write(directory):
        typer.echo(f"  {path}")


def main() -> None:
    """Run the command line; a user's mistake ends in one paragraph per problem and exit code 2."""
    try:
        app()
    except UserError as error:
        for problem in error.problems:
            typer.echo(
                textwrap.fill(f"error: {problem}", 100, subsequent_indent="  ", break_on_hyphens=False),
                err=True,
            )
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
    except RuntimeError as error:
        if type(error).__module__.startswith("relicfit."):
            typer.echo(
                textwrap.fill(f"error: {error}", 100, subsequent_indent="  ", break_on_hyphens=False),
                err=True,
            )
            sys.exit(FAILED)
        raise
