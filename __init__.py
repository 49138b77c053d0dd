"""Bayesian inference for the relic abundance of dark matter and the baryon asymmetry."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "bestfit", "compare", "load", "point", "run", "scan"]


def __getattr__(name: str) -> Any:
    # The verbs load on first use, so that `import relicfit` costs nothing.
    if name in set(__all__):
        from .infer import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
