"""The relic yield of χ by freeze-out or freeze-in, and the coupling that gives the observed abundance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import (
    ALPHA,
    FERMI_CONSTANT,
    OBSERVED_OMEGA_H2,
    OMEGA_H2_PER_YIELD_GEV,
    PION_MASS,
    PLANCK_MASS,
)
from ...cosmology import cosmology_table, g_rho
from ...momentum.decays import decay_table
from .evolution import RECORDED, Production, coldest_temperature, decouple
from .inputs import LEPTON_MASSES, PION_DECAY_CONSTANT, TRANSITION_TEMPERATURE
from .rates import pion_widths, quark_widths, rate_table
from .statistics import momentum_table, pion_momenta

__all__ = ["analytic_freeze_out_yield", "coupling_for_relic_density", "production", "relic_yield"]

NO_RECORD = np.empty((0, RECORDED))


def production(
    mass: float,
    coupling: float,
    lepton: str = "mu",
    chirality: str = "R",
    fermion: str = "dirac",
    transition_temperature: float = TRANSITION_TEMPERATURE,
    smooth: bool = False,
    pion_form_factor: str = "rho",
    statistics: str = "quantum",
) -> Production:
    """Return the rates of one point, C = coupling in GeV⁻²."""
    table = rate_table(lepton, chirality, pion_form_factor)
    momenta = momentum_table(lepton, chirality, statistics, pion_form_factor)
    states = 2.0 if fermion == "majorana" else 4.0
    ln_factor = pion_momenta(momenta, float(mass))[0]
    return Production(
        mass=float(mass),
        ln_mass=math.log(mass),
        ln_states=math.log(states / (2.0 * math.pi**2)),
        ln_strength=2.0 * math.log(coupling) + math.log(4.0 / states),
        pion=pion_widths(table, float(mass), LEPTON_MASSES[lepton], chirality == "L") + ln_factor,
        quark=quark_widths(table, float(mass)) + momenta.quark[0],
        ln_transition=math.log(transition_temperature),
        smooth=smooth,
        ln_hottest_quark=math.inf,
        ln_mediator=-math.inf,
        ln_mediator_mass=0.0,
        fermi=statistics == "quantum",
        decay_momenta=decay_table("mb", "mb", 0.0),
    )


def relic_yield(
    mass: ArrayLike,
    coupling: ArrayLike,
    reheating_temperature: ArrayLike = TRANSITION_TEMPERATURE,
    *,
    thermal_start: bool = False,
    lepton: str = "mu",
    chirality: str = "R",
    fermion: str = "dirac",
    transition_temperature: float = TRANSITION_TEMPERATURE,
    smooth: bool = False,
    pion_form_factor: str = "rho",
    statistics: str = "quantum",
) -> NDArray[np.float64]:
    """Return the yield Y = n/s of χ and its antiparticle after its production.

    Parameters
    ----------
    mass, coupling, reheating_temperature : array-like
        M in GeV, C in GeV⁻², T_RH in GeV; they broadcast.
    thermal_start : bool
        Start in equilibrium (freeze-out) instead of empty (freeze-in).
    lepton, chirality, fermion : str
        "e", "mu", "tau"; "R", "L"; "dirac", "majorana".
    transition_temperature : float
        Where pions give way to quarks, in GeV.
    smooth : bool
        Join the two regimes smoothly instead of by a step.
    pion_form_factor : str
        "rho" for the vector form factor of the pion, "none" for the leading chiral order.
    statistics : str
        "quantum" or "mb" for Maxwell-Boltzmann.
    """

    def one(m: float, c: float, t: float) -> float:
        point = production(
            m, c, lepton, chirality, fermion, transition_temperature, smooth, pion_form_factor, statistics
        )
        coldest = coldest_temperature(m, LEPTON_MASSES[lepton], chirality == "L")
        return decouple(point, thermal_start, t, coldest, cosmology_table(), NO_RECORD)[0]

    return np.vectorize(one, otypes=[float])(mass, coupling, reheating_temperature)


def coupling_for_relic_density(
    mass: float,
    reheating_temperature: float = TRANSITION_TEMPERATURE,
    omega_h2: float = OBSERVED_OMEGA_H2,
    *,
    thermal_start: bool = False,
    bracket: tuple[float, float] = (1e-14, 1e8),
    **options: object,
) -> float:
    """Return the coupling C in GeV⁻² that gives the relic density, on the weakest branch.

    Freeze-out abundances fall with C. Freeze-in abundances rise with C² and fall after equilibrium is
    reached: the rising branch is returned.

    Parameters
    ----------
    mass, reheating_temperature : float
        In GeV.
    bracket : (float, float)
        The range of C/G_F that is searched.
    options
        As of `relic_yield`.

    Raises
    ------
    ValueError
        Where no coupling in the bracket gives the relic density.
    """
    from scipy.optimize import brentq

    def excess(ln_c: float) -> float:
        found = relic_yield(
            mass, math.exp(ln_c), reheating_temperature, thermal_start=thermal_start, **options
        )
        return float(np.log(np.maximum(found, 1e-300) * mass * OMEGA_H2_PER_YIELD_GEV / omega_h2))

    grid = np.log(FERMI_CONSTANT) + np.linspace(math.log(bracket[0]), math.log(bracket[1]), 60)
    values = [excess(x) for x in grid]
    for low, high, first, second in zip(grid, grid[1:], values, values[1:], strict=False):
        if first * second <= 0.0:
            return math.exp(brentq(excess, low, high, xtol=1e-10))
    raise ValueError(f"no coupling in {bracket} G_F gives Omega h^2 = {omega_h2} at M = {mass:g} GeV")


def analytic_freeze_out_yield(
    mass: ArrayLike, coupling: ArrayLike, lepton: str = "mu"
) -> NDArray[np.float64]:
    """Return the analytic estimate of freeze-out through χγ ↔ ℓπ alone, for a right-handed lepton.

    Matches Y - Yeq = Yeq at the z_f of arXiv:2111.14808, eq. (2.9), to the exact decay of the excess,
    which is an error function (the paper says that no simple form exists). Good to 15 % for μ and 0.15 <
    M < 0.2 GeV.

    Parameters
    ----------
    mass, coupling : array-like
        M in GeV and C in GeV⁻²; they broadcast.
    """
    from scipy.special import erfc, lambertw

    mass, coupling = np.asarray(mass, dtype=np.float64), np.asarray(coupling, dtype=np.float64)
    m_lepton, states = LEPTON_MASSES[lepton], 4.0
    heavy = m_lepton + PION_MASS
    # Eq. (A.12a), for χ and its antiparticle; the threshold cross-section (A.14) of the heavy side.
    square = 2.0 * 4.0 * math.pi * ALPHA * (PION_DECAY_CONSTANT * coupling) ** 2
    square = square * heavy * (m_lepton**2 + mass**2) / m_lepton
    sigma = square / (32.0 * math.pi * m_lepton * PION_MASS * 4.0 * 2.0) * (1.0 - (mass / heavy) ** 2)
    d_sm = g_rho(mass / 15.0)
    strength = PLANCK_MASS * mass * sigma * np.sqrt(math.pi * d_sm / 45.0)
    ratio = 4.0 * 2.0 / states**2 * (m_lepton * PION_MASS / mass**2) ** 1.5
    delta = (heavy - mass) / mass
    abundance = 45.0 / (2.0**2.5 * math.pi**3.5) * states / d_sm
    argument = delta / math.pi * (45.0 * strength * ratio * states / (4.0 * math.pi**3 * d_sm)) ** 2
    z = lambertw(argument).real / (2.0 * delta)
    depth = strength * ratio * abundance * np.sqrt(math.pi / delta) * erfc(np.sqrt(delta * z))
    return 2.0 * abundance * z**1.5 * np.exp(-z - depth)
