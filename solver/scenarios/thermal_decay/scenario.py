"""What the two generic scenarios share: parameters, options, observables, limits of validity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...constants import PERTURBATIVE_COUPLING
from ...distribution import MomentumHistory
from ...momentum.observables import MOMENTUM_OBSERVABLES, warmness_flags
from ...scenario import Curve, Evolution, Flag, Observable, Parameter, Scenario

if TYPE_CHECKING:
    from .system import Setting

__all__ = ["ThermalDecay"]

# A constant cross-section makes freeze-in with Maxwell-Boltzmann densities grow with T_RH beyond this.
ULTRAVIOLET_RATIO = 3.0
THEORY_REASON = (
    "degrees of freedom of the plasma (5 %) and 10 % of the rate (Maxwell-Boltzmann statistics, constant "
    "cross-section) times dlnΩ/dln(rate): 1 in freeze-in, 1 to 11 and more in freeze-out"
)


@dataclass(frozen=True)
class ThermalDecay(Scenario):
    """Generic dark matter whose number changes by one unit, arXiv:2111.14808 section 2."""

    source = "B. Belfatto et al., arXiv:2111.14808, section 2"
    cost_ms = 0.05

    interaction: Annotated[
        Literal["dim-4", "dim-6"],
        Field(description="how the cross-section depends on the coupling: σ = g²/(4π M²) or σ = G² M²/(4π)"),
    ] = "dim-4"
    heavier: Annotated[
        Literal["initial", "final"],
        Field(description="the heavier side of DM + SM ↔ SM + SM, whose particles become non-relativistic"),
    ] = "initial"
    densities: Annotated[
        Literal["mb", "nr"],
        Field(description="equilibrium densities: Maxwell-Boltzmann, or their non-relativistic limit"),
    ] = "mb"
    d_sm: Annotated[
        Literal["real"] | Annotated[float, Field(ge=1.0, le=1e4)],
        Field(description="degrees of freedom of the plasma: those of the Standard Model, or a constant"),
    ] = "real"
    d_a: Annotated[
        float,
        Field(ge=1.0, description="with a heavier final state, degrees of freedom of its first particle"),
    ] = 2.0
    share_a: Annotated[
        float, Field(ge=0.01, le=0.99, description="with a heavier final state, m_A/(m_A + m_B)")
    ] = 0.5

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        if self.interaction == "dim-4":
            coupling = Parameter(
                "coupling", r"g_{\rm DM}", "", "coupling of dark matter, dimension four", 1e-40, 1e3,
                {"loguniform": [1e-12, 3.0]}, role="coupling",
            )  # fmt: skip
        else:
            coupling = Parameter(
                "coupling", r"G_{\rm DM}", "GeV^-2", "coefficient of the dimension-six operator", 1e-40, 1e10,
                {"loguniform": [1e-12, 1e-3]}, role="coupling",
            )  # fmt: skip
        heavier = {"initial": "m_B/M", "final": "(m_A + m_B - M)/M"}[self.heavier]
        return (
            Parameter("mass", "M", "GeV", "mass of dark matter", 1e-6, 1e7, {"loguniform": [1e-3, 1e5]}),
            Parameter(
                "delta", r"\delta", "", f"Boltzmann suppression of the rate, Δ/M = {heavier}", 0.0, 1.0,
                {"uniform": [0.0, 1.0]},
            ),
            coupling,
            Parameter("g_sm", r"g_{\rm SM}", "", "coupling of the Standard Model side; σ ∝ g_SM²",
                      1e-10, 10.0, {"loguniform": [0.1, 1.0]}, 1.0, role="coupling"),
            Parameter("d_dm", r"d_{\rm DM}", "", "degrees of freedom of dark matter", 1.0, 100.0,
                      {"uniform": [1, 4]}, 2.0),
            Parameter("d_b", "d_B", "", "degrees of freedom of the particle B", 1.0, 1000.0,
                      {"uniform": [1, 12]}, 4.0),
            Parameter("annihilation", r"\lambda_{\rm ann}", "",
                      "strength of annihilations, λ = M_Pl M σ sqrt(π d_SM/45) at T = M", 0.0, 1e30,
                      {"loguniform": [1e-2, 1e10]}, 0.0),
        )  # fmt: skip

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        return (
            Observable(
                "omega_h2", r"\Omega h^2", "", "relic density of dark matter today", "omega_h2_error",
                theory_reason=THEORY_REASON, role="abundance",
            ),
            Observable("final_yield", r"Y_\infty", "", "number density over entropy density today",
                       "omega_h2_error", theory_reason=THEORY_REASON, role="abundance"),
            Observable("z_freeze_out", r"z_f", "", "M/T where the yield is last twice its equilibrium value"),
            Observable("rate_over_hubble", r"\Gamma/H|_{T=M}", "",
                       "interaction rate over expansion rate at T = M"),
            Observable("omega_h2_error", r"\sigma(\ln\Omega h^2)", "",
                       "standard error of ln Ωh² from the calculation"),
            *MOMENTUM_OBSERVABLES,
        )  # fmt: skip

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        return (
            Flag(
                "strong-coupling",
                "the coupling exceeds sqrt(4π): perturbation theory fails",
                lambda p, o: (p["coupling"] > PERTURBATIVE_COUPLING) & (self.interaction == "dim-4"),
            ),
            Flag(
                "unitarity",
                "the cross-section, or that of annihilation, exceeds the s-wave unitarity limit at freeze-out",
                self._unitarity,
            ),
            *warmness_flags(),
        )

    def _unitarity(self, p: Mapping[str, NDArray], o: Mapping[str, NDArray]) -> NDArray[np.bool_]:
        mass = p["mass"]
        if self.heavier == "initial":
            first, second = mass, mass * p["delta"]
        else:
            first = self.share_a * mass * (1.0 + p["delta"])
            second = (1.0 - self.share_a) * mass * (1.0 + p["delta"])
        reduced = first * second / (first + second)
        power = 2 if self.interaction == "dim-6" else -2
        sigma = (p["g_sm"] * p["coupling"]) ** 2 * mass**power / (4.0 * math.pi)
        z = o["z_freeze_out"]
        return (sigma > _unitarity_limit(reduced, mass, z)) | (
            self._annihilation(mass, p["annihilation"]) > _unitarity_limit(0.5 * mass, mass, z)
        )

    def _annihilation(self, mass: NDArray, strength: NDArray) -> NDArray[np.float64]:
        """Return σ_ann = λ_ann H/(s M) at T = M, in GeV⁻²."""
        from ...constants import PLANCK_MASS
        from ...cosmology import g_rho, g_s

        if self.d_sm != "real":
            return strength * math.sqrt(45.0 / (math.pi * float(self.d_sm))) / (PLANCK_MASS * mass)
        plasma = np.sqrt(45.0 / math.pi * g_rho(mass)) / g_s(mass)
        return strength * plasma / (PLANCK_MASS * mass)

    def _full(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows with the reheating temperature as eighth column, zero if there is none."""
        missing = 8 - theta.shape[1]
        return np.hstack([theta, np.zeros((len(theta), missing))]) if missing else theta

    @cached_property
    def setting(self) -> Setting:
        """The choices and tables that kernels read."""
        from ...cosmology import cosmology_table
        from .system import Setting

        constant = None if self.d_sm == "real" else float(self.d_sm)
        return Setting(
            dimension_six=self.interaction == "dim-6",
            heavier_final=self.heavier == "final",
            non_relativistic=self.densities == "nr",
            d_a=float(self.d_a),
            share_a=float(self.share_a),
            accuracy=float(self.accuracy),
            cosmology=cosmology_table(constant),
        )

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time."""
        from .rows import solve_rows

        observables, status = solve_rows(self._full(theta), self.setting)
        return observables[:, : self.shape[1]], status

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return the yield and its equilibrium value as functions of z = M/T."""
        from .rows import Z_FREEZE_OUT, trajectory
        from .system import DEPTH, LN_Z, YIELD, YIELD_EQ

        path, trail, _ = trajectory(self._full(theta[None, :])[0], self.setting)
        z = np.exp(path[:, LN_Z])
        marks = {}
        observables, _ = self.evaluate(theta)
        if np.isfinite(observables[0, Z_FREEZE_OUT]):
            marks["$Y = 2\\,Y_{eq}$"] = float(observables[0, Z_FREEZE_OUT])
        return Evolution(
            "$z = M/T$", z, "$Y = n/s$",
            (
                Curve("dark matter", path[:, YIELD]),
                Curve("equilibrium", path[:, YIELD_EQ], reference=True),
            ),
            marks,
            MomentumHistory(trail.T, np.exp(-np.append(0.0, path[1:, DEPTH]))),
        )  # fmt: skip


def _unitarity_limit(reduced: NDArray, mass: NDArray, z: NDArray) -> NDArray[np.float64]:
    """Return the largest s-wave cross-section of a reduced mass in GeV at T = M/z, averaged over velocities."""
    return 4.0 * math.pi / reduced**2 * np.sqrt(2.0 * reduced * z / (math.pi * mass))
