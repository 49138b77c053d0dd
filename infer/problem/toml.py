"""Reading and writing run files: TOML text, overrides, and what can be wrong with a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import UserError

__all__ = ["dump", "dump_value", "parse_override", "read"]


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


def parse_override(text: str) -> tuple[str, Any]:
    """Split ``key=value``; the value is TOML, or a string where it is not."""
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise UserError(f"--set {text}: expected key=value, for example --set sampler.seed=2.")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def dump(content: Mapping[str, Any]) -> str:
    """Write a mapping of scalars, lists and nested mappings as TOML."""
    lines = [
        f"{_key(key)} = {dump_value(value)}"
        for key, value in content.items()
        if not isinstance(value, Mapping)
    ]
    for key, value in content.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{_key(key)}]"]
            lines += [f"{_key(name)} = {dump_value(item)}" for name, item in value.items()]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    plain = key.replace("-", "").replace("_", "").isalnum() and key.isascii()
    return key if plain else json.dumps(key)


def dump_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # A text of several lines stays readable, where nothing in it needs an escape.
        if "\n" in value and "'''" not in value and all(c in "\n\t" or c.isprintable() for c in value):
            return f"'''\n{value}'''"
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {dump_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return "[" + ", ".join(dump_value(item) for item in value) + "]"
