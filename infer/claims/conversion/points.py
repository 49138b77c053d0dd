"""Points of conversion-driven leptogenesis that the claims of arXiv:2404.12428 speak of."""

from __future__ import annotations

import math
from functools import cache

from ....solver.cosmology import hubble
from ....solver.inverse import find_roots
from ....solver.scenario import Scenario, scenario
from ..formulas import OBSERVED_OMEGA_H2, asymmetry

__all__ = [
    "PAPER_SLICES",
    "at_slice",
    "baryons_per_lepton",
    "early_departure",
    "gamma",
    "gamma_fall",
    "largest_mass",
    "largest_mass_with_phase_below",
    "least_density",
    "model",
    "predicted",
    "source_ratio",
    "sphaleron_temperature",
    "splitting",
    "start_ratio",
    "start_survival",
    "viable",
]

# Δm in GeV and B_1 of the slices of figures 3 and 4; B_1 is stated for figure 1 only, 0.6 is ours.
PAPER_SLICES = ((5.0, 0.95), (2.5, 0.95), (5.0, 0.6))
WIDTHS = (1e-18, 1e-8)
LIMIT_OF_VALIDITY = 0.1  # of |I_1/ξ|, the paper's figure 3
# arXiv:1404.3565: ln(rate/T⁴) = 0.83 T/GeV - 147.7 in the broken phase, decoupling at rate/T³ = 0.1015 H.
SPHALERON_SLOPE, SPHALERON_OFFSET, SPHALERON_HUBBLE = 0.83, 147.7, 0.1015


@cache
def model(**options: object) -> Scenario:
    """Return the scenario with the width of φ as parameter and, unless told otherwise, the paper's source."""
    return scenario("conversion-leptogenesis", strength="width", **{"cp_source": "paper", **options})


def place(m_chi: float, delta_m: float, b_1: float, lambda_h: float) -> dict[str, float]:
    """Return the parameters of a place but for the width."""
    return {"m_chi": m_chi, "delta_m": delta_m, "lambda_H": lambda_h, "B_1": b_1, "i1_over_xi": 1e-3}


def predicted(point: dict[str, float], **options: object) -> dict[str, float]:
    """Return parameters and observables of one point by name."""
    chosen = model(**options)
    row = chosen.evaluate(chosen.theta(point))[0][0]
    return point | dict(zip((item.name for item in chosen.observables), row.tolist(), strict=True))


@cache
def viable(
    m_chi: float, delta_m: float = 5.0, b_1: float = 0.95, lambda_h: float = 1.0, **options: object
) -> dict[str, float]:
    """Return the point whose width leaves Ωh² = 0.12, with its observables."""
    where = place(m_chi, delta_m, b_1, lambda_h)
    (root,) = find_roots(model(**options), where, "width", "omega_h2", OBSERVED_OMEGA_H2, WIDTHS, 41).roots
    return predicted(where | {"width": root.value}, **options)


def at_slice(name: str, m_chi: float, delta_m: float, b_1: float, **options: object) -> float:
    """Return the modulus of an observable of the viable point."""
    return abs(viable(m_chi, delta_m, b_1, **options)[name])


@cache
def largest_mass(
    delta_m: float,
    lambda_h: float = 1.0,
    bounds: tuple[float, float] = (350.0, 900.0),
    **options: object,
) -> float:
    """Return the m_χ in GeV above which even conversions in equilibrium leave more than 0.12."""
    where = place(300.0, delta_m, 0.95, lambda_h) | {"width": 1e-12}
    found = find_roots(
        model(**options), where, "m_chi", "omega_h2_equilibrium", OBSERVED_OMEGA_H2, bounds, 25
    )
    return found.roots[-1].value


def least_density(delta_m: float, lambda_h: float, bounds: tuple[float, float]) -> float:
    """Return the smallest Ωh² that conversions in equilibrium leave, over a range of m_χ in GeV."""
    steps = 60
    masses = [bounds[0] * (bounds[1] / bounds[0]) ** (i / steps) for i in range(steps + 1)]
    found = (
        predicted(place(m_chi, delta_m, 0.95, lambda_h) | {"width": 1e-12})["omega_h2_equilibrium"]
        for m_chi in masses
    )
    return min(found)


def largest_mass_with_phase_below(delta_m: float, b_1: float, **options: object) -> float:
    """Return the largest m_χ in GeV of a slice at which |I_1/ξ| of 0.1 suffices."""
    low, high = 250.0, 0.999 * largest_mass(delta_m)
    for _ in range(14):
        middle = math.sqrt(low * high)
        enough = at_slice("i1_over_xi_required", middle, delta_m, b_1, **options) < LIMIT_OF_VALIDITY
        low, high = (middle, high) if enough else (low, middle)
    return low


