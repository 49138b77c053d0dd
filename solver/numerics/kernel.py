"""The one decorator for compiled functions, with a cache that no source change can leave stale."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import logging
import os
import pickle
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import caching, config, event

from .cache_folder import cache_base, is_own, mark

__all__ = ["cache_root", "kernel", "room_of", "seconds_compiling", "source_digest", "sources"]

logger = logging.getLogger("relicfit")

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

    Where the user's cache cannot be written, a folder that lives as long as the process serves, at the
    price of compiling anew.
    """
    folder = cache_base() / source_digest(room)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark(folder)
        os.utime(folder)
        if not os.access(folder, os.W_OK):
            raise PermissionError(folder)
    except OSError:
        temporary = Path(tempfile.mkdtemp(prefix="relicfit-"))
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        return temporary
    _remove_unused(folder)
    return folder


def _remove_unused(current: Path) -> None:
    oldest = time.time() - 86400 * CACHE_LIFETIME_DAYS
    for folder in current.parent.iterdir():
        if folder != current and is_own(folder) and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


class SourceLocator(caching.UserProvidedCacheLocator):
    """Name the folders of compiled kernels by their place in the package, the same in every checkout.

    From numba 0.68 on the stamp of a source file is its content, not its time.
    """

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return the name of the folder for the kernels of a file; for files of others it is numba's."""
        path = Path(py_file).resolve()
        if path.is_relative_to(PACKAGE):
            return ".".join(path.relative_to(PACKAGE).parent.parts)
        return str(super().get_suitable_cache_subpath(py_file))


class SealedFile(caching.IndexDataCacheFile):
    """Put a digest in front of everything that numba stores: machine code must not run with a bit changed."""

    def _dump(self, obj: Any) -> bytes:
        content = super()._dump(obj)
        return hashlib.sha256(content).digest() + content

    def _load_index(self) -> dict[Any, str]:
        try:
            stored = Path(self._index_path).read_bytes()
        except FileNotFoundError:
            return {}
        version, begin = (
            pickle.dumps(self._version, protocol=-1),
            len(pickle.dumps(self._version, protocol=-1)),
        )
        if not stored.startswith(version):
            return {}
        stamp, overloads = self._opened(stored[begin:])
        return overloads if stamp == self._source_stamp else {}

    def _load_data(self, name: str) -> Any:
        return self._opened(Path(self._data_path(name)).read_bytes())

    @staticmethod
    def _opened(stored: bytes) -> Any:
        digest, content = stored[:32], stored[32:]
        if hashlib.sha256(content).digest() != digest:
            raise ValueError("the digest is another")
        return pickle.loads(content)


class MendingCache(caching.FunctionCache):
    """Compile anew what is damaged, and keep in memory what cannot be stored."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        plain = self._cache_file
        self._cache_file = SealedFile(self._cache_path, self._impl.filename_base, plain._source_stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a compiled function; nothing where what is stored is damaged, which is then removed."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:
            logger.warning("cache: %s is damaged (%s); compiled anew", self._cache_path, error)
            with contextlib.suppress(OSError):
                os.unlink(self._cache_file._index_path)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store a compiled function, where that can be done."""
        try:
            super().save_overload(sig, data)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            logger.warning("cache: %s cannot be written (%s); kept in memory", self._cache_path, error)


def kernel(function: Function) -> Function:
    """Compile a function with the house's settings: cached, without the GIL, IEEE arithmetic.

    ``error_model="numpy"`` keeps an underflow or a division by zero a value: in numba's default mode
    it raises inside a compiled loop and corrupts the solve.
    """
    previous = CONFIG.CACHE_DIR, CONFIG.CACHE_LOCATOR_CLASSES
    CONFIG.CACHE_DIR = str(cache_root(room_of(Path(function.__code__.co_filename).resolve())))
    CONFIG.CACHE_LOCATOR_CLASSES = f"{__name__}.{SourceLocator.__name__}"
    try:
        compiled: Any = numba.njit(error_model="numpy", nogil=True)(function)
        compiled._cache = MendingCache(function)
        return compiled
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


class _Clock(event.Listener):
    """Add up the time in which any thread compiles."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.depth, self.begin, self.total = 0, 0.0, 0.0

    def on_start(self, event: event.Event) -> None:
        """Begin, unless another compilation is under way: they nest."""
        with self.lock:
            if self.depth == 0:
                self.begin = time.monotonic()
            self.depth += 1

    def on_end(self, event: event.Event) -> None:
        """End the outermost."""
        with self.lock:
            self.depth -= 1
            if self.depth == 0:
                self.total += time.monotonic() - self.begin


_clock = _Clock()
event.register("numba:compile", _clock)


def seconds_compiling() -> float:
    """Return for how long this process has compiled kernels so far."""
    with _clock.lock:
        return _clock.total + (time.monotonic() - _clock.begin if _clock.depth else 0.0)
