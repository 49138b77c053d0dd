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
    if tell is None:
        return
    for path in paths:
        tell(f"Written: {path}")
