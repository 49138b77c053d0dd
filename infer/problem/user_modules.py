"""A user's file as a module: executed once for its text and for what it reads, with the modules beside it."""

from __future__ import annotations

import builtins
import hashlib
import sys
import traceback
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from ...errors import UserError
from .beside import digest_of, noting
from .trust import remember

__all__ = ["MODULE_PREFIX", "is_user_module", "line_of", "read_below", "read_by", "user_module"]

MODULE_PREFIX = "relicfit_user_"
PACKAGE = __name__.partition(".")[0]

# What each module has read beside itself, with digests: with another content it is another module.
_read: dict[str, dict[Path, str]] = {}


def user_module(path: Path, key: str) -> ModuleType:
    """Return the module of a file.

    Parameters
    ----------
    path : path
    key : str
        Where it is named, for messages.

    Raises
    ------
    UserError
        With the line, where the file cannot be executed.
    """
    path = path.resolve()
    text = path.read_text(encoding="utf-8")
    # Whoever gives the run file wants it run, or has said so of the texts inside it.
    remember(text)
    digest = hashlib.sha256(f"{path.parent}\0{text}".encode()).hexdigest()[:16]
    for number in count(1):
        name = f"{MODULE_PREFIX}{digest}_{path.stem}" + (f"_{number}" if number > 1 else "")
        if name not in sys.modules:
            break
        if all(digest_of(other) == found for other, found in _read[name].items()):
            return sys.modules[name]
    spec = spec_from_file_location(name, path)
    # A name that ends in .py always has a loader.
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Dataclasses and pickles look their module up by name.
    sys.modules[name] = module
    _read[name] = {path: digest_of(path)}
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _importer(path.parent, name, key)}
    try:
        with noting(path.parent) as seen:
            spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        # A file that ends the program while it is read is a mistake like any other.
        raise _mistake(error, path, key) from None
    read_by(name, seen)
    return module


def read_by(name: str, paths: set[Path] = frozenset()) -> set[Path]:  # type: ignore[assignment]
    """Add to the files that a module has read, itself among them, and return all of them."""
    found = _read.setdefault(name, {})
    for path in paths:
        found.setdefault(path, digest_of(path))
    return set(found)


def is_user_module(path: Path) -> bool:
    """Tell whether a file has been executed as a module of a user."""
    return any(
        name.startswith(MODULE_PREFIX) and getattr(module, "__file__", None) == str(path)
        for name, module in list(sys.modules.items())
    )


def read_below(name: str, paths: set[Path]) -> None:
    """Count files as read by a module and by all that it imports: which of them keeps the content nobody knows."""
    read_by(name, paths)
    for other in list(_read):
        if other in sys.modules and Path(str(sys.modules[other].__file__)) in _read[name]:
            read_by(other, paths)


def _importer(folder: Path, owner: str, key: str) -> Callable[..., Any]:
    """Return what ``import`` does in a user's file: modules of its folder first, but for those of Python."""

    def imported(name: str, *arguments: Any, **keywords: Any) -> Any:
        level = arguments[3] if len(arguments) > 3 else keywords.get("level", 0)
        path = folder / f"{name}.py"
        if level or "." in name or name == PACKAGE or name in sys.stdlib_module_names or not path.is_file():
            return builtins.__import__(name, *arguments, **keywords)
        module = user_module(path, key)
        read_by(owner, read_by(module.__name__))
        return module

    return imported


def _mistake(error: BaseException, path: Path, key: str) -> UserError:
    if isinstance(error, UserError):
        return error
    if isinstance(error, SyntaxError):
        return UserError(f"{key}: {path}, line {error.lineno or '?'}: {error.msg}.")
    return UserError(f"{key}: {path}, line {line_of(error, str(path))}: {type(error).__name__}: {error}.")


def line_of(error: BaseException, file: str) -> int | str:
    """Return the last line of a file that an error passed through, "?" where there is none."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return (lines[-1] or "?") if lines else "?"
