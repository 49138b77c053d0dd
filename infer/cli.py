"""The command line: a command for each verb.

Each command calls the verb of the same name in `api`. Heavy modules load only when a command needs them.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Annotated

import typer

from .. import __version__
from ..errors import UserError
from .commands.answering import cite, claims, explain, new, report, status, table
from .commands.common import EXIT_CODES, FAILED, INTERRUPTED, USER_ERROR
from .commands.evaluating import bestfit, choices, figure, plot, point, scan
from .commands.sampling import calibrate, compare, merge, run

__all__ = ["COMMANDS", "app", "main"]

COMMANDS = (
    run,
    point,
    scan,
    bestfit,
    choices,
    merge,
    compare,
    calibrate,
    report,
    table,
    status,
    plot,
    figure,
    claims,
    explain,
    new,
    cite,
)

app = typer.Typer(
    help="Bayesian inference for the relic abundance of dark matter and the baryon asymmetry.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in COMMANDS:
    app.command()(command)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="print version and revision, and exit")] = False,
) -> None:
    if version:
        from .storage.revision import revision

        found = revision()
        typer.echo(
            f"{__version__} (revision {found[:12]}{'+' * found.endswith('+')})" if found else __version__
        )
        raise typer.Exit


def main() -> None:
    """Run the command line; a user's mistake ends in one paragraph per problem and exit code 2."""
    try:
        app()
    except UserError as error:
        for problem in error.problems:
            _complain(problem)
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
    except RuntimeError as error:
        if type(error).__module__.startswith("relicfit."):
            _complain(str(error))
            sys.exit(FAILED)
        raise


def _complain(text: str) -> None:
    typer.echo(textwrap.fill(f"error: {text}", 100, subsequent_indent="  ", break_on_hyphens=False), err=True)
