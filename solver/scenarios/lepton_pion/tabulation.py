"""Tables on disk: built at first use, written whole or not at all, rebuilt when they cannot be read."""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...numerics.kernel import cache_root

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
    path = cache_root() / f"{name}.npz"
    try:
        # Opened here, so that it is closed even where numpy gives up on it.
        with path.open("rb") as file, np.load(file) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        pass  # absent, or cut short by a full disk: both are cured by building anew
    print(notice, file=sys.stderr, flush=True)
    arrays = dict(build())
    _store(path, arrays)
    return arrays


def _store(path: Path, arrays: Mapping[str, NDArray[np.float64]]) -> None:
    # Several processes may build at once; a rename makes each see a whole file or none.
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        return  # a cache that cannot be written costs time, not correctness


def chebyshev_nodes(count: int) -> NDArray[np.float64]:
    """Return the Chebyshev points of the second kind on [0, 1], the ends included."""
    return 0.5 * (1.0 - np.cos(np.pi * np.arange(count) / (count - 1)))


def chebyshev_weights(count: int) -> NDArray[np.float64]:
    """Return the barycentric weights that belong to `chebyshev_nodes` (Berrut & Trefethen 2004, (5.4))."""
    weights = (-1.0) ** np.arange(count)
    weights[[0, -1]] *= 0.5
    return weights
