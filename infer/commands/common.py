"""What commands share: arguments with their help, exit codes, and how a run is stopped."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "UNFINISHED",
    "USER_ERROR",
    "Budget",
    "ExecutorKind",
    "File",
    "Settings",
    "Workers",
    "abandon",
    "duration",
    "overrides",
    "stoppable",
    "written",
]

FAILED = 1
USER_ERROR = 2
UNFINISHED = 3
INTERRUPTED = 130

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


def overrides(settings: Iterable[str] | None) -> dict[str, Any]:
    """Return the values of ``--set key=value`` by key; the last one counts."""
    from ..problem.overrides import parse_override

    return dict(parse_override(text) for text in settings or ())


def duration(budget: str | None) -> float:
    """Return the seconds of ``--budget``, infinite without one."""
    from ..wording import parse_duration

    return float("inf") if budget is None else parse_duration(budget)


def written(paths: Iterable[Path]) -> None:
    """List the files that were written."""
    typer.echo("\nWritten:")
    for path in paths:
        typer.echo(f"  {path}")


@contextmanager
def stoppable(*resume: str) -> Iterator[None]:
    """Say how to go on after Ctrl-C or the end of the budget, when the state has been saved."""
    try:
        yield
    except KeyboardInterrupt as error:
        from ..samplers.session import BudgetSpent, Interrupted

        if not isinstance(error, Interrupted):
            raise
        words = [word for word in sys.argv[1:] if word not in {"--overwrite", *resume}]
        reason = "The budget is spent" if isinstance(error, BudgetSpent) else "Stopped"
        command = " ".join(["relicfit", *words, *resume])
        typer.echo(f"{reason}; the state is saved. Continue with:\n  {command}", err=True)
        raise typer.Exit(UNFINISHED if isinstance(error, BudgetSpent) else INTERRUPTED) from None


def abandon(text: str) -> None:
    """End the process, whose compiled code nothing else can stop; the last checkpoint is on disk."""
    print(
        f"error: {text}. The run ends; --resume goes on from the last checkpoint.",
        file=sys.stderr,
        flush=True,
    )
    os._exit(FAILED)
