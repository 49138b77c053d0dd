"""The rates the Boltzmann equations need: annihilation, and conversion by scattering.

`direct_rates` integrates them at any point, slowly. For solves there is

* ``rate_tables(options) -> RateTables``: the tables of one set of options, a NamedTuple for kernels,
  built at first use and kept on disk;
* the kernel ``fill_rates(tables, m_chi, delta_m, lambda_H, x_end, pieces) -> Table``, which writes the
  cubic pieces of one point into the array ``pieces`` (shape `PIECES_SHAPE`, reused from point to point)
  and returns them as a `relicfit.solver.numerics.tables.Table` over ln x, x = m_chi/T, that reaches from
  below x = 0.02 to at least ``x_end``. Its three functions, four coefficients each, are

      0: <sigma v> in GeV⁻²,   1: R_A,   2: R_B,

  the plain values, not their logarithms (R vanishes where scattering is switched off);
* `direct_table`, the same Table from `direct_rates`, for tests.

R_A and R_B are the rates of phi gamma -> chi l and phi lbar -> chi gamma per phi in units of the vacuum
width of phi -> chi l, so that the conversion rate is Gamma_i [K₁/K₂(m_phi/T) + R_A + R_B].
``fill_rates`` does not test its arguments: the ranges are `M_PHI_RANGE`, `GAP_RANGE` (Delta m/m_phi)
and x >= `SMALLEST_X`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ....options import option
from ...constants import ELECTRON_MASS, MUON_MASS
from ...numerics.tables import Table, build_table
from . import sommerfeld
from .annihilation import s_wave
from .bound_states import bound_state_term
from .electroweak import E_SQUARED
from .scattering import lepton_scattering_rate, photon_scattering_rate
from .thermal_average import thermal_average

__all__ = ["RateOptions", "direct_rates", "direct_table"]

# Below, the neglected width of the Higgs would matter; above, nothing of interest is left.
M_PHI_RANGE = (70.0, 1000.0)
GAP_RANGE = (4e-5, 0.4)
SMALLEST_X = 0.01


@dataclass(frozen=True)
class RateOptions:
    """Choose among the open points of the rates; the defaults are those of the check values."""

    sommerfeld: str = option(
        "coulomb",
        "exchange that enhances the s-wave of annihilation: the photon, also Higgs and Z, or none",
        choices=("coulomb", "coulomb+yukawa", "none"),
    )
    bound_states: bool = option(True, "annihilation through the ground-state bound state of phi+ phi-")
    scattering: bool = option(True, "conversion by scattering off photons and leptons")
    photon_mass: float = option(
        4.0 / 3.0,
        "squared mass that cuts off soft photons in phi gamma -> chi l, in units of (e T)²",
        number=True,
        lower=1e-3,
        upper=10.0,
    )
    lepton_mass: float | str = option(
        0.25,
        "what cuts off collinear photons in phi l -> chi gamma: the square of a thermal mass in units of "
        "(e T)², the mass of the muon, or the mean of the results for electron and muon",
        choices=("muon", "electron-muon"),
        number=True,
        lower=1e-3,
        upper=10.0,
    )


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
        sigma_v = sigma_v + sigma_0 * (sommerfeld.coulomb_average(x_phi) - 1.0)
    if options.sommerfeld == "coulomb+yukawa":
        for strength, mass in (
            (sommerfeld.higgs_strength(m_phi, lambda_H), sommerfeld.HIGGS_MASS),
            (sommerfeld.z_strength(m_phi), sommerfeld.Z_MASS),
        ):
            sigma_v = sigma_v + sigma_0 * strength * sommerfeld.yukawa_average(x_phi, m_phi / mass)
    if options.bound_states:
        sigma_v = sigma_v + bound_state_term(m_phi, x_phi, sigma_0)
    if not options.scattering:
        return sigma_v, np.zeros_like(x), np.zeros_like(x)
    rate_a = photon_scattering_rate(x_phi, m_phi, m_chi, options.photon_mass)
    if options.lepton_mass == "electron-muon":
        regulators = [ELECTRON_MASS, MUON_MASS]
    elif options.lepton_mass == "muon":
        regulators = [MUON_MASS]
    else:
        regulators = [math.sqrt(options.lepton_mass * E_SQUARED) * m_phi / x_phi]
    rates = [lepton_scattering_rate(x_phi, m_phi, m_chi, regulator) for regulator in regulators]
    return sigma_v, rate_a, sum(rates) / len(rates)


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
