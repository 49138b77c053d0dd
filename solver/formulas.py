"""The formulas of the papers by name, loaded on demand: ``from relicfit.solver import matched_yield``.

All take floats or arrays that broadcast, in GeV and its powers unless the name says otherwise.

Examples
--------
Freeze-out by thermal decays, arXiv:2111.14808, eqs. (2.9) and (2.10):

>>> from relicfit.solver import decay_freeze_out, decay_ratio, freeze_out_yield
>>> ratio = decay_ratio(0.5, d_dm=2, d_b=4)
>>> round(float(decay_freeze_out(1e6, ratio, 0.5, d_dm=2, d_sm=75)), 4)
13.2404
>>> f"{freeze_out_yield(1e6, ratio, 0.5, d_dm=2, d_sm=75):.3e}"
'3.305e-07'

Freeze-in by a leptoquark, eq. (3.21), for 1 GeV and 1 TeV, and the coupling of the 3.5 keV line, eq. (4.12):

>>> from relicfit.solver import freeze_in_coupling, line_coupling
>>> f"{freeze_in_coupling(1.0, 1000.0):.3e}"
'2.247e-11'
>>> f"{line_coupling(lepton='mu'):.2e} GeV^-2"
'9.79e-09 GeV^-2'

Flavour spurions, eqs. (4.1) to (4.6), and the contact operator they give a leptoquark of 1 TeV:

>>> from relicfit.solver import spurions
>>> [round(float(x), 4) for x in spurions().electron]
[0.0003, 0.0061, 0.0102]
>>> f"{spurions().contact(1000.0, 'R', lepton=1):.2e}"
'1.55e-19'

Lifetimes at zero temperature and a decay of the pion:

>>> from relicfit.solver import lifetime_s, pion_branching_ratio
>>> f"{lifetime_s(7e-6, 1e-9):.1e} s"
'6.8e+29 s'
>>> float(pion_branching_ratio(0.05, 1e-9))
0.0

Flavour of conversion-driven leptogenesis, arXiv:2404.12428:

>>> from relicfit.solver import coupling_matrix, cp_invariant
>>> round(float(cp_invariant(coupling_matrix([[1, 1], [1, 1]], [[0, 0], [0, 1.0]]))), 4)
0.6481
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["FORMULAS", "formula", "formula_names"]

# module -> what it gives; solver modules import numba and scipy, so each loads when a name is asked for.
FORMULAS = {
    "approximations": ("analytic",),
    "scenarios.thermal_decay.analytic": (
        "annihilation_freeze_out",
        "annihilation_yield",
        "decay_freeze_out",
        "decay_ratio",
        "deviation_from_equilibrium",
        "equilibrium_coupling",
        "equilibrium_yield",
        "freeze_in_yield",
        "freeze_in_yield_massless",
        "freeze_out_yield",
        "freeze_out_yield_massless",
        "later_decays",
        "matched_yield",
        "omega_h2",
        "partner_yield_massless",
        "sigma_from_strength",
        "strength_from_sigma",
        "ultraviolet_yield",
    ),
    "scenarios.lepton_pion.abundance": (
        "analytic_freeze_out_yield",
        "coupling_for_relic_density",
        "relic_yield",
    ),
    "scenarios.lepton_pion.densities": ("reaction_density",),
    "scenarios.lepton_pion.estimates": (
        "baryon_decoupling_temperature",
        "baryon_rate_over_hubble",
        "co_stability",
        "decay_thresholds",
        "electroweak_loop_factor",
        "hot_relic_mass",
        "narrowness",
        "neutrino_mixing_mass",
        "off_shell_width",
        "photon_loop_factor",
        "scalar_coupling",
    ),
    "scenarios.lepton_pion.flavour": ("Spurions", "spurions"),
    "scenarios.lepton_pion.signals": (
        "absorption_cross_section",
        "absorption_events",
        "cosmic_ray_cross_section",
        "line_coupling",
        "recoil_energy",
    ),
    "scenarios.lepton_pion.widths": (
        "effective_widths",
        "lepton_branching_ratio",
        "lifetime_s",
        "loop_width",
        "mixing_angle",
        "neutral_pion_branching_ratio",
        "partial_widths",
        "pion_branching_ratio",
    ),
    "scenarios.leptoquark": (
        "freeze_in_coupling",
        "higgs_freeze_in_coupling",
        "mediator_width",
        "mediator_yield",
    ),
    "scenarios.two_state.mediation": ("mediated_lifetime_s", "mediated_width"),
    "scenarios.conversion.flavour": (
        "branching_mu_e_gamma",
        "chi_2_width",
        "coupling_matrix",
        "cp_invariant",
        "mu_e_mixing",
        "photon_line_energy",
        "splitting_ratio",
    ),
}
_HOME = {name: module for module, names in FORMULAS.items() for name in names}


def formula_names() -> list[str]:
    """Return the names that `relicfit.solver` gives."""
    return sorted(_HOME)


def formula(name: str) -> Any:
    """Return a formula by name, loading its module.

    Raises
    ------
    AttributeError
        Where there is none, as a missing attribute of `relicfit.solver`.
    """
    if name not in _HOME:
        raise AttributeError(f"module 'relicfit.solver' has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __package__), name)
