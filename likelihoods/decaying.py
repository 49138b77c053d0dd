"""Dark matter that decays: energy injection before reionisation, and cosmic electrons at Voyager."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .likelihood import Likelihood
from .limits import NUISANCE_NODES, marginalised_over_scale, rate_half_gaussian, smeared_step
from .tables import LogCurve, faded, gather, ln, load, only_good

__all__ = ["CmbDecay", "VoyagerDecay"]

LN_PAIR_THRESHOLD = math.log(2.0 * 0.51099895e-3)  # twice the electron mass, GeV
# Just above threshold the electron channel opens over this fraction of the mass, not in a step.
THRESHOLD_WIDTH = 0.01
LN_CMB_LOWEST, LN_CMB_HIGHEST = math.log(30e-9), math.log(1e4)  # GeV, the range of the tables

INTRINSIC_WIDTH = 0.25  # of the smeared step, in ln(width)
VOYAGER_UNCERTAINTY = 1.15  # in ln(width): half a decade, from propagation and the data's fit form
VOYAGER_TRUSTED = 0.5  # GeV: above, the data used (below 74 MeV) miss most of the electrons

Flags = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class CmbDecay(Likelihood):
    """Limit the energy that decays inject into the gas between recombination and reionisation.

    ``lnL = -(1.96 sum_i tau_i(m) Gamma_i)^2 / 2`` with the lifetime limits tau_i of each channel: the
    damping of the anisotropies is linear in the injected energy, so channels add linearly. The widths
    are effective, in 1/s: each decay mode weighted with the fraction of energy it puts into photons
    (``width_gamma_gamma``; 1/2 for neutrino and photon, 2/3 for a neutrino and two) or electrons
    (``width_electron_positron``).
    """

    name: ClassVar[str] = "cmb-decay"
    summary: ClassVar[str] = "Energy injected by decaying dark matter into the gas after recombination."
    source: ClassVar[str] = (
        "Planck anisotropies: arXiv:2303.07370 as digitised in AxionLimits below 0.94 MeV; above and for "
        "electrons, transfer functions of arXiv:1506.03812 (compare arXiv:1610.06933, figure 7)"
    )
    validity: ClassVar[str] = (
        "30 eV to 10 TeV; below: no constraint, flagged; above: the last limit, flagged; electrons only "
        "above twice their mass"
    )
    grade: ClassVar[str] = "B below 0.94 MeV (photons), C above and for electrons; normalisation 30 %"

    normalisation_error: Annotated[
        float,
        Field(
            ge=0.0,
            le=1.0,
            description="standard error of the limits' common factor in decades, integrated out; 0.13 is the spread "
            "between calculations",
        ),
    ] = 0.0

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass and the effective widths into photons and electrons."""
        return ("mass", "width_gamma_gamma", "width_electron_positron")

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data behind the limit."""
        return ("planck-2018-energy-injection",)

    @cached_property
    def _limits(self) -> tuple[LogCurve, LogCurve]:
        photons, electrons = load("cmb_decay_photons"), load("cmb_decay_electrons")
        return (
            LogCurve(photons.numbers("mass"), photons.numbers("lifetime")),
            LogCurve(electrons.numbers("mass"), electrons.numbers("lifetime")),
        )

    def lifetime_limits(self, mass: NDArray) -> tuple[NDArray, NDArray]:
        """Return the 95 % CL lower limits in s (n,) for two photons and for electrons at masses in GeV."""
        ln_mass = np.log(np.asarray(mass, dtype=float))
        photons, electrons = (np.exp(limit(ln_mass)) for limit in self._limits)
        return photons, electrons

    def rate_over_limit(self, mass: NDArray, photons: NDArray, electrons: NDArray) -> NDArray[np.float64]:
        """Return the injected energy over its 95 % CL limit (n,), for masses in GeV and effective widths in 1/s."""
        ln_mass = ln(np.asarray(mass, dtype=float))
        photon_limit, electron_limit = self._limits
        opening = np.minimum(np.maximum((ln_mass - LN_PAIR_THRESHOLD) / THRESHOLD_WIDTH, 0.0), 1.0)
        return photons * np.exp(photon_limit(ln_mass)) + electrons * opening * np.exp(electron_limit(ln_mass))

    def evaluate(self, observables: Mapping[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], Flags]:
        """Return the log-likelihood (n,) and whether masses are below or above the tables."""
        (mass, photons, electrons), good = gather(observables, self.needs)
        ln_mass = ln(mass)
        rate = self.rate_over_limit(mass, photons, electrons)
        if self.normalisation_error > 0.0:
            factors = np.exp(math.log(10.0) * self.normalisation_error * NUISANCE_NODES)
            result = marginalised_over_scale(rate_half_gaussian(rate[:, None] * factors))
        else:
            result = rate_half_gaussian(rate)
        result, inside = faded(result, ln_mass, LN_CMB_LOWEST, np.inf)
        return only_good(result, good), {
            "mass below 30 eV: no constraint": good & ~inside,
            "mass above 10 TeV: limit held constant": good & (ln_mass > LN_CMB_HIGHEST),
        }


@dataclass(frozen=True)
class VoyagerDecay(Likelihood):
    """Limit decays to electrons by the interstellar flux at Voyager 1: an estimate, good to a factor 3.

    A smeared step in ln(width), its uncertainty half a decade. ``width_electron_positron`` is the
    effective width of `CmbDecay`; the electron spectrum of cascades is softer than that of pairs,
    which this does not follow.
    """

    name: ClassVar[str] = "voyager-decay"
    summary: ClassVar[str] = "Electrons and positrons from decays in the Galaxy; an estimate (grade D)."
    source: ClassVar[str] = (
        "own one-dimensional diffusion estimate; stands in for the curve of arXiv:1612.07698, figure 2"
    )
    validity: ClassVar[str] = (
        "7.3 MeV to 0.5 GeV, every point flagged as an estimate; outside no constraint, flagged; the table "
        "reaches 0.58 GeV with above-half-gev"
    )
    grade: ClassVar[str] = "D"

    above_half_gev: Annotated[
        bool, Field(description="use the last points of the table too, where it is too weak")
    ] = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass and the effective width into electrons."""
        return ("mass", "width_electron_positron")

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data behind the limit."""
        return ("voyager-1-electrons",)

    @cached_property
    def _limit(self) -> LogCurve:
        table = load("voyager_decay")
        return LogCurve(table.numbers("mass"), table.numbers("lifetime"))

    def evaluate(self, observables: Mapping[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], Flags]:
        """Return the log-likelihood (n,), where it is an estimate, and where there is none."""
        values, good = gather(observables, self.needs)
        ln_mass, ln_width = ln(values)
        limit = self._limit
        highest = limit.high if self.above_half_gev else math.log(VOYAGER_TRUSTED)
        step = smeared_step(ln_width, -limit(ln_mass), INTRINSIC_WIDTH, VOYAGER_UNCERTAINTY)
        result, inside = faded(step, ln_mass, limit.low, highest)
        return only_good(result, good), {
            "estimate (grade D)": good & inside,
            "mass outside the estimate: no constraint": good & ~inside,
        }
