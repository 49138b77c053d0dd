"""The choices that concern the annihilation and scattering rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

__all__ = ["RateOptions"]


@dataclass(frozen=True)
class RateOptions:
    """Choose among the open points of the rates; the defaults are those of the check values."""

    sommerfeld: Annotated[
        Literal["coulomb", "coulomb+yukawa", "none"],
        Field(
            description="exchange that enhances the s-wave of annihilation: the photon, also Higgs and "
            "Z, or none"
        ),
    ] = "coulomb"
    bound_states: Annotated[
        bool, Field(description="annihilation through the ground-state bound state of φ⁺φ⁻")
    ] = True
    scattering: Annotated[bool, Field(description="conversion by scattering off photons and leptons")] = True
    photon_mass: Annotated[
        float,
        Field(
            ge=1e-3,
            le=10.0,
            description="squared mass that cuts off soft photons in φγ → χl, in units of (e T)²",
        ),
    ] = 4.0 / 3.0
    lepton_mass: Annotated[
        Literal["muon", "electron-muon"] | Annotated[float, Field(ge=1e-3, le=10.0)],
        Field(
            description="what cuts off collinear photons in φl → χγ: the square of a thermal mass in "
            "units of (e T)², the "
            "mass of the muon, or the mean of the results for electron and muon"
        ),
    ] = 0.25
