"""The commands that answer in words: claims, explain, new, status, table, report, cite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Trust, each, trusting
from .completing import scenario_files, words_explained

__all__ = ["cite", "claims", "explain", "new", "report", "status", "table"]


def claims(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME ...", help="rows, beginnings such as thermal-line, or an arXiv number"),
    ] = None,
) -> None:
    """Compute what the two papers claim, row by row, with our verdicts and reasons."""
    from .. import api

    typer.echo(str(api.claims(*names or ())))


def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            help="a scenario, parameter, likelihood, prior or sampler, or a run file",
            autocompletion=words_explained,
        ),
    ] = None,
) -> None:
    """Say what a name means, with units and sources; without a name, list everything."""
    from .. import api

    typer.echo(str(api.explain(name)))


def new(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO", help="a scenario, see relicfit explain", autocompletion=scenario_files
        ),
    ] = None,
    network: Annotated[
        bool, typer.Option("--network", help="species and reactions of your own, stated in the run file")
    ] = False,
) -> None:
    """Print a commented run file to start from: relicfit new SCENARIO > my.toml."""
    from ...errors import UserError
    from .. import api

    if network == (scenario is not None):
        raise UserError("new: give either the name of a scenario or --network.")
    typer.echo(str(api.new(scenario or "network")), nl=False)


def status(
    directories: Annotated[
        list[Path], typer.Argument(metavar="RUN ...", help="result folders, or folders that hold some")
    ],
) -> None:
    """Say where runs stand: running, finished, interrupted, failed or dead, and the time left."""
    from .. import api

    typer.echo(str(api.status(*directories)))


def table(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN ...", help="folders of finished runs")],
    show: Annotated[
        str, typer.Option(metavar="NAME,...", help="parameters and observables; default: all")
    ] = "",
    latex: Annotated[bool, typer.Option("--latex", help="a LaTeX table with symbols")] = False,
    trust: Trust = False,
) -> None:
    """Put results of runs side by side: medians with intervals, evidences and Bayes factors."""
    from .. import api

    trusting(trust)
    found = api.table(*runs, show=show)
    typer.echo(found.latex if latex else str(found))


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN ...", help="folders of finished runs")],
    trust: Trust = False,
) -> None:
    """Write the report of finished runs anew: one page with everything, to be opened in a browser."""
    from .. import api

    trusting(trust)
    each(runs, lambda run: f"Written: {api.report(run)}")


def cite(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN | FILE ...", help="folders of runs, or run files")
    ],
    trust: Trust = False,
) -> None:
    """Print the BibTeX of the papers, data and software behind runs."""
    from .. import api

    trusting(trust)
    each(runs, lambda run: str(api.cite(run)))
