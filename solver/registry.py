"""The scenarios that come with the package, by name, loaded only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ..errors import UserError, unknown_name
from .scenario import Scenario

__all__ = ["BUILT_IN", "configured", "scenario", "scenario_class", "scenario_names"]

# name -> "module:class", loaded on demand so that describing one scenario does not load the others.
BUILT_IN = {
    "thermal-freeze-out": ".scenarios.thermal_decay.freeze_out:ThermalFreezeOut",
    "thermal-freeze-in": ".scenarios.thermal_decay.freeze_in:ThermalFreezeIn",
    "conversion-leptogenesis": ".scenarios.conversion.scenario:ConversionLeptogenesis",
    "lepton-pion": ".scenarios.lepton_pion.scenario:LeptonPion",
    "leptoquark-mediator": ".scenarios.leptoquark:LeptoquarkMediator",
    "two-state": ".scenarios.two_state.scenario:TwoState",
}


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    return sorted(BUILT_IN)


def scenario_class(name: str) -> type[Scenario]:
    """Return the class behind a name, without loading its compiled kernels."""
    if name not in BUILT_IN:
        raise UserError(f"scenario: {unknown_name('scenario', name, BUILT_IN)}")
    module, attribute = BUILT_IN[name].split(":")
    return getattr(import_module(module, __package__), attribute)


def scenario(name: str, **options: Any) -> Scenario:
    """Return a scenario with the given options, the others at their defaults.

    Raises
    ------
    UserError
        Where the scenario or an option is unknown, or an option has a value that is not allowed.
    """
    return configured(scenario_class(name), options)


def configured(cls: type[Scenario], options: Mapping[str, Any]) -> Scenario:
    """Return a scenario of a class with the given options; see `scenario`."""
    known = [item.name for item in cls.options()]
    unknown = [f"options.{key}: {unknown_name('option', key, known)}" for key in options if key not in known]
    if unknown:
        raise UserError(*unknown)
    return cls(**options)
