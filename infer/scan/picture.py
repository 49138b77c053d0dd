"""The picture of a scan: a curve over one parameter, filled contours over two."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...priors import spans_decades
from ..style import BLUE, RED, label, new_figure, own_settings
from .grid import TOTAL, Scan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["scan_plot"]

FloatArray = NDArray[np.float64]
# A picture of a log-likelihood shows this much below the best.
DEPTH = 12.0


@own_settings
def scan_plot(found: Scan) -> Figure:
    """Draw a curve over one parameter, filled contours over two."""
    return _curve(found) if len(found.over) == 1 else _contours(found)


def _is_log(values: FloatArray) -> bool:
    good = values[np.isfinite(values)]
    return good.size > 0 and spans_decades(good.min(), good.max())


def _title(found: Scan) -> str:
    # Spaces that do not break keep a name and its value on one line.
    items = (f"{name}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{value:.4g}" for name, value in found.fixed.items())
    return "\n".join(textwrap.wrap(", ".join(items), 70))


def _name_of(found: Scan, name: str, logarithmic: bool = False) -> str:
    item = found.quantities.get(name)
    if item is not None:
        return label(item, logarithmic)
    return r"$\ln L$" if name == TOTAL else rf"$\ln L$ of {name}"


def _curve(found: Scan) -> Figure:
    figure = new_figure(figsize=(6.4, 4.4), layout="constrained")
    axis = figure.add_subplot()
    values = found.values[found.show]
    axis.plot(found.axes[0], values, color=BLUE, lw=2.0)
    axis.set(xlabel=_name_of(found, found.over[0]), ylabel=_name_of(found, found.show))
    if _is_log(found.axes[0]):
        axis.set_xscale("log")
    if _is_log(values):
        axis.set_yscale("log")
    elif found.show not in found.quantities and np.isfinite(values).any():
        top = np.nanmax(values)
        axis.set_ylim(max(np.nanmin(values), top - 4 * DEPTH) - 0.05 * DEPTH, top + 0.05 * DEPTH)
    if found.measured is not None:
        axis.axhline(found.measured, color=RED, lw=1.5, ls="--", label=f"measured {found.measured:.4g}")
        axis.legend(frameon=False)
    axis.set_title(_title(found), fontsize=9)
    return figure


def _contours(found: Scan) -> Figure:
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(figsize=(6.8, 5.2), layout="constrained")
    axis = figure.add_subplot()
    values = found.values[found.show].T
    logarithmic = found.show in found.quantities and _is_log(values)
    shown = np.log10(values) if logarithmic else values
    good = shown[np.isfinite(shown)]
    if good.size:
        low, high = float(good.min()), float(good.max())
        if found.show not in found.quantities:
            low = max(low, high - DEPTH)
        levels = MaxNLocator(13).tick_values(low, high if high > low else low + 1e-9 + abs(low))
        masked = np.ma.masked_invalid(np.maximum(shown, low) if found.show not in found.quantities else shown)
        filled = axis.contourf(*found.axes, masked, levels=levels, cmap="cividis", extend="min")
        axis.contour(*found.axes, masked, levels=levels, colors="white", linewidths=0.4, alpha=0.6)
        if found.measured is not None and found.measured > 0.0:
            level = math.log10(found.measured) if logarithmic else found.measured
            axis.contour(*found.axes, masked, levels=[level], colors=[RED], linewidths=2.0, linestyles="-")
        figure.colorbar(filled, ax=axis, label=_name_of(found, found.show, logarithmic))
    axis.set_facecolor("0.85")
    axis.set(xlabel=_name_of(found, found.over[0]), ylabel=_name_of(found, found.over[1]))
    for values, which in zip(found.axes, (axis.set_xscale, axis.set_yscale), strict=True):
        if _is_log(values):
            which("log")
    notes = ["grey: not solved"] if found.failed else []
    notes += [f"red: the measured {found.measured:.4g}"] if found.measured is not None else []
    axis.set_title("\n".join(filter(None, [_title(found), ", ".join(notes)])), fontsize=9)
    return figure
