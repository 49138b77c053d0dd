"""What all pictures share: settings that no machine changes, colours that everybody can tell apart, labels."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ..solver.scenario import Observable, Parameter, unit_in_latex

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE", "GREEN", "GREY", "ORANGE", "PALETTE", "PURPLE", "RED", "SKY",
    "grid", "label", "legend_above", "loaded_matplotlib", "new_figure", "own_settings",
]  # fmt: skip

# Okabe & Ito's palette: distinguishable with every common colour deficiency.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
PALETTE = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
GREY = "0.45"
# Settings of a session rather than of a picture: they stay as the user has them.
OF_SESSION = ("backend", "backend_fallback", "date.epoch", "interactive", "savefig.directory", "toolbar")

Arguments = ParamSpec("Arguments")
Drawn = TypeVar("Drawn")


def loaded_matplotlib() -> ModuleType:
    """Return matplotlib, imported also where the environment names a backend that there is not."""
    if "matplotlib" in sys.modules:
        return sys.modules["matplotlib"]
    # Matplotlib reads the name when it is imported, and fails over a wrong one; later that is a mistake of nobody.
    named = os.environ.pop("MPLBACKEND", "")
    try:
        import matplotlib
    finally:
        if named:
            os.environ["MPLBACKEND"] = named
    if named:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = named
    return matplotlib


@contextmanager
def _own() -> Iterator[None]:
    matplotlib = loaded_matplotlib()
    own = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in OF_SESSION}
    # Names inside an SVG are random otherwise, and two pictures of the same numbers would differ.
    with matplotlib.rc_context(own | {"svg.hashsalt": "relicfit"}):
        yield


def own_settings(draw: Callable[Arguments, Drawn]) -> Callable[Arguments, Drawn]:
    """Let a function draw with the settings that matplotlib comes with, whatever matplotlibrc and a session say."""

    @wraps(draw)
    def drawn(*arguments: Arguments.args, **named: Arguments.kwargs) -> Drawn:
        with _own():
            return draw(*arguments, **named)

    return drawn


def label(parameter: Parameter | Observable, logarithmic: bool) -> str:
    """Return the axis label of a quantity or of its logarithm, with its unit."""
    if not logarithmic:
        return parameter.label
    unit = f" / {unit_in_latex(parameter.unit)}" if parameter.unit else ""
    return rf"$\log_{{10}}\,{parameter.symbol}{unit}$"


def new_figure(**arguments: Any) -> Figure:
    """Return an empty figure that no window and no global state knows, and that is saved as it was drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Figure = _own_figure()(**arguments)
    FigureCanvasAgg(figure)
    return figure


@cache
def _own_figure() -> Any:
    loaded_matplotlib()
    from matplotlib.figure import Figure

    class OwnFigure(Figure):
        """A figure that is saved with the settings that it was drawn with."""

        savefig = own_settings(Figure.savefig)

    return OwnFigure


def grid(count: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with a number of panels of a size in inches."""
    # Two panels side by side are still legible on a phone.
    columns = min(2, count)
    rows = math.ceil(count / columns)
    figure = new_figure(figsize=(width * columns, height * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis in axes[count:]:
        axis.set_visible(False)
    return figure, list(axes[:count])


def legend_above(figure: Figure, axis: Axes) -> None:
    """Put the legend of one panel above all of them."""
    handles, labels = axis.get_legend_handles_labels()
    side_by_side = len(figure.axes) > 1
    figure.legend(handles, labels, loc="outside upper center", ncols=3 if side_by_side else 1, frameon=False)
