"""Decays of pions to dark matter: universality of π → eν and π → μν, peaks in their spectra, invisible π⁰."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .charged_lepton import LeptonLikelihood
from .limits import (
    Z_ONE_SIDED,
    Z_TWO_SIDED,
    clipped_at_background,
    eased,
    gaussian,
    rate_half_gaussian,
)
from .tables import LogCurve, faded, gather, ln, load, only_good

__all__ = ["PionDecay"]

Array = NDArray[np.float64]

# Of all pions: where fewer are left to decay as the Standard Model says, all counts as none.
LEAST_LEFT = 1e-6


# Γ(π → eν)/Γ(π → μν), radiation included.
MEASURED_RATIO, RATIO_ERROR = 1.2344e-4, 0.0030e-4  # PIENU, arXiv:1506.05845: 0.0023 stat, 0.0019 syst
STANDARD_RATIO = 1.2352e-4  # Cirigliano and Rosell, arXiv:0707.3439; its 0.0001e-4 does not count here
WITHOUT_SIGNAL = -0.5 * ((STANDARD_RATIO - MEASURED_RATIO) / RATIO_ERROR) ** 2
# The measurement takes positrons above this energy (GeV) for π → eν; the resolution is that at 70 MeV with
# what showers lose, our estimate.
POSITRON_CUT, POSITRON_RESOLUTION = 0.052, 0.0015

# BR(π⁰ → invisible), 90 % CL: NA62, arXiv:2010.07644.
INVISIBLE_LIMIT = 4.4e-9
# From 90 % to 95 % of a half-normal distribution.
TO_95 = Z_TWO_SIDED / Z_ONE_SIDED

# PDG 2022, GeV.
PION_MASS = 0.13957039
LEPTONS = {"e": 0.51099895e-3, "mu": 0.1056583755, "tau": 1.77686}


def phase_space_ratio(mass: Array, lepton_mass: float) -> Array:
    """Return Γ(π → ℓN)/(|U|² Γ(π → ℓν)) of a heavy neutrino N of mass (n,) in GeV; zero where closed.

    ρ = [a + b - (a - b)²] λ^{1/2}(1, a, b)/(a (1 - a)²) with a, b the squares of the masses of lepton and
    neutrino over that of the pion (Shrock, Phys. Rev. D 24 (1981) 1232).
    """
    a, b = (lepton_mass / PION_MASS) ** 2, (np.asarray(mass) / PION_MASS) ** 2
    triangle = np.maximum(1.0 + a * a + b * b - 2.0 * (a + b + a * b), 0.0)
    open_channel = mass < PION_MASS - lepton_mass
    ratio = (a + b - (a - b) ** 2) * np.sqrt(triangle) / (a * (1.0 - a) ** 2)
    return np.where(open_channel, ratio, 0.0)


def positron_acceptance(mass: Array) -> Array:
    """Return the share of π → eχ that counts as π → eν in the measurement of the ratio, χ of mass (n,)."""
    from scipy.special import ndtr

    energy = 0.5 * (PION_MASS**2 + LEPTONS["e"] ** 2 - np.square(mass)) / PION_MASS
    return ndtr((energy - POSITRON_CUT) / POSITRON_RESOLUTION)


@dataclass(frozen=True)
class PionDecay(LeptonLikelihood):
    """Limit BR(π → ℓχ) and BR(π⁰ → νχ).

    A light χ adds to π → eν or to π → μν: the ratio of the two is compared with the measured one, Gaussian.
    A heavy χ shifts the energy of the lepton: searches for a peak, published as limits on the mixing of
    a heavy neutrino, bound the branching ratio itself, BR = ρ(M) |U|² BR(π → ℓν), because a decay to two
    bodies at rest has no other kinematics. Both use the same pions, so the stronger of them counts. χ and
    its antiparticle with a neutrino are an invisible decay of π⁰, which counts besides.
    """

    name: ClassVar[str] = "pion-decay"
    summary: ClassVar[str] = "Pions that decay to dark matter: universality, peak searches, invisible π⁰."
    source: ClassVar[str] = (
        "ratio: PIENU arXiv:1506.05845 against arXiv:0707.3439; peaks: PIENU arXiv:1712.03275 (e), "
        "arXiv:1904.03269 (mu); invisible pi0: NA62 arXiv:2010.07644"
    )
    validity: ClassVar[str] = (
        "ratio: below 70 MeV (e), all masses (mu); peaks: 62-135 MeV (e), 15.7-33.8 MeV (mu); open decays outside "
        "the peaks flagged; tau: a pion cannot decay to it, pi0 only, flagged"
    )
    grade: ClassVar[str] = "A for the numbers; C for what of pi -> e chi counts as pi -> e nu near 70 MeV"

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass of dark matter in GeV and the two branching ratios."""
        return ("mass", "br_pion", "br_neutral_pion")

    @cached_property
    def _peaks(self) -> LogCurve:
        """Return the 95 % CL limit on BR(π → ℓχ) of the peak search over the mass."""
        table = load("pion_peaks")
        mass, mixing = (table.numbers(name, lepton=self.charged_lepton) for name in ("mass", "mixing"))
        standard = STANDARD_RATIO if self.charged_lepton == "e" else 1.0
        return LogCurve(
            mass, TO_95 * mixing * standard * phase_space_ratio(mass, LEPTONS[self.charged_lepton])
        )

    def peak_limit(self, mass: Array) -> Array:
        """Return the 95 % CL upper limit on BR(π → ℓχ) of the peak search (n,); NaN where it has none."""
        ln_mass = np.log(np.atleast_1d(np.asarray(mass, dtype=np.float64)))
        inside = (ln_mass >= self._peaks.low) & (ln_mass <= self._peaks.high)
        return np.where(inside, np.exp(self._peaks(ln_mass)), np.nan)

    def ratio(self, mass: Array, branching: Array) -> Array:
        """Return Γ(π → e …)/Γ(π → μ …) as it would be measured (n,), for BR(π → ℓχ) (n,)."""
        added = branching / np.maximum(1.0 - branching, LEAST_LEFT)
        if self.charged_lepton == "e":
            return STANDARD_RATIO + positron_acceptance(mass) * added
        return STANDARD_RATIO / (1.0 + added)

    def _universality(self, mass: Array, branching: Array) -> Array:
        # The Standard Model lies a quarter of an error above the measurement: no reward for a χ that closes it.
        compared = gaussian(self.ratio(mass, branching), MEASURED_RATIO, RATIO_ERROR)
        return eased(clipped_at_background(compared - WITHOUT_SIGNAL))

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and where a decay is open that no peak search covers."""
        values, good = gather(observables, self.needs)
        mass, branching, invisible = values
        neutral = rate_half_gaussian(invisible / (TO_95 * INVISIBLE_LIMIT))
        no_limit = good & (self.charged_lepton == "tau")
        if self.charged_lepton == "tau":
            return only_good(neutral, good), {"no charged pion decays to a tau": no_limit}
        ln_mass = ln(mass)
        universality = self._universality(mass, branching)
        peaks = rate_half_gaussian(branching / np.exp(self._peaks(ln_mass)))
        peaks, inside = faded(peaks, ln_mass, self._peaks.low, self._peaks.high)
        outside = good & ~inside & (branching > 0.0)
        flags = {"mass without a peak search: universality alone": outside}
        return only_good(np.minimum(universality, peaks) + neutral, good), flags

    def describe(self) -> str:
        """Return one line for the summary: what is compared."""
        return f"pions to {self.charged_lepton} and dark matter: BR(e)/BR(mu) = 1.2344(30)e-4, peaks, invisible pi0"
