"""The ways to parametrise the couplings: total rates, rates with phases, or the whole coupling matrix."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...scenario import Parameter
from .predictions import B_1, I_1, LARGEST_COUPLING, MIXING, MODEL_COLUMNS, MUONS, TOTAL_WIDTH, XI

__all__ = ["parameters_of", "rows_from"]

MASSES = (
    Parameter("m_chi", r"m_\chi", "GeV", "mass of the dark matter states χ_i", 1.0, 1e4,
              {"loguniform": [150, 700]}),
    Parameter("delta_m", r"\Delta m", "GeV", "m_φ - m_χ", 1e-3, 1e3, {"loguniform": [1, 20]}),
    Parameter("lambda_H", r"\lambda_H", "", "Higgs portal coupling of φ", 0.0, 10.0,
              {"loguniform": [0.1, 2]}),
)  # fmt: skip
BRANCHING = Parameter("B_1", "B_1", "", "branching fraction of φ to χ_1", 0.0, 1.0, {"uniform": [0.5, 0.99]})
STRENGTH = {
    "coupling": Parameter("coupling", r"\lambda_{\rm rms}", "", "root mean square of the couplings λ_ki",
                          1e-15, LARGEST_COUPLING, {"loguniform": [1e-7, 1e-4]}, role="coupling"),
    "width": Parameter("width", r"\Gamma_{\rm tot}", "GeV", "vacuum width of φ", 1e-30, 1.0,
                       {"loguniform": [1e-16, 1e-9]}, role="coupling"),
}  # fmt: skip
PHASE_OVER_SPLITTING = Parameter(
    "i1_over_xi", r"I_1/\xi", "", "CP phase over the mass splitting in units of the width", 1e-12, 1e3,
    {"loguniform": [1e-5, 0.3]},
)  # fmt: skip
MUON_FRACTION = Parameter("muon_fraction", r"f_\mu", "", "fraction of φ decays to μ, not e", 0.0, 1.0,
                          {"uniform": [0, 1]}, 0.5)  # fmt: skip
SPLITTING = Parameter("delta_m12", r"\Delta m_{12}", "GeV", "mass splitting of χ_1 and χ_2", 1e-25, 1.0,
                      {"loguniform": [1e-14, 1e-8]})  # fmt: skip
# The phases of e and μ absorb those of the couplings to χ_1: only two remain.
PHASES = tuple(
    Parameter(f"phase_{flavour}2", rf"\theta_{{{symbol}2}}", "", f"phase of λ_{flavour}2 over λ_{flavour}1",
              -2.0 * math.pi, 2.0 * math.pi, {"uniform": [0, math.pi]})
    for flavour, symbol in (("e", "e"), ("mu", r"\mu"))
)  # fmt: skip
MODULI = tuple(
    Parameter(f"lambda_{flavour}{state}", rf"|\lambda_{{{symbol}{state}}}|", "",
              f"modulus of the coupling to χ_{state}", 1e-15, LARGEST_COUPLING, {"loguniform": [1e-7, 1e-4]},
              role="coupling")
    for flavour, symbol in (("e", "e"), ("mu", r"\mu"))
    for state in (1, 2)
)  # fmt: skip


def parameters_of(parametrisation: str, strength: str) -> tuple[Parameter, ...]:
    """Return the parameters of a parametrisation; ``strength`` is ``"coupling"`` or ``"width"``."""
    if parametrisation == "flavour":
        return (*MASSES, *MODULI, *PHASES, SPLITTING)
    rates = (*MASSES, BRANCHING, STRENGTH[strength])
    if parametrisation == "phases":
        return (*rates, MUON_FRACTION, *PHASES, SPLITTING)
    return (*rates, PHASE_OVER_SPLITTING, MUON_FRACTION)


def rows_from(
    theta: NDArray[np.float64], parametrisation: str, strength: str, i_1: float
) -> NDArray[np.float64]:
    """Return rows of `relicfit.solver.scenarios.conversion.predictions.MODEL_COLUMNS` from parameters (n, d).

    Parameters
    ----------
    theta : (n, d) array
        Columns in the order of `parameters_of`.
    parametrisation, strength : str
        As for `parameters_of`.
    i_1 : float
        |I_1| where only I_1/ξ is a parameter.
    """
    if parametrisation == "rates":
        from .rows import rows_from_rates

        return rows_from_rates(theta, strength == "coupling", i_1)
    rows = np.empty((len(theta), len(MODEL_COLUMNS)))
    rows[:, :3] = theta[:, :3]
    m_chi, delta_m = theta[:, 0], theta[:, 1]
    m_phi = m_chi + delta_m
    with np.errstate(all="ignore"):
        unit_width = (delta_m * (m_phi + m_chi)) ** 2 / (16.0 * math.pi * m_phi**3)
        if parametrisation == "flavour":
            _from_matrix(rows, theta, unit_width)
            return rows
        width = 4.0 * theta[:, 4] ** 2 * unit_width if strength == "coupling" else theta[:, 4]
        muons = theta[:, 5]
        moduli = np.sqrt(
            (width / unit_width)[:, None, None]
            * np.stack([1.0 - muons, muons], axis=1)[:, :, None]
            * np.stack([theta[:, 3], 1.0 - theta[:, 3]], axis=1)[:, None, :]
        )
        matrix_columns = np.hstack([theta[:, :3], moduli.reshape(-1, 4), theta[:, 6:]])
        _from_matrix(rows, matrix_columns, unit_width)
        rows[:, TOTAL_WIDTH], rows[:, B_1], rows[:, MUONS] = width, theta[:, 3], muons
    return rows


def _from_matrix(rows: NDArray, theta: NDArray, unit_width: NDArray) -> None:
    """Fill in what follows from moduli, phases and the mass splitting in columns 3 to 9 of theta."""
    from .flavour import coupling_matrix, cp_invariant, mu_e_mixing, splitting_ratio

    moduli = theta[:, 3:7].reshape(-1, 2, 2)
    phases = np.zeros_like(moduli)
    phases[:, :, 1] = theta[:, 7:9]
    couplings = coupling_matrix(moduli, phases)
    squares = moduli**2
    total = squares.sum(axis=(1, 2))
    rows[:, TOTAL_WIDTH] = total * unit_width
    rows[:, B_1] = squares[:, :, 0].sum(axis=1) / total
    rows[:, I_1] = cp_invariant(couplings)
    rows[:, XI] = splitting_ratio(couplings, theta[:, 9], theta[:, 0])
    rows[:, MUONS] = squares[:, 1].sum(axis=1) / total
    rows[:, MIXING] = mu_e_mixing(couplings)
