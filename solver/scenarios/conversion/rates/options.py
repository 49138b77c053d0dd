"""The choices that concern the annihilation and scattering rates."""

from __future__ import annotations

from dataclasses import dataclass

from .....options import option

__all__ = ["RateOptions"]


@dataclass(frozen=True)
class RateOptions:
    """Choose among the open points of the rates; the defaults are those of the check values."""

    sommerfeld: str = option(
        "coulomb",
        "exchange that enhances the s-wave of annihilation: the photon, also Higgs and Z, or none",
        choices=("coulomb", "coulomb+yukawa", "none"),
    )
    bound_states: bool = option(True, "annihilation through the ground-state bound state of φ⁺φ⁻")
    scattering: bool = option(True, "conversion by scattering off photons and leptons")
    photon_mass: float = option(
        4.0 / 3.0,
        "squared mass that cuts off soft photons in φγ → χl, in units of (e T)²",
        number=True,
        lower=1e-3,
        upper=10.0,
    )
    lepton_mass: float | str = option(
        0.25,
        "what cuts off collinear photons in φl → χγ: the square of a thermal mass in units of (e T)², the "
        "mass of the muon, or the mean of the results for electron and muon",
        choices=("muon", "electron-muon"),
        number=True,
        lower=1e-3,
        upper=10.0,
    )
