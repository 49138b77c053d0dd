"""The solver: parameters of a scenario to observables, compiled, without statistics."""

from __future__ import annotations

from .formulas import formula as __getattr__  # noqa: F401 - called by Python for names that load on demand
from .scenario import Scenario, scenario, scenario_class, scenario_names

__all__ = ["Scenario", "scenario", "scenario_class", "scenario_names"]
