"""Pictures in files that a user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import UserError
from .atomic import write_atomically
from .folder import make_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "check_picture", "save_picture"]

FORMATS = ("pdf", "png", "svg", "eps")


def check_picture(path: Path) -> None:
    """Refuse a name whose suffix is no format of a picture.

    Raises
    ------
    UserError
    """
    if path.suffix.lstrip(".").lower() not in FORMATS:
        found = f"the suffix {path.suffix!r}" if path.suffix else "no suffix"
        allowed = ", ".join("." + item for item in FORMATS)
        raise UserError(f"{path}: found {found}; allowed: {allowed}. Name a file with --out.")


def save_picture(figure: Figure, path: Path, dots: int) -> None:
    """Write a picture, in a folder that is made if need be.

    Raises
    ------
    UserError
        Where the suffix is no format, or the file cannot be written.
    """
    check_picture(path)
    make_folder(path.parent)
    try:
        write_atomically(path, lambda temporary: figure.savefig(temporary, dpi=dots))
    except OSError as error:
        raise UserError(
            f"{error.filename or path}: cannot be written ({error.strerror}). Choose another place with --out."
        ) from None