def start_ratio(name: str, m_chi: float, delta_m: float, b_1: float, **options: object) -> float:
    """Return an observable of the viable point with χ absent at the start over that with χ in equilibrium."""
    point = viable(m_chi, delta_m, b_1, **options)
    given = {key: point[key] for key in ("m_chi", "delta_m", "lambda_H", "B_1", "i1_over_xi", "width")}
    empty = predicted(given, start="empty", **options)
    return empty[name] / point[name]


def start_survival(m_chi: float, delta_m: float, b_1: float, **options: object) -> float:
    """Return the share of the asymmetry from filling an absent χ that washout leaves at sphaleron decoupling."""
    point = viable(m_chi, delta_m, b_1, **options)
    given = {key: point[key] for key in ("m_chi", "delta_m", "lambda_H", "B_1", "i1_over_xi", "width")}
    from_filling = [
        predicted(given, washout=washout, start="empty", **options)["asymmetry_sph"]
        - predicted(given, washout=washout, **options)["asymmetry_sph"]
        for washout in ("scatterings", "none")
    ]
    return from_filling[0] / from_filling[1]


def early_departure(m_chi: float, delta_m: float, b_1: float, excess: float = 0.1) -> float:
    """Return Y_eq over its relativistic value where Y of χ_2 has left equilibrium by a relative excess."""
    point, chosen = viable(m_chi, delta_m, b_1), model()
    names = {item.name for item in chosen.parameters}
    path = chosen.evolve(chosen.theta({name: value for name, value in point.items() if name in names}))
    second, equilibrium = path.curves[2].values, path.curves[5].values
    left = int((second > (1.0 + excess) * equilibrium).argmax())
    return float(equilibrium[left] / equilibrium[0])


def splitting(m_chi: float, delta_m: float, b_1: float, **options: object) -> float:
    """Return Δm_12 in GeV at |I_1| = 1, where ξ is the inverse of the required phase."""
    found = viable(m_chi, delta_m, b_1, **options)
    return found["delta_m12"] * found["i1_over_xi"] / found["i1_over_xi_required"]


def gamma(m_phi: float, m_chi: float, temperature: float, thermal: bool = False) -> float:
    """Return γ(T) at λ_H = 1 with vacuum masses or the thermal mass of φ."""
    mass = asymmetry.thermal_mass_phi(m_phi, 1.0, temperature) if thermal else m_phi
    return asymmetry.absorptive_part(mass, m_chi, temperature, False)


def gamma_fall(thermal: bool) -> float:
    """Return γ(x = 1)/γ(x = 10) at m_χ = 300 GeV, Δm = 5 GeV."""
    return gamma(305.0, 300.0, 300.0, thermal) / gamma(305.0, 300.0, 30.0, thermal)


def source_ratio() -> float:
    """Return Γ_2 ε_2/(Γ_1 ε_1) of the resonant formula: I_1 and ξ change sign with the states swapped."""
    widths, i_1, delta_m12, absorbed = (0.95, 0.05), 0.3, 10.0, 1e-3
    first = widths[0] * asymmetry.resonant_asymmetry(i_1, delta_m12 / widths[1], absorbed, 2.0, 0.0)
    second = widths[1] * asymmetry.resonant_asymmetry(-i_1, -delta_m12 / widths[0], absorbed, 2.0, 0.0)
    return second / first


def sphaleron_temperature() -> float:
    """Return the temperature in GeV where the lattice rate of arXiv:1404.3565 falls below expansion."""
    low, high = 100.0, 160.0
    for _ in range(60):
        t = 0.5 * (low + high)
        rate = math.exp(SPHALERON_SLOPE * t - SPHALERON_OFFSET) * t
        low, high = (t, high) if rate < SPHALERON_HUBBLE * float(hubble(t)) else (low, t)
    return low


def baryons_per_lepton(scalar_charge: float) -> float:
    """Return B/Δ_ℓ after sphalerons, Δ_ℓ = -Δ_φ being the lepton number put into ℓ_R.

    Chemical potentials in equilibrium above the crossover: Yukawa couplings fix u = q + h, d = q - h,
    e = l - h, sphalerons 3 q + l = 0; hypercharge is neutral with that of φ, ``scalar_charge`` times Δ_φ; and
    B - L of the Standard Model keeps the value Δ_φ that the decays gave it.
    """
    import numpy as np

    # Unknowns l and h for Δ_φ = 1: 3 families of (q + 2u - d - l - e) + 2h = -scalar_charge, B - L = 1.
    q, u, d, e = (np.array(row) for row in ([-1 / 3, 0], [-1 / 3, 1], [-1 / 3, -1], [1, -1]))
    lepton, higgs = np.array([1, 0]), np.array([0, 1])
    hypercharge = 3 * (q + 2 * u - d - lepton - e) + 2 * higgs
    baryons, leptons = 3 * (2 * q + u + d), 3 * (2 * lepton + e)
    solution = np.linalg.solve(np.array([hypercharge, baryons - leptons]), [-scalar_charge, 1.0])
    return -float(baryons @ solution)
