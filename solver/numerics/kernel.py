"""The one decorator for compiled functions, with a cache that no source change can leave stale."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config

__all__ = ["cache_root", "kernel", "source_digest"]

Function = TypeVar("Function", bound=Callable[..., Any])

# Caches of sources that nobody has run for this long are removed.
CACHE_LIFETIME_DAYS = 60


# This file stands in a folder of the solver, one of the rooms of the package.
_, SOLVER_FOLDER, PACKAGE = Path(__file__).resolve().parents[:3]
SOLVER = SOLVER_FOLDER.name
COMPILED_ROOMS = (SOLVER, "likelihoods")


@lru_cache(maxsize=4)
def source_digest(room: str = SOLVER) -> str:
    """Return the digest of every source file of a room of the package, in hexadecimal (16 digits).

    numba hashes only the file a function stands in; an inlined helper from another file would go
    unnoticed. Any change in any source of the room therefore opens a new cache folder.
    """
    root = PACKAGE / room
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def cache_root(room: str = SOLVER) -> Path:
    """Return the folder for compiled kernels and tables of the sources of a room as they are.

    ``RELICFIT_CACHE_DIR`` overrides the user's cache folder; where neither can be written, a folder
    that lives as long as the process serves, at the price of compiling anew.
    """
    base = os.environ.get("RELICFIT_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "relicfit"
    )
    folder = Path(base) / source_digest(room)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        if not os.access(folder, os.W_OK):
            raise PermissionError(folder)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="relicfit-"))
    _remove_unused(folder)
    return folder


def _remove_unused(current: Path) -> None:
    oldest = time.time() - 86400 * CACHE_LIFETIME_DAYS
    for folder in current.parent.iterdir():
        is_digest = len(folder.name) == len(current.name) and set(folder.name) <= set("0123456789abcdef")
        if folder != current and is_digest and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def kernel(function: Function) -> Function:
    """Compile a function with the house's settings: cached, without the GIL, IEEE arithmetic.

    ``error_model="numpy"`` keeps an underflow or a division by zero a value: in numba's default mode
    it raises inside a compiled loop and corrupts the solve.
    """
    previous = config.CACHE_DIR
    config.CACHE_DIR = str(cache_root(_room(function)))
    try:
        return numba.njit(cache=True, error_model="numpy", nogil=True)(function)  # type: ignore[return-value]
    finally:
        config.CACHE_DIR = previous


def _room(function: Callable[..., Any]) -> str:
    path = Path(function.__code__.co_filename).resolve()
    for room in COMPILED_ROOMS:
        if path.is_relative_to(PACKAGE / room):
            return room
    # From elsewhere, such as a user's own file, which builds on the solver's kernels.
    return SOLVER
