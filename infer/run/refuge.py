"""Where a result goes when its folder cannot be written any more: nothing that took hours is lost."""

from __future__ import annotations

import contextlib
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

__all__ = ["written_somewhere"]

Written = TypeVar("Written")

logger = logging.getLogger("relicfit")


def written_somewhere(directory: Path, write: Callable[[Path], Written]) -> Written:
    """Write into a folder, or where it can be done: beside it, here, or where temporary files go.

    Raises
    ------
    OSError
        That of the folder itself, where no place can be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return write(directory)
    except OSError as error:
        first = error
    for place in _places(directory):
        try:
            found = write(place)
        except OSError:
            _clear(place)
            continue
        text = f"{directory} cannot be written ({first.strerror or first}): the results are in {place}"
        logger.error(text)
        print(f"{text}.", file=sys.stderr, flush=True)
        return found
    raise first


def _places(directory: Path) -> Iterator[Path]:
    for parent in (directory.parent, Path.cwd(), Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            yield Path(tempfile.mkdtemp(prefix=f"{directory.name}-", dir=parent))


def _clear(place: Path) -> None:
    with contextlib.suppress(OSError):
        for path in place.iterdir():
            path.unlink()
        place.rmdir()
