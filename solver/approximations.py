"""The analytic approximations that belong to a point of a scenario, by the names of what they approximate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .constants import FERMI_CONSTANT, HBAR_GEV_S, OMEGA_H2_PER_YIELD_GEV
from .scenario import Scenario

__all__ = ["analytic"]

# The paper's degrees of freedom of the whole Standard Model.
ALL_STATES = 106.75


def analytic(scenario: Scenario, point: Mapping[str, float]) -> dict[str, float]:
    """Return the analytic approximations of a scenario at a point, by name.

    A name that is also an observable approximates it; others say what they are: ``omega_h2_matched`` is freeze-out
    with later decays, ``g_chi_required`` the coupling of the relic density. Empty where nothing is known.

    Parameters
    ----------
    scenario : Scenario
    point : mapping
        Parameters by name; those that have a default may be left out.

    Examples
    --------
    >>> from relicfit.solver import analytic, scenario
    >>> found = analytic(scenario("leptoquark-mediator"), dict(mass=1.0, g_chi=1e-11, g_sm=0.1, mediator_mass=1e3))
    >>> f"{found['g_chi_required']:.2e}"
    '2.25e-11'
    """
    if scenario.name not in FORMULAE:
        return {}
    row = scenario.theta(point)
    values = dict(zip((item.name for item in scenario.parameters), row.tolist(), strict=True))
    return {name: float(value) for name, value in FORMULAE[scenario.name](scenario, values).items()}


def _plasma(scenario: Any, mass: float) -> float:
    """Return a constant d_SM: that of the options, or of the Standard Model at T = M."""
    from .cosmology import g_rho

    return float(g_rho(mass)) if scenario.d_sm == "real" else float(scenario.d_sm)


def _ratio(scenario: Any, p: Mapping[str, float]) -> float:
    """Return R of eqs. (2.6) and (2.7)."""
    if scenario.heavier == "initial":
        return p["d_b"] / p["d_dm"] * p["delta"] ** 1.5
    heavy = (scenario.share_a * (1.0 - scenario.share_a)) * (1.0 + p["delta"]) ** 2
    return scenario.d_a * p["d_b"] / p["d_dm"] ** 2 * heavy**1.5


def _strength(scenario: Any, p: Mapping[str, float], d_sm: float) -> Any:
    from .scenarios.thermal_decay import analytic as formulas

    sigma = formulas.cross_section(p["coupling"], p["mass"], p["g_sm"], scenario.interaction)
    return formulas.strength_from_sigma(sigma, p["mass"], d_sm)


def _thermal_freeze_out(scenario: Any, p: Mapping[str, float]) -> dict[str, Any]:
    from .scenarios.thermal_decay import analytic as formulas

    d_sm = _plasma(scenario, p["mass"])
    plasma = (p["d_dm"], d_sm)
    strength, ratio = _strength(scenario, p, d_sm), _ratio(scenario, p)
    found = {"strength": strength, "coupling_of_equilibrium": p["coupling"] / strength**0.5}
    if p["annihilation"] > 0.0:
        found["z_freeze_out_annihilation"] = formulas.annihilation_freeze_out(p["annihilation"], *plasma)
        found["omega_h2_annihilation"] = formulas.omega_h2(
            formulas.annihilation_yield(p["annihilation"], *plasma), p["mass"]
        )
    if p["delta"] == 0.0 and scenario.heavier == "initial":
        partner = formulas.partner_yield_massless(p["d_b"], d_sm)
        found["final_yield"] = formulas.freeze_out_yield_massless(strength, partner, *plasma)
    elif p["delta"] > 0.0:
        settings = (strength, ratio, p["delta"], *plasma)
        found["z_freeze_out"] = formulas.decay_freeze_out(*settings)
        found["final_yield"] = formulas.freeze_out_yield(*settings)
        found["final_yield_matched"] = formulas.matched_yield(*settings)
        found["omega_h2_matched"] = formulas.omega_h2(found["final_yield_matched"], p["mass"])
    if "final_yield" in found:
        found["omega_h2"] = formulas.omega_h2(found["final_yield"], p["mass"])
    return found


def _thermal_freeze_in(scenario: Any, p: Mapping[str, float]) -> dict[str, Any]:
    from .scenarios.thermal_decay import analytic as formulas

    d_sm = _plasma(scenario, p["mass"])
    strength = _strength(scenario, p, d_sm)
    if p["delta"] == 0.0 and scenario.heavier == "initial":
        partner = formulas.partner_yield_massless(p["d_b"], d_sm)
        produced = formulas.freeze_in_yield_massless(strength, partner, p["d_dm"], d_sm)
    else:
        ratio = _ratio(scenario, p)
        produced = formulas.freeze_in_yield(strength, ratio, p["delta"], p["d_dm"], d_sm)
    hot: Any = 0.0
    if scenario.interaction == "dim-6":
        hottest = p["reheating_temperature"]
        hot = float(formulas.ultraviolet_yield(p["coupling"], hottest, _plasma(scenario, hottest), p["g_sm"]))
    total = produced + hot
    return {
        "strength": strength,
        "final_yield": total,
        "omega_h2": formulas.omega_h2(total, p["mass"]),
        "final_yield_ultraviolet": hot,
    }


def _loop_lifetime(scenario: Any, mass: float, coupling: float, lambda_qcd: float) -> float:
    """Return the lifetime of χ → νγ alone, eq. (3.15), in s."""
    from .scenarios.lepton_pion.inputs import LEPTON_MASSES
    from .scenarios.lepton_pion.widths import loop_width

    left = scenario.chirality == "L"
    return float(HBAR_GEV_S / loop_width(mass, coupling, LEPTON_MASSES[scenario.lepton], left, lambda_qcd))


def _lepton_pion(scenario: Any, p: Mapping[str, float]) -> dict[str, Any]:
    from .cosmology import g_rho
    from .scenarios.lepton_pion.abundance import analytic_freeze_out_yield
    from .scenarios.lepton_pion.densities import closed_window
    from .scenarios.lepton_pion.inputs import LEPTON_MASSES
    from .scenarios.thermal_decay.analytic import ultraviolet_yield

    mass, coupling, hottest = p["mass"], p["coupling"] * FERMI_CONSTANT, p["reheating_temperature"]
    found: dict[str, Any] = {"lifetime_s_loop": _loop_lifetime(scenario, mass, coupling, p["lambda_qcd"])}
    if scenario.production == "freeze-out":
        low, high = closed_window(LEPTON_MASSES[scenario.lepton])
        if scenario.chirality == "R" and low < mass < high:
            found["final_yield"] = float(analytic_freeze_out_yield(mass, coupling, scenario.lepton))
    elif hottest > scenario.transition_temperature:
        members = 2.0 if scenario.chirality == "L" else 1.0
        found["final_yield"] = float(members * ultraviolet_yield(coupling, hottest, g_rho(hottest)))
    if "final_yield" in found:
        found["omega_h2"] = found["final_yield"] * mass * OMEGA_H2_PER_YIELD_GEV
    return found


def _leptoquark(scenario: Any, p: Mapping[str, float]) -> dict[str, Any]:
    from .scenarios.leptoquark import mediator_yield

    mass, mediator = p["mass"], p["mediator_mass"]
    width = scenario.width_coefficient * p["g_chi"] ** 2 * mediator
    produced = float(mediator_yield(mediator, width, scenario.multiplicity, ALL_STATES))
    density = produced * mass * OMEGA_H2_PER_YIELD_GEV
    contact = p["g_chi"] * p["g_sm"] / mediator**2
    return {
        "final_yield": produced,
        "omega_h2": density,
        "g_chi_required": p["g_chi"] * (0.12 / density) ** 0.5,
        "lifetime_s_loop": _loop_lifetime(scenario, mass, contact, p["lambda_qcd"]),
    }


def _two_state(scenario: Any, p: Mapping[str, float]) -> dict[str, Any]:
    from .scenarios.two_state.mediation import mediated_lifetime_s

    couplings = (p["coupling_2"] * FERMI_CONSTANT, p["coupling_12"] * FERMI_CONSTANT)
    return {
        "lifetime_1_s": float(mediated_lifetime_s(p["mass_1"], *couplings)),
        "lifetime_2_s_loop": float(mediated_lifetime_s(p["mass_2"], couplings[0])),
    }


def _conversion(scenario: Any, p: Mapping[str, float]) -> dict[str, Any]:
    from .constants import HBAR_C_GEV_M
    from .scenarios.conversion.rates.scattering import reduced_width

    unit = float(reduced_width(p["m_chi"] + p["delta_m"], p["m_chi"]))
    if "coupling" in p:
        # Two leptons and two states: (λ†λ) summed is four times the mean square.
        width = 4.0 * p["coupling"] ** 2 * unit
    elif "width" in p:
        width = p["width"]
    else:
        width = unit * sum(
            value**2 for name, value in p.items() if name.startswith("lambda_") and name[-1] in "12"
        )
    return {"width": width, "ctau_m": HBAR_C_GEV_M / width}


FORMULAE: dict[str, Callable[[Any, Mapping[str, float]], dict[str, Any]]] = {
    "thermal-freeze-out": _thermal_freeze_out,
    "thermal-freeze-in": _thermal_freeze_in,
    "lepton-pion": _lepton_pion,
    "leptoquark-mediator": _leptoquark,
    "two-state": _two_state,
    "conversion-leptogenesis": _conversion,
}
