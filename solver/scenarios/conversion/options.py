"""The modelling choices of conversion-driven leptogenesis, as options that explain themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from ....options import option
from .rates.options import RateOptions

__all__ = ["PRESETS", "ConversionChoices"]

# What a preset changes. "paper-like" was selected because it moves the results towards the figures of
# arXiv:2404.12428; agreement with it explains differences, it does not confirm the calculation.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "paper-like": {"degrees_of_freedom": "free-gas", "lepton_mass": "electron-muon"},
}


@dataclass(frozen=True)
class ConversionChoices(RateOptions):
    """Choose among the open points of the evolution and of the CP asymmetry."""

    choices: str = option(
        "default",
        "a set of choices: default, or paper-like (free gas for the plasma, vacuum lepton masses as the "
        "collinear regulator); it replaces the options that are left at their defaults",
        choices=("default", "paper-like"),
    )
    degrees_of_freedom: str = option(
        "saikawa-shirai",
        "g_rho and g_s of the plasma: the fit of arXiv:1803.01038, or a gas of free particles",
        choices=("saikawa-shirai", "free-gas"),
    )
    washout: str = option(
        "scatterings",
        "what erases the asymmetry: inverse decays and scatterings, inverse decays only, or nothing",
        choices=("scatterings", "decays", "none"),
    )
    cp_source: str = option(
        "paper",
        "relation of the CP asymmetries: Γ₂ε₂ = -Γ₁ε₁ as in the paper (the asymmetry then vanishes at "
        "B_1 = 1/2), or +Γ₁ε₁ as the resonant self-energy gives",
        choices=("paper", "resonant"),
    )
    absorptive_masses: str = option(
        "vacuum",
        "mass of φ in γ(T): its vacuum mass, or with the positive thermal terms (g'²/4 + λ_H/6) T²",
        choices=("vacuum", "thermal"),
    )
    absorptive_leptons: str = option(
        "fermi",
        "statistics in γ(T): Fermi's and Bose's, or Boltzmann's for the leptons alone",
        choices=("fermi", "boltzmann"),
    )
    sphalerons: str = option(
        "28/79",
        "baryon number per lepton number: with Δ_φ taken as neutral, or with the hypercharge it stores",
        choices=("28/79", "22/79"),
    )
    start: str = option(
        "equilibrium",
        "abundance of χ at x = 0.05: in equilibrium, or next to nothing",
        choices=("equilibrium", "empty"),
    )
    i_1: float = option(
        1.0,
        "|I_1| where only I_1/ξ is a parameter: fixes ξ, hence the mass splitting and the full ε(T)",
        number=True,
        lower=1e-9,
        upper=1.0,
    )
    thermal_splitting: float = option(
        0.0,
        "φ of ε(T), the thermal correction to the mass splitting, of order one",
        number=True,
        lower=-100.0,
        upper=100.0,
    )
    observed_baryon_yield: float = option(
        0.9e-10,
        "the baryon asymmetry that `epsilon_required` and `i1_over_xi_required` refer to; the default is "
        "the paper's rounded number, 3 % above Planck's",
        number=True,
        lower=1e-12,
        upper=1e-8,
    )

    def resolved(self) -> ConversionChoices:
        """Return the choices with those of the preset where they are at their defaults."""
        defaults = {item.name: item.default for item in fields(self)}
        changes = {
            name: value
            for name, value in PRESETS[self.choices].items()
            if getattr(self, name) == defaults[name]
        }
        return replace(self, choices="default", **changes)

    def rate_options(self) -> RateOptions:
        """Return the choices that concern the rates."""
        resolved = self.resolved()
        return RateOptions(**{item.name: getattr(resolved, item.name) for item in fields(RateOptions)})
