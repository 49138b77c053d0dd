"""The commands that sample: run, compare, calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...errors import UserError
from .common import (
    NOT_CONVERGED,
    Budget,
    ExecutorKind,
    File,
    Settings,
    Trust,
    Workers,
    abandon,
    duration,
    overrides,
    stoppable,
    trusting,
    written,
)

__all__ = ["calibrate", "compare", "merge", "run"]


def run(
    file: File,
    resume: Annotated[bool, typer.Option("--resume", help="continue from the checkpoint")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace an earlier result")] = False,
    accept_changes: Annotated[
        bool,
        typer.Option("--accept-changes", help="with --resume: under changed sources; the result says so"),
    ] = False,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="result folder; default: named after FILE, beside it")
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="threads; 0: what the machine has")] = 0,
    second_seed: Annotated[
        bool, typer.Option("--second-seed", help="run again with another seed and compare ln Z")
    ] = False,
    cross_check: Annotated[
        str,
        typer.Option("--cross-check", metavar="SAMPLER", help="do the same with another sampler and compare"),
    ] = "",
    executor: ExecutorKind = "threads",
    workers: Workers = 0,
    budget: Budget = None,
    so_far: Annotated[
        bool,
        typer.Option(
            "--so-far", help="write what an unfinished run has so far, beside its folder; it may go on"
        ),
    ] = False,
    trust: Trust = False,
) -> None:
    """Sample the posterior of FILE and write its result folder; the exit code is 4 where it has not converged."""
    from .. import api

    trusting(trust)
    if resume and overwrite:
        raise UserError("--resume and --overwrite exclude each other: continue the old run, or replace it.")
    if accept_changes and not resume:
        raise UserError("--accept-changes: says how to continue a run; give --resume too.")
    chosen = overrides(settings)
    if second_seed:
        chosen["sampler.second-seed"] = True
    if cross_check:
        chosen["sampler.cross-check"] = cross_check
    if threads:
        chosen["sampler.threads"] = threads
    with stoppable("--resume"):
        result = api.run(
            file,
            out=out,
            resume=resume,
            overwrite=overwrite,
            accept_changes=accept_changes,
            executor=executor,
            workers=workers if not threads or executor != "threads" else 0,
            budget=duration(budget),
            on_stall=abandon,
            so_far=so_far,
            settings=chosen,
        )
    typer.echo(str(result).rstrip())
    written(result.files.values())
    if not result.converged:
        raise typer.Exit(NOT_CONVERGED)


def merge(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN RUN ...", help="finished runs of one file, with different seeds"),
    ],
    out: Annotated[Path, typer.Option(help="result folder of the whole")] = Path("merged"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace an earlier result")] = False,
    trust: Trust = False,
) -> None:
    """Join runs of one file with different seeds into one posterior and one ln Z; the exit code is that of a run."""
    from .. import api

    trusting(trust)
    result = api.merge(*runs, out=out, overwrite=overwrite)
    typer.echo(str(result).rstrip())
    written(result.files.values())
    if not result.converged:
        raise typer.Exit(NOT_CONVERGED)


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
    trust: Trust = False,
) -> None:
    """Compare models by their evidences, exit code 4 where one has not converged; a comparison file is run first."""
    from .. import api

    trusting(trust)
    of_runs = not any(path.suffix == ".toml" for path in sources)
    with stoppable():
        found = api.compare(
            sources,
            odds=odds,
            allow_different_data=allow_different_data,
            sensitivity=sensitivity,
            rerun=rerun,
            overwrite=overwrite,
            out=out or (Path("comparison") if of_runs else None),
            executor=executor,
            workers=workers,
            budget=duration(budget),
            tell=typer.echo,
        )
    typer.echo(f"\n{found}")
    if not all(member.converged for member in found.members):
        raise typer.Exit(NOT_CONVERGED)


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
    trust: Trust = False,
) -> None:
    """Test the whole inference of FILE on data simulated from its prior; goes on where it was stopped."""
    from .. import api

    trusting(trust)
    found = api.calibrate(
        file,
        count,
        live_points=live_points,
        seed=seed,
        out=out,
        overwrite=overwrite,
        executor=executor,
        workers=workers,
        on_stall=lambda text: abandon(text, "Give the same command again: what was simulated is kept."),
        tell=typer.echo,
        settings=overrides(settings),
    )
    typer.echo(f"\n{found}")
