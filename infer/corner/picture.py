"""Draw a corner picture: marginals on the diagonal, contours of pairs below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import UserError
from ..exports.table import SampleTable
from ..style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, new_figure, own_settings
from .axes import Axis, axes_of, title
from .density import Densities
from .words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["corner_picture"]

COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
# What GetDist calls the kinds of samples.
KINDS = {"nested": "nested", "mcmc": "mcmc", "independent": "uncorrelated"}
# Above the diagonal of more panels than this the numbers would touch.
MOST_TITLES = 5
TOP = 1.08
JOURNAL_FONT = {"font.family": "STIXGeneral", "mathtext.fontset": "stix"}


@dataclass(frozen=True)
class _Style:
    """Hold sizes: inches for a number of panels, points for letters and lines."""

    side: float
    label: float
    tick: float
    line: float
    ticks: int
    font: Mapping[str, Any]


def _style(name: str, size: int) -> _Style:
    if name == "journal":
        # One column up to three panels, else the width of a page.
        side = 3.4 if size <= 3 else 7.0
        label = 9.0 if size <= 6 else 8.0
        return _Style(side, label, label - 1.5, 0.9, 3 if size <= 5 else 2, JOURNAL_FONT)
    if name == "talk":
        return _Style(
            10.0, 22.0 if size <= 4 else 17.0, 16.0 if size <= 4 else 12.0, 2.4, 3 if size <= 4 else 2, {}
        )
    # Letters grow with the picture: it is read at the width of a telephone too.
    side = min(2.0 * size + 0.8, 9.0)
    return _Style(side, min(2.3 * side, 17.0), min(1.75 * side, 13.0), 1.5, 3 if size <= 4 else 2, {})


@own_settings
def corner_picture(
    tables: Sequence[SampleTable], words: Words, best: Mapping[str, float] | None = None, heading: str = ""
) -> Figure:
    """Draw marginals and pairs of runs laid over each other.

    Parameters
    ----------
    tables : sequence of SampleTable
        A run each. A run without one of the quantities is left out of its panels.
    words : Words
    best : mapping, optional
        The best fit by name, marked where ``words.truths`` is None and there is one run.
    heading : str
        Printed at the upper right.

    Raises
    ------
    UserError
        See `axes_of`; and where there are labels, but not one for every run.
    """
    import matplotlib

    if words.labels and len(words.labels) != len(tables):
        raise UserError(f"labels: {len(words.labels)} for {len(tables)} runs; give one for each.")
    axes = axes_of(tables, words)
    if not axes:
        raise UserError("show: nothing to draw; every quantity has the same value at all samples.")
    style = _style(words.style, len(axes))
    settings: dict[Any, Any] = {"font.size": style.tick, "axes.linewidth": 0.6 * style.line, **style.font}
    with matplotlib.rc_context(settings):
        return _draw(tables, words, axes, style, best or {}, heading)


def _draw(
    tables: Sequence[SampleTable],
    words: Words,
    axes: list[Axis],
    style: _Style,
    best: Mapping[str, float],
    heading: str,
) -> Figure:
    size = len(axes)
    figure = new_figure(figsize=(style.side, style.side))
    places = figure.add_gridspec(size, size)
    panels = np.full((size, size), None, dtype=object)
    for row in range(size):
        for column in range(row + 1):
            panels[row, column] = figure.add_subplot(places[row, column])
    colors = [COLORS[i % len(COLORS)] for i in range(len(tables))]
    for table, color in zip(tables, colors, strict=True):
        _draw_run(panels, table, axes, words, color, style, alone=len(tables) == 1)
    marks = words.truths if words.truths is not None else best if len(tables) == 1 else {}
    for row in range(size):
        for column in range(row + 1):
            _finish(panels[row, column], axes, row, column, style)
            _mark(panels[row, column], axes, row, column, marks, style)
    if len(tables) == 1 and size <= MOST_TITLES:
        for index, axis in enumerate(axes):
            values = tables[0].column(axis.quantity.name)
            text = title(axis, values, tables[0].weights)
            panels[index, index].set_title(text, fontsize=style.tick, pad=0.35 * style.tick)
    _margins(figure, style, size)
    names = words.labels or [table.name for table in tables]
    _legend(figure, style, names, colors, words, bool(marks), heading, size)
    return figure


def _draw_run(
    panels: Any, table: SampleTable, axes: list[Axis], words: Words, color: str, style: _Style, alone: bool
) -> None:
    here = [(index, axis) for index, axis in enumerate(axes) if axis.quantity.name in table.names]
    # A log-likelihood of nearly nothing is no reason to stretch a grid.
    kept = table.weights > 0.0
    values = np.column_stack([axis.coordinate(table.column(axis.quantity.name)[kept]) for _, axis in here])
    bounds = [
        Axis(table.quantities[table.names.index(axis.quantity.name)], 0.0, 1.0).bounds
        if table.quantities[table.names.index(axis.quantity.name)].decades == axis.quantity.decades
        else (-np.inf, np.inf)
        for _, axis in here
    ]
    densities = Densities(values, table.weights[kept], bounds, KINDS[table.kind])
    for i, (row, _) in enumerate(here):
        curve = densities.curve(i)
        panel = panels[row, row]
        panel.plot(curve.x, curve.density, color=color, lw=style.line)
        if alone:
            panel.fill_between(curve.x, curve.density, color=color, alpha=0.15, lw=0)
            for share in np.quantile(
                values[:, i], (0.16, 0.5, 0.84), weights=table.weights[kept], method="inverted_cdf"
            ):
                height = float(np.interp(share, curve.x, curve.density))
                panel.plot([share, share], [0.0, height], color=color, lw=0.7 * style.line, ls="--")
        for j, (column, _) in enumerate(here[:i]):
            _contours(panels[row, column], densities, j, i, words, color, style)


def _contours(
    panel: Axes, densities: Densities, x: int, y: int, words: Words, color: str, style: _Style
) -> None:
    from matplotlib.colors import to_rgba

    found = densities.surface(x, y, words.levels)
    heights = sorted(set(found.heights))
    top = float(found.density.max()) * 1.01
    count = len(heights)
    shades = [to_rgba(color, 0.22 + 0.4 * k / max(1, count - 1)) for k in range(count)]
    panel.contourf(found.x, found.y, found.density, [*heights, top], colors=shades)
    panel.contour(found.x, found.y, found.density, heights, colors=[color], linewidths=0.7 * style.line)


def _finish(panel: Axes, axes: list[Axis], row: int, column: int, style: _Style) -> None:
    """Set range, ticks and labels of a panel."""
    x = axes[column]
    panel.set_xlim(x.low, x.high)
    places, texts = x.ticks(style.ticks)
    bottom = row == len(axes) - 1
    panel.set_xticks(places, texts if bottom else [""] * len(places))
    panel.tick_params(labelsize=style.tick, direction="in", top=row != column, right=row != column)
    panel.tick_params(length=0.35 * style.tick, width=0.5 * style.line)
    if bottom:
        panel.set_xlabel(x.label, fontsize=style.label)
        for text in panel.get_xticklabels():
            text.set(rotation=40, ha="right", rotation_mode="anchor")
    if row == column:
        panel.set(ylim=(0.0, TOP), yticks=[])
        return
    y = axes[row]
    panel.set_ylim(y.low, y.high)
    places, texts = y.ticks(style.ticks)
    panel.set_yticks(places, texts if column == 0 else [""] * len(places))
    if column == 0:
        panel.set_ylabel(y.label, fontsize=style.label)


def _mark(
    panel: Axes, axes: list[Axis], row: int, column: int, marks: Mapping[str, float], style: _Style
) -> None:
    x, y = (axes[i].coordinate(marks.get(axes[i].quantity.name, np.nan)) for i in (column, row))
    if np.isfinite(x):
        panel.axvline(float(x), color=RED, lw=0.7 * style.line, alpha=0.8)
    if row != column and np.isfinite(y):
        panel.axhline(float(y), color=RED, lw=0.7 * style.line, alpha=0.8)
        if np.isfinite(x):
            panel.plot([float(x)], [float(y)], "s", color=RED, ms=2.5 * style.line + 1.0)


def _margins(figure: Figure, style: _Style, size: int) -> None:
    """Leave room for labels at the left and at the bottom, in units of their letters, and align the labels."""
    letters = 1.0 / (72.0 * style.side)
    low = (3.4 * style.tick + 1.7 * style.label) * letters
    high = 1.0 - (2.2 * style.tick if size <= MOST_TITLES else 1.0 * style.tick) * letters
    figure.subplots_adjust(left=low, bottom=low, right=1.0 - 1.2 * style.tick * letters, top=high)
    figure.subplots_adjust(hspace=0.06 + 0.12 * (size <= MOST_TITLES), wspace=0.06)
    figure.align_labels()
    _shrink_labels(figure, size)


def _shrink_labels(figure: Figure, size: int) -> None:
    """Make the letters of labels smaller that are longer than their panel."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for panel in figure.axes:
        room = panel.get_window_extent(renderer)
        for text, length in ((panel.xaxis.label, room.width), (panel.yaxis.label, room.height)):
            if not text.get_text():
                continue
            box = text.get_window_extent(renderer)
            found = box.width if text is panel.xaxis.label else box.height
            if size > 1 and found > length:
                text.set_fontsize(float(text.get_fontsize()) * length / found)


