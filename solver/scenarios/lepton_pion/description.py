"""What the scenarios with a lepton and a pion share: options, observables, limits of validity."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ....options import option
from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...scenario import Curve, Evolution, Flag, Observable, Parameter, Scenario
from .inputs import (
    CONTACT_UNIT,
    DECAY_CHANNELS,
    LAMBDA_QCD,
    LEPTON_MASSES,
    TRANSITION_TEMPERATURE,
    XENON_THRESHOLD,
)

__all__ = ["COLDEST_REHEATING", "LAMBDA_PARAMETER", "LeptonPionModel"]

# Above this mass of χ the pion effective theory is an extrapolation.
CHIRAL_MASS = 0.5
# Lighter dark matter streams freely enough to erase the Lyman-alpha forest.
WARM_MASS = 15e-6
# Below this scale C^{-1/2} (GeV) a mediator is within the reach of colliders.
COLLIDER_SCALE = 3e3
# Within this factor of the transition temperature the abundance depends on how pions are joined to quarks.
NEAR_TRANSITION = 1.5
# The energy (GeV) at which the cross-section of cosmic rays is quoted.
COSMIC_RAY_ENERGY = 1.0
# Nucleosynthesis needs a Universe that was once hotter than this (GeV).
COLDEST_REHEATING = 5e-3
# Nearer to a threshold (GeV) reactions last beyond the coldest temperature of the rates.
NEAR_THRESHOLD = 1e-4
# Enough rows for a trajectory from any reheating temperature.
TRAJECTORY_ROWS = 2000

WIDTH_NAMES = (
    "neutrino_gamma",
    "lepton_pion",
    "neutrino_pion",
    "neutrino_two_gamma",
    "lepton_e_neutrino",
    "lepton_mu_neutrino",
    "pion_virtual_lepton",
    "three_neutrinos",
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

    lepton: str = option("mu", "the charged lepton that χ couples to", choices=("mu", "e", "tau"))
    chirality: str = option(
        "R", "R: the operator C_χR of right-handed leptons; L: C_χL of the doublet", choices=("R", "L")
    )
    fermion: str = option(
        "dirac", "whether χ is its own antiparticle (majorana)", choices=("dirac", "majorana")
    )
    contact: bool = option(
        True,
        "include the contact term of the chiral action in χ → ℓ ℓ' ν, which the paper leaves out",
    )
    mixing: bool = option(
        False, "include the mixing of χ with ν by the quark condensate (left-handed; can be cancelled)"
    )
    transition_temperature: float = option(
        TRANSITION_TEMPERATURE,
        "temperature in GeV where pions give way to quarks",
        number=True,
        lower=0.12,
        upper=0.20,
    )
    matching: str = option(
        "step",
        "how the rates of pions and quarks are joined at the transition; the difference is a systematic",
        choices=("step", "smooth"),
    )
    pion_form_factor: str = option(
        "rho",
        "vector current of two pions: rho, with the form factor measured in τ decays, or none, the leading "
        "chiral order of the paper, six times less of χ ℓ ↔ π π⁰",
        choices=("rho", "none"),
    )
    xenon_strength: str = option(
        "ground-state",
        "nuclear strength of the absorption on xenon; all-neutrons reproduces the paper and is 10⁴ larger",
        choices=("ground-state", "all-neutrons"),
    )

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        head = (
            Observable(
                "omega_h2", r"\Omega h^2", "", "relic density after production, before later decays", 0.30,
                theory_reason="Maxwell-Boltzmann statistics (10 %), leading-order chiral theory, "
                "the join of pions to quarks",
            ),
            Observable("final_yield", r"Y_\infty", "", "number over entropy density, with antiparticles", 0.30),
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
            Flag("warm", "lighter than 15 keV: free streaming conflicts with the Lyman-alpha forest",
                 lambda p, o: p["mass"] < WARM_MASS),
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
                 lambda p, o: p["reheating_temperature"] > self.transition_temperature),
            Flag("collider-scale", "C^{-1/2} is below 3 TeV: a mediator of that mass is not a contact operator",
                 lambda p, o: scale(o) < COLLIDER_SCALE),
            Flag("beyond-contact", "T_RH is above C^{-1/2}: the contact operator is not valid there",
                 lambda p, o: p["reheating_temperature"] > scale(o)),
        )  # fmt: skip

    def _near_transition(self, p: dict[str, NDArray], o: dict[str, NDArray]) -> NDArray[np.bool_]:
        distance = np.abs(np.log(p["reheating_temperature"] / self.transition_temperature))
        return distance < math.log(NEAR_TRANSITION)

    @cached_property
    def _settings(self) -> tuple:
        from ...cosmology import cosmology_table
        from .rates import rate_table
        from .widths import decay_model

        return (
            rate_table(self.lepton, self.chirality, self.pion_form_factor),
            decay_model(self.lepton, self.chirality, self.fermion, self.contact, self.mixing),
            self._thermal_start,
            math.log(self.transition_temperature),
            self.matching == "smooth",
            cosmology_table(),
        )

    @property
    def _thermal_start(self) -> bool:
        return False

    @abstractmethod
    def _rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows (n, 7) for the kernels: M, C, hottest temperatures, Λ, mediator."""

    @cached_property
    def _ranges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (
            np.array([item.lower for item in self.parameters]),
            np.array([item.upper for item in self.parameters]),
        )

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time."""
        from .batch import solve_rows
        from .signals import absorption_events, cosmic_ray_cross_section, recoil_energy

        lower, upper = self._ranges
        inside = ((theta >= lower) & (theta <= upper)).all(axis=1)
        rows = np.full((len(theta), 7), np.nan)
        rows[inside] = self._rows(theta[inside])
        found, status = solve_rows(rows, *self._settings)
        mass, coupling = rows[:, 0], rows[:, 1]
        if self.lepton == "e" and self.chirality == "R":
            symmetric = self.fermion == "dirac"
            absorbed = absorption_events(mass, coupling, self.xenon_strength, symmetric)
        else:
            absorbed = np.where(inside, 0.0, np.nan)
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
        from .batch import row_production
        from .evolution import coldest_temperature, decouple, yield_eq

        table, model, thermal, ln_transition, smooth, cosmology = self._settings
        row = self._rows(np.atleast_2d(np.asarray(theta, dtype=np.float64)))[0]
        production = row_production(row, table, model, ln_transition, smooth)
        record = np.empty((TRAJECTORY_ROWS, 2))
        coldest = coldest_temperature(production.mass, model.m_lepton, model.left)
        _, filled = decouple(production, thermal, row[2], coldest, cosmology, record)
        ln_t, values = record[: min(filled, TRAJECTORY_ROWS)].T
        mass, states = production.mass, production.states
        equilibrium = np.array([math.exp(yield_eq(mass, states, t, cosmology)[0]) for t in ln_t])
        return Evolution(
            "$z = M/T$", mass / np.exp(ln_t), "$Y = n/s$",
            (Curve("dark matter", values), Curve("equilibrium", equilibrium, reference=True)),
            {r"$T_{\rm QCD}$": mass / self.transition_temperature},
        )  # fmt: skip
