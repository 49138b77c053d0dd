"""The only file that knows ArviZ, whose versions 0.23 and 1.x differ."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

__all__ = ["effective_sample_size", "rhat"]


def _functions():
    with warnings.catch_warnings():
        # 0.23 announces 1.0 at import; both have what is used here.
        warnings.simplefilter("ignore")
        try:
            from arviz_stats.base import array_stats

            return array_stats.rhat, array_stats.ess
        except ImportError:
            import arviz

            return arviz.rhat, arviz.ess


def rhat(chains: NDArray[np.float64]) -> float:
    """Return the rank-normalised split R-hat of draws (chains, draws) of one quantity."""
    function, _ = _functions()
    return float(function(np.ascontiguousarray(chains), method="rank"))


def effective_sample_size(chains: NDArray[np.float64], method: str = "bulk") -> float:
    """Return the effective sample size of draws (chains, draws): method ``bulk`` or ``tail``."""
    _, function = _functions()
    return float(function(np.ascontiguousarray(chains), method=method))
