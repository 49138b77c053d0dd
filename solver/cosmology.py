"""The radiation-dominated Universe: degrees of freedom, expansion rate, entropy density.

The energy and entropy degrees of freedom are the fits of Saikawa & Shirai (arXiv:1803.01038,
appendix C), good to a few per cent between 1 keV and 10 TeV by their authors' estimate.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike, NDArray

from .constants import PLANCK_MASS
from .numerics.kernel import kernel
from .numerics.quadrature import gauss_legendre
from .numerics.tables import Table, build_table, constant_table, lookup2_slope, lookup_third

__all__ = [
    "COLDEST_FIT",
    "ENTROPY_FACTOR",
    "HOTTEST_FIT",
    "HUBBLE_FACTOR",
    "cooling_integral",
    "cosmology_at",
    "cosmology_table",
    "entropy_density",
    "entropy_factor",
    "g_rho",
    "g_s",
    "hubble",
    "smooth_interval",
]

HUBBLE_FACTOR = math.sqrt(4.0 * math.pi**3 / 45.0) / PLANCK_MASS  # H = factor sqrt(g_rho) T^2
ENTROPY_FACTOR = 2.0 * math.pi**2 / 45.0  # s = factor g_s T^3

# The fits are used between these temperatures (GeV) and constant beyond.
COLDEST_FIT = 1e-8
HOTTEST_FIT = 1e16
# The two branches of the fit differ by 4e-4 where they meet. They are blended over this width in
# ln T, so that g_s and its derivative are continuous and belong together.
JUNCTION = 0.12
BLEND_WIDTH = 0.12
# Between these temperatures (0.03 and 1.5 GeV) quarks turn into hadrons.
LN_QCD_END, LN_QCD_START = math.log(0.03), math.log(1.5)
LN_BLEND_END, LN_BLEND_START = math.log(JUNCTION) - BLEND_WIDTH, math.log(JUNCTION) + BLEND_WIDTH
# Closer together, two logarithms of a temperature are the same.
SAME_LN_TEMPERATURE = 1e-9
CELLS_PER_UNIT = 200

# arXiv:1803.01038, eqs. (C.1)-(C.3): polynomials in ln(T/GeV), constant term first.
FIT_A = (1.0, 1.11724, 3.12672e-1, -4.68049e-2, -2.65004e-2, -1.19760e-3, 1.82812e-4, 1.36436e-4,
         8.55051e-5, 1.22840e-5, 3.82259e-7, -6.87035e-9)  # fmt: skip
FIT_B = (1.43382e-2, 1.37559e-2, 2.92108e-3, -5.38533e-4, -1.62496e-4, -2.87906e-5, -3.84278e-6,
         2.78776e-6, 7.40342e-7, 1.17210e-7, 3.72499e-9, -6.74107e-11)  # fmt: skip
FIT_C = (1.0, 6.07869e-1, -1.54485e-1, -2.24034e-1, -2.82147e-2, 2.90620e-2, 6.86778e-3, -1.00005e-3,
         -1.69104e-4, 1.06301e-5, 1.69528e-6, -9.33311e-8)  # fmt: skip
FIT_D = (7.07388e1, 9.18011e1, 3.31892e1, -1.39779, -1.52558, -1.97857e-2, -1.60146e-1, 8.22615e-5,
         2.02651e-2, -1.82134e-5, 7.83943e-5, 7.13518e-5)  # fmt: skip

# Below the junction: masses (GeV) of the electron, muon, pions and four effective hadrons, and their
# weights in g_rho and g_s (eqs. (C.4)-(C.9)).
MASSES = dict(e=511e-6, mu=0.1056, pi0=0.135, pi=0.140, h1=0.5, h2=0.77, h3=1.2, h4=2.0)
BOSON_RHO = dict(pi0=1.05, pi=2.08, h1=4.165, h2=30.55, h3=89.4, h4=8209.0)
BOSON_S = dict(pi0=1.034, pi=2.068, h1=4.16, h2=30.55, h3=90.0, h4=6209.0)


def _damped(x: NDArray, rate: float, *coefficients: float) -> NDArray:
    return np.exp(-rate * x) * polyval(x, (1.0, *coefficients))


def _fermion_rho(x: NDArray) -> NDArray:
    return _damped(x, 1.04855, 1.03757, 0.508630, 0.0893988)


def _boson_rho(x: NDArray) -> NDArray:
    return _damped(x, 1.03149, 1.03317, 0.398264, 0.0648056)


def _fermion_s(x: NDArray) -> NDArray:
    return _damped(x, 1.04190, 1.03400, 0.456426, 0.0595249)


def _boson_s(x: NDArray) -> NDArray:
    return _damped(x, 1.03365, 1.03397, 0.342548, 0.0506182)


def _cold(temperature: NDArray) -> tuple[NDArray, NDArray]:
    x = {name: mass / temperature for name, mass in MASSES.items()}
    neutrinos = 1.0 + 1.75 * _fermion_s(x["e"])
    rho = 2.030 + 1.353 * neutrinos ** (4.0 / 3.0)
    rho = rho + 3.495 * _fermion_rho(x["e"]) + 3.446 * _fermion_rho(x["mu"])
    s = 2.008 + 1.923 * neutrinos + 3.442 * _fermion_s(x["e"]) + 3.468 * _fermion_s(x["mu"])
    for name, weight in BOSON_RHO.items():
        rho = rho + weight * _boson_rho(x[name])
    for name, weight in BOSON_S.items():
        s = s + weight * _boson_s(x[name])
    return rho, s


def _hot(temperature: NDArray) -> tuple[NDArray, NDArray]:
    t = np.log(temperature)
    rho = polyval(t, FIT_A) / polyval(t, FIT_B)
    return rho, rho / (1.0 + polyval(t, FIT_C) / polyval(t, FIT_D))


def _degrees_of_freedom(temperature: ArrayLike) -> tuple[NDArray, NDArray]:
    temperature = np.clip(np.asarray(temperature, dtype=np.float64), COLDEST_FIT, HOTTEST_FIT)
    # Each branch is evaluated inside its own domain only.
    cold = _cold(np.minimum(temperature, JUNCTION * math.exp(BLEND_WIDTH)))
    hot = _hot(np.maximum(temperature, JUNCTION * math.exp(-BLEND_WIDTH)))
    position = np.clip(0.5 + 0.5 * np.log(temperature / JUNCTION) / BLEND_WIDTH, 0.0, 1.0)
    share = position**3 * (10.0 + position * (6.0 * position - 15.0))
    return tuple((1.0 - share) * low + share * high for low, high in zip(cold, hot, strict=True))


def g_rho(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return the effective degrees of freedom in the energy density at a temperature in GeV."""
    return _degrees_of_freedom(temperature)[0]


