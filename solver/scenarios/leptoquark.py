"""The scenario `leptoquark-mediator`: freeze-in by decays of the particle that mediates the contact operator.

arXiv:2111.14808, sections 3.1 and 3.5. By default the vector leptoquark U₁ ~ (3, 1)_{2/3} with decays U →
u χ; other mediators differ by their degrees of freedom and width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from ..constants import (
    COLDEST_REHEATING,
    HIGGS_MASS,
    OBSERVED_OMEGA_H2,
    OMEGA_H2_PER_YIELD_GEV,
    PERTURBATIVE_COUPLING,
    PLANCK_MASS,
    THERMALISED_SHARE,
)
from ..scenario import Flag, Parameter
from .lepton_pion.contact import LAMBDA_PARAMETER, LeptonPionModel
from .lepton_pion.inputs import LARGEST_MASS

if TYPE_CHECKING:
    from ..numerics.tables import Table

__all__ = [
    "LeptoquarkMediator",
    "freeze_in_coupling",
    "higgs_freeze_in_coupling",
    "mediator_width",
    "mediator_yield",
]

# U₁ has 3 colours, 3 polarisations, particle and antiparticle; Γ(U → u χ) = g² M/(24π).
LEPTOQUARK_STATES = 18.0
WIDTH_COEFFICIENT = 1.0 / (24.0 * math.pi)
# The degrees of freedom of the whole Standard Model, the paper's d_SM.
ALL_STATES = 106.75

# Hotter than this fraction of the mediator's mass its exchange in the s channel is its decay.
CONTACT_BELOW = 0.1
# Below this mass (GeV) collider limits on the contact operator are off by a factor of order one.
LIGHT_MEDIATOR = 3e3
# Decays at T above this multiple of the mediator's mass are too slow to matter: their share goes as its cube.
DECAYS_FROM = 100.0
# Beyond, the fits of the degrees of freedom end.
HOTTEST_PLASMA = 1e4


def mediator_width(mediator_mass: ArrayLike, coupling: ArrayLike) -> NDArray[np.float64]:
    """Return Γ(U₁ → u χ) = g_χ² M/(24π) in GeV."""
    return WIDTH_COEFFICIENT * np.square(coupling) * np.asarray(mediator_mass, dtype=np.float64)


def mediator_yield(
    mediator_mass: ArrayLike,
    width: ArrayLike,
    multiplicity: float = LEPTOQUARK_STATES,
    d_sm: float | None = ALL_STATES,
) -> NDArray[np.float64]:
    """Return the yield of χ and its antiparticle from decays of a mediator in equilibrium, eq. (3.20).

    Y = 405 √5 M_Pl d_med Γ/(16 π^{9/2} d_SM^{3/2} M_med²) for constant d_SM.

    Parameters
    ----------
    mediator_mass, width : array-like
        M_med and Γ(mediator → χ …) in GeV; they broadcast.
    multiplicity : float
        The degrees of freedom d_med of the mediator, with its antiparticle.
    d_sm : float, optional
        The degrees of freedom of the plasma; None integrates over those of the Standard Model.
    """
    mass, width = np.broadcast_arrays(np.asarray(mediator_mass, float), np.asarray(width, float))
    constant = 405.0 * math.sqrt(5.0) * PLANCK_MASS * multiplicity * width / (16.0 * math.pi**4.5 * mass**2)
    if d_sm is not None:
        return constant / d_sm**1.5

    from scipy.integrate import quad
    from scipy.special import k1

    from ..cosmology import entropy_factor, g_rho, g_s

    def mean(m: float) -> float:
        # ∫ dz z³ K₁(z) = 3π/2 of constant degrees of freedom.
        def integrand(ln_z: float) -> float:
            z = math.exp(ln_z)
            t = m / z
            plasma = 1.0 / (g_s(t) * np.sqrt(g_rho(t)) * entropy_factor(t))
            return float(z**4 * k1(z) * plasma)

        return quad(integrand, math.log(1e-3), math.log(60.0), epsrel=1e-8, limit=200)[0] / (1.5 * math.pi)

    return constant * np.vectorize(mean, otypes=[float])(mass)


def freeze_in_coupling(
    mass: ArrayLike,
    mediator_mass: ArrayLike,
    multiplicity: float = LEPTOQUARK_STATES,
    d_sm: float | None = ALL_STATES,
    omega_h2: float = OBSERVED_OMEGA_H2,
) -> NDArray[np.float64]:
    """Return the g_χ of a U₁ that gives the relic density, eq. (3.21): 2.25e-11 √[(GeV/M)(M_med/TeV)].

    The paper's root may be read to end before M_med; eq. (3.20) puts it under the root.
    """
    unit = mediator_yield(mediator_mass, mediator_width(mediator_mass, 1.0), multiplicity, d_sm)
    return np.sqrt(omega_h2 / (OMEGA_H2_PER_YIELD_GEV * np.asarray(mass, dtype=np.float64) * unit))


def higgs_freeze_in_coupling(mass: ArrayLike, d_sm: float | None = ALL_STATES) -> NDArray[np.float64]:
    """Return the Yukawa coupling with which h → ν χ gives the relic density, Γ = y² m_h/(16π) into both.

    It is 2.75e-8 √(keV/M); the paper quotes 7e-8, without a derivation.
    """
    unit = mediator_yield(HIGGS_MASS, HIGGS_MASS / (16.0 * math.pi), 1.0, d_sm)
    return np.sqrt(OBSERVED_OMEGA_H2 / (OMEGA_H2_PER_YIELD_GEV * np.asarray(mass, dtype=np.float64) * unit))


@dataclass(frozen=True)
class LeptoquarkMediator(LeptonPionModel):
    """Dark matter from decays of a heavy mediator, which leaves the contact operator behind."""

    name = "leptoquark-mediator"
    summary = (
        "A heavy mediator in equilibrium, by default the vector leptoquark U₁, decays into χ and freezes it in. Its "
        "couplings g_χ to χ and g_SM to Standard Model fermions leave the contact operator C = g_χ g_SM/M_med², by "
        "which χ decays, interacts and, below M_med/10, is also produced."
    )
    cost_ms = 0.7

    multiplicity: Annotated[
        float, Field(ge=1.0, le=1e3, description="degrees of freedom of the mediator with its antiparticle")
    ] = LEPTOQUARK_STATES
    width_coefficient: Annotated[
        float,
        Field(ge=1e-6, le=1.0, description="Γ(mediator → χ …)/(g_χ² M_med); 1/(24π) for a vector leptoquark"),
    ] = WIDTH_COEFFICIENT

    mediator_statistics: Annotated[
        Literal["boson", "fermion"], Field(description="of the mediator: boson for leptoquarks")
    ] = "boson"
    daughter_statistics: Annotated[
        Literal["boson", "fermion"],
        Field(description="of the particle beside χ in the decay: fermion for quarks"),
    ] = "fermion"
    daughter_mass: Annotated[
        float,
        Field(ge=0.0, le=0.99, description="mass of that particle over the mediator's; it slows χ down"),
    ] = 0.0

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        coupling = PERTURBATIVE_COUPLING
        return (
            Parameter("mass", "M", "GeV", "mass of dark matter", 1e-9, LARGEST_MASS, {"loguniform": [1e-6, 1.0]}),
            Parameter("g_chi", r"g_\chi", "", "coupling of the mediator to χ and a quark", 1e-20, coupling,
                      {"loguniform": [1e-13, 1.0]}, role="coupling"),
            Parameter("g_sm", r"g_{\rm SM}", "", "coupling of the mediator to a lepton and a quark", 1e-10, coupling,
                      {"loguniform": [1e-3, 3.0]}, role="coupling"),
            Parameter("mediator_mass", r"M_{\rm med}", "GeV", "mass of the mediator", 1e2, 1e9,
                      {"loguniform": [1e3, 1e6]}),
            Parameter("reheating_temperature", r"T_{\rm RH}", "GeV",
                      "temperature at which χ is still absent and the mediator in equilibrium", COLDEST_REHEATING, 1e16,
                      {"loguniform": [1e3, 1e9]}, 1e9),
            LAMBDA_PARAMETER,
        )  # fmt: skip

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        kept = (
            "scalar-absorption",
            "warm",
            "hot",
            "bimodal",
            "heavy-for-pions",
            "open-decay",
            "at-threshold",
            "near-transition",
        )
        return (
            *(item for item in super().flags if item.name in kept),
            Flag("light-mediator", "the mediator is lighter than 3 TeV: collider limits on contact operators change",
                 lambda p, o: p["mediator_mass"] < LIGHT_MEDIATOR),
            Flag("cold-reheating", "T_RH is below the mass of the mediator: its decays are cut off",
                 lambda p, o: p["reheating_temperature"] < p["mediator_mass"], remark=True),
            Flag("thermalised", "χ comes to equilibrium with the mediator: this is not freeze-in",
                 self._thermalised),
            Flag("hot-plasma", "production at T above 10 TeV: the degrees of freedom are held at 106.75 or below",
                 lambda p, o: np.minimum(p["reheating_temperature"], p["mediator_mass"]) > HOTTEST_PLASMA,
                 remark=True),
        )  # fmt: skip

    def _thermalised(self, p: Mapping[str, NDArray], o: Mapping[str, NDArray]) -> NDArray[np.bool_]:
        width = self.width_coefficient * p["g_chi"] ** 2 * p["mediator_mass"]
        relativistic = 45.0 * self._states / (2.0 * math.pi**4 * ALL_STATES)
        return mediator_yield(p["mediator_mass"], width, self.multiplicity) > THERMALISED_SHARE * relativistic

    @property
    def _decay_momenta(self) -> Table:
        from ..momentum.decays import decay_table

        if self.statistics == "mb":
            return decay_table("mb", "mb", self.daughter_mass)
        return decay_table(self.mediator_statistics, self.daughter_statistics, self.daughter_mass)

    @property
    def _states(self) -> float:
        return 2.0 if self.fermion == "majorana" else 4.0

    def _rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        mass, g_chi, g_sm, mediator, hottest, lambda_qcd = theta.T
        contact = g_chi * g_sm / mediator**2
        strength = self.multiplicity * self.width_coefficient * g_chi**2 * mediator / (2.0 * math.pi**2)
        start = np.minimum(hottest, DECAYS_FROM * mediator)
        rows = (mass, contact, start, lambda_qcd, CONTACT_BELOW * mediator, np.log(strength), mediator)
        return np.column_stack(rows)
