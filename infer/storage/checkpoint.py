"""The sealed state of an unfinished run, in a folder that says whose it is."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from .atomic import write_bytes, write_text

__all__ = ["Checkpoint"]

MAGIC = b"relicfit checkpoint 1\n"
DIGEST_BYTES = 32
# What any state may be made of, beside what its sampler asks for: nothing else is loaded, whoever wrote it.
TRUSTED_PACKAGES = {"numpy", "scipy", "collections"}
TRUSTED_BUILTINS = {"set", "frozenset", "slice", "range", "complex", "bytearray", "getattr", "object"}


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, externals: Mapping[str, Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._names = {id(value): name for name, value in externals.items()}

    def persistent_id(self, obj: Any) -> str | None:
        return self._names.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, externals: Mapping[str, Any], trusted: frozenset[str]) -> None:
        super().__init__(file)
        self._externals = externals
        self._trusted = trusted | TRUSTED_PACKAGES

    def persistent_load(self, pid: str) -> Any:
        if pid not in self._externals:
            raise pickle.UnpicklingError(f"unknown external {pid!r}")
        return self._externals[pid]

    def find_class(self, module: str, name: str) -> Any:
        trusted = module.partition(".")[0] in self._trusted
        if trusted or (module == "builtins" and name in TRUSTED_BUILTINS):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint")


class Checkpoint:
    """Keep the state of an unfinished run in a folder.

    ``header.json`` says whose state it is, ``state`` is one sealed record (the sampler's own objects),
    ``block-*.npz`` are arrays that only ever grow. The state names how many blocks belong to it, so that
    a block written just before the end of the process is ignored and written again.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder, which need not exist yet."""
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Whether there is something to resume."""
        return (self.folder / "header.json").exists()

    def create(self, header: dict[str, Any]) -> None:
        """Begin anew, with a header that identifies the run."""
        self.remove()
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.folder / "header.json", json.dumps(header, indent=1, sort_keys=True))

    def header(self) -> dict[str, Any]:
        """Return the header."""
        try:
            header = json.loads((self.folder / "header.json").read_text("utf-8"))
            if not isinstance(header, dict):
                raise ValueError
        except (OSError, ValueError):
            raise self._damaged("header.json") from None
        return header

    def save(self, state: Any, externals: Mapping[str, Any] | None = None) -> None:
        """Seal and write the state.

        Objects among the values of ``externals`` (functions, models) are written as their names.
        """
        buffer = io.BytesIO()
        _Pickler(buffer, externals or {}).dump(state)
        payload = buffer.getvalue()
        write_bytes(self.folder / "state", MAGIC + hashlib.sha256(payload).digest() + payload)

    def load(
        self, externals: Mapping[str, Any] | None = None, trusted: frozenset[str] = frozenset()
    ) -> Any | None:
        """Return the state, None if the run ended before its first checkpoint.

        ``trusted`` names packages whose objects the state may hold.
        """
        path = self.folder / "state"
        if not path.exists():
            return None
        content = path.read_bytes()
        start = len(MAGIC) + DIGEST_BYTES
        payload = content[start:]
        sealed = content[len(MAGIC) : start] == hashlib.sha256(payload).digest()
        if not content.startswith(MAGIC) or not sealed:
            raise self._damaged("state")
        try:
            return _Unpickler(io.BytesIO(payload), externals or {}, trusted).load()
        except pickle.UnpicklingError:
            raise self._damaged("state") from None

    def save_block(self, index: int, arrays: dict[str, NDArray[np.float64]]) -> None:
        """Write a block of arrays."""
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        write_bytes(self.folder / f"block-{index:05d}.npz", buffer.getvalue())

    def load_block(self, index: int) -> dict[str, NDArray[np.float64]]:
        """Return a block of arrays."""
        name = f"block-{index:05d}.npz"
        try:
            with np.load(self.folder / name, allow_pickle=False) as content:
                return {key: content[key] for key in content.files}
        except (OSError, ValueError, EOFError, KeyError):
            raise self._damaged(name) from None
        except Exception as error:
            if type(error).__name__ == "BadZipFile":
                raise self._damaged(name) from None
            raise

    def remove(self) -> None:
        """Delete the files of the checkpoint, and the folder if nothing else is in it."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name in {"header.json", "state"} or path.name.startswith(("block-", ".")):
                path.unlink()
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _damaged(self, name: str) -> UserError:
        return UserError(
            f"{self.folder / name}: not a checkpoint of this program, or cut short. Nothing was changed. "
            "Start the run again with --overwrite, or restore the file from a copy and use --resume."
        )
