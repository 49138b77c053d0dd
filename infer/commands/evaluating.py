"""The commands that evaluate a model without sampling it: point, scan, bestfit, choices, figure, plot."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import File, Settings, Trust, give_up, overrides, trusting
from .completing import figure_names

if TYPE_CHECKING:
    from ..point import Point

__all__ = ["bestfit", "choices", "figure", "plot", "point", "scan"]


def point(
    source: Annotated[str, typer.Argument(metavar="FILE", help="a run file or the name of a scenario")],
    settings: Settings = None,
    analytic: Annotated[
        bool, typer.Option("--analytic", help="also the papers' approximations, beside the numerical results")
    ] = False,
    plot: Annotated[bool, typer.Option("--plot", help="draw the evolution of the yields")] = False,
    out: Annotated[Path | None, typer.Option(help="file of the picture; default: NAME-point.png")] = None,
    trust: Trust = False,
) -> None:
    """Evaluate one point: observables, each likelihood term, flags."""
    from .. import api
    from ..storage.picture import check_picture

    trusting(trust)
    picture = out or Path(f"{Path(source).stem}-point.png")
    if plot:
        check_picture(picture)
    found = api.point(source, settings=overrides(settings))
    typer.echo(str(found))
    if analytic:
        typer.echo(found.analytic_text())
    if plot:
        _draw(found, picture)


def _draw(found: Point, path: Path) -> None:
    from ..plots.evolution import evolution_plot
    from ..storage.picture import save_picture

    varied = [item.name for item in found.scenario.parameters if item.default is None]
    title = ", ".join(f"{name} = {found.parameters[name]:.4g}" for name in varied)
    figure = evolution_plot(found.evolve(), "\n".join(textwrap.wrap(title, 80)))
    save_picture(figure, path, 150)
    typer.echo(f"Written: {path}")


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
    trust: Trust = False,
) -> None:
    """Evaluate FILE on a grid over one or two parameters; the others at --set or the median of their priors."""
    from .. import api

    trusting(trust)
    found = api.scan(
        file,
        over,
        show=show,
        points=points,
        out=out or Path(),
        tell=typer.echo,
        on_stall=give_up,
        settings=overrides(settings),
    )
    typer.echo(f"\n{found}")


def bestfit(
    file: File,
    starts: Annotated[int, typer.Option(help="starting points that are polished")] = 8,
    settings: Settings = None,
    json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    trust: Trust = False,
) -> None:
    """Find the largest likelihood and the largest posterior density of FILE."""
    from .. import api

    trusting(trust)
    found = api.bestfit(file, starts=starts, on_stall=give_up, settings=overrides(settings))
    typer.echo(found.as_json() if json else str(found))


def choices(
    source: Annotated[
        Path, typer.Argument(metavar="FILE | RUN", help="a run file, for its best fit, or a result folder")
    ],
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="folder of text, table and picture; default: that of RUN")
    ] = None,
    trust: Trust = False,
) -> None:
    """Say what each modelling choice is worth: every option switched in turn, observables and ln L (or ln Z)."""
    from .. import api

    trusting(trust)
    found = api.choices(source, out=out, tell=typer.echo, settings=overrides(settings))
    typer.echo(f"\n{found}")


def figure(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME ...", help="figures, see --list", autocompletion=figure_names),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="say which figures there are")] = False,
    everything: Annotated[bool, typer.Option("--all", help="draw all of them")] = False,
    out: Annotated[Path, typer.Option(help="folder of the pictures")] = Path("figures"),
    csv: Annotated[bool, typer.Option("--csv", help="write the numbers that are drawn too")] = False,
    over: Annotated[
        Path | None, typer.Option(help="folder of a run, whose posterior is laid over the plane")
    ] = None,
) -> None:
    """Compute figures of the papers anew, with what the papers state drawn over them; PNG and PDF."""
    from .. import api
    from ..figures import figure_list

    if listing or not (names or everything):
        typer.echo(figure_list())
        return
    api.figure(*(["all"] if everything else names or []), out=out, csv=csv, over=over, tell=typer.echo)


def plot(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN ...", help="folders of finished runs")],
    show: Annotated[
        str, typer.Option(metavar="NAME,...", help="parameters and observables; default: what was sampled")
    ] = "",
    ranges: Annotated[
        list[str] | None,
        typer.Option("--range", metavar="NAME=LOW:HIGH", help="range of an axis, in its unit; repeatable"),
    ] = None,
    levels: Annotated[
        str, typer.Option(metavar="SHARE,...", help="what contours hold of the posterior")
    ] = "0.68,0.95",
    style: Annotated[str, typer.Option(help="screen, journal or talk")] = "screen",
    labels: Annotated[
        str, typer.Option(metavar="TEXT,...", help="what to call the runs; default: their folders")
    ] = "",
    truths: Annotated[
        str | None,
        typer.Option(metavar="NAME=VALUE,...", help="values to mark; default: the best fit of a single run"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="picture: pdf, png or svg; default: corner.pdf")] = None,
    script: Annotated[Path | None, typer.Option(help="also write the script that draws it anew")] = None,
    trust: Trust = False,
) -> None:
    """Draw the corner picture of one or more runs, for a paper or a talk."""
    from .. import api

    trusting(trust)
    api.plot(
        *runs,
        show=show,
        ranges=ranges,
        levels=levels,
        style=style,
        labels=labels,
        truths=truths,
        out=out or Path("corner.pdf"),
        script=script,
        tell=typer.echo,
    )
