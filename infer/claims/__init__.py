"""The papers' claims beside our numbers: every quantitative statement in a row, computed, with a verdict."""

from __future__ import annotations

from typing import Any

__all__ = ["claims_text"]


def __getattr__(name: str) -> Any:
    # The rows pull in every scenario and likelihood.
    if name == "claims_text":
        from .page import claims_text

        return claims_text
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
