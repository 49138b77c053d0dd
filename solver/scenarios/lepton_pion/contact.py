"""What the scenarios with a lepton and a pion share: options, observables, limits of validity."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ....options import Option
from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...distribution import MomentumHistory
from ...momentum.observables import MOMENTUM_OBSERVABLES, STATISTICS_FACTOR, warmness_flags
from ...scenario import Curve, Evolution, Flag, Observable, Parameter, Scenario
from .columns import COUPLING, HOTTEST_START, MASS, WIDTH_NAMES
from .inputs import (
    CONTACT_UNIT,
    DECAY_CHANNELS,
    LAMBDA_QCD,
    LEPTON_MASSES,
    TRANSITION_TEMPERATURE,
    XENON_THRESHOLD,
)

if TYPE_CHECKING:
    from ...numerics.tables import Table
    from .resolved_rows import ResolvedSetting
    from .rows import Setting

__all__ = ["LAMBDA_PARAMETER", "LeptonPionModel"]

# Above this mass of χ the pion effective theory is an extrapolation.
CHIRAL_MASS = 0.5
# Below this scale C^{-1/2} (GeV) a mediator is within the reach of colliders.
COLLIDER_SCALE = 3e3
# Within this factor of the transition temperature the abundance depends on how pions are joined to quarks.
NEAR_TRANSITION = 1.5
# The energy (GeV) at which the cross-section of cosmic rays is quoted.
COSMIC_RAY_ENERGY = 1.0
# Nearer to a threshold (GeV) reactions last beyond the coldest temperature of the rates.
NEAR_THRESHOLD = 1e-4
# Enough rows for a trajectory from any reheating temperature.
TRAJECTORY_ROWS = 2000

YIELD_REASON = (
    "30 % of the rate (leading-order chiral theory, thermal masses, the transition) times dlnΩ/dln(rate), 1 in "
    "freeze-in and up to 10 and more in freeze-out, with the difference between the two ways to join pions to "
    "quarks, and the degrees of freedom of the plasma (5 %)"
)
LOOP_REASON = "the loop is known to an order of magnitude; lambda_qcd is the nuisance for its scale"

LAMBDA_PARAMETER = Parameter(
    "lambda_qcd", r"\Lambda_{\rm QCD}", "GeV", "scale of the loop estimate of χ → νγ, whose rate goes as its "
    "fourth (R) or sixth (L) power", 0.0, math.inf, {"lognormal": [LAMBDA_QCD, 0.262]}, LAMBDA_QCD,
)  # fmt: skip


@dataclass(frozen=True)
class LeptonPionModel(Scenario):
    """Dark matter χ with the contact operators (χ̄γ^μ ℓ_R)(d̄_R γ_μ u_R) or (χ̄ L)(Q̄ u_R)."""

    source = (
        "arXiv:2111.14808 (JHEP 2021), sections 3 and 4, appendix A; pion form factor: Belle, arXiv:0805.3773"
    )
    cost_ms = 0.5

    lepton: Annotated[
        Literal["mu", "e", "tau"], Field(description="the charged lepton that χ couples to")
    ] = "mu"
    chirality: Annotated[
        Literal["R", "L"],
        Field(description="R: the operator C_χR of right-handed leptons; L: C_χL of the doublet"),
    ] = "R"
    fermion: Annotated[
        Literal["dirac", "majorana"], Field(description="whether χ is its own antiparticle (majorana)")
    ] = "dirac"
    contact: Annotated[
        bool,
        Field(
            description="include the contact term of the chiral action in χ → ℓ ℓ' ν, which the paper "
            "leaves out"
        ),
    ] = True
    mixing: Annotated[
        bool,
        Field(
            description="include the mixing of χ with ν by the quark condensate (left-handed; can be "
            "cancelled)"
        ),
    ] = False
    transition_temperature: Annotated[
        float, Field(ge=0.12, le=0.20, description="temperature in GeV where pions give way to quarks")
    ] = TRANSITION_TEMPERATURE
    matching: Annotated[
        Literal["step", "smooth"],
        Field(
            description="how the rates of pions and quarks are joined at the transition; the difference "
            "is a systematic"
        ),
    ] = "step"
    pion_form_factor: Annotated[
        Literal["rho", "none"],
        Field(
            description="vector current of two pions: rho, with the form factor measured in τ decays, or "
            "none, the leading chiral order of the paper, eight times less of χ ℓ ↔ π π⁰"
        ),
    ] = "rho"
    statistics: Annotated[
        Literal["quantum", "mb"],
        Field(
            description="of the particles that produce χ and of χ itself: quantum, or mb for Maxwell-Boltzmann as in "
            "the paper"
        ),
    ] = "quantum"
    dilution: Annotated[
        float,
        Field(ge=1.0, le=1e12, description="factor by which entropy released after production dilutes χ"),
    ] = 1.0
    xenon_strength: Annotated[
        Literal["ground-state", "all-neutrons"],
        Field(
            description="nuclear strength of the absorption on xenon; all-neutrons reproduces the paper "
            "and is 10⁴ larger"
        ),
    ] = "ground-state"

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """Return the modelling choices: no accuracy, on which nothing here depends, as the yield is a quadrature."""
        return tuple(item for item in super().options() if item.name != "accuracy")

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        head = (
            Observable(
                "omega_h2", r"\Omega h^2", "", "relic density after production, before later decays",
                "omega_h2_error", theory_reason=YIELD_REASON, role="abundance",
            ),
            Observable("final_yield", r"Y_\infty", "", "number over entropy density, with antiparticles",
                       "omega_h2_error", theory_reason=YIELD_REASON, role="abundance"),
            Observable("rate_over_hubble", r"\Gamma_T/H Z", "", "interaction over expansion rate at the start"),
            Observable(
                "lifetime_s", r"\tau", "s", "total lifetime at zero temperature", 2.0, True, LOOP_REASON,
                featured=True,
            ),
        )  # fmt: skip
        widths = tuple(
            Observable(
                f"width_{name}", rf"\Gamma_{{{index}}}", "s^-1", f"partial width of χ → {channel}",
                *((2.0, True, LOOP_REASON) if index == 0 else ()),
            )
            for index, (name, channel) in enumerate(zip(WIDTH_NAMES, DECAY_CHANNELS, strict=True))
        )  # fmt: skip
        ratios = tuple(
            Observable(f"br_{name}", rf"B_{{{index}}}", "", f"branching ratio of χ → {channel}")
            for index, (name, channel) in enumerate(zip(WIDTH_NAMES, DECAY_CHANNELS, strict=True))
        )
        channels = ", ".join(f"{index}: {channel}" for index, channel in enumerate(DECAY_CHANNELS))
        tail = (
            Observable("width_gamma_gamma", r"\Gamma_{\gamma\gamma}", "s^-1",
                       "width to which limits on χ → γγ apply: 1/2 of νγ and 2/3 of νγγ"),
            Observable("width_electron_positron", r"\Gamma_{e^+e^-}", "s^-1",
                       "width to which limits on χ → e⁺e⁻ apply: 2/N of decays into N electrons and neutrinos"),
            Observable("dominant_channel", "c", "", f"the largest partial width: {channels}"),
            Observable("br_pion", r"{\rm BR}(\pi\to\ell\chi)", "", "branching ratio of π → ℓχ, zero where closed"),
            Observable("br_neutral_pion", r"{\rm BR}(\pi^0\to\nu\chi)", "",
                       "branching ratio of π⁰ → νχ, with antiparticles; of left-handed leptons"),
            Observable("br_lepton", r"{\rm BR}(\ell\to\pi\chi)", "", "branching ratio of ℓ → πχ, for ℓ = τ"),
            Observable("omega_h2_error", r"\sigma(\ln\Omega h^2)", "",
                       "standard error of ln Ωh² from the calculation"),
            *MOMENTUM_OBSERVABLES,
            STATISTICS_FACTOR,
            Observable("contact_coupling", r"C/(4G_F/\sqrt{2})", "",
                       "C in the unit of collider limits, 4 G_F/√2"),
            Observable("absorption_rate", "R_{\\rm Xe}", "",
                       "absorptions χ ¹³¹Xe → e⁻ ¹³¹Cs per tonne of xenon and year, for ℓ = e; the scalar operator "
                       "(chirality L) cannot change the spin of the nucleus by one: zero at leading order"),
            Observable("recoil_energy_kev", r"E_R", "keV", "recoil of xenon in χ N → ν N"),
            Observable("cosmic_ray_cross_section_pb", r"\sigma_{\rm CR}", "pb",
                       "cross-section of an electron of 1 GeV on χ at rest"),
        )  # fmt: skip
        return (*head, *widths, *ratios, *tail)

    @property
    def facts(self) -> Mapping[str, str]:
        """What the model is made of."""
        return {
            "contact_lepton": self.lepton,
            "contact_chirality": self.chirality,
            "photon_line": "neutrino-gamma",
        }

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        threshold = LEPTON_MASSES[self.lepton] + PION_MASS
        if self.chirality == "L":
            threshold = min(threshold, NEUTRAL_PION_MASS)

        def scale(o: dict[str, NDArray]) -> NDArray[np.float64]:
            return 1.0 / np.sqrt(o["contact_coupling"] * CONTACT_UNIT)

        absorbed = () if self.lepton != "e" or self.chirality == "R" else (
            Flag("scalar-absorption",
                 "absorption_rate is zero because the scalar operator transfers no spin (ΔJ = 1 to the ground state of "
                 "¹³¹Cs): excited states and corrections in the velocity are not computed",
                 lambda p, o: p["mass"] > XENON_THRESHOLD),
        )  # fmt: skip
        return (
            *absorbed,
            *warmness_flags(),
            Flag("heavy-for-pions", "heavier than 0.5 GeV: beyond the chiral theory, other hadrons matter",
                 lambda p, o: p["mass"] > CHIRAL_MASS),
            Flag("open-decay", "χ decays at tree level: omega_h2 is what is left at T = 1 MeV",
                 lambda p, o: p["mass"] > threshold),
            Flag("at-threshold",
                 "within 0.1 MeV of a threshold: reactions go on below T = 3 keV, where the evolution ends",
                 lambda p, o: (p["mass"] < threshold) & (p["mass"] > threshold - NEAR_THRESHOLD)),
            Flag("near-transition",
                 "T_RH is within a factor 1.5 of the QCD transition, where the rate jumps (by 10 for e and μ, 1.4 for "
                 "τ, 2 for left-handed leptons): compare options matching and transition_temperature",
                 self._near_transition),
            Flag("quark-regime", "T_RH is above the QCD transition: production from free quarks dominates",
                 lambda p, o: p["reheating_temperature"] > self.transition_temperature, remark=True),
            Flag("collider-scale", "C^{-1/2} is below 3 TeV: a mediator of that mass is not a contact operator",
                 lambda p, o: scale(o) < COLLIDER_SCALE,
                 concerns=("contact_coupling",)),
            Flag("beyond-contact", "T_RH is above C^{-1/2}: the contact operator is not valid there",
                 lambda p, o: p["reheating_temperature"] > scale(o)),
        )  # fmt: skip

    def _near_transition(self, p: dict[str, NDArray], o: dict[str, NDArray]) -> NDArray[np.bool_]:
        distance = np.abs(np.log(p["reheating_temperature"] / self.transition_temperature))
        return distance < math.log(NEAR_TRANSITION)

    @cached_property
    def setting(self) -> Setting:
        """The tables and choices that kernels read."""
        from ...cosmology import cosmology_table
        from .rates import rate_table
        from .rows import Setting
        from .statistics import momentum_table
        from .widths import decay_model

        return Setting(
            table=rate_table(self.lepton, self.chirality, self.pion_form_factor),
            model=decay_model(self.lepton, self.chirality, self.fermion, self.contact, self.mixing),
            thermal=self._thermal_start,
            ln_transition=math.log(self.transition_temperature),
            smooth=self.matching == "smooth",
            cosmology=cosmology_table(),
            fermi=self.statistics == "quantum",
            momenta=momentum_table(self.lepton, self.chirality, self.statistics, self.pion_form_factor),
            decay_momenta=self._decay_momenta,
            dilution=self.dilution,
        )

    @property
    def _thermal_start(self) -> bool:
        return False

    @property
    def _resolved(self) -> ResolvedSetting | None:
        """What kernels read beside the setting where momenta are resolved."""
        return None

    @property
    def _decay_momenta(self) -> Table:
        from ...momentum.decays import decay_table

        return decay_table("mb", "mb", 0.0)

    @abstractmethod
    def _rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows for the kernels, with the columns `relicfit.solver.scenarios.lepton_pion.columns.ROW`."""

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time."""
        from .rows import solve_rows
        from .signals import absorption_events, cosmic_ray_cross_section, recoil_energy

        rows = self._rows(theta)
        found, status = solve_rows(rows, self.setting)
        if self._resolved is not None:
            from .resolved_rows import resolve_rows

            resolve_rows(found, status, rows, self._resolved)
        mass, coupling = rows[:, MASS], rows[:, COUPLING]
        if self.lepton == "e" and self.chirality == "R":
            symmetric = self.fermion == "dirac"
            absorbed = absorption_events(mass, coupling, self.xenon_strength, symmetric)
        else:
            absorbed = np.zeros(len(theta))
        signals = (
            coupling / CONTACT_UNIT,
            absorbed,
            recoil_energy(mass),
            cosmic_ray_cross_section(mass, coupling, COSMIC_RAY_ENERGY, target_mass=0.0),
        )
        observables = np.column_stack([found, *signals])
        observables[status != 0] = np.nan
        return observables, status

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return the yield and its equilibrium value as functions of z = M/T."""
        from .evolution import RECORDED, thermal_yield
        from .rows import row_production

        setting = self.setting
        row = self._rows(np.atleast_2d(np.asarray(theta, dtype=np.float64)))[0]
        record = np.empty((TRAJECTORY_ROWS, RECORDED))
        moments, resolved = self._trail(row, record)
        rows = moments.shape[1]
        production, _ = row_production(row, setting)
        ln_t, values = record[:rows, :2].T
        cooler = setting.dilution ** (-1.0 / 3.0)
        moments = moments * np.array([1.0, cooler, cooler**2])[:, None]
        if resolved is not None:
            resolved = resolved * np.array([cooler, 1.0])[:, None]
        mass = production.mass
        equilibrium = np.exp([thermal_yield(production, t, setting.cosmology)[0] for t in ln_t])
        return Evolution(
            "$z = M/T$", mass / np.exp(ln_t), "$Y = n/s$",
            (Curve("dark matter", values), Curve("equilibrium", equilibrium, reference=True)),
            {r"$T_{\rm QCD}$": mass / self.transition_temperature},
            MomentumHistory(moments, np.exp(-np.append(0.0, record[1:rows, 2])), resolved),
        )  # fmt: skip

    def _trail(
        self, row: NDArray[np.float64], record: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Fill a record; return Y, Y⟨y⟩, Y⟨y²⟩ along it, and y and f today where momenta are resolved."""
        from .evolution import coldest_temperature, decouple
        from .moments import momenta_today
        from .rows import row_production

        setting, trail = self.setting, np.empty((TRAJECTORY_ROWS, 3))
        if self._resolved is not None:
            from .resolved import RESOLVED
            from .resolved_rows import resolve_row

            found, y = np.empty(RESOLVED), np.empty(RESOLVED)
            *_, filled = resolve_row(found, y, row, self._resolved, record, trail)
            return trail[:filled].T, np.array([y, found])
        production, momenta = row_production(row, setting)
        coldest = coldest_temperature(production.mass, setting.model.m_lepton, setting.model.left)
        _, filled = decouple(
            production, setting.thermal, row[HOTTEST_START], coldest, setting.cosmology, record
        )
        trail = np.empty((min(filled, TRAJECTORY_ROWS), 3))
        momenta_today(production, momenta, setting.thermal, record, len(trail), setting.cosmology, trail)
        return trail.T, None
