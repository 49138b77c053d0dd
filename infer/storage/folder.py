"""Folders that a user names, made if need be."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import UserError

__all__ = ["make_folder", "unwritable"]


def make_folder(folder: Path) -> None:
    """Make a folder that can be written.

    Raises
    ------
    UserError
        Where a file is in its way or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        place = error.filename or folder
        raise UserError(
            f"{folder}: a file is in the way ({place}). Choose another folder with --out."
        ) from None
    except OSError as error:
        raise unwritable(folder, error) from None
    if not os.access(folder, os.W_OK):
        raise unwritable(folder, PermissionError(13, "permission denied"))


def unwritable(folder: Path, error: OSError) -> UserError:
    """Return what is said of a folder that cannot be written."""
    return UserError(
        f"{folder}: cannot be written ({error.strerror or error}). Choose another folder with --out."
    )
