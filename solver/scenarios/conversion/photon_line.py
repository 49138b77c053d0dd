"""The line of χ_2 → γ χ_1: the width that the loop of φ and a lepton gives it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import HBAR_GEV_S
from .flavour import photon_line_energy
from .rates.electroweak import ALPHA_MZ

__all__ = ["dipole_loop", "photon_line_rate", "transition_overlap"]


def transition_overlap(couplings: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Return Im (λ†λ)_12, which the transition dipole of two Majorana states goes with."""
    first, second = couplings[..., :, 0], couplings[..., :, 1]
    return np.imag(np.sum(np.conj(first) * second, axis=-1))


def dipole_loop(m_phi: ArrayLike, m_chi: ArrayLike) -> NDArray[np.float64]:
    """Return m_χ² (I_l + I_φ), the loops with the photon on the lepton and on the scalar.

    For massless leptons and external χ on shell (J. P. Leveille, Nucl. Phys. B137 (1978) 63, with the charges
    of lepton and scalar opposite, so that both add), r = m_χ²/m_φ²:

        m_χ² I_l = ∫ dx r x²/(1 - r x) = -1/2 - 1/r - ln(1 - r)/r²,
        m_χ² I_φ = ∫ dx r x (1 - x)/(1 - r + r x).

    It grows like ln[m_φ²/(m_φ² - m_χ²)] for nearly degenerate states.
    """
    r = np.square(np.asarray(m_chi, dtype=np.float64) / np.asarray(m_phi, dtype=np.float64))
    # s = (1-r)/r: ∫ x(1-x)/(x+s) dx = 1/2 + s - s(1+s) ln[(1+s)/s].
    s = (1.0 - r) / r
    lepton = -0.5 - 1.0 / r - np.log1p(-r) / r**2
    scalar = 0.5 + s - s * (1.0 + s) * np.log1p(1.0 / s)
    return lepton + scalar


def photon_line_rate(
    overlap: ArrayLike, m_phi: ArrayLike, m_chi: ArrayLike, delta_m12: ArrayLike
) -> NDArray[np.float64]:
    """Return the rate of χ_2 → γ χ_1 in 1/s, arXiv:2404.12428 (implications for searches).

    Γ = μ² E_γ³/π with the transition moment μ = (e/16π²) Im(λ†λ)_12/m_χ times `dipole_loop`: particle and
    antiparticle in the loop leave the imaginary part alone. It goes with the fourth power of λ and the third
    of the splitting: for λ of 10⁻⁶ and meV nothing that could be seen.

    Parameters
    ----------
    overlap : float or array
        Im (λ†λ)_12, from `transition_overlap`.
    m_phi, m_chi, delta_m12 : float or array
        Masses and the splitting in GeV; they broadcast.
    """
    m_chi = np.asarray(m_chi, dtype=np.float64)
    charge = math.sqrt(4.0 * math.pi * ALPHA_MZ)
    moment = charge / (16.0 * math.pi**2) * np.asarray(overlap) * dipole_loop(m_phi, m_chi) / m_chi
    return moment**2 * photon_line_energy(delta_m12, m_chi) ** 3 / (math.pi * HBAR_GEV_S)
