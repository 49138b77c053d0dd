"""Make room for a new result: only what this program has written goes, and what was changed since is set aside."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

from ...errors import UserError
from ..storage.atomic import remove_leftovers
from ..storage.reading import digest_of, read_own
from .folder import CHECKPOINT, DIAGNOSTICS, OWN_FILES, STATUS
from .manifest import MANIFEST

__all__ = ["remove_result"]

# Files that say who wrote the folder, and the entries by which they can be told from others of the same name.
MARKS = {
    MANIFEST: ("format", "versions", "files"),
    DIAGNOSTICS: ("converged", "numbers"),
    STATUS: ("state", "evaluations", "process"),
    f"{CHECKPOINT}/header.json": ("version of relicfit",),
}


def remove_result(directory: Path) -> None:
    """Delete the files of an earlier result.

    A file that has changed since it was written is renamed instead: somebody has worked on it.

    Raises
    ------
    UserError
        Where a file has the name of one of ours, in a folder that this program has not written.
    """
    there = [name for name in OWN_FILES if (directory / name).exists() or (directory / name).is_symlink()]
    marks = [name for name, keys in MARKS.items() if set(keys) <= set(_table(directory / name))]
    if there and not marks:
        raise UserError(
            f"{directory}: {', '.join(there)} would be replaced, and nothing here says that this program has "
            "written it. Move it away, or choose another folder with --out."
        )
    digests = _table(directory / MANIFEST).get("digests", {})
    # The marks go last: a process that is killed in between leaves a folder that is still ours.
    for name in sorted(there, key=lambda name: (name in MARKS, name == MANIFEST)):
        path = directory / name
        if isinstance(digests, dict) and name in digests and not _is_unchanged(path, digests[name]):
            path.rename(_free_name(path))
        else:
            path.unlink()
    remove_leftovers(directory)


def _table(path: Path) -> dict[str, object]:
    try:
        found = json.loads(read_own(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_unchanged(path: Path, digest: object) -> bool:
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.before{number or ''}") for number in count())
    return next(name for name in names if not name.exists())
