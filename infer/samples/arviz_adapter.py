"""The only file that knows ArviZ, whose versions 0.23 and 1.x differ."""

from __future__ import annotations

import warnings
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..style import loaded_matplotlib

if TYPE_CHECKING:
    import xarray

__all__ = ["arviz", "effective_sample_size", "rhat", "to_arviz"]

# The tail size is the smaller one of these two quantiles (ArviZ 1.x wants them spelled out).
TAIL = (0.05, 0.95)


def _quiet() -> None:
    # Version 0.23 announces 1.0 once a day, when it is imported.
    warnings.filterwarnings(
        "ignore", message=r"\s*ArviZ is undergoing a major refactor", category=FutureWarning
    )


@lru_cache(maxsize=1)
def arviz() -> ModuleType:
    """Return the module, imported on first use: it takes seconds."""
    with warnings.catch_warnings():
        _quiet()
        loaded_matplotlib()
        import arviz as module

    return module


def rhat(chains: NDArray[np.float64]) -> float:
    """Return the rank-normalised split R-hat of draws (chains, draws) of one quantity."""
    return float(arviz().rhat(np.ascontiguousarray(chains), method="rank"))


def effective_sample_size(chains: NDArray[np.float64], method: str = "bulk") -> float:
    """Return the effective sample size of draws (chains, draws): method ``bulk`` or ``tail``."""
    options: dict[str, Any] = {"prob": TAIL} if method == "tail" else {}
    return float(arviz().ess(np.ascontiguousarray(chains), method=method, **options))


def to_arviz(tree: xarray.DataTree) -> Any:
    """Return the groups of a result as what ArviZ's functions take: InferenceData or the tree itself."""
    module = arviz()
    if int(module.__version__.split(".")[0]) >= 1:
        return tree
    groups = {name: child.to_dataset() for name, child in tree.children.items()}
    return module.InferenceData(attrs=dict(tree.attrs), warn_on_custom_groups=False, **groups)
