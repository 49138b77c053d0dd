"""The numbers of a figure: every line and contour that is drawn, as a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["as_csv"]

HEADER = ("panel", "series", "x", "y")


def as_csv(figure: Figure) -> str:
    """Return what a figure draws: panel, series, x and y in the units of its axes, which comment lines name.

    Series without a label are numbered. Guides without a length, such as the handles of a legend, are left out.
    """
    comments, rows = [], []
    for panel, axis in enumerate(figure.axes, 1):
        comments.append(f"# panel {panel}: x is {axis.get_xlabel()}, y is {axis.get_ylabel()}")
        series: list[tuple[object, object]] = [(item.get_label(), item.get_xydata()) for item in axis.lines]
        for number, item in enumerate(axis.collections, 1):
            named = item.get_label()
            name = named if isinstance(named, str) and not named.startswith("_") else f"contour {number}"
            series += [(name, path.vertices) for path in item.get_paths()]
        for number, (label, points) in enumerate(series, 1):
            name = str(label) if label and not str(label).startswith("_") else f"line {number}"
            drawn = np.asarray(points, dtype=np.float64)
            rows += [(panel, name, f"{x:.8g}", f"{y:.8g}") for x, y in drawn[np.isfinite(drawn).all(axis=1)]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return "\n".join([*comments, text.getvalue()])
