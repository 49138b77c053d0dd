"""Tables over Chebyshev nodes, and their place in the cache."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ...numerics.kernel import cache_root
from ...numerics.table_store import stored_arrays

__all__ = ["cached_arrays", "chebyshev_nodes", "chebyshev_weights"]


def cached_arrays(
    name: str, build: Callable[[], Mapping[str, NDArray[np.float64]]], notice: str
) -> dict[str, NDArray[np.float64]]:
    """Return named arrays from the cache of this source, building and storing them if need be.

    Parameters
    ----------
    name : str
        The file name, without suffix, in the cache folder of the present solver source.
    build : callable
        Makes the arrays.
    notice : str
        One line for the standard error stream while they are made.
    """

    def announced() -> Mapping[str, NDArray[np.float64]]:
        print(notice, file=sys.stderr, flush=True)
        return build()

    return stored_arrays(cache_root(), name, announced)


def chebyshev_nodes(count: int) -> NDArray[np.float64]:
    """Return the Chebyshev points of the second kind on [0, 1], the ends included."""
    return 0.5 * (1.0 - np.cos(np.pi * np.arange(count) / (count - 1)))


def chebyshev_weights(count: int) -> NDArray[np.float64]:
    """Return the barycentric weights that belong to `chebyshev_nodes` (Berrut & Trefethen 2004, (5.4))."""
    weights = (-1.0) ** np.arange(count)
    weights[[0, -1]] *= 0.5
    return weights
