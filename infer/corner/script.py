"""The script that draws a picture anew, to be changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .words import Words

__all__ = ["redrawing_script"]


def redrawing_script(runs: Sequence[Path], words: Words, out: Path) -> str:
    """Return a Python script that draws a picture of runs with the same words."""
    arguments = [
        *(repr(str(run)) for run in runs),
        f"show={list(words.show)!r}",
        f"ranges={dict(words.ranges)!r}",
        f"levels={words.levels!r}",
        f"style={words.style!r}",
        f"labels={list(words.labels)!r}",
        f"truths={None if words.truths is None else dict(words.truths)!r}",
        f"out={str(out)!r}",
    ]
    lines = [
        f'"""Draw {out.name} anew."""',
        "",
        "import relicfit",
        "",
        "figure = relicfit.plot(",
        *(f"    {argument}," for argument in arguments),
        ")",
    ]
    return "\n".join(lines) + "\n"
