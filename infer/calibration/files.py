"""The files of a calibration: the record of its simulations, text and picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...errors import UserError
from ..problem.provenance import differences
from ..storage.atomic import write_atomically, write_text
from .outcome import Calibration
from .picture import calibration_plot

__all__ = ["RECORD", "read_ranks", "write_calibration", "write_ranks"]

RECORD, TEXT, PICTURE = "calibration.json", "calibration.txt", "calibration.png"


def write_calibration(calibration: Calibration, directory: Path) -> list[Path]:
    """Write text and picture, and return the paths of all files."""
    write_text(directory / TEXT, f"{calibration}\n")
    figure = calibration_plot(calibration)
    write_atomically(directory / PICTURE, lambda path: figure.savefig(path, dpi=150))
    return [directory / name for name in (TEXT, PICTURE, RECORD)]


def write_ranks(path: Path, header: dict[str, Any], ranks: dict[int, dict[str, int]]) -> None:
    """Keep the ranks of all simulations so far, with what they depend on."""
    record = {"header": header, "ranks": {str(key): ranks[key] for key in sorted(ranks)}}
    write_text(path, json.dumps(record, indent=1))


def read_ranks(path: Path, header: dict[str, Any]) -> dict[int, dict[str, int]]:
    """Return the ranks of the simulations by their numbers; none where there is no record.

    Raises
    ------
    UserError
        Where the record cannot be read or belongs to another run file.
    """
    if not path.exists():
        return {}
    try:
        record = json.loads(path.read_text("utf-8"))
        before, ranks = record["header"], {int(key): value for key, value in record["ranks"].items()}
    except (ValueError, KeyError, AttributeError):
        raise UserError(f"{path}: not a record of this program. Begin anew with --overwrite.") from None
    changed = differences(before, json.loads(json.dumps(header)))
    if changed:
        raise UserError(
            f"{path}: belongs to another run file or version. Changed since: {'; '.join(changed)}. Begin anew "
            "with --overwrite, or choose another folder with --out."
        )
    return ranks
