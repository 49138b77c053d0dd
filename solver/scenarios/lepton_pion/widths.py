"""The decays of χ at zero temperature: every partial width, and what they amount to for the limits.

arXiv:2111.14808, section 3.2. Tree widths are those of a Dirac χ, doubled for a Majorana one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import (
    ALPHA,
    ELECTRON_MASS,
    FERMI_CONSTANT,
    HBAR_GEV_S,
    MUON_MASS,
)
from ...numerics.kernel import kernel
from .densities import (
    width_chi_to_lepton_pion,
    width_chi_to_neutrino_pion,
    width_lepton_to_chi,
    width_neutral_pion_to_chi,
    width_pion_to_chi,
)
from .inputs import (
    BODIES,
    CONDENSATE,
    DECAY_CHANNELS,
    E_SQUARED,
    LAMBDA_QCD,
    LEPTON_MASSES,
    NEUTRAL_PION_WIDTH,
    PION_DECAY_CONSTANT,
    PION_WIDTH,
    lepton_width,
)
from .virtual import contact_width, neutrino_two_photons_width, virtual_lepton_width, virtual_pion_width

__all__ = [
    "DecayModel",
    "decay_model",
    "effective_widths",
    "lepton_branching_ratio",
    "lifetime_s",
    "loop_width",
    "mixing_angle",
    "mixing_neutrino_photon_width",
    "neutral_pion_branching_ratio",
    "partial_widths",
    "pion_branching_ratio",
]

CHANNELS = len(DECAY_CHANNELS)
NEUTRINO_PHOTON, LEPTON_PION, NEUTRINO_PION, NEUTRINO_TWO_PHOTONS = 0, 1, 2, 3
LEPTON_E_NU, LEPTON_MU_NU, PION_VIRTUAL_LEPTON, THREE_NEUTRINOS = 4, 5, 6, 7

BODIES_OF_PION = 4


class DecayModel(NamedTuple):
    """Hold the choices and particles the widths depend on.

    Attributes
    ----------
    m_lepton, lepton_width : float
        In GeV.
    bodies : int
        The electrons and neutrinos the lepton becomes.
    left, majorana : bool
        The chirality of the lepton, the nature of χ.
    contact : bool
        Include the contact term of the chiral action (off reproduces the paper).
    mixing : bool
        Include the mixing of χ with ν that the quark condensate induces for a left-handed lepton.
    """

    m_lepton: float
    lepton_width: float
    bodies: int
    left: bool
    majorana: bool
    contact: bool
    mixing: bool


def decay_model(
    lepton: str = "mu",
    chirality: str = "R",
    fermion: str = "dirac",
    contact: bool = True,
    mixing: bool = False,
) -> DecayModel:
    """Return the decay model of a lepton ("e", "mu", "tau") and chirality ("R", "L")."""
    return DecayModel(
        LEPTON_MASSES[lepton],
        lepton_width(lepton),
        BODIES[lepton],
        chirality == "L",
        fermion == "majorana",
        contact,
        mixing,
    )


@kernel
def loop_width(mass, coupling, m_lepton, left, lambda_qcd):
    """Return Γ(χ → ν γ) = e² A² M³/(2π) of the loop estimate, eqs. (3.14) and (3.15), in GeV.

    A = G_F Λ² (m_ℓ C_R + Λ C_L)/(4π)² is good to an order of magnitude, so that 2π, the count of a Majorana
    χ, is kept for a Dirac one. C in GeV⁻².
    """
    insertion = lambda_qcd if left else m_lepton
    moment = FERMI_CONSTANT * lambda_qcd**2 * insertion * coupling / (4.0 * math.pi) ** 2
    return E_SQUARED * moment**2 * mass**3 / (2.0 * math.pi)


@kernel
def mixing_angle(mass, coupling):
    """Return θ = C_χL f_π² B₀/M, the mixing of χ with ν that the quark condensate induces."""
    return coupling * PION_DECAY_CONSTANT**2 * CONDENSATE / mass


@kernel
def mixing_neutrino_photon_width(mass, angle, majorana):
    """Return Γ(χ → ν γ) = 9 α G_F² M⁵ θ²/(256 π⁴) of a sterile neutrino (half of it if Dirac), eq. (4.8)."""
    share = 1.0 if majorana else 0.5
    return share * 9.0 * ALPHA * FERMI_CONSTANT**2 * mass**5 * angle**2 / (256.0 * math.pi**4)


@kernel
def fill_widths(out, mass, coupling, lambda_qcd, model):
    """Fill the partial widths (GeV) in the order of `DECAY_CHANNELS`."""
    for channel in range(CHANNELS):
        out[channel] = 0.0
    copies = 2.0 if model.majorana else 1.0
    tree = copies * coupling * coupling
    m_lepton, left = model.m_lepton, model.left
    out[NEUTRINO_PHOTON] = loop_width(mass, coupling, m_lepton, left, lambda_qcd)
    out[LEPTON_PION] = tree * width_chi_to_lepton_pion(mass, m_lepton, left)
    out[NEUTRINO_PION] = tree * width_chi_to_neutrino_pion(mass, left)
    if left:
        out[NEUTRINO_TWO_PHOTONS] = tree * neutrino_two_photons_width(mass)
    if model.contact and not left:
        out[LEPTON_E_NU] = tree * contact_width(mass, m_lepton, ELECTRON_MASS)
        out[LEPTON_MU_NU] = tree * contact_width(mass, m_lepton, MUON_MASS)
    else:
        out[LEPTON_E_NU] = tree * virtual_pion_width(mass, m_lepton, ELECTRON_MASS, left)
        out[LEPTON_MU_NU] = tree * virtual_pion_width(mass, m_lepton, MUON_MASS, left)
    out[PION_VIRTUAL_LEPTON] = tree * virtual_lepton_width(mass, m_lepton, model.lepton_width, left)
    if model.mixing and left:
        angle = mixing_angle(mass, coupling)
        out[NEUTRINO_PHOTON] += mixing_neutrino_photon_width(mass, angle, model.majorana)
        out[THREE_NEUTRINOS] = 0.5 * copies * FERMI_CONSTANT**2 * mass**5 * angle**2 / (96.0 * math.pi**3)


@kernel
def fill_effective(out, widths, bodies):
    """Fill the widths that limits on χ → γγ, on χ → e⁺e⁻ and on a line from χ → νγ apply to.

    A limit on γγ holds for νγ with half its energy in photons and for νγγ with two thirds; one on e⁺e⁻
    for a decay into N electrons and neutrinos with 2/N (arXiv:2111.14808, section 3.2).
    """
    photons = widths[NEUTRINO_TWO_PHOTONS] + widths[NEUTRINO_PION]
    out[0] = 0.5 * widths[NEUTRINO_PHOTON] + 2.0 / 3.0 * photons
    with_pion = widths[LEPTON_PION] + widths[PION_VIRTUAL_LEPTON] + widths[LEPTON_MU_NU]
    out[1] = 2.0 / (bodies + BODIES_OF_PION) * with_pion + 2.0 / (bodies + 2.0) * widths[LEPTON_E_NU]
    out[2] = widths[NEUTRINO_PHOTON]


def partial_widths(
    mass: ArrayLike,
    coupling: ArrayLike,
    lambda_qcd: ArrayLike = LAMBDA_QCD,
    *,
    lepton: str = "mu",
    chirality: str = "R",
    fermion: str = "dirac",
    contact: bool = True,
    mixing: bool = False,
) -> NDArray[np.float64]:
    """Return the partial widths of χ in GeV.

    Parameters
    ----------
    mass, coupling, lambda_qcd : array-like
        M in GeV, C in GeV⁻², the scale of the loop in GeV; they broadcast.
    lepton, chirality, fermion, contact, mixing
        As of `DecayModel`.

    Returns
    -------
    (..., 8) array
        In the order of `DECAY_CHANNELS`.
    """
    model = decay_model(lepton, chirality, fermion, contact, mixing)
    rows = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in (mass, coupling, lambda_qcd)))
    widths = np.empty((*rows[0].shape, CHANNELS))
    for index in np.ndindex(rows[0].shape):
        fill_widths(widths[index], *(float(row[index]) for row in rows), model)
    return widths


def effective_widths(widths: NDArray[np.float64], lepton: str = "mu") -> NDArray[np.float64]:
    """Return the effective widths into γγ, e⁺e⁻ and νγ (..., 3) of partial widths (..., 8), same unit."""
    effective = np.empty((*widths.shape[:-1], 3))
    for index in np.ndindex(widths.shape[:-1]):
        fill_effective(effective[index], widths[index], BODIES[lepton])
    return effective


def lifetime_s(
    mass: ArrayLike, coupling: ArrayLike, lambda_qcd: ArrayLike = LAMBDA_QCD, **options: object
) -> NDArray[np.float64]:
    """Return the lifetime of χ in seconds; arguments as of `partial_widths`."""
    return HBAR_GEV_S / partial_widths(mass, coupling, lambda_qcd, **options).sum(axis=-1)


@kernel
def branching_ratio(width, known_width):
    """Return the share of a new decay in the total width; zero of a closed one."""
    return width / (width + known_width) if width > 0.0 else 0.0


def pion_branching_ratio(
    mass: ArrayLike, coupling: ArrayLike, lepton: str = "mu", chirality: str = "R"
) -> NDArray[np.float64]:
    """Return BR(π → ℓ χ), zero where closed; bounded by about 1e-7 (arXiv:2111.14808, section 3.2)."""
    m_lepton, left = LEPTON_MASSES[lepton], chirality == "L"

    def one(m: float, c: float) -> float:
        return branching_ratio(c * c * width_pion_to_chi(m, m_lepton, left), PION_WIDTH)

    return np.vectorize(one, otypes=[float])(mass, coupling)


def neutral_pion_branching_ratio(
    mass: ArrayLike, coupling: ArrayLike, chirality: str = "L"
) -> NDArray[np.float64]:
    """Return BR(π⁰ → ν χ̄) + BR(π⁰ → ν̄ χ), an invisible decay; zero where closed or for a right-handed lepton."""
    left = chirality == "L"

    def one(m: float, c: float) -> float:
        return branching_ratio(2.0 * c * c * width_neutral_pion_to_chi(m, left), NEUTRAL_PION_WIDTH)

    return np.vectorize(one, otypes=[float])(mass, coupling)


def lepton_branching_ratio(
    mass: ArrayLike, coupling: ArrayLike, lepton: str = "tau", chirality: str = "R"
) -> NDArray[np.float64]:
    """Return BR(ℓ → π χ), zero where closed."""
    m_lepton, left = LEPTON_MASSES[lepton], chirality == "L"

    def one(m: float, c: float) -> float:
        return branching_ratio(c * c * width_lepton_to_chi(m, m_lepton, left), lepton_width(lepton))

    return np.vectorize(one, otypes=[float])(mass, coupling)
