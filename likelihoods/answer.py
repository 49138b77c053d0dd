"""What `evaluate` of a likelihood returned, taken apart: the log-likelihoods and the flags, or the array alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["answer_of"]


def answer_of(returned: Any) -> tuple[Any, Mapping[str, Any]]:
    """Return the log-likelihoods and the flags of what `Likelihood.evaluate` returned.

    An array alone is taken as log-likelihoods without flags: unpacked like a pair, a batch of two points
    would give each of them the first value or none at all.

    Raises
    ------
    TypeError
        Where it is neither an array nor a pair of an array and a mapping.
    """
    if isinstance(returned, np.ndarray):
        return returned, {}
    if isinstance(returned, tuple) and len(returned) == 2:
        values, flags = returned
        if isinstance(flags, Mapping) and isinstance(values, np.ndarray):
            return values, flags
        found = f"({type(values).__name__}, {type(flags).__name__})"
    else:
        found = f"a {type(returned).__name__}" if returned is not None else "None"
    raise TypeError(
        f"evaluate returned {found}; an array (n,) of log-likelihoods is wanted, or the pair (array, flags) "
        "with flags a dictionary of (n,) arrays by name"
    )
