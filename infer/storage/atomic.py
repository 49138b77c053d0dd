"""Files that are either whole or absent: a temporary name, a flush, a rename."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["write_atomically", "write_bytes", "write_text"]


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, flush it to disk and rename it.

    The temporary file is hidden and keeps the suffix, which some writers look at.
    """
    temporary = path.with_name(f".{path.stem}.partial{path.suffix}")
    write(temporary)
    with open(temporary, "rb") as handle:
        os.fsync(handle.fileno())
    os.replace(temporary, path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_text(path: Path, content: str) -> None:
    """Write text as UTF-8; see `write_bytes`."""
    write_bytes(path, content.encode("utf-8"))
