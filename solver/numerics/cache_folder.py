"""Where this user's cache is: compiled kernels, tables, copies of files."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_base", "is_own", "mark"]

# The file that says that a folder in there is ours to delete, as the convention of cache folders has it.
TAG = "CACHEDIR.TAG"
SIGNATURE = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# Made by relicfit; it may be deleted at any time.\n"
)


def cache_base() -> Path:
    """Return the folder that holds the caches, which need not exist.

    ``RELICFIT_CACHE_DIR`` overrides the user's cache folder.
    """
    own = os.environ.get("RELICFIT_CACHE_DIR")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "relicfit"


def mark(folder: Path) -> None:
    """Write into a folder that it is a cache of this program."""
    if not (folder / TAG).exists():
        (folder / TAG).write_text(SIGNATURE, encoding="utf-8")


def is_own(folder: Path) -> bool:
    """Tell whether a folder is a cache of this program."""
    try:
        return (folder / TAG).read_text(encoding="utf-8") == SIGNATURE
    except (OSError, UnicodeDecodeError):
        return False
