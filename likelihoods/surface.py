"""Quantities tabulated over two variables, interpolated in logarithms by the compiled code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .compiled.interpolation import Surface

__all__ = ["LogSurface"]

Array = NDArray[np.float64]


class LogSurface:
    """Interpolate ln z bilinearly in ln x and ln y on a full grid; constant beyond its edges.

    Parameters
    ----------
    x, y : (rows,) arrays
        The grid as a list of points in any order; every combination of x and y must occur.
    z : (rows,) arrays
        One or more quantities tabulated there.
    """

    def __init__(self, x: Array, y: Array, *z: Array) -> None:
        grid_x, rows = np.unique(x, return_inverse=True)
        grid_y, columns = np.unique(y, return_inverse=True)
        if len(x) != len(grid_x) * len(grid_y):
            raise ValueError("a table of two variables has missing or repeated nodes")
        self.x, self.y = np.log(grid_x), np.log(grid_y)
        self.z = np.empty((len(z), len(grid_x), len(grid_y)))
        self.z[:, rows, columns] = np.log(z)
        self.x_range = (float(self.x[0]), float(self.x[-1]))
        self.y_range = (float(self.y[0]), float(self.y[-1]))

    @cached_property
    def compiled(self) -> Surface:
        """The grid as compiled code takes it."""
        from .compiled.interpolation import Surface

        return Surface(self.x, self.y, self.z)

    def __call__(self, ln_x: Array, ln_y: Array) -> Array:
        """Return ln z (quantities, n) at ln x (n,) and ln y (n,)."""
        from .compiled.interpolation import surface_rows

        return surface_rows(self.compiled, ln_x, ln_y)