def _legend(
    figure: Figure,
    style: _Style,
    names: Sequence[str],
    colors: Sequence[str],
    words: Words,
    marked: bool,
    heading: str,
    size: int,
) -> None:
    """Say at the upper right what is drawn; above the panel where there is only one."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    if len(names) > 1 or words.labels:
        handles += [
            Patch(facecolor=color, edgecolor=color, alpha=0.6, label=name)
            for name, color in zip(names, colors, strict=True)
        ]
    if marked and words.style == "screen":
        text = "best fit" if words.truths is None else "given values"
        handles.append(Line2D([], [], color=RED, marker="s", lw=style.line, ms=4, label=text))
    if size == 1:
        if len(names) > 1:
            figure.axes[0].legend(handles=handles, frameon=False, fontsize=style.tick)
        return
    shares = ", ".join(f"{100.0 * level:g}" for level in words.levels)
    about = [line for line in (heading, f"contours: {shares} %") if line] if words.style == "screen" else []
    right = 1.0 - 1.2 * style.tick / (72.0 * style.side)
    legend = figure.legend(
        handles=handles,
        title="\n".join(about) or None,
        title_fontsize=style.tick,
        fontsize=style.tick if words.style == "screen" else style.label,
        loc="upper right",
        bbox_to_anchor=(right, 0.995),
        frameon=False,
        alignment="right" if about else "left",
    )
    legend.get_title().set_horizontalalignment("right")
