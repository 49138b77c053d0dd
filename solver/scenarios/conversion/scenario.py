"""Conversion-driven leptogenesis: dark matter and the baryon asymmetry from one set of reactions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...scenario import Evolution, Flag, Observable, Parameter, Scenario
from .couplings import parameters_of, rows_from
from .density_matrix.options import CoherenceChoices
from .density_matrix.parameters import coherent_parameters, coherent_rows
from .density_matrix.predictions import (
    COLUMNS,
    asymmetry_names,
    coherent_flags,
    coherent_observables,
    column_names,
    column_places,
)
from .options import ConversionChoices
from .predictions import PREDICTIONS
from .validity import common_flags, four_equation_flags

if TYPE_CHECKING:
    from .density_matrix.system import CoherentSetting
    from .settings import Setting

__all__ = ["ConversionLeptogenesis"]


@dataclass(frozen=True)
class ConversionLeptogenesis(ConversionChoices, CoherenceChoices, Scenario):
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

    Beyond the paper: the relation Γ₂ε₂ = -Γ₁ε₁ contradicts the resonant formula for ε, whose source does
    not vanish at B_1 = 1/2; the density matrix (option ``kinetics``) gives +Γ₁ε₁ in the limit of a large
    splitting, the default of ``cp_source``. Scatterings make and absorb coherent χ as decays do: with them the
    asymmetry is hundreds of times that of the four equations, which leave them out of the source. Below 450 GeV it
    depends on the start, in size and sign. At λ_H above about 0.2 the
    part of m_φ from the Higgs field melts and φ is lighter than χ at sphaleron decoupling, which
    reverses the decay; with Δm below 20 GeV this holds (and is flagged) for every m_χ above 200 GeV that
    can have the observed relic density.
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

    def __post_init__(self) -> None:
        """Refuse options outside what they declare, and choices that contradict each other."""
        super().__post_init__()
        self.check_coherence()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        if self.is_coherent:
            return coherent_parameters(self.parametrisation, self.strength, self.states, self.leptons)
        return parameters_of(self.parametrisation, self.strength)

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        if self.is_coherent:
            return coherent_observables(self._coherent_names)
        return tuple(PREDICTIONS[column] for column in self._columns)

    @property
    def is_coherent(self) -> bool:
        """Whether χ is a density matrix."""
        return self.kinetics == "density-matrix"

    @property
    def _coherent_names(self) -> list[str]:
        """The columns of the density matrix that are not parameters already."""
        given = {item.name for item in self.parameters}
        names = column_names(self.states, self.leptons, self.compare_starts)
        return [name for name in names if name not in given]

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
        if self.is_coherent:
            asymmetry = asymmetry_names(self.leptons)
            return common_flags(_coherent_xi, asymmetry) + coherent_flags(self.leptons, self.compare_starts)
        by_matrix = self.parametrisation == "flavour"
        return four_equation_flags(self.resolved().cp_source == "paper", by_matrix) + common_flags(self._xi)

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
        if self.is_coherent:
            return self._solve_coherent(theta)
        from .rows import solve_points

        rows = rows_from(theta, self.parametrisation, self.strength, self.i_1)
        out = np.empty((len(theta), len(PREDICTIONS)))
        status = np.empty(len(theta), dtype=np.int64)
        solve_points(rows, self.setting, out, status)
        return out[:, self._columns], status

    def _solve_coherent(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables and status with the density matrix."""
        from .density_matrix.points import solve_coherent

        out = np.empty((len(theta), len(COLUMNS)))
        status = np.empty(len(theta), dtype=np.int64)
        solve_coherent(self._coherent_rows(theta), self.coherent_setting, out, status)
        return out[:, column_places(self._coherent_names)], status

    def _coherent_rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the couplings and splittings of points."""
        return coherent_rows(theta, self.parametrisation, self.strength, self.states, self.leptons)

    @property
    def coherent_setting(self) -> CoherentSetting:
        """The tables and choices that kernels of the density matrix read."""
        from .density_matrix.settings import coherent_setting

        return coherent_setting(self, self.start, self.accuracy)

    @property
    def setting(self) -> Setting:
        """The tables and choices that kernels read."""
        from .settings import setting_of

        return setting_of(self, self.accuracy)

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return Fig. 1 of arXiv:2404.12428 for a point (d,): yields, their equilibrium, |Δ_φ/ε|."""
        if self.is_coherent:
            from .density_matrix.trajectory import coherent_trajectory

            return coherent_trajectory(self._coherent_rows(np.atleast_2d(theta))[0], self.coherent_setting)
        from .trajectory import trajectory

        rows = rows_from(np.atleast_2d(theta), self.parametrisation, self.strength, self.i_1)
        return trajectory(rows[0], self.setting)


def _coherent_xi(p: Mapping[str, NDArray], o: Mapping[str, NDArray]) -> NDArray[np.float64]:
    """Return the least |ξ| of the density matrix."""
    known = {**o, **p}
    return np.min(np.abs([known[name] for name in ("xi_12", "xi_13") if name in known]), axis=0)
