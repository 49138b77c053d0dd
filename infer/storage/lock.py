"""One writer for a folder: a lock file made exclusively, which needs no locks of the file system.

The file says who writes: process, its birth, machine, since when. A link to a complete file is made under its
name, which succeeds for one of two writers on every file system with hard links, also over NFS; elsewhere it is
opened exclusively. A lock of this machine is dead when its process is; one of another machine when its owner has
not touched it for ten minutes, by the clock of the file system.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...errors import UserError
from .heartbeat import Heartbeat
from .process import birth_of, is_alive, namespace

__all__ = ["LOCK", "locked"]

LOCK = ".relicfit-lock"
# Seconds between two signs of life, and of silence after which a writer elsewhere is given up.
BEAT = 60.0
SILENCE = 600.0
# Two writers may find a dead lock at once: one of them takes it over, the other looks again.
ATTEMPTS = 20


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only writer of a folder, which exists, as long as the context lasts.

    Raises
    ------
    UserError
        Where another process writes there.
    OSError
        Where the folder cannot be written.
    """
    path = folder / LOCK
    own = _description()
    _acquire(path, own)
    try:
        with Heartbeat(lambda: os.utime(path), BEAT):
            yield
    finally:
        with contextlib.suppress(OSError):
            if _read(path) == own:
                path.unlink()


def _description() -> dict[str, Any]:
    return {
        "process": os.getpid(),
        "birth": birth_of(os.getpid()),
        "host": socket.gethostname(),
        "namespace": namespace(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "token": secrets.token_hex(8),
    }


def _acquire(path: Path, own: dict[str, Any]) -> None:
    for _ in range(ATTEMPTS):
        if _make(path, json.dumps(own)):
            return
        other = _read(path)
        if other is None:
            continue
        if _lives(other, path):
            raise UserError(
                f"{path.parent}: process {other.get('process')} on {other.get('host')} writes here since "
                f"{other.get('since')}. Wait for it, stop it, or write elsewhere with --out. If there is no such "
                f"process any more, delete {path}."
            )
        if _take_away(path, other):
            print(
                f"{path.parent}: process {other.get('process')} on {other.get('host')}, which wrote here, has ended; "
                "this one goes on.",
                file=sys.stderr,
            )
    raise UserError(f"{path.parent}: other processes begin to write here at the same time. Try again.")


def _make(path: Path, text: str) -> bool:
    """Make the lock with its whole content; false where there is one."""
    descriptor, name = tempfile.mkstemp(prefix=f"{LOCK}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        try:
            os.link(name, path)
        except FileExistsError:
            return False
        except OSError:
            return _make_without_links(path, text)
        return True
    finally:
        os.unlink(name)


def _make_without_links(path: Path, text: str) -> bool:
    try:
        with open(path, "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        return False
    return True


def _read(path: Path) -> dict[str, Any] | None:
    """Return what a lock says, nothing where there is none any more, an empty table where it says nothing."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lives(other: dict[str, Any], path: Path) -> bool:
    process = other.get("process")
    here = (other.get("host"), other.get("namespace")) == (socket.gethostname(), namespace())
    if here and isinstance(process, int):
        return is_alive(process) and birth_of(process) == other.get("birth")
    return _age(path) < SILENCE


def _age(path: Path) -> float:
    """Return for how many seconds a lock has not been touched; clocks of machines differ, that of the disk is one."""
    try:
        with tempfile.NamedTemporaryFile(prefix=f"{LOCK}-", dir=path.parent) as now:
            return os.stat(now.name).st_mtime - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _take_away(path: Path, dead: dict[str, Any]) -> bool:
    """Remove a dead lock; false where another process was faster, whose lock is then put back."""
    aside = path.with_name(f"{LOCK}-{secrets.token_hex(8)}")
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return False
    if _read(aside) == dead:
        aside.unlink()
        return True
    with contextlib.suppress(OSError):
        os.rename(aside, path)
    return False
