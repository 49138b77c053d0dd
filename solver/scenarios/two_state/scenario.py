"""The scenario `two-state`: freeze-out of two states, of which the lighter is stable enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...constants import FERMI_CONSTANT, NEUTRAL_PION_MASS
from ...momentum.observables import MOMENTUM_OBSERVABLES, warmness_flags
from ...scenario import Curve, Evolution, Flag, Observable, Parameter, Scenario
from ..lepton_pion.contact import CHIRAL_MASS, COLLIDER_SCALE, LAMBDA_PARAMETER, LOOP_REASON
from ..lepton_pion.inputs import CONTACT_UNIT, LARGEST_MASS, TRANSITION_TEMPERATURE

if TYPE_CHECKING:
    from .rows import Setting

__all__ = ["TwoState"]

# The tolerance of a step on ln(Y/Yeq) over the accuracy of the yields that gives it at every point of the prior
# (300 draws, against an accuracy of 1e-8); with a coarser one than LARGEST_TOLERANCE a step may miss freeze-out.
PAIR_TOLERANCE_PER_ACCURACY = 0.004
LARGEST_TOLERANCE = 2e-4
# A slower χ₂ decays during or after nucleosynthesis (s).
SLOWEST_DECAY = 1.0
YIELD_REASON = (
    "30 % of the rates (Maxwell-Boltzmann statistics, leading-order chiral theory, a start at 0.15 GeV) times "
    "dlnΩ/dln(rate), and the degrees of freedom of the plasma (5 %)"
)


@dataclass(frozen=True)
class TwoState(Scenario):
    """Dark matter χ₁ that freezes out through a heavier state χ₂ in contact with leptons and pions."""

    name = "two-state"
    summary = (
        "χ₂ couples to a right-handed lepton and a pion (C₂), χ₁ only to χ₂ and pions (C₁₂). Both freeze out by "
        "χ₁ ↔ χ₂ ↔ Standard Model; χ₁ then decays with three suppressions. The paper gives estimates; the "
        "interactions are a modelling choice, a scalar coupling of χ₁χ₂ to one and two pions."
    )
    source = "arXiv:2111.14808 (JHEP 2021), section 5; the interactions of χ₁ and χ₂ are our choice"
    cost_ms = 1.5

    lepton: Annotated[
        Literal["mu", "e", "tau"], Field(description="the charged lepton that χ₂ couples to")
    ] = "mu"
    contact: Annotated[
        bool, Field(description="include the contact term of the chiral action in the decays of χ₂")
    ] = True
    pion_form_factor: Annotated[
        Literal["rho", "none"],
        Field(
            description="vector current of two pions: rho, with the form factor measured in τ decays, or "
            "none, the leading chiral order"
        ),
    ] = "rho"
    start_temperature: Annotated[
        float,
        Field(ge=0.02, le=0.25, description="temperature in GeV at which both states are in equilibrium"),
    ] = TRANSITION_TEMPERATURE

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        prior = {"loguniform": [1e-4, 1e3]}
        return (
            Parameter("mass_1", "M_1", "GeV", "mass of the lighter state", 0.01, LARGEST_MASS,
                      {"loguniform": [0.05, 1.6]}),
            Parameter("mass_2", "M_2", "GeV", "mass of the heavier state; must exceed mass_1", 0.01, LARGEST_MASS,
                      {"loguniform": ["mass_1", 2.0]}),
            Parameter("coupling_2", "C_2/G_F", "", "coupling of the heavier state in units of G_F", 1e-12, 1e8, prior,
                      role="coupling"),
            Parameter("coupling_12", "C_{12}/G_F", "", "coupling between the states in units of G_F", 1e-12, 1e8,
                      prior, role="coupling"),
            LAMBDA_PARAMETER,
        )  # fmt: skip

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        estimate = "an estimate by powers of couplings and masses"
        return (
            Observable("omega_h2", r"\Omega h^2", "", "relic density of both states, as χ₁", "omega_h2_error",
                       theory_reason=YIELD_REASON, role="abundance"),
            Observable("final_yield", "Y_1 + Y_2", "", "number over entropy density of both states",
                       "omega_h2_error", theory_reason=YIELD_REASON, role="abundance"),
            Observable("yield_1", "Y_1", "", "of the lighter state at T = M₁/200", 0.30),
            Observable("yield_2", "Y_2", "", "of the heavier state at T = M₁/200", 0.30),
            Observable("lifetime_s", r"\tau", "s", "lifetime of dark matter, that of χ₁", 10.0, True, estimate,
                       featured=True),
            Observable("lifetime_1_s", r"\tau_1", "s", "lifetime of the lighter state", 10.0, True, estimate),
            Observable("lifetime_2_s", r"\tau_2", "s", "lifetime of the heavier state", 2.0, True, LOOP_REASON),
            Observable("width_2_to_1", r"\Gamma_{21}", "s^-1", "width of χ₂ → χ₁ π⁰, or χ₁ γγ where that is closed"),
            Observable("omega_h2_error", r"\sigma(\ln\Omega h^2)", "",
                       "standard error of ln Ωh² from the calculation"),
            *MOMENTUM_OBSERVABLES,
            Observable("contact_coupling", r"C_2/(4G_F/\sqrt{2})", "", "C₂ in the unit of collider limits"),
            Observable("mass", "M", "GeV", "mass of dark matter, that of χ₁"),
        )  # fmt: skip

    @property
    def facts(self) -> Mapping[str, str]:
        """What the model is made of."""
        return {"contact_lepton": self.lepton, "contact_chirality": "R"}

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        return (
            Flag("slow-decay", "χ₂ lives longer than a second: it decays during or after nucleosynthesis",
                 lambda p, o: o["lifetime_2_s"] > SLOWEST_DECAY),
            Flag("heavy-for-pions", "a mass is above 0.5 GeV: beyond the chiral theory, other hadrons matter",
                 lambda p, o: p["mass_2"] > CHIRAL_MASS),
            Flag("two-pion-decay", "χ₂ → χ₁ ππ is open: it is not included",
                 lambda p, o: p["mass_2"] > p["mass_1"] + 2.0 * NEUTRAL_PION_MASS),
            Flag("collider-scale", "C₂^{-1/2} is below 3 TeV: a mediator of that mass is not a contact operator",
                 lambda p, o: o["contact_coupling"] * CONTACT_UNIT > COLLIDER_SCALE**-2,
                 concerns=("contact_coupling",)),
            *warmness_flags(),
        )  # fmt: skip

    @cached_property
    def setting(self) -> Setting:
        """The tables and choices that kernels read."""
        from ...cosmology import cosmology_table
        from ..lepton_pion.rates import rate_table
        from ..lepton_pion.widths import decay_model
        from .rows import Setting

        return Setting(
            table=rate_table(self.lepton, "R", self.pion_form_factor),
            model=decay_model(self.lepton, "R", "dirac", self.contact, False),
            ln_hot=math.log(self.start_temperature),
            tolerance=min(PAIR_TOLERANCE_PER_ACCURACY * self.accuracy, LARGEST_TOLERANCE),
            cosmology=cosmology_table(),
        )

    def _rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows (n, 5) for the kernel, NaN where the masses do not go together.

        A lighter sum of masses would open π⁰ → χ₁ χ̄₂, which is not included.
        """
        inside = theta[:, 1] > theta[:, 0]
        inside &= theta[:, 0] + theta[:, 1] > NEUTRAL_PION_MASS
        rows = np.where(inside[:, None], theta, np.nan)
        rows[:, 2:4] *= FERMI_CONSTANT
        return rows

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time."""
        from .rows import COUPLING_2, MASS_1, solve_rows

        rows = self._rows(theta)
        found, status = solve_rows(rows, self.setting)
        observables = np.column_stack([found, rows[:, COUPLING_2] / CONTACT_UNIT, rows[:, MASS_1]])
        observables[status != 0] = np.nan
        return observables, status

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return the yields and their equilibrium values as functions of z = M₁/T."""
        from ..lepton_pion.evolution import yield_eq
        from .evolution import STATES, evolve_pair
        from .rows import END_OVER_MASS, MASS_1, MASS_2, MOST_ROWS, row_states

        setting = self.setting
        row = self._rows(np.atleast_2d(np.asarray(theta, dtype=np.float64)))[0]
        states = row_states(row, setting)
        record = np.empty((MOST_ROWS, 3))
        ln_cold = math.log(row[MASS_1] * END_OVER_MASS)
        *_, steps = evolve_pair(states, setting.ln_hot, ln_cold, setting.tolerance, setting.cosmology, record)
        ln_t, first, second = record[: steps + 1].T

        def equilibrium(mass: float) -> NDArray[np.float64]:
            return np.array([math.exp(yield_eq(mass, STATES, t, setting.cosmology)[0]) for t in ln_t])

        return Evolution(
            "$z = M_1/T$", row[MASS_1] / np.exp(ln_t), "$Y = n/s$",
            (
                Curve(r"$\chi_1$", first),
                Curve(r"$\chi_2$", second),
                Curve(r"$\chi_1$ in equilibrium", equilibrium(row[MASS_1]), reference=True),
                Curve(r"$\chi_2$ in equilibrium", equilibrium(row[MASS_2]), reference=True),
            ),
        )  # fmt: skip
