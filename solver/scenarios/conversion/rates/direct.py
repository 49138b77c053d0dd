"""Annihilation and scattering rates of one point by direct integration."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ....constants import ELECTRON_MASS, MUON_MASS, Z_MASS
from ....numerics.tables import Table, build_table
from .annihilation import s_wave
from .bound_states import bound_state_term
from .electroweak import E_SQUARED_MZ, ROUNDED_HIGGS_MASS
from .grid import SMALLEST_X
from .options import RateOptions
from .scattering import lepton_scattering_rate, photon_scattering_rate
from .sommerfeld import coulomb_average, higgs_strength, yukawa_average, z_strength
from .thermal_average import thermal_average

__all__ = ["direct_rates", "direct_table", "fixed_lepton_masses", "thermal_lepton_mass"]


def fixed_lepton_masses(options: RateOptions) -> tuple[float, ...]:
    """Return the masses in GeV that regulate R_B, to average over; none if the regulator is thermal."""
    masses = {"muon": (MUON_MASS,), "electron-muon": (ELECTRON_MASS, MUON_MASS)}
    return masses[options.lepton_mass] if isinstance(options.lepton_mass, str) else ()


def thermal_lepton_mass(options: RateOptions) -> float:
    """Return the thermal mass that regulates R_B in units of T."""
    return math.sqrt(float(options.lepton_mass) * E_SQUARED_MZ)


def direct_rates(
    m_chi: float, delta_m: float, lambda_H: float, options: RateOptions, x: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Integrate the annihilation and scattering rates of one point directly.

    Parameters
    ----------
    m_chi, delta_m : float
        The mass of the Majorana states and m_phi - m_chi, in GeV.
    lambda_H : float
        The portal coupling.
    options : RateOptions
        The choices.
    x : (n,) array
        m_chi/T.

    Returns
    -------
    sigma_v, rate_a, rate_b : (n,) arrays
        <sigma v> in GeV⁻² and the scattering rates over the vacuum decay width.
    """
    x = np.asarray(x, dtype=np.float64)
    m_phi = m_chi + delta_m
    x_phi = x * (m_phi / m_chi)
    sigma_v = thermal_average(m_phi, m_phi / x_phi, lambda_H)
    sigma_0 = float(s_wave(m_phi) @ lambda_H ** np.arange(5))
    if options.sommerfeld != "none":
        sigma_v = sigma_v + sigma_0 * (coulomb_average(x_phi) - 1.0)
    if options.sommerfeld == "coulomb+yukawa":
        for strength, mass in (
            (higgs_strength(m_phi, lambda_H), ROUNDED_HIGGS_MASS),
            (z_strength(m_phi), Z_MASS),
        ):
            sigma_v = sigma_v + sigma_0 * strength * yukawa_average(x_phi, m_phi / mass)
    if options.bound_states:
        sigma_v = sigma_v + bound_state_term(m_phi, x_phi, sigma_0)
    if not options.scattering:
        return sigma_v, np.zeros_like(x), np.zeros_like(x)
    rate_a = photon_scattering_rate(x_phi, m_phi, m_chi, options.photon_mass)
    regulators = fixed_lepton_masses(options) or (thermal_lepton_mass(options) * m_phi / x_phi,)
    rates = [lepton_scattering_rate(x_phi, m_phi, m_chi, mass) for mass in regulators]
    return sigma_v, rate_a, np.mean(rates, axis=0)


def direct_table(
    m_chi: float, delta_m: float, lambda_H: float, options: RateOptions, x_end: float, cells: int = 200
) -> Table:
    """Tabulate `direct_rates` over ln x from `SMALLEST_X` to x_end, for tests; takes about a second."""
    return build_table(
        lambda ln_x: np.array(direct_rates(m_chi, delta_m, lambda_H, options, np.exp(ln_x))),
        math.log(SMALLEST_X),
        math.log(x_end),
        cells,
    )
