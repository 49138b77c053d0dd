"""Tables on disk: built once per user and source, shared by processes, rebuilt if damaged."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from .cache_folder import mark
from .kernel import cache_root, source_digest

__all__ = ["is_stored", "source_files", "store_folder", "stored_arrays"]


@lru_cache(maxsize=8)
def store_folder(sources: tuple[str, ...]) -> Path:
    """Return the folder of the tables that these source files make, beside the compiled kernels.

    Its name is a digest of the files alone: an edit elsewhere in the solver does not cost a rebuild.
    """
    digest = hashlib.sha256()
    for source in sorted(sources, key=os.path.basename):
        digest.update(Path(source).read_bytes())
    root = cache_root()
    # Where no cache folder can be written, the root is temporary and nothing may be put beside it.
    folder = (root.parent if root.name == source_digest() else root) / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    mark(folder)
    os.utime(folder)
    return folder


def source_files(modules: Iterable[ModuleType]) -> tuple[str, ...]:
    """Return the files of modules."""
    return tuple(str(module.__file__) for module in modules)


def is_stored(folder: Path, name: str) -> bool:
    """Tell whether a table is there; whether it can be read is another question."""
    return (folder / f"{name}.npz").exists()


def stored_arrays(
    folder: Path, name: str, build: Callable[[], Mapping[str, NDArray[np.float64]]]
) -> dict[str, NDArray[np.float64]]:
    """Return named arrays from disk, or build them and put them there.

    A file appears under its name only when complete, and one that cannot be read is replaced; several
    processes may do so at once.
    """
    path = folder / f"{name}.npz"
    try:
        # Opened here: numpy leaves the file open when it is no archive.
        with path.open("rb") as stream, np.load(stream) as archive:
            return dict(archive)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        arrays = dict(build())
    try:
        descriptor, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as target:
                np.savez(target, allow_pickle=False, **arrays)
                target.flush()
                os.fsync(target.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError:
        # A full or read-only disk costs the next process a rebuild, and nothing else.
        pass
    return arrays
