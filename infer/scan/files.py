"""The files of a scan: its table and its picture."""

from __future__ import annotations

from pathlib import Path

from ..storage.atomic import write_atomically, write_text
from ..storage.folder import make_folder
from ..storage.lock import locked
from .grid import Scan
from .picture import scan_plot

__all__ = ["write_scan"]


def write_scan(found: Scan, directory: Path) -> list[Path]:
    """Write table and pictures, named after what they show, and return their paths."""
    make_folder(directory)
    with locked(directory):
        return _written(found, directory)


def _written(found: Scan, directory: Path) -> list[Path]:
    stem = "-".join(["scan", *found.over, found.show.replace("/", "-")])
    paths = [directory / f"{stem}.csv", directory / f"{stem}.png", directory / f"{stem}.pdf"]
    write_text(paths[0], found.as_csv())
    figure = scan_plot(found)
    for path in paths[1:]:
        write_atomically(path, lambda temporary: figure.savefig(temporary, dpi=150))
    return paths
