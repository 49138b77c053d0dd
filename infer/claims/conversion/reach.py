"""What searches reach in the model of arXiv:2404.12428, by the likelihoods of the package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....likelihoods import likelihood
from ....likelihoods.compressed import CompressedSleptons
from ....likelihoods.production import cross_section
from ....likelihoods.projections import SoftDisplacedLeptons
from .points import predicted, viable

__all__ = [
    "largest_excluded_mass",
    "largest_penalty",
    "mu_e_gamma_below_limit",
    "needed_acceptance",
    "penalty",
    "projected_mass",
    "strongest_signal",
]

FloatArray = NDArray[np.float64]

# MEG II, arXiv:2310.12614: 90 % CL upper limit on BR(μ → eγ), with the data of MEG.
MU_E_GAMMA_LIMIT = 3.1e-13
SCANNED_MASSES = np.linspace(90.0, 300.0, 2101)  # GeV of φ, the range of the table
PROJECTED_MASSES = np.linspace(80.0, 1200.0, 2241)
# Where the acceptance for displaced muons is largest, and its neighbourhood (m).
LENGTHS = np.geomspace(1e-4, 1.0, 400)
SEARCHES = ("compressed-sleptons", "hscp", "disappearing-tracks", "displaced-leptons")


def soft_leptons(mass: FloatArray, delta_m: float) -> FloatArray:
    """Return signal over observed limit (n,) of prompt decays to muons at masses of φ in GeV (n,)."""
    soft = CompressedSleptons()
    signal = soft.signal({"m_phi": mass, "ctau_m": np.zeros_like(mass), "branching_mu": np.ones_like(mass)})
    return signal / soft.limits(mass, np.full_like(mass, delta_m))[0][0]


def largest_excluded_mass(delta_m: float) -> float:
    """Return the largest m_φ in GeV excluded for prompt decays to muons; zero without any."""
    excluded = soft_leptons(SCANNED_MASSES, delta_m) >= 1.0
    return float(SCANNED_MASSES[excluded][-1]) if excluded.any() else 0.0


def strongest_signal(delta_m: float) -> float:
    """Return the largest signal over observed limit of prompt decays to muons, over m_φ above 90 GeV."""
    return float(soft_leptons(SCANNED_MASSES, delta_m).max())


def penalty(name: str, m_chi: float, delta_m: float, b_1: float) -> float:
    """Return -ln L of a search at a viable point with decays to muons."""
    point = viable(m_chi, delta_m, b_1)
    search = likelihood(name)
    given = {need: np.array([point.get(need, np.nan)]) for need in search.needs}
    given |= {"branching_mu": np.ones(1), "branching_e": np.zeros(1), "delta_m": np.array([delta_m])}
    return -float(search.log_likelihood({need: given[need] for need in search.needs})[0])


def largest_penalty(masses: tuple[float, ...], slices: tuple[tuple[float, float], ...]) -> float:
    """Return the largest -ln L of any search over viable points."""
    return max(penalty(name, m, *where) for name in SEARCHES for where in slices for m in masses)


def mu_e_gamma_below_limit(m_chi: float) -> float:
    """Return the limit on BR(μ → eγ) over the largest prediction, electrons and muons in equal parts."""
    point = viable(m_chi)
    kept = ("m_chi", "delta_m", "lambda_H", "B_1", "i1_over_xi", "width")
    mixed = predicted({key: point[key] for key in kept} | {"muon_fraction": 0.5})
    return MU_E_GAMMA_LIMIT / mixed["br_mu_e_gamma"]


def projected(collider: str) -> FloatArray:
    """Return signal over projected limit at the best decay length (n,) at `PROJECTED_MASSES`."""
    best = SoftDisplacedLeptons(collider=collider).cross_section_limit(LENGTHS).min()
    return cross_section(PROJECTED_MASSES, collider) / best


def projected_mass(collider: str) -> float:
    """Return the largest m_φ in GeV of the projected reach at the best decay length; zero without any."""
    reached = projected(collider) >= 1.0
    return float(PROJECTED_MASSES[reached][-1]) if reached.any() else 0.0


def needed_acceptance(collider: str) -> float:
    """Return the least ratio of acceptances, compressed over not, with which a collider reaches anything."""
    search = SoftDisplacedLeptons(collider=collider)
    return search.acceptance_ratio / float(projected(collider).max())
