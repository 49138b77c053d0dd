"""How verbs tell what they do: a function of the caller's that takes a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["Tell", "nothing", "say"]

Tell = Callable[[str], object]


def nothing(text: str) -> None:
    """Tell nobody."""


def say(tell: Tell | None, paths: Sequence[Path]) -> None:
    """Tell of files that were written."""
    for path in paths if tell is not None else ():
        tell(f"Written: {path}")
