"""The modelling choices of conversion-driven leptogenesis, as options that explain themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from .rates.options import RateOptions

__all__ = ["PRESETS", "ConversionChoices"]

# What a preset changes. "paper-like" was selected because it moves the results towards the figures of
# arXiv:2404.12428; agreement with it explains differences, it does not confirm the calculation.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "paper-like": {"degrees_of_freedom": "free-gas", "lepton_mass": "electron-muon", "cp_source": "paper"},
}


@dataclass(frozen=True)
class ConversionChoices(RateOptions):
    """Choose among the open points of the evolution and of the CP asymmetry."""

    choices: Annotated[
        Literal["default", "paper-like"],
        Field(
            description="a set of choices: default, or paper-like (free gas for the plasma, vacuum "
            "lepton masses as the "
            "collinear regulator, the paper's source); it replaces the options that are left at their defaults"
        ),
    ] = "default"
    degrees_of_freedom: Annotated[
        Literal["saikawa-shirai", "free-gas"],
        Field(
            description="g_rho and g_s of the plasma: the fit of arXiv:1803.01038, or a gas of free particles"
        ),
    ] = "saikawa-shirai"
    washout: Annotated[
        Literal["scatterings", "decays", "none"],
        Field(
            description="what erases the asymmetry: inverse decays and scatterings, inverse decays "
            "only, or nothing"
        ),
    ] = "scatterings"
    cp_source: Annotated[
        Literal["resonant", "paper"],
        Field(
            description="relation of the CP asymmetries in the four equations: Γ₂ε₂ = +Γ₁ε₁, as the resonant "
            "self-energy and the density matrix give, or -Γ₁ε₁ as in the paper (the asymmetry then vanishes at "
            "B_1 = 1/2)"
        ),
    ] = "resonant"
    absorptive_masses: Annotated[
        Literal["vacuum", "thermal"],
        Field(
            description="mass of φ in γ(T): its vacuum mass, or with the positive thermal terms (g'²/4 "
            "+ λ_H/6) T²"
        ),
    ] = "vacuum"
    absorptive_leptons: Annotated[
        Literal["fermi", "boltzmann"],
        Field(description="statistics in γ(T): Fermi's and Bose's, or Boltzmann's for the leptons alone"),
    ] = "fermi"
    sphalerons: Annotated[
        Literal["28/79", "22/79"],
        Field(
            description="baryon number per lepton number: with Δ_φ taken as neutral, or with the "
            "hypercharge it stores"
        ),
    ] = "28/79"
    start: Annotated[
        Literal["equilibrium", "empty"],
        Field(description="abundance of χ at x = 0.05: in equilibrium, or next to nothing"),
    ] = "equilibrium"
    i_1: Annotated[
        float,
        Field(
            ge=1e-9,
            le=1.0,
            description="|I_1| where only I_1/ξ is a parameter: fixes ξ, hence the mass splitting and "
            "the full ε(T)",
        ),
    ] = 1.0
    thermal_splitting: Annotated[
        float,
        Field(
            ge=-100.0,
            le=100.0,
            description="φ of ε(T), the thermal correction to the mass splitting, of order one",
        ),
    ] = 0.0
    observed_baryon_yield: Annotated[
        float,
        Field(
            ge=1e-12,
            le=1e-8,
            description="the baryon asymmetry that `epsilon_required` and `i1_over_xi_required` refer "
            "to; the default is "
            "the paper's rounded number, 3 % above Planck's",
        ),
    ] = 0.9e-10

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
