"""Conversion-driven leptogenesis: dark matter and the baryon asymmetry from one set of reactions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...constants import OBSERVED_OMEGA_H2
from ...scenario import Evolution, Flag, Observable, Parameter, Scenario
from .couplings import parameters_of, rows_from
from .options import ConversionChoices
from .predictions import PREDICTIONS
from .rates.electroweak import VEV

if TYPE_CHECKING:
    from .settings import Setting

__all__ = ["ConversionLeptogenesis"]

# Limits of validity; arXiv:2404.12428 and the derivations in the docstring of the scenario.
ASYMMETRY = (
    "baryon_yield",
    "epsilon",
    "epsilon_required",
    "i1_over_xi_required",
    "asymmetry_sph",
    "asymmetry_peak",
)
SMALLEST_MASS_ASYMMETRY = 200.0  # GeV: below, sphalerons freeze out at x < 1.5
LARGEST_RESONANCE = 0.1  # |ε/γ| beyond which ξ is not far above γ and the thermal splitting
STRONG_PORTAL = 2.0
GAPS = (1.0, 20.0)  # GeV
PAPER_SOURCE_BRANCHING = 0.9
SIMILAR_FLAVOURS = 10.0
# ξ of the splitting that loops of λ generate: (m_χ/16π²) λ†λ times ln(Planck over weak scale) = 37, over half
# of Γ_χ2 = λ†λ m_χ/(16π), is 24.
RADIATIVE_XI = 20.0


@dataclass(frozen=True)
class ConversionLeptogenesis(ConversionChoices, Scenario):
    """Map masses, portal coupling and conversion couplings to Ωh² and the baryon asymmetry.

    J. Heisig, arXiv:2404.12428: a charged scalar φ with the quantum numbers of a right-handed lepton,
    two nearly degenerate Majorana states χ_1, χ_2 and L ⊃ -λ_ki φ l̄_{R,k} χ_i - λ_H |H|²|φ|². φ
    annihilates; φ → χ_i l and scatterings convert one into the other, too slowly to keep χ in
    equilibrium. Their departure sets the relic density and, with CP violation, the lepton asymmetry that
    sphalerons turn into baryons until T = 132 GeV.

    Where results differ from the paper (default choices; "paper-like" in brackets): the largest m_χ for
    λ_H = 1 is 482 GeV [501] at Δm = 5 GeV, where the paper has about 510, and 621 GeV [639] at 2.5 GeV,
    where it has 640: g_*(T) moves it by 4 %, Higgs exchange in the Sommerfeld factor by as much again.
    |Δ_φ/ε| is up to seven times the paper's range for Δm = 5 GeV, B_1 = 0.95 [a factor two]: the
    washout by φl → χγ depends on its collinear regulator, of which the paper says nothing. γ(T) falls
    with x only by a quarter with vacuum masses, steeply as in the paper with the thermal mass of φ.
    "paper-like" was chosen knowing the paper's results: it explains the differences, no more.

    Beyond the paper, and not under control: the relation Γ₂ε₂ = -Γ₁ε₁ contradicts the resonant formula
    for ε, whose source does not vanish at B_1 = 1/2 (option ``cp_source``). At λ_H above about 0.2 the
    part of m_φ from the Higgs field melts and φ is lighter than χ at sphaleron decoupling, which
    reverses the decay; with Δm below 20 GeV this holds (and is flagged) for every m_χ above 200 GeV that
    can have the observed relic density. Scatterings should multiply the source too.
    """

    name: ClassVar[str] = "conversion-leptogenesis"
    summary: ClassVar[str] = (
        "A charged scalar φ and two nearly degenerate Majorana states χ: conversions φ ↔ χ too slow for "
        "equilibrium set the relic density and, with CP violation, the baryon asymmetry."
    )
    source: ClassVar[str] = "J. Heisig, Conversion-driven leptogenesis, arXiv:2404.12428"
    cost_ms: ClassVar[float] = 0.1

    parametrisation: Annotated[
        Literal["rates", "phases", "flavour"],
        Field(
            description="parameters of the couplings: total rates with I_1/ξ; rates with two phases and the mass "
            "splitting; or moduli and phases of the 2 x 2 matrix (e, μ) and the mass splitting"
        ),
    ] = "rates"
    strength: Annotated[
        Literal["coupling", "width"],
        Field(description="how strong conversions are: by the root mean square of λ or by the width of φ"),
    ] = "coupling"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        return parameters_of(self.parametrisation, self.strength)

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        return tuple(PREDICTIONS[column] for column in self._columns)

    @property
    def _columns(self) -> list[int]:
        """The columns that are not parameters already."""
        given = {item.name for item in self.parameters}
        return [column for column, item in enumerate(PREDICTIONS) if item.name not in given]

    @property
    def facts(self) -> Mapping[str, str]:
        """What the model is made of."""
        return {"charged_scalar": "right-handed"}

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        flags: tuple[Flag, ...] = (
            Flag(
                "light-for-asymmetry",
                "m_χ below 200 GeV: sphalerons freeze out while χ is relativistic, the asymmetry is invalid",
                lambda p, o: p["m_chi"] < SMALLEST_MASS_ASYMMETRY,
                concerns=ASYMMETRY,
            ),
            Flag(
                "not-resonant-enough",
                "|ε/γ| above 0.1: the mass splitting is not far above the widths, a density matrix is needed",
                lambda p, o: np.abs(o["epsilon"]) > LARGEST_RESONANCE * o["gamma_sph"],
                concerns=ASYMMETRY,
            ),
            Flag(
                "overabundant-in-equilibrium",
                "even conversions in equilibrium leave more than 0.12: no width gives the observed density",
                lambda p, o: o["omega_h2_equilibrium"] > OBSERVED_OMEGA_H2,
                remark=True,
            ),
            Flag(
                "strong-portal",
                "λ_H above 2: perturbation theory is doubtful and Higgs exchange in bound states counts",
                lambda p, o: p["lambda_H"] > STRONG_PORTAL,
            ),
            Flag(
                "mass-gap",
                "Δm outside 1 to 20 GeV: lepton masses count below, other conversions above",
                lambda p, o: (p["delta_m"] < GAPS[0]) | (p["delta_m"] > GAPS[1]),
            ),
            Flag(
                "inverted-at-decoupling",
                "m_φ(T) with the melting Higgs field is below m_χ at sphaleron decoupling: φ → χl is closed "
                "there and the asymmetry is uncertain by a factor of order one or more",
                lambda p, o: o["m_phi_sph"] < p["m_chi"],
                concerns=ASYMMETRY,
            ),
            Flag(
                "charge-breaking",
                "m_φ² - λ_H v²/2 is negative: the vacuum may break electric charge",
                lambda p, o: o["m_phi"] ** 2 < 0.5 * p["lambda_H"] * VEV**2,
            ),
            Flag(
                "radiative-splitting",
                "ξ below 20: loops of λ split χ_1 and χ_2 by as much, so that less needs a cancellation, and the "
                "CP phase of the splitting is not free",
                lambda p, o: self._xi(p, o) < RADIATIVE_XI,
                concerns=ASYMMETRY,
            ),
        )
        if self.cp_source == "paper" and self.parametrisation != "flavour":
            flags += (
                Flag(
                    "cancelling-source",
                    "B_1 below 0.9 with the paper's relation Γ₂ε₂ = -Γ₁ε₁: the asymmetry vanishes towards "
                    "B_1 = 1/2, which the resonant source does not",
                    lambda p, o: p["B_1"] < PAPER_SOURCE_BRANCHING,
                    concerns=ASYMMETRY,
                ),
            )
        if self.parametrisation == "flavour":
            flags += (
                Flag("hierarchical-flavours",
                     "the widths to e and μ of a state differ by more than ten: the asymmetries of the two "
                     "flavours evolve apart, which is not modelled", _hierarchical, concerns=ASYMMETRY),
            )  # fmt: skip
        return flags

    def _xi(self, p: Mapping[str, NDArray], o: Mapping[str, NDArray]) -> NDArray[np.float64]:
        """Return ξ = 2 Δm_12/Γ_χ2."""
        if self.parametrisation == "rates":
            return self.i_1 / p["i1_over_xi"]
        if self.parametrisation == "flavour":
            second = p["lambda_e2"] ** 2 + p["lambda_mu2"] ** 2
        else:
            rms = p["coupling"] if self.strength == "coupling" else o["coupling_rms"]
            second = 4.0 * rms**2 * (1.0 - p["B_1"])
        return 2.0 * p["delta_m12"] / (second * p["m_chi"] / (16.0 * math.pi))

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time."""
        from .rows import solve_points

        rows = rows_from(theta, self.parametrisation, self.strength, self.i_1)
        out = np.empty((len(theta), len(PREDICTIONS)))
        status = np.empty(len(theta), dtype=np.int64)
        solve_points(rows, self.setting, out, status)
        return out[:, self._columns], status

    @property
    def setting(self) -> Setting:
        """The tables and choices that kernels read."""
        from .settings import setting_of

        return setting_of(self, self.accuracy)

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return Fig. 1 of arXiv:2404.12428 for a point (d,): yields, their equilibrium, |Δ_φ/ε|."""
        from .trajectory import trajectory

        rows = rows_from(np.atleast_2d(theta), self.parametrisation, self.strength, self.i_1)
        return trajectory(rows[0], self.setting)


def _hierarchical(p, o):
    ratios = [np.log(p[f"lambda_mu{state}"] / p[f"lambda_e{state}"]) for state in (1, 2)]
    return np.max(np.abs(ratios), axis=0) > 0.5 * math.log(SIMILAR_FLAVOURS)
