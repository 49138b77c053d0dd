"""What scenarios and likelihoods give back, held against their contract: shapes, kinds, known statuses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.status import Status

__all__ = ["flag_of", "log_likelihoods_of", "solution_of"]

KNOWN = frozenset(int(item) for item in Status)
# Kinds of numpy that are real numbers: float, signed and unsigned integer.
REAL = "fiu"


def described(found: Any) -> str:
    """Return what a value is in a few words, for messages."""
    if isinstance(found, np.ndarray):
        return f"an array of {found.dtype} of shape {found.shape}"
    if found is None:
        return "None"
    size = f" of {len(found)}" if isinstance(found, list | tuple | dict) else ""
    return f"a {type(found).__name__}{size}"


def _is_real(found: Any) -> bool:
    return isinstance(found, np.ndarray) and found.dtype.kind in REAL


def solution_of(found: Any, rows: int, columns: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return observables (rows, columns) and status (rows,) of what a scenario returned.

    Raises
    ------
    TypeError
        Where it is something else, or a status is not one of `Status`.
    """
    wanted = (
        f"observables of shape {(rows, columns)} and status of shape {(rows,)} are wanted for {rows} points, a "
        "column for each of its observables"
    )
    if not isinstance(found, tuple) or len(found) != 2:
        raise TypeError(f"solve returned {described(found)}; a pair of {wanted}")
    observables, status = found
    if not _is_real(observables) or observables.shape != (rows, columns):
        raise TypeError(f"solve gave as observables {described(observables)}; {wanted}")
    if not isinstance(status, np.ndarray) or status.dtype.kind not in "iu" or status.shape != (rows,):
        raise TypeError(f"solve gave as status {described(status)} where integers of Status belong; {wanted}")
    if status.any() and (strange := set(status.tolist()) - KNOWN):
        raise TypeError(
            f"solve gave the status {min(strange)}; allowed: "
            + ", ".join(f"{int(item)} ({item.name})" for item in Status)
        )
    return observables.astype(np.float64, copy=False), status


def log_likelihoods_of(found: Any, rows: int) -> NDArray[np.float64]:
    """Return log-likelihoods (rows,) of what a likelihood returned.

    Raises
    ------
    TypeError
        Where it is no array of real numbers of this shape.
    """
    if not _is_real(found) or found.shape != (rows,):
        raise TypeError(
            f"the log-likelihood is {described(found)}; real numbers of shape {(rows,)} are wanted, one for each point"
        )
    return found.astype(np.float64, copy=False)


def flag_of(name: Any, found: Any, rows: int) -> NDArray[np.bool_]:
    """Return a flag (rows,).

    Raises
    ------
    TypeError
        Where it is no array of true and false of this shape.
    """
    if not isinstance(name, str) or not name.isprintable():
        raise TypeError(f"the name of a flag is {name!r}; a text is wanted")
    if not isinstance(found, np.ndarray) or found.dtype.kind != "b" or found.shape != (rows,):
        raise TypeError(
            f"the flag {name} is {described(found)}; true or false of shape {(rows,)} is wanted, one for each point"
        )
    return found
