"""Reading and writing run files: TOML text, and what can be wrong with a file.

Words and escapes are written by tomli-w; what stands on which line is decided here, as tomli-w spreads
every list over several lines and every prior over a section of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import tomli_w

from ...errors import UserError

__all__ = ["dump", "dump_value", "plain", "read"]


def read(path: Path) -> tuple[dict[str, Any], str]:
    """Return the content of a TOML file and its text.

    Raises
    ------
    UserError
        Where the file is missing, unreadable, not UTF-8 or not TOML.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such file. Give the path of a run file, for example runs/quickstart.toml."
        ) from None
    except IsADirectoryError:
        raise UserError(f"{path}: this is a folder; a run file (TOML) is wanted.") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path}: not UTF-8 text: byte 0x{raw[error.start]:02x} in line {line}. Save the file as UTF-8."
        ) from None
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: not valid TOML: {error}.") from None


def plain(value: Any) -> Any:
    """Return a value with numbers and arrays of numpy as Python's own, at any depth.

    Numbers of numpy print as ``np.float64(0.1)`` and are refused by what reads them strictly.
    """
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, PurePath) else value


def dump(content: Mapping[str, Any]) -> str:
    """Write a run file: entries first, then a section for each table, one line for each of its entries.

    Examples
    --------
    >>> print(dump({"scenario": "two-state", "parameters": {"mass_1": {"uniform": [0, 1]}}}), end="")
    scenario = "two-state"
    <BLANKLINE>
    [parameters]
    mass_1 = { uniform = [0, 1] }
    """
    content = plain(content)
    lines = [f"{_key(key)} = {dump_value(value)}" for key, value in content.items() if not _is_table(value)]
    for key, value in content.items():
        if _is_table(value):
            lines += ["", f"[{_key(key)}]"]
            lines += [f"{_key(name)} = {dump_value(item)}" for name, item in value.items()]
    return "\n".join(lines) + "\n"


def dump_value(value: Any) -> str:
    """Write a value on one line, but for texts of several lines; lists and tables inline."""
    value = plain(value)
    if _is_table(value):
        inside = ", ".join(f"{_key(key)} = {dump_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(dump_value(item) for item in value) + "]"
    # A carriage return would be lost from a text of several lines.
    several = isinstance(value, str) and "\r" not in value
    return tomli_w.dumps({"x": value}, multiline_strings=several).removeprefix("x = ").removesuffix("\n")


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")
