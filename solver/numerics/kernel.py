"""The one decorator for compiled functions, with a cache that no source change can leave stale."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import caching, config

__all__ = ["cache_root", "kernel", "room_of", "source_digest", "sources"]

Function = TypeVar("Function", bound=Callable[..., Any])

# numba reads these settings from the environment; types do not know them.
CONFIG: Any = config

# Caches of sources that nobody has run for this long are removed.
CACHE_LIFETIME_DAYS = 60


# This file stands in a folder of the solver, one of the rooms of the package.
_, SOLVER_FOLDER, PACKAGE = Path(__file__).resolve().parents[:3]
SOLVER = SOLVER_FOLDER.name
HOLDS_KERNELS = re.compile(rb"^from .*\bimport .*\bkernel\b", re.MULTILINE)
# What a kernel can use is imported at the top of its file; inside functions only what Python needs.
IMPORT = re.compile(r"^from (\.+)([\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE)


@lru_cache(maxsize=8)
def sources(room: str = SOLVER) -> tuple[Path, ...]:
    """Return the source files that can change a compiled kernel of a room, a folder of the package.

    Of the solver these are all; of another room those that hold kernels, and whatever of the package they
    import, directly or not: numba inlines the kernels and freezes the constants of other files.
    """
    paths = sorted((PACKAGE / room).rglob("*.py"))
    if room == SOLVER:
        return tuple(paths)
    waiting = [path for path in paths if HOLDS_KERNELS.search(path.read_bytes())]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return tuple(sorted(found))


def _imported(path: Path) -> list[Path]:
    """Return the files of the package that a file imports at its top."""
    found = []
    for dots, module, names in IMPORT.findall(path.read_text(encoding="utf-8")):
        base = path.parents[len(dots) - 1].joinpath(*filter(None, module.split(".")))
        below = [base / f"{name}.py" for name in re.findall(r"\w+", names)]
        found += [base.with_suffix(".py"), base / "__init__.py", *below]
    return [item for item in found if item.is_file()]


@lru_cache(maxsize=8)
def source_digest(room: str = SOLVER) -> str:
    """Return the digest of every source file that kernels of a room depend on, in hexadecimal (16 digits).

    numba hashes only the file a function stands in; an inlined helper from another file would go
    unnoticed. Any change in any of these sources therefore opens a new cache folder.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sources(room):
        digest.update(str(path.relative_to(PACKAGE)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=8)
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


class SourceLocator(caching.UserProvidedCacheLocator):
    """Name the folders of compiled kernels by their place in the package, the same in every checkout."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return the name of the folder for the kernels of a file; for files of others it is numba's."""
        path = Path(py_file).resolve()
        if path.is_relative_to(PACKAGE):
            return ".".join(path.relative_to(PACKAGE).parent.parts)
        return str(super().get_suitable_cache_subpath(py_file))


def kernel(function: Function) -> Function:
    """Compile a function with the house's settings: cached, without the GIL, IEEE arithmetic.

    ``error_model="numpy"`` keeps an underflow or a division by zero a value: in numba's default mode
    it raises inside a compiled loop and corrupts the solve.
    """
    previous = CONFIG.CACHE_DIR, CONFIG.CACHE_LOCATOR_CLASSES
    CONFIG.CACHE_DIR = str(cache_root(room_of(Path(function.__code__.co_filename).resolve())))
    CONFIG.CACHE_LOCATOR_CLASSES = f"{__name__}.{SourceLocator.__name__}"
    try:
        return numba.njit(cache=True, error_model="numpy", nogil=True)(function)  # type: ignore[return-value]
    finally:
        CONFIG.CACHE_DIR, CONFIG.CACHE_LOCATOR_CLASSES = previous


def room_of(path: Path) -> str:
    """Return the room whose sources decide about kernels in a file: the folder of the package it is in."""
    if path.is_relative_to(PACKAGE):
        first = path.relative_to(PACKAGE).parts[0]
        if (PACKAGE / first / "__init__.py").is_file():
            return first
    # From elsewhere, such as a user's own file, which builds on the solver's kernels.
    return SOLVER
