"""The git revision of the sources of this package."""

from __future__ import annotations

import subprocess
from pathlib import Path

__all__ = ["revision"]

ROOT = Path(__file__).resolve().parents[2]


def revision() -> str:
    """Return the git revision of the sources, with "+" if they have changes.

    A wheel says of which revision it was built; "" where nobody knows.
    """
    try:
        top = _git("rev-parse", "--show-toplevel", "HEAD").split()
        if Path(top[0]).resolve() != ROOT:
            return _built_of()
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError, IndexError):
        return _built_of()
    return top[1] + ("+" if changed.strip() else "")


def _built_of() -> str:
    try:
        return (ROOT / "revision.txt").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=10, check=True
    )
    return done.stdout
