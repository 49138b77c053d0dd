"""What commands share: arguments with their help, exit codes, and how a run is stopped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ...errors import UserError

__all__ = [
    "EXIT_CODES",
    "FAILED",
    "INTERRUPTED",
    "NOT_CONVERGED",
    "UNFINISHED",
    "USER_ERROR",
    "Budget",
    "ExecutorKind",
    "File",
    "Settings",
    "Trust",
    "Workers",
    "abandon",
    "duration",
    "each",
    "give_up",
    "overrides",
    "stoppable",
    "trusting",
    "written",
]

FAILED = 1
USER_ERROR = 2
UNFINISHED = 3
NOT_CONVERGED = 4
# Of a signal: this and its number, as shells have it; 130 is Ctrl-C, 143 what batch systems send.
SIGNALLED = 128
INTERRUPTED = SIGNALLED + 2
EXIT_CODES = (
    "Exit codes: 0 done, 1 failed, 2 a mistake in what was given, 3 the budget is spent and --resume continues, "
    "4 done but not converged, 130 stopped by Ctrl-C (128 and the number of the signal for others)."
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
Trust = Annotated[
    bool,
    typer.Option("--trust", help="run the sources that a run file or a folder of somebody else carries"),
]
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


def each(paths: Iterable[Path], answer: Callable[[Path], str]) -> None:
    """Print an answer for each of several paths; those that have none are told together, after the others.

    Raises
    ------
    UserError
        With what is wrong with each.
    """
    problems: list[str] = []
    for path in paths:
        try:
            typer.echo(answer(path))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*problems)


@contextmanager
def stoppable(*resume: str) -> Iterator[None]:
    """Say how to go on after Ctrl-C or the end of the budget, when the state has been saved."""
    try:
        yield
    except KeyboardInterrupt as error:
        from ..samplers.session import BudgetSpent, Interrupted

        if not isinstance(error, Interrupted):
            raise
        spent = isinstance(error, BudgetSpent)
        saved = f"the state could NOT be saved ({error.unsaved})" if error.unsaved else "the state is saved"
        words = [word for word in sys.argv[1:] if word not in {"--overwrite", *resume}]
        reason = "The budget is spent" if spent else "Stopped"
        command = " ".join(["relicfit", *words, *resume])
        typer.echo(f"{reason}; {saved}. Continue with:\n  {command}", err=True)
        raise typer.Exit(UNFINISHED if spent else SIGNALLED + error.number) from None


def trusting(trust: bool) -> None:
    """Let this process run the sources that others send along, where the user says so."""
    if trust:
        from ..problem.trust import trust_sources

        trust_sources()


def abandon(text: str, hint: str = "The run ends; --resume goes on from the last checkpoint.") -> None:
    """End the process, whose compiled code nothing else can stop; the last checkpoint is on disk."""
    print(f"error: {text}. {hint}", file=sys.stderr, flush=True)
    os._exit(FAILED)


def give_up(text: str) -> None:
    """End the process of a command that leaves no checkpoint; see `abandon`."""
    abandon(text, "Nothing was written; leave the point out by a prior or a constraint, or allow more time.")
