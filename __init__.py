"""Bayesian inference for the relic abundance of dark matter and the baryon asymmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .infer.api import (
        bestfit,
        calibrate,
        choices,
        cite,
        claims,
        compare,
        explain,
        figure,
        load,
        merge,
        model,
        new,
        plot,
        point,
        report,
        run,
        scan,
        status,
        table,
    )

__version__ = "0.2.0"
__all__ = [
    "__version__",
    "bestfit",
    "calibrate",
    "choices",
    "cite",
    "claims",
    "compare",
    "explain",
    "figure",
    "load",
    "merge",
    "model",
    "new",
    "plot",
    "point",
    "report",
    "run",
    "scan",
    "status",
    "table",
]


def __getattr__(name: str) -> Any:
    # The verbs load on first use, so that `import relicfit` costs nothing.
    if name in __all__:
        from .infer import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
