"""What lies beside a user's file: modules that it imports and tables that it reads are part of it.

While a user's file is read and rehearsed, every file of its folder that is opened for reading is noted; its
content then travels with the run file as the text of the user's file does, under the same relative path.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import UserError

__all__ = ["digest_of", "from_text", "materialised", "names_beside", "noting", "placed", "to_text"]

# A table that is no text, in a run file.
BINARY = "base64:"
# Megabytes of tables that a result may carry.
LARGEST_MEGABYTES = 20.0
HIDDEN = ("__pycache__",)

# By identity: two sets that are equal now need not stay so.
_noting: dict[int, tuple[Path, set[Path]]] = {}
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _noting:
        return
    name, mode, flags = arguments
    if not isinstance(name, str | bytes | os.PathLike):
        return
    writes = "w" in mode or "a" in mode or "x" in mode if isinstance(mode, str) else flags & os.O_ACCMODE
    path = Path(os.path.abspath(os.fsdecode(name)))
    for folder, seen in () if writes else tuple(_noting.values()):
        if path.is_relative_to(folder) and not _hidden(path.relative_to(folder)):
            seen.add(path)


def _hidden(path: Path) -> bool:
    return path.suffix == ".pyc" or any(part.startswith(".") or part in HIDDEN for part in path.parts)


@contextmanager
def noting(folder: Path) -> Iterator[set[Path]]:
    """Note which files of a folder are opened for reading, by any thread, as long as the context lasts."""
    global _hooked
    if not _hooked:
        # A hook cannot be taken away again; without anything to note it returns at once.
        sys.addaudithook(_hook)
        _hooked = True
    seen: set[Path] = set()
    _noting[id(seen)] = (Path(os.path.abspath(folder)), seen)
    try:
        yield seen
    finally:
        del _noting[id(seen)]


def digest_of(path: Path) -> str:
    """Return the digest of the content of a file, empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def to_text(path: Path) -> str:
    """Return the content of a file as a text that a run file can hold.

    Raises
    ------
    UserError
        Where it is too large to travel with every result.
    """
    raw = path.read_bytes()
    if len(raw) > LARGEST_MEGABYTES * 1e6:
        raise UserError(
            f"{path}: {len(raw) / 1e6:.0f} MB are read beside a user's file; at most {LARGEST_MEGABYTES:g} MB travel "
            "with a result. Reduce the table, or keep it in another folder and name it by its whole path."
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return BINARY + base64.b64encode(raw).decode()
    legible = all(letter.isprintable() or letter in "\n\t" for letter in text) and not text.startswith(BINARY)
    return text if legible else BINARY + base64.b64encode(raw).decode()


def from_text(name: str, text: str) -> bytes:
    """Return the content of a file that `to_text` made a text of."""
    if not text.startswith(BINARY):
        return text.encode("utf-8")
    try:
        return base64.b64decode(text.removeprefix(BINARY), validate=True)
    except binascii.Error:
        raise UserError(
            f"files.{name}: damaged, this is no base64. Restore the run file from a copy."
        ) from None


def names_beside(paths: set[Path], folder: Path) -> dict[str, Path]:
    """Return files that are still there, by their path as seen from a folder, with forward slashes."""
    base = os.path.abspath(folder)
    return {Path(os.path.relpath(path, base)).as_posix(): path for path in sorted(paths) if path.is_file()}


def materialised(contents: Mapping[str, bytes], folder: Path) -> Path:
    """Return a folder in which files of these contents stand under these names: the given one, or one in the cache."""
    if all(_holds(folder / name, raw) for name, raw in contents.items()):
        return folder
    from ...solver.numerics.kernel import cache_root
    from ..storage.atomic import write_bytes

    digest = hashlib.sha256()
    for name, raw in sorted(contents.items()):
        digest.update(f"{name}\0{len(raw)}\0".encode() + raw)
    places = {name: _normal(name) for name in contents}
    depth = max((place.parts.count("..") for place in places.values()), default=0)
    # Names that begin with ".." stay inside, as far below as they climb.
    root = cache_root().parent / "user-files" / digest.hexdigest()[:16]
    base = root.joinpath(*["below"] * depth)
    base.mkdir(parents=True, exist_ok=True)
    for name, raw in contents.items():
        path = placed(base, name)
        if not _holds(path, raw):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, raw)
    return base


def placed(base: Path, name: str) -> Path:
    """Return where a file stands in a folder of `materialised`."""
    return Path(os.path.normpath(base / _normal(name)))


def _normal(name: str) -> Path:
    path = Path(os.path.normpath(name))
    return Path(*path.parts[1:]) if path.is_absolute() else path


def _holds(path: Path, raw: bytes) -> bool:
    try:
        return path.read_bytes() == raw
    except (OSError, ValueError):
        return False
