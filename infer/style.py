"""What all pictures share: colours that everybody can tell apart, labels, empty figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..solver.scenario import Observable, Parameter, unit_in_latex

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE", "GREEN", "GREY", "ORANGE", "PALETTE", "PURPLE", "RED", "SKY",
    "grid", "label", "legend_above", "new_figure",
]  # fmt: skip

# Okabe & Ito's palette: distinguishable with every common colour deficiency.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
PALETTE = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
GREY = "0.45"


def label(parameter: Parameter | Observable, logarithmic: bool) -> str:
    """Return the axis label of a quantity or of its logarithm, with its unit."""
    if not logarithmic:
        return parameter.label
    unit = f" / {unit_in_latex(parameter.unit)}" if parameter.unit else ""
    return rf"$\log_{{10}}\,{parameter.symbol}{unit}$"


def new_figure(**arguments: Any) -> Figure:
    """Return an empty figure that no window and no global state of matplotlib knows."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(**arguments)
    FigureCanvasAgg(figure)
    return figure


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
