"""The scenario `two-state`: freeze-out of two states, of which the lighter is stable enough."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ....options import option
from ...constants import FERMI_CONSTANT, NEUTRAL_PION_MASS
from ...scenario import Curve, Evolution, Flag, Observable, Parameter, Scenario
from ..lepton_pion.description import CHIRAL_MASS, COLLIDER_SCALE, LAMBDA_PARAMETER, LOOP_REASON
from ..lepton_pion.inputs import CONTACT_UNIT, TRANSITION_TEMPERATURE

__all__ = ["TwoState"]

LARGEST_MASS = 3.0
# The tolerance of a step on ln(Y/Yeq) for an accuracy of the yields, calibrated in the tests; with a coarser
# one than LARGEST_TOLERANCE a step may miss freeze-out.
TOLERANCE_PER_ACCURACY = 0.1
LARGEST_TOLERANCE = 2e-4
# A slower χ₂ decays during or after nucleosynthesis (s).
SLOWEST_DECAY = 1.0
MOST_ROWS = 4000


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

    lepton: str = option("mu", "the charged lepton that χ₂ couples to", choices=("mu", "e", "tau"))
    contact: bool = option(True, "include the contact term of the chiral action in the decays of χ₂")
    pion_form_factor: str = option(
        "rho",
        "vector current of two pions: rho, with the form factor measured in τ decays, or none, the leading "
        "chiral order",
        choices=("rho", "none"),
    )
    start_temperature: float = option(
        TRANSITION_TEMPERATURE,
        "temperature in GeV at which both states are in equilibrium",
        number=True,
        lower=0.02,
        upper=0.25,
    )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        prior = {"loguniform": [1e-4, 1e3]}
        return (
            Parameter("mass_1", "M_1", "GeV", "mass of the lighter state", 0.01, LARGEST_MASS,
                      {"loguniform": [0.05, 1.6]}),
            Parameter("mass_2", "M_2", "GeV", "mass of the heavier state; must exceed mass_1", 0.01, LARGEST_MASS,
                      {"loguniform": ["mass_1", 2.0]}),
            Parameter("coupling_2", "C_2/G_F", "", "coupling of the heavier state in units of G_F", 1e-12, 1e8, prior),
            Parameter("coupling_12", "C_{12}/G_F", "", "coupling between the states in units of G_F", 1e-12, 1e8,
                      prior),
            LAMBDA_PARAMETER,
        )  # fmt: skip

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        estimate = "an estimate by powers of couplings and masses"
        return (
            Observable("omega_h2", r"\Omega h^2", "", "relic density of both states, as χ₁", 0.30,
                       theory_reason="Maxwell-Boltzmann statistics, leading-order chiral theory, a start at 0.15 GeV"),
            Observable("final_yield", "Y_1 + Y_2", "", "number over entropy density of both states", 0.30),
            Observable("yield_1", "Y_1", "", "of the lighter state at T = M₁/200", 0.30),
            Observable("yield_2", "Y_2", "", "of the heavier state at T = M₁/200", 0.30),
            Observable("lifetime_s", r"\tau", "s", "lifetime of dark matter, that of χ₁", 10.0, True, estimate,
                       featured=True),
            Observable("lifetime_1_s", r"\tau_1", "s", "lifetime of the lighter state", 10.0, True, estimate),
            Observable("lifetime_2_s", r"\tau_2", "s", "lifetime of the heavier state", 2.0, True, LOOP_REASON),
            Observable("width_2_to_1", r"\Gamma_{21}", "s^-1", "width of χ₂ → χ₁ π⁰, or χ₁ γγ where that is closed"),
            Observable("contact_coupling", r"C_2/(4G_F/\sqrt{2})", "", "C₂ in the unit of collider limits"),
            Observable("mass", "M", "GeV", "mass of dark matter, that of χ₁"),
        )  # fmt: skip

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
                 lambda p, o: o["contact_coupling"] * CONTACT_UNIT > COLLIDER_SCALE**-2),
        )  # fmt: skip

    @cached_property
    def _settings(self) -> tuple:
        from ...cosmology import cosmology_table
        from ..lepton_pion.rates import rate_table
        from ..lepton_pion.widths import decay_model

        return (
            rate_table(self.lepton, "R", self.pion_form_factor),
            decay_model(self.lepton, "R", "dirac", self.contact, False),
            math.log(self.start_temperature),
            min(TOLERANCE_PER_ACCURACY * self.accuracy, LARGEST_TOLERANCE),
            cosmology_table(),
        )

    def _rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows (n, 5) for the kernel, NaN where the point is outside the physical range.

        A lighter sum of masses would open π⁰ → χ₁ χ̄₂, which is not included.
        """
        lower = np.array([item.lower for item in self.parameters])
        upper = np.array([item.upper for item in self.parameters])
        inside = ((theta >= lower) & (theta <= upper)).all(axis=1)
        inside &= theta[:, 1] > theta[:, 0]
        inside &= theta[:, 0] + theta[:, 1] > NEUTRAL_PION_MASS
        rows = np.where(inside[:, None], theta, np.nan)
        rows[:, 2:4] *= FERMI_CONSTANT
        return rows

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time."""
        from .batch import solve_rows

        rows = self._rows(theta)
        found, status = solve_rows(rows, *self._settings)
        observables = np.column_stack([found, rows[:, 2] / CONTACT_UNIT, rows[:, 0]])
        observables[status != 0] = np.nan
        return observables, status

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return the yields and their equilibrium values as functions of z = M₁/T."""
        from ..lepton_pion.evolution import yield_eq
        from .batch import END_OVER_MASS, row_states
        from .evolution import STATES, evolve_pair

        table, model, ln_hot, tolerance, cosmology = self._settings
        row = self._rows(np.atleast_2d(np.asarray(theta, dtype=np.float64)))[0]
        states = row_states(row, table, model, ln_hot)
        record = np.empty((MOST_ROWS, 3))
        ln_cold = math.log(row[0] * END_OVER_MASS)
        _, _, _, steps = evolve_pair(states, ln_hot, ln_cold, tolerance, cosmology, record)
        ln_t, first, second = record[: min(steps + 1, MOST_ROWS)].T

        def equilibrium(mass: float) -> NDArray[np.float64]:
            return np.array([math.exp(yield_eq(mass, STATES, t, cosmology)[0]) for t in ln_t])

        return Evolution(
            "$z = M_1/T$", row[0] / np.exp(ln_t), "$Y = n/s$",
            (
                Curve(r"$\chi_1$", first),
                Curve(r"$\chi_2$", second),
                Curve(r"$\chi_1$ in equilibrium", equilibrium(row[0]), reference=True),
                Curve(r"$\chi_2$ in equilibrium", equilibrium(row[1]), reference=True),
            ),
        )  # fmt: skip
