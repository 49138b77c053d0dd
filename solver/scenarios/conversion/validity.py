"""Where a point of conversion-driven leptogenesis should be doubted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ...constants import OBSERVED_OMEGA_H2
from ...scenario import Flag
from .rates.electroweak import VEV

__all__ = ["common_flags", "four_equation_flags"]

# Observables of the asymmetry in the four equations.
ASYMMETRY = (
    "baryon_yield",
    "epsilon",
    "epsilon_required",
    "i1_over_xi_required",
    "asymmetry_sph",
    "asymmetry_peak",
)
# Limits of validity; arXiv:2404.12428 and the derivations in the docstring of the scenario.
SMALLEST_MASS_ASYMMETRY = 200.0  # GeV: below, sphalerons freeze out at x < 1.5
LARGEST_RESONANCE = 0.1  # |ε/γ| beyond which ξ is not far above γ and the thermal splitting
STRONG_PORTAL = 2.0
GAPS = (1.0, 20.0)  # GeV
PAPER_SOURCE_BRANCHING = 0.9
SIMILAR_FLAVOURS = 10.0
# ξ of the splitting that loops of λ generate: (m_χ/16π²) λ†λ times ln(Planck over weak scale) = 37, over half
# of Γ_χ2 = λ†λ m_χ/(16π), is 24.
RADIATIVE_XI = 20.0

Columns = Mapping[str, NDArray[np.float64]]


def common_flags(
    xi: Callable[[Columns, Columns], NDArray[np.float64]], asymmetry: tuple[str, ...] = ASYMMETRY
) -> tuple[Flag, ...]:
    """Return the limits of the model, whatever the kinetic equations.

    Parameters
    ----------
    xi : callable
        |ξ| of points.
    asymmetry : tuple of str
        The observables of the asymmetry.
    """
    return (
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
            concerns=asymmetry,
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
            lambda p, o: xi(p, o) < RADIATIVE_XI,
            concerns=asymmetry,
        ),
    )


def four_equation_flags(paper_source: bool, by_matrix: bool) -> tuple[Flag, ...]:
    """Return the limits of the four equations.

    Parameters
    ----------
    paper_source : bool
        Whether Γ₂ε₂ = -Γ₁ε₁.
    by_matrix : bool
        Whether moduli of all couplings are parameters.
    """
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
    )
    if paper_source and not by_matrix:
        flags += (
            Flag(
                "cancelling-source",
                "B_1 below 0.9 with the paper's relation Γ₂ε₂ = -Γ₁ε₁: the asymmetry vanishes towards "
                "B_1 = 1/2, which the resonant source does not",
                lambda p, o: p["B_1"] < PAPER_SOURCE_BRANCHING,
                concerns=ASYMMETRY,
            ),
        )
    if by_matrix:
        flags += (
            Flag("hierarchical-flavours",
                 "the widths to e and μ of a state differ by more than ten: the asymmetries of the two "
                 "flavours evolve apart, which is not modelled", _hierarchical, concerns=ASYMMETRY),
        )  # fmt: skip
    return flags


def _hierarchical(p, o):
    ratios = [np.log(p[f"lambda_mu{state}"] / p[f"lambda_e{state}"]) for state in (1, 2)]
    return np.max(np.abs(ratios), axis=0) > 0.5 * math.log(SIMILAR_FLAVOURS)
