"""What the density matrix predicts, and where it should be doubted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ....scenario import Flag, Observable
from ..predictions import COLUMN as PAPER_COLUMN
from ..predictions import OMEGA_REASON, PREDICTIONS
from .parameters import flavours_of

__all__ = [
    "COLUMNS",
    "asymmetry_names",
    "coherent_flags",
    "coherent_observables",
    "column_names",
    "column_places",
]

LARGEST_STATES = 3

YIELD_REASON = (
    "a factor of two where the mass splitting is far above the thermal one and both starts agree (momentum average, "
    "how mixing and oscillation add up), three where a start was not compared, five where they cross before "
    "sphaleron decoupling, and without an estimate (30) for unaligned flavours with a splitting below a tenth of a "
    "width; rates move it by less than 10 %"
)
FLAVOURED = ("e", "mu", "tau")
SYMBOLS = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
# Limits of flags.
SPHALERON_TEMPERATURE_GEV = 132.0
DIFFERENT_START = 0.5
EARLIEST_CROSSING = 0.5
QUASI_DEGENERATE = 0.01
SECOND_ORDER = 0.01
SMALL_TOTAL = 0.03


def _paper(name: str) -> Observable:
    return PREDICTIONS[PAPER_COLUMN[name]]


# Every column that kernels write, for the largest number of states and flavours.
COLUMNS = (
    Observable("omega_h2", r"\Omega h^2", "", "relic density of dark matter today", "omega_h2_error",
               theory_reason=OMEGA_REASON, role="abundance"),
    Observable("baryon_yield", r"Y_{\Delta B}", "",
               "net baryon number over entropy density, with the sign that the phases give", "baryon_yield_error",
               theory_reason=YIELD_REASON),
    *(
        Observable(f"charge_{name}", rf"Q_{{{SYMBOLS[name]}}}", "",
                   f"B/3 - L of the flavour {name} over entropy density at sphaleron decoupling")
        for name in FLAVOURED
    ),
    *(
        Observable(f"x_{state}_sph", rf"X_{{{state}{state}}}", "",
                   f"population of χ_{state} over equilibrium at sphaleron decoupling, mean of helicities")
        for state in range(1, LARGEST_STATES + 1)
    ),
    Observable("coherence_sph", r"\max|X_{ij}|/\sqrt{X_{ii}X_{jj}}", "", "largest coherence at sphaleron decoupling"),
    Observable("helicity_sph", r"{\rm tr}(X_+-X_-)/{\rm tr}X", "",
               "difference of helicities over their sum at sphaleron decoupling"),
    Observable("omega_over_hubble", r"\omega/H|_{\rm sph}", "",
               "smallest frequency of oscillation over the expansion rate at sphaleron decoupling"),
    Observable("x_crossing", r"x_{\rm cross}", "",
               "m_χ/T of the last level crossing, where vacuum and thermal splitting cancel; zero if there is none"),
    Observable("i_1", "I_1", "", "CP invariant Im[(λ†λ)_12²]/[(λ†λ)_11 (λ†λ)_22]"),
    Observable("xi_12", r"\xi_{12}", "", "mass splitting 2 Δm_12 in widths of χ_2"),
    Observable("xi_13", r"\xi_{13}", "", "mass splitting 2 Δm_13 in widths of χ_3"),
    Observable("delta_m12", r"\Delta m_{12}", "GeV", "mass splitting m_2 - m_1"),
    Observable("delta_m13", r"\Delta m_{13}", "GeV", "mass splitting m_3 - m_1"),
    Observable("delta_m12_ev", r"\Delta m_{12}", "eV", "mass splitting m_2 - m_1", featured=True),
    Observable("baryon_yield_paper", r"Y_{\Delta B}^{\rm paper}", "",
               "baryon yield of the four equations with the paper's source and resonant formula, Y_B = 28/79 (B - L)"),
    Observable("ratio_to_paper", r"Y_{\Delta B}/Y_{\Delta B}^{\rm paper}", "", "baryon yield over the paper's"),
    Observable("potential_peak", r"\max|\mu_k/T|", "", "largest chemical potential of a right-handed lepton over T"),
    Observable("B_1", "B_1", "", "branching fraction of φ to χ_1"),
    Observable("B_2", "B_2", "", "branching fraction of φ to χ_2"),
    *(
        _paper(name)
        for name in (
            "width", "ctau_m", "coupling_rms", "line_energy", "omega_h2_equilibrium", "slope_omega_width", "m_phi",
            "m_phi_sph", "branching_mu", "branching_e",
        )
    ),
    Observable("branching_tau", r"B_\tau", "", "branching fraction of φ to τ"),
    _paper("br_mu_e_gamma"),
    _paper("omega_h2_error"),
    Observable("baryon_yield_error", r"\sigma(\ln|Y_{\Delta B}|)", "",
               "standard error of ln|Y_ΔB| from the calculation"),
    Observable("baryon_yield_empty", r"Y_{\Delta B}^{\rm empty}", "",
               "baryon yield where χ was absent at the start; uncertain by another factor of two"),
    Observable("start_ratio", r"Y_{\Delta B}^{\rm empty}/Y_{\Delta B}^{\rm eq}", "",
               "baryon yield without χ at the start over that with χ in equilibrium"),
)  # fmt: skip
# Where each stands in the compiled result.
COHERENT_COLUMN = {item.name: index for index, item in enumerate(COLUMNS)}
# Columns of three states or flavours, and of two alone.
THIRD_STATE = {"x_3_sph", "xi_13", "delta_m13", "B_2"}
TAU = {"charge_tau", "branching_tau"}
TWO_STATES = {"baryon_yield_paper", "ratio_to_paper"}
BOTH_STARTS = {"baryon_yield_empty", "start_ratio"}


def column_names(states: int, leptons: str, compare_starts: bool) -> list[str]:
    """Return the names of the columns that mean something."""
    hidden: set[str] = set()
    if states < LARGEST_STATES:
        hidden |= THIRD_STATE
    else:
        hidden |= TWO_STATES
    if "tau" not in flavours_of(leptons):
        hidden |= TAU
    if not compare_starts:
        hidden |= BOTH_STARTS
    return [item.name for item in COLUMNS if item.name not in hidden]


def column_places(names: list[str]) -> list[int]:
    """Return where columns stand in the compiled result."""
    return [COHERENT_COLUMN[name] for name in names]


def coherent_observables(names: list[str]) -> tuple[Observable, ...]:
    """Return the observables of columns."""
    return tuple(COLUMNS[COHERENT_COLUMN[name]] for name in names)


def asymmetry_names(leptons: str) -> tuple[str, ...]:
    """Return the names of the observables of the asymmetry."""
    return ("baryon_yield", *(f"charge_{name}" for name in flavours_of(leptons)))


def coherent_flags(leptons: str, compare_starts: bool) -> tuple[Flag, ...]:
    """Return the limits of validity that are the density matrix' own."""
    flavours = flavours_of(leptons)
    asymmetry = asymmetry_names(leptons)

    def charges(o: Mapping[str, NDArray]) -> NDArray[np.float64]:
        return np.stack([o[f"charge_{name}"] for name in flavours])

    def gaps(p: Mapping[str, NDArray], o: Mapping[str, NDArray]) -> NDArray[np.float64]:
        known = {**o, **p}
        return np.max(np.abs([known[name] for name in ("delta_m12", "delta_m13") if name in known]), axis=0)

    def total(o: Mapping[str, NDArray]) -> NDArray[np.bool_]:
        return np.abs(charges(o).sum(axis=0)) < SMALL_TOTAL * np.max(np.abs(charges(o)), axis=0)

    flags: tuple[Flag, ...] = (
        Flag(
            "level-crossing",
            "vacuum and thermal mass splitting cancel between x = 0.5 and sphaleron decoupling: the asymmetry peaks "
            "there and is uncertain by a factor of five",
            lambda p, o: (
                (o["x_crossing"] > EARLIEST_CROSSING)
                & (o["x_crossing"] <= p["m_chi"] / SPHALERON_TEMPERATURE_GEV)
            ),
            concerns=asymmetry,
        ),
        Flag(
            "not-quasi-degenerate",
            "a mass splitting of χ above 1 % of Δm: one mass in all rates is no longer good",
            lambda p, o: gaps(p, o) > QUASI_DEGENERATE * p["delta_m"],
        ),
        Flag(
            "second-order",
            "a chemical potential above 1 % of T: terms of second order in asymmetries are dropped",
            lambda p, o: o["potential_peak"] > SECOND_ORDER,
            concerns=asymmetry,
        ),
        Flag(
            "small-total",
            "the charges of the flavours cancel to 3 %: the error of their sum is larger than stated",
            lambda p, o: total(o),
            concerns=asymmetry,
        ),
    )
    if compare_starts:
        flags += (
            Flag(
                "initial-abundance",
                "the asymmetry without χ at the start differs by more than a half from that with χ in equilibrium: it "
                "is a statement about the initial state too",
                lambda p, o: ~(np.abs(o["start_ratio"] - 1.0) <= DIFFERENT_START),
                concerns=asymmetry,
            ),
        )
    return flags
