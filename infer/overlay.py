"""The corner picture of one or more finished runs, written where asked, with the script that draws it anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserError
from .corner.picture import corner_picture
from .corner.script import redrawing_script
from .corner.words import Words
from .results.folder import Result, load
from .storage.atomic import write_text
from .storage.picture import save_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_runs", "write_picture"]

DOTS_PER_INCH = 200


def draw_runs(sources: Sequence[Result | str | Path], words: Words) -> Figure:
    """Return the corner picture of runs laid over each other.

    Raises
    ------
    UserError
        Where no run is given, or the words do not fit the runs.
    """
    if not sources:
        raise UserError("plot: name one or more folders of finished runs, for example runs/quickstart.")
    runs = [load(source) for source in sources]
    tables = [replace(run.samples, name=run.directory.resolve().name) for run in runs]
    return corner_picture(tables, words, runs[0].best_fit, tables[0].name if len(runs) == 1 else "")


def write_picture(
    figure: Figure, runs: Sequence[Path], words: Words, out: Path, script: Path | None = None
) -> list[Path]:
    """Write a picture, and the script that draws it anew, and return their paths.

    Raises
    ------
    UserError
        Where the suffix of ``out`` is no format, or a file cannot be written.
    """
    save_picture(figure, out, DOTS_PER_INCH)
    if script is not None:
        try:
            write_text(script, redrawing_script(runs, words, out))
        except OSError as error:
            raise UserError(
                f"{script}: cannot be written ({error.strerror}). Choose another place."
            ) from None
    return [out] if script is None else [out, script]
