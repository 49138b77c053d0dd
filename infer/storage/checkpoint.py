"""The sealed state of an unfinished run, in a folder that says whose it is."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...errors import UserError
from .atomic import remove_leftovers, write_bytes, write_text
from .graph import Known, decode, encode

__all__ = ["Checkpoint", "Displaced"]

MAGIC = b"relicfit checkpoint 2\n"
DIGEST_BYTES = 32
HEADER, STATE = "header.json", "state"
# Points with their log-likelihoods, to be evaluated again; what was changed since the run began, and accepted.
WITNESSES, ACCEPTED = "witnesses", "accepted.json"
BLOCK = re.compile(r"block-\d{5,}(\.npz)?")
# An entry of the header that no two runs share.
IDENTITY = "checkpoint"


class Displaced(UserError):
    """Report that another run writes into the folder now."""


class Checkpoint:
    """Keep the state of an unfinished run in a folder.

    ``header.json`` says whose state it is, ``state`` is one sealed record, ``block-*`` are sealed records of what
    only ever grows. The state names which blocks belong to it, so that a block written just before the end
    of the process is ignored and written again. State and blocks carry the digest of the header, which holds
    a number of its own: what another run has written, of the same file too, is refused. ``witnesses`` are some
    points with the answers they had; ``accepted.json`` says what has changed since the header was written.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder, which need not exist yet."""
        self.folder = folder
        self._owner: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether there is something to resume."""
        return (self.folder / HEADER).exists()

    def create(self, header: Mapping[str, Any]) -> None:
        """Begin anew, with a header that identifies the run."""
        self.remove()
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**header, IDENTITY: secrets.token_hex(16)}, indent=1, sort_keys=True)
        write_text(self.folder / HEADER, text)
        self._owner = _digest(text.encode())

    def header(self) -> dict[str, Any]:
        """Return the header, or the one that was accepted in its place last."""
        header = self._table(HEADER)
        if (self.folder / ACCEPTED).exists():
            header = self._table(ACCEPTED).get("header", header)
        return {key: value for key, value in header.items() if key != IDENTITY}

    def accept(self, header: Mapping[str, Any], changes: Iterable[str]) -> None:
        """Let the run go on under another header, and keep what has changed."""
        content = {"header": dict(header), "changes": list(dict.fromkeys([*self.accepted(), *changes]))}
        write_text(self.folder / ACCEPTED, json.dumps(content, indent=1, sort_keys=True))

    def accepted(self) -> list[str]:
        """Return what has changed since the run began, in sentences."""
        found = self._table(ACCEPTED).get("changes", []) if (self.folder / ACCEPTED).exists() else []
        return [str(text) for text in found]

    def _table(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / name).read_text("utf-8"))
            if not isinstance(found, dict):
                raise ValueError
        except (OSError, ValueError, RecursionError):
            raise self._damaged(name) from None
        return found

    def save(self, state: Any, known: Known | None = None) -> None:
        """Seal and write the state: plain data, arrays, and what is ``known``.

        Raises
        ------
        OSError
            Where it cannot be written, or the folder is gone.
        Displaced
            Where another run has begun in the folder.
        """
        self._write(STATE, state, known)

    def load(self, known: Known | None = None) -> Any | None:
        """Return the state, None if the run ended before its first checkpoint."""
        return self._read(STATE, known) if (self.folder / STATE).exists() else None

    def save_block(self, index: int, content: Mapping[str, Any], known: Known | None = None) -> None:
        """Write a block: arrays or lists by name; see `save`."""
        self._write(_block(index), dict(content), known)

    def load_block(self, index: int, known: Known | None = None) -> dict[str, Any]:
        """Return a block."""
        found = self._read(_block(index), known)
        if not isinstance(found, dict):
            raise self._damaged(_block(index))
        return found

    def save_witnesses(self, points: list[Any], values: list[float]) -> None:
        """Write points (dim,) with the log-likelihoods that they had; see `save`."""
        self._write(WITNESSES, {"points": points, "values": values}, None)

    def load_witnesses(self) -> tuple[list[Any], list[float]]:
        """Return points (dim,) with the log-likelihoods that they had; none if the run ended before."""
        if not (self.folder / WITNESSES).exists():
            return [], []
        found = self._read(WITNESSES, None)
        try:
            return list(found["points"]), [float(value) for value in found["values"]]
        except (TypeError, LookupError, ValueError):
            raise self._damaged(WITNESSES) from None

    def keep_blocks(self, indices: Iterable[int]) -> None:
        """Delete blocks that the state, which is written, no longer names."""
        kept = {_block(index) for index in indices}
        for path in self.folder.iterdir():
            if BLOCK.fullmatch(path.name) and path.name not in kept:
                path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete the files of the checkpoint, and the folder if nothing else is in it."""
        if not self.folder.is_dir():
            return
        remove_leftovers(self.folder)
        # The header first: a process that is killed in between leaves what nobody takes for a checkpoint.
        for name in (HEADER, STATE, WITNESSES, ACCEPTED):
            (self.folder / name).unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if BLOCK.fullmatch(path.name):
                path.unlink()
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _write(self, name: str, value: Any, known: Known | None) -> None:
        payload = encode(value, known)
        there = _digest((self.folder / HEADER).read_bytes())
        if self._owner is None:
            self._owner = there
        if there != self._owner:
            raise Displaced(
                f"{self.folder.parent}: another run has begun here, and this one ends: its state is no longer on "
                "disk. Start it again with --out in a folder of its own."
            )
        write_bytes(self.folder / name, MAGIC + self._owner + _digest(self._owner + payload) + payload)

    def _read(self, name: str, known: Known | None) -> Any:
        try:
            content = (self.folder / name).read_bytes()
            owner = _digest((self.folder / HEADER).read_bytes())
            if not content.startswith(MAGIC):
                raise ValueError
            start = len(MAGIC)
            whose, seal = (content[start + i : start + i + DIGEST_BYTES] for i in (0, DIGEST_BYTES))
            payload = content[start + 2 * DIGEST_BYTES :]
            if _digest(whose + payload) != seal:
                raise ValueError
            if whose != owner:
                raise UserError(
                    f"{self.folder / name}: belongs to another run than {HEADER} beside it. Nothing was changed. "
                    "Start the run again with --overwrite, or restore the whole folder from a copy."
                )
            found = decode(payload, known)
        except UserError:
            raise
        except (OSError, ValueError):
            raise self._damaged(name) from None
        self._owner = owner
        return found

    def damaged(self) -> UserError:
        """Return what to raise where the state does not make sense to the sampler."""
        return self._damaged(STATE)

    def _damaged(self, name: str) -> UserError:
        return UserError(
            f"{self.folder / name}: not a checkpoint of this program, or cut short. Nothing was changed. "
            "Start the run again with --overwrite, or restore the file from a copy and use --resume."
        )


def _block(index: int) -> str:
    return f"block-{index:05d}"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
