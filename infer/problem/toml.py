"""Reading and writing run files: TOML text, and what can be wrong with a file.

Words and escapes are written by tomli-w; what stands on which line is decided here, as tomli-w spreads
every list over several lines and every prior over a section of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import tomli_w

from ...errors import UserError

__all__ = ["dump", "dump_value", "parsed", "plain", "read"]

# Levels of lists and tables: a prior of a comparison file needs five.
DEEPEST = 16
YAML_LINE = re.compile(r"(---|[\w-]+:(\s|$)|-\s)")


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
        # Some editors begin a file with a byte order mark.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path}: not UTF-8 text: byte 0x{raw[error.start]:02x} in line {line}. Save the file as UTF-8."
        ) from None
    try:
        return parsed(text), text
    except UserError as error:
        raise UserError(
            *(f"{path}: {_other_language(text)}{problem}" for problem in error.problems)
        ) from None


def parsed(text: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises
    ------
    UserError
        Where it is not TOML, nested beyond use, or a number has more digits than a number may have.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"not valid TOML: {error}.") from None
    except ValueError as error:
        # Of Python, about whole numbers of thousands of digits.
        raise UserError(f"not valid TOML: {str(error).partition(';')[0]}.") from None
    except RecursionError:
        raise UserError(f"not valid TOML: nested deeper than {DEEPEST} levels.") from None


def _other_language(text: str) -> str:
    """Return a sentence where a text is JSON or YAML rather than TOML."""
    first = next((line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"), "")
    language = "JSON" if first[:1] == "{" else "YAML" if YAML_LINE.match(first) else ""
    return (
        f"this looks like {language}, run files are TOML (key = value under [tables]). " if language else ""
    )


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value with numbers and arrays of numpy as Python's own, at any depth.

    Numbers of numpy print as ``np.float64(0.1)`` and are refused by what reads them strictly.

    Raises
    ------
    UserError
        Where it is nested beyond use, or a whole number does not fit into 64 bits, as TOML wants it.
    """
    if depth > DEEPEST:
        raise UserError(
            f"lists and tables are nested deeper than {DEEPEST} levels; no entry of a run file needs that."
        )
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise UserError("a whole number does not fit into 64 bits; write large numbers as 1e20.")
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