def g_s(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return the effective degrees of freedom in the entropy density at a temperature in GeV."""
    return _degrees_of_freedom(temperature)[1]


def hubble(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return the expansion rate H = sqrt(4 π³ g_ρ/45) T²/M_Pl in GeV."""
    temperature = np.asarray(temperature, dtype=np.float64)
    return HUBBLE_FACTOR * np.sqrt(g_rho(temperature)) * temperature**2


def entropy_density(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return the entropy density s = (2 π²/45) g_s T³ in GeV³."""
    temperature = np.asarray(temperature, dtype=np.float64)
    return ENTROPY_FACTOR * g_s(temperature) * temperature**3


def entropy_factor(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return Z = 1/(1 + (1/3) dln g_s/dln T), with dT/dt = -H T Z by entropy conservation.

    The paper (arXiv:2111.14808, below eq. (2.1)) writes d_SM for both degrees of freedom; entropy
    conservation fixes that the derivative is that of g_s.
    """
    ln_temperature = np.log(np.asarray(temperature, dtype=np.float64))
    step = 1e-4
    inside = np.clip(ln_temperature, math.log(COLDEST_FIT) + step, math.log(HOTTEST_FIT) - step)
    rise = np.log(g_s(np.exp(inside + step)) / g_s(np.exp(inside - step))) / (2.0 * step)
    return 1.0 / (1.0 + rise / 3.0)


def _mean_below(ln_temperature: NDArray, ratio: NDArray, entropy: NDArray) -> NDArray:
    """Return (1/T) ∫ from 0 to T of ratio/Z, the ratio g_s/sqrt(g_ρ) being constant below the first node."""
    from scipy.interpolate import CubicSpline

    rise = CubicSpline(ln_temperature, np.log(entropy))(ln_temperature, 1)
    integrand = CubicSpline(ln_temperature, ratio * (1.0 + rise / 3.0))
    nodes, weights = gauss_legendre(4)
    step = ln_temperature[1] - ln_temperature[0]
    inside = ln_temperature[:-1, None] + step * nodes
    pieces = step * (np.exp(inside) * integrand(inside)) @ weights
    first = math.exp(ln_temperature[0]) * ratio[0]
    return (first + np.concatenate([[0.0], np.cumsum(pieces)])) * np.exp(-ln_temperature)


@lru_cache(maxsize=8)
def cosmology_table(constant: float | None = None) -> Table:
    """Return the table that kernels read: sqrt(g_rho), g_s and `cooling_integral` over ln(T/GeV).

    Parameters
    ----------
    constant : float, optional
        Set g_rho = g_s to this constant (then Z = 1), the analytic setting of arXiv:2111.14808.
    """
    if constant is not None:
        return constant_table(math.sqrt(constant), constant, math.sqrt(constant))
    start, stop = math.log(COLDEST_FIT), math.log(HOTTEST_FIT)

    def columns(ln_temperature: NDArray) -> NDArray:
        rho, s = _degrees_of_freedom(np.exp(ln_temperature))
        return np.array([np.sqrt(rho), s, _mean_below(ln_temperature, s / np.sqrt(rho), s)])

    return build_table(columns, start, stop, int(CELLS_PER_UNIT * (stop - start)))


@kernel
def cosmology_at(table, ln_temperature):
    """Return H/T² (GeV⁻¹), s/T³ and 1/Z from a cosmology table, at the logarithm of T in GeV.

    1/Z uses the derivative of the very g_s that is returned: an inconsistent pair would shift
    equilibrium yields.
    """
    sqrt_g_rho, g_s_here, slope = lookup2_slope(table, ln_temperature)
    return HUBBLE_FACTOR * sqrt_g_rho, ENTROPY_FACTOR * g_s_here, 1.0 + slope / (3.0 * g_s_here)


@kernel
def cooling_integral(table, ln_temperature):
    """Return (1/T) ∫ s/(H Z T'²) dT' from 0 to T, at the logarithm of T in GeV.

    Times σ T it is what annihilations with a constant σ still add to 1/Y after freeze-out.
    """
    return ENTROPY_FACTOR / HUBBLE_FACTOR * lookup_third(table, ln_temperature)


@kernel
def smooth_interval(ln_temperature, smooth, rough, junction):
    """Return how far below ln T a high-order rule may treat g_ρ and g_s as smooth.

    Around the QCD transition they change by a factor of three within a factor of two in T, and where the two branches
    of the fit meet higher derivatives jump: an interval ends there.

    Parameters
    ----------
    ln_temperature : float
    smooth, rough, junction : float
        The longest intervals outside the QCD transition, inside, and where the branches are blended.
    """
    above = ln_temperature - SAME_LN_TEMPERATURE
    if above > LN_QCD_START:
        return min(smooth, max(ln_temperature - LN_QCD_START, rough))
    if above > LN_BLEND_START:
        return min(rough, ln_temperature - LN_BLEND_START)
    if above > LN_BLEND_END:
        return min(junction, ln_temperature - LN_BLEND_END)
    return rough if above > LN_QCD_END else smooth
