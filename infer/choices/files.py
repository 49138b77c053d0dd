"""The files of the worth of choices: text, table, picture."""

from __future__ import annotations

from pathlib import Path

from ..storage.atomic import write_atomically, write_text
from ..storage.folder import make_folder
from ..storage.lock import locked
from .picture import choices_plot
from .worth import Choices

__all__ = ["PICTURE", "TEXT", "write_choices"]

TEXT, TABLE, PICTURE = "choices.txt", "choices.csv", "choices.png"


def write_choices(found: Choices, directory: Path) -> list[Path]:
    """Write text, table and picture into a folder and return their paths."""
    make_folder(directory)
    figure = choices_plot(found)
    with locked(directory):
        write_text(directory / TEXT, f"{found}\n")
        write_text(directory / TABLE, found.as_csv())
        write_atomically(directory / PICTURE, lambda path: figure.savefig(path, dpi=150))
    return [directory / name for name in (TEXT, TABLE, PICTURE)]
