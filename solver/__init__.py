"""The solver: parameters of a scenario to observables, compiled, without statistics.

One line imports what a user's own model needs; only `kernel` loads the compiler, and only when it is named.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..options import option
from .formulas import formula
from .numerics.status import Status
from .registry import scenario, scenario_class, scenario_names
from .scenario import Curve, Evolution, Flag, Observable, Parameter, Scenario

__all__ = [
    "Curve",
    "Evolution",
    "Flag",
    "Observable",
    "Parameter",
    "Scenario",
    "Status",
    "kernel",
    "option",
    "scenario",
    "scenario_class",
    "scenario_names",
]


def __getattr__(name: str) -> Any:
    """Load the compiler for `kernel` and a module for a formula by name, and nothing for any other name."""
    if name == "kernel":
        return import_module(".numerics.kernel", __name__).kernel
    return formula(name)
