"""The parameters of the density matrix, and the couplings and splittings that they stand for."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ....scenario import Parameter
from ..couplings import MASSES, MUON_FRACTION, STRENGTH
from ..predictions import LARGEST_COUPLING

__all__ = ["coherent_parameters", "coherent_rows", "flavours_of", "row_length"]

SYMBOLS = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
FLAVOURS = {"e-mu": ("e", "mu"), "e-mu-tau": ("e", "mu", "tau")}
# Of a χ_i, below which it is as good as absent.
SMALLEST_BRANCHING = 1e-9
LARGEST_SPLITTING = 0.1  # GeV
LARGEST_XI = 1e12

TAU_FRACTION = Parameter("tau_fraction", r"f_\tau", "", "fraction of φ decays to τ, the rest after μ being e", 0.0,
                         1.0, {"uniform": [0, 1]}, 0.0)  # fmt: skip


def flavours_of(leptons: str) -> tuple[str, ...]:
    """Return the names of the lepton flavours."""
    return FLAVOURS[leptons]


def _branching(state: int) -> Parameter:
    return Parameter(f"B_{state}", f"B_{state}", "", f"branching fraction of φ to χ_{state}", SMALLEST_BRANCHING,
                     1.0 - SMALLEST_BRANCHING, {"uniform": [0.02, 0.98]})  # fmt: skip


def _phase(name: str, symbol: str, state: int, words: str) -> Parameter:
    return Parameter(name, rf"\theta_{{{symbol}{state}}}", "", words, -2.0 * math.pi, 2.0 * math.pi,
                     {"uniform": [-math.pi, math.pi]})  # fmt: skip


def _splitting(state: int, in_widths: bool) -> Parameter:
    if in_widths:
        return Parameter(f"xi_1{state}", rf"\xi_{{1{state}}}", "",
                         f"mass splitting 2 (m_{state} - m_1) in widths of χ_{state}, of either sign",
                         -LARGEST_XI, LARGEST_XI, {"loguniform": [1, 1e6]})  # fmt: skip
    return Parameter(f"delta_m1{state}", rf"\Delta m_{{1{state}}}", "GeV",
                     f"mass splitting m_{state} - m_1, of either sign", -LARGEST_SPLITTING, LARGEST_SPLITTING,
                     {"loguniform": [1e-12, 1e-6]})  # fmt: skip


def coherent_parameters(
    parametrisation: str, strength: str, states: int, leptons: str
) -> tuple[Parameter, ...]:
    """Return the parameters of a parametrisation.

    ``rates`` have a common phase of each χ_i and splittings in widths, ``phases`` one phase per flavour and splittings
    in GeV, ``flavour`` the moduli of all couplings besides.
    """
    names = flavours_of(leptons)
    others = range(2, states + 1)
    splittings = tuple(_splitting(state, parametrisation == "rates") for state in others)
    by_flavour = tuple(
        _phase(f"phase_{name}{state}", SYMBOLS[name], state, f"phase of λ_{name}{state} over λ_{name}1")
        for state in others
        for name in names
    )
    if parametrisation == "flavour":
        moduli = tuple(
            Parameter(f"lambda_{name}{state}", rf"|\lambda_{{{SYMBOLS[name]}{state}}}|", "",
                      f"modulus of the coupling to χ_{state}", 1e-15, LARGEST_COUPLING,
                      {"loguniform": [1e-8, 1e-4]}, role="coupling")
            for name in names for state in range(1, states + 1)
        )  # fmt: skip
        return (*MASSES, *moduli, *by_flavour, *splittings)
    branchings = tuple(_branching(state) for state in range(1, states))
    fractions = (MUON_FRACTION, TAU_FRACTION)[: len(names) - 1]
    phases = by_flavour
    if parametrisation == "rates":
        phases = tuple(
            _phase(f"phase_{state}", "", state, f"phase of all λ_k{state} over λ_k1") for state in others
        )
    return (*MASSES, *branchings, STRENGTH[strength], *fractions, *phases, *splittings)


def row_length(states: int, flavours: int) -> int:
    """Return the length of a row: m_χ, Δm, λ_H, Re λ_ki, Im λ_ki, m_i - m_1."""
    return 3 + 2 * flavours * states + states


def coherent_rows(
    theta: NDArray[np.float64], parametrisation: str, strength: str, states: int, leptons: str
) -> NDArray[np.float64]:
    """Return rows (n, `row_length`) from parameters (n, d); NaN where branching or flavour fractions exceed one."""
    from ..flavour import coupling_matrix

    count = len(flavours_of(leptons))
    entries = count * states
    n = len(theta)
    m_chi, delta_m = theta[:, 0], theta[:, 1]
    m_phi = m_chi + delta_m
    given = iter(np.moveaxis(theta[:, 3:], 1, 0))
    with np.errstate(all="ignore"):
        if parametrisation == "flavour":
            moduli = np.stack([next(given) for _ in range(entries)], axis=1).reshape(n, count, states)
        else:
            branchings = [next(given) for _ in range(states - 1)]
            branchings.append(1.0 - sum(branchings))
            size = next(given)
            unit = (delta_m * (m_phi + m_chi)) ** 2 / (16.0 * math.pi * m_phi**3)
            total = entries * size**2 if strength == "coupling" else size / unit
            fractions = [next(given) for _ in range(count - 1)]
            fractions.insert(0, 1.0 - sum(fractions))
            squares = total[:, None, None] * np.stack(fractions, axis=1)[:, :, None]
            moduli = np.sqrt(squares * np.stack(branchings, axis=1)[:, None, :])
        phases = np.zeros((n, count, states))
        for state in range(1, states):
            if parametrisation == "rates":
                phases[:, :, state] = next(given)[:, None]
            else:
                for flavour in range(count):
                    phases[:, flavour, state] = next(given)
        matrix = coupling_matrix(moduli, phases)
        splittings = np.zeros((n, states))
        for state in range(1, states):
            splittings[:, state] = next(given)
            if parametrisation == "rates":
                width = np.sum(moduli[:, :, state] ** 2, axis=1) * m_chi / (16.0 * math.pi)
                splittings[:, state] *= 0.5 * width
    flat = matrix.reshape(n, entries)
    return np.ascontiguousarray(np.hstack([theta[:, :3], flat.real, flat.imag, splittings]))
