"""Files that are either whole or absent: a name that nobody can guess, a flush, a rename."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

__all__ = ["MARK", "remove_leftovers", "write_atomically", "write_bytes", "write_text"]

# In the name of every temporary file: what a process that was killed leaves behind can be told by it.
MARK = ".relicfit-partial"


def write_atomically(
    path: Path, write: Callable[[Path], object], before: Callable[[Path], object] | None = None
) -> None:
    """Let ``write`` fill a temporary file beside ``path``, flush it to disk and rename it.

    The temporary file is made exclusively, under a name that cannot be foreseen: no link laid in its way is
    followed. It keeps the suffix, which some writers look at. ``before`` sees it before it gets its name.
    A link in the place of ``path`` is replaced, what it points to stays.
    """
    descriptor, name = tempfile.mkstemp(
        prefix=f".{path.stem}.", suffix=f"{MARK}{path.suffix}", dir=path.parent
    )
    os.close(descriptor)
    temporary = Path(name)
    try:
        write(temporary)
        # Windows flushes files that are open for writing only.
        with open(temporary, "rb+") as handle:
            os.fsync(handle.fileno())
        # Made for its owner alone; what stays has the rights that a new file has here.
        with contextlib.suppress(OSError):
            os.chmod(temporary, 0o666 & ~_umask())
        if before is not None:
            before(temporary)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


@cache
def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_text(path: Path, content: str) -> None:
    """Write text as UTF-8; see `write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


def remove_leftovers(folder: Path) -> None:
    """Delete temporary files that killed writers have left in a folder."""
    for path in folder.glob(f".*{MARK}*"):
        with contextlib.suppress(OSError):
            path.unlink()
