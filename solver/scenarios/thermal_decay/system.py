"""The coefficients of the Boltzmann equation for thermal decays and annihilations.

arXiv:2111.14808, eqs. (2.1)-(2.7), in u = ln z with z = M/T:

    dY/du = -a (Y² - Yeq²) - b (Y - Yeq),   a = s σ_ann/(H Z),   b = γ_dec/(n_eq H Z)

with γ_dec = n_A n_B σ_dec, where A and B are the particles on the heavier side of the reaction.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ...constants import ULTRAVIOLET_FACTOR
from ...cosmology import cosmology_at
from ...equilibrium import density, density_massless_boson
from ...numerics.exponential import fast_exp
from ...numerics.kernel import kernel
from ...numerics.tables import Table

__all__ = ["Setting", "System", "cross_section", "depth_left", "equilibrium", "make_system", "rates"]

# Columns of the parameter rows, common to the scenarios of this folder.
MASS, DELTA, COUPLING, G_SM, D_DM, D_B, ANNIHILATION, REHEATING = range(8)
# Columns of a path: ln z, Y, Yeq, what has been produced, and the rate back to equilibrium; the rate of loss
# a Y + b, its integral over the step that ends in a row, and mean and mean square of the place in that step, 0 to 1,
# where what it adds is produced.
LN_Z, YIELD, YIELD_EQ, SOURCE, BACK, LOSS, DEPTH, PLACE, SPREAD = range(9)
PATH_COLUMNS = 9
# As a place: production is even, and how deep the step is says what survives.
FROM_DEPTH = -1.0


class Setting(NamedTuple):
    """Hold the choices that all points of a batch share.

    Attributes
    ----------
    dimension_six : bool
        Whether σ_dec grows with the mass.
    heavier_final : bool
        Whether the heavier side of the reaction is that without dark matter.
    non_relativistic : bool
        Whether densities are those far below the masses.
    d_a, share_a : float
        With a heavier final state, the degrees of freedom of A and m_A/(m_A + m_B).
    accuracy : float
        The relative error wanted on the final yield.
    cosmology : Table
    """

    dimension_six: bool
    heavier_final: bool
    non_relativistic: bool
    d_a: float
    share_a: float
    accuracy: float
    cosmology: Table


class System(NamedTuple):
    """Hold one point, in GeV, ready for the kernels.

    ``mass_a`` and ``mass_b`` are the heavier side of the reaction; with a heavier initial state A is
    the dark matter itself. ``ultraviolet`` is the coefficient of T⁸ in γ_dec above T = M.
    """

    mass: float
    ln_mass: float
    delta: float
    sigma_dec: float
    sigma_ann: float
    ultraviolet: float
    non_relativistic: bool
    heavier_final: bool
    d_dm: float
    d_a: float
    d_b: float
    ratio_a: float  # m_A/M
    ratio_b: float  # m_B/M
    ln_ratio_a: float
    ln_ratio_b: float
    cosmology: Table


@kernel
def cross_section(mass, coupling, g_sm, dimension_six):
    """Return σ_dec in GeV⁻², arXiv:2111.14808 eq. (2.12) with p = 2 powers of g_SM."""
    if dimension_six:
        return (g_sm * coupling * mass) ** 2 / (4.0 * math.pi)
    return (g_sm * coupling / mass) ** 2 / (4.0 * math.pi)


@kernel
def make_system(row, setting):
    """Build the system of one row of parameters (columns as named above).

    λ_ann is translated to a cross-section at T = M: σ = λ sqrt(45/π) sqrt(g_ρ)/(g_s M_Pl M).
    """
    mass, delta = row[MASS], row[DELTA]
    h, s, _ = cosmology_at(setting.cosmology, math.log(mass))
    sigma_ann = row[ANNIHILATION] * h / (s * mass)
    sigma_dec = cross_section(mass, row[COUPLING], row[G_SM], setting.dimension_six)
    ultraviolet = ULTRAVIOLET_FACTOR * (row[G_SM] * row[COUPLING]) ** 2 if setting.dimension_six else 0.0
    if setting.heavier_final:
        ratio_a = setting.share_a * (1.0 + delta)
        ratio_b = (1.0 - setting.share_a) * (1.0 + delta)
    else:
        ratio_a, ratio_b = 1.0, delta
    return System(
        mass, math.log(mass), delta, sigma_dec, sigma_ann, ultraviolet, setting.non_relativistic, setting.heavier_final,
        row[D_DM], setting.d_a, row[D_B], ratio_a, ratio_b,
        math.log(ratio_a), math.log(ratio_b), setting.cosmology,
    )  # fmt: skip


@kernel
def equilibrium(system, u):
    """Return Yeq and dln Yeq/du at u = ln z."""
    _, s, inverse_z = cosmology_at(system.cosmology, system.ln_mass - u)
    z = math.exp(u)
    n, fall = density(system.d_dm, z, u, system.non_relativistic)
    return n * math.exp(-z) / s, 3.0 * inverse_z - 3.0 - fall


@kernel
def partner(system, degrees, ratio, ln_ratio, z, u):
    if ratio == 0.0:
        return density_massless_boson(degrees, system.non_relativistic)
    return density(degrees, ratio * z, u + ln_ratio, system.non_relativistic)[0]


@kernel
def rates(system, u):
    """Return a, b, Yeq and dln Yeq/du at u = ln z, as defined at the head of this file."""
    z = fast_exp(u)
    h, s, inverse_z = cosmology_at(system.cosmology, system.ln_mass - u)
    n, fall = density(system.d_dm, z, u, system.non_relativistic)
    b = partner(system, system.d_b, system.ratio_b, system.ln_ratio_b, z, u)
    if system.heavier_final:
        b *= partner(system, system.d_a, system.ratio_a, system.ln_ratio_a, z, u) / n
    # T³/(H Z) with H = h T²
    per_density = system.mass * inverse_z / (h * z)
    b *= system.sigma_dec * fast_exp(-system.delta * z) * per_density
    yield_eq = n * fast_exp(-z) / s
    if system.ultraviolet > 0.0 and u < 0.0:
        b += system.ultraviolet * (system.mass / z) ** 2 / (yield_eq * s) * per_density
    return system.sigma_ann * s * per_density, b, yield_eq, 3.0 * inverse_z - 3.0 - fall


@kernel
def depth_left(system, b, z):
    """Return about what is left of ∫ b du from z > 1 on, where the rate is b.

    b falls like e^{-δz}/z, but where all particles on its heavier side are non-relativistic like e^{-δz} sqrt(z): it
    rises up to z = 1/(2δ), and all of it is sqrt(π/(δz)).
    """
    suppression = system.delta * z
    if (system.heavier_final or system.non_relativistic) and 0.0 < suppression < 0.5:
        return b * math.sqrt(math.pi / suppression)
    return b / (1.0 + suppression)
