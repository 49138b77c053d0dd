"""An independent solution of the conversion equations: direct rates, scipy's Bessel functions and Radau.

Shares with the package the direct integrals of the rates and the fits of g_rho and g_s, but no table, no
stage and no variable: it integrates ln Σ_φ and ln Y_i with an analytic Jacobian.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.interpolate import make_interp_spline
from scipy.optimize import minimize_scalar
from scipy.special import kve, zeta

from relicfit.solver.constants import OMEGA_H2_PER_YIELD_GEV
from relicfit.solver.cosmology import entropy_density, entropy_factor, hubble
from relicfit.solver.scenarios.conversion.rates.direct import direct_rates
from relicfit.solver.scenarios.conversion.rates.options import RateOptions

SPHALERON_TEMPERATURE = 132.0
# The asymmetry is of order 1e-5; the absolute tolerance of the solver wants numbers of order one.
ASYMMETRY_UNIT = 1e-6
NODES = 400
SPLINE_DEGREE = 7


@dataclass(frozen=True)
class Point:
    """A point with what multiplies the terms of the asymmetry."""

    m_chi: float
    delta_m: float
    lambda_H: float
    widths: tuple[float, ...]
    sources: tuple[float, ...]
    washout_decays: float = 1.0
    washout_scatterings: float = 1.0
    start_over_eq: float = 1.0


def paper_point(m_chi: float, delta_m: float, lambda_H: float, B_1: float, width: float, **more) -> Point:
    """Return the two-state point of the paper: Γ_2 ε_2 = -Γ_1 ε_1."""
    widths = (B_1 * width, (1.0 - B_1) * width)
    return Point(m_chi, delta_m, lambda_H, widths, (widths[0], -widths[0]), **more)


def ln_x_span(point: Point) -> tuple[float, float]:
    """Return the range of ln x."""
    return math.log(0.05), math.log(max(1000.0, 25.0 * point.m_chi / point.delta_m))


def equilibrium(point: Point, ln_x: float) -> tuple[float, float, float]:
    """Return ln Σ_eq, ln Y_eq and Σ_l^eq."""
    x = math.exp(ln_x)
    temperature = point.m_chi / x
    entropy = float(entropy_density(temperature))
    x_phi = x * (1.0 + point.delta_m / point.m_chi)

    def ln_yield(z: float, mass: float) -> float:
        return math.log(mass**2 * temperature * kve(2, z) / (math.pi**2 * entropy)) - z

    leptons = 3.0 * zeta(3) * temperature**3 / (math.pi**2 * entropy)
    return ln_yield(x_phi, point.m_chi + point.delta_m), ln_yield(x, point.m_chi), leptons


class System:
    """The right-hand side and its Jacobian in ln Σ_φ, ln Y_1 … ln Y_N, D/ASYMMETRY_UNIT."""

    def __init__(self, point: Point, rates: RateOptions | None = None) -> None:
        self.point = point
        self.widths = np.array(point.widths)
        self.sources = np.array(point.sources)
        self.mass_ratio = 1.0 + point.delta_m / point.m_chi
        start, stop = ln_x_span(point)
        ln_x = np.linspace(start, stop + 0.1, NODES)
        x = np.exp(ln_x)
        temperature = point.m_chi / x
        sigma_v, rate_a, rate_b = direct_rates(
            point.m_chi, point.delta_m, point.lambda_H, rates or RateOptions(), x
        )
        clock = 1.0 / (hubble(temperature) * entropy_factor(temperature))
        annihilation = 0.5 * clock * entropy_density(temperature) * sigma_v
        x_phi = x * self.mass_ratio
        dilation = kve(1, x_phi) / kve(2, x_phi)
        yields = np.array([equilibrium(point, u) for u in ln_x]).T
        # The exponential trends are taken out before interpolation.
        rows = [np.log(annihilation), np.log(clock), dilation, rate_a, rate_b,
                yields[0] + x_phi, yields[1] + x, np.log(yields[2])]  # fmt: skip
        # Of high order: Radau at 1e-10 would stop at every knot of a cubic spline.
        self.spline = make_interp_spline(ln_x, np.array(rows).T, k=SPLINE_DEGREE)
        self.latest: tuple[float, tuple[float, ...]] = (math.nan, ())

    def at(self, ln_x: float) -> tuple[float, ...]:
        """Return A, c, d, R_A, R_B, ln Σ_eq, ln Y_eq, Σ_l^eq."""
        if ln_x != self.latest[0]:
            ln_annihilation, ln_clock, dilation, rate_a, rate_b, sigma, chi, leptons = self.spline(ln_x)
            x = math.exp(ln_x)
            values = (math.exp(ln_annihilation), math.exp(ln_clock), dilation, rate_a, rate_b,
                      sigma - self.mass_ratio * x, chi - x, math.exp(leptons))  # fmt: skip
            self.latest = (ln_x, values)
        return self.latest[1]

    def rhs(self, ln_x: float, y: NDArray) -> NDArray:
        """Return the derivatives by ln x."""
        annihilation, clock, dilation, rate_a, rate_b, ln_sigma, ln_chi, _ = self.at(ln_x)
        states = len(self.widths)
        phi = math.exp(y[0])
        u, w = y[0] - ln_sigma, y[1 : 1 + states] - ln_chi
        speed = clock * self.widths * (dilation + rate_a + rate_b)
        excess = -np.expm1(w - u)
        result = np.empty(states + 2)
        # Σ_eq²/Σ has to survive the underflow of both.
        result[0] = -annihilation * (phi - math.exp(2.0 * ln_sigma - y[0])) - np.sum(speed * excess)
        if abs(u) < 0.1:
            result[0] = annihilation * phi * math.expm1(-2.0 * u) - np.sum(speed * excess)
        result[1 : 1 + states] = speed * np.exp(y[0] - y[1 : 1 + states]) * excess
        source = clock * dilation * phi * np.sum(self.sources * excess)
        result[-1] = -source / ASYMMETRY_UNIT - clock * self.washout(y, ln_x)[0] * y[-1]
        return result

    def washout(self, y: NDArray, ln_x: float) -> tuple[float, NDArray, float]:
        """Return W and its derivatives by ln Y_i and ln Σ_φ."""
        _, _, dilation, rate_a, rate_b, ln_sigma, ln_chi, leptons = self.at(ln_x)
        point = self.point
        states = len(self.widths)
        loss = point.washout_decays * dilation + point.washout_scatterings * rate_a
        loss_b = point.washout_scatterings * rate_b
        by_chi = self.widths * loss * np.exp(y[1 : 1 + states] + ln_sigma - ln_chi) / leptons
        by_phi = np.sum(self.widths) * loss_b * math.exp(y[0]) / leptons
        return np.sum(self.widths) * (loss + loss_b) + np.sum(by_chi) + by_phi, by_chi, by_phi

    def jacobian(self, ln_x: float, y: NDArray) -> NDArray:
        """Return the analytic Jacobian."""
        annihilation, clock, dilation, rate_a, rate_b, ln_sigma, ln_chi, _ = self.at(ln_x)
        states = len(self.widths)
        phi = math.exp(y[0])
        u, w = y[0] - ln_sigma, y[1 : 1 + states] - ln_chi
        speed = clock * self.widths * (dilation + rate_a + rate_b)
        relative = np.exp(w - u)
        per_chi = np.exp(y[0] - y[1 : 1 + states])
        result = np.zeros((states + 2, states + 2))
        result[0, 0] = -annihilation * (phi + math.exp(2.0 * ln_sigma - y[0])) - np.sum(speed * relative)
        result[0, 1 : 1 + states] = speed * relative
        index = np.arange(1, 1 + states)
        result[index, 0] = speed * per_chi
        result[index, index] = -speed * per_chi
        scale = clock * dilation * phi / ASYMMETRY_UNIT
        washout, by_chi, by_phi = self.washout(y, ln_x)
        result[-1, 0] = -scale * np.sum(self.sources) - clock * by_phi * y[-1]
        result[-1, 1 : 1 + states] = scale * self.sources * relative - clock * by_chi * y[-1]
        result[-1, -1] = -clock * washout
        return result


@dataclass(frozen=True)
class Reference:
    """What the reference solution gives."""

    omega_h2: float
    asymmetry_sph: float
    asymmetry_peak: float
    x_peak: float
    dense: object


def solve(point: Point, rates: RateOptions | None = None, rtol: float = 1e-10) -> Reference:
    """Integrate with Radau from equilibrium at x = 0.05 to the end."""
    system = System(point, rates)
    start, stop = ln_x_span(point)
    _, _, _, _, _, ln_sigma, ln_chi, _ = system.at(start)
    ln_start = ln_chi + math.log(point.start_over_eq)
    y0 = np.array([ln_sigma, *[ln_start] * len(point.widths), 0.0])
    result = solve_ivp(
        system.rhs, (start, stop), y0, "Radau", rtol=rtol, atol=rtol, jac=system.jacobian, dense_output=True
    )
    if not result.success:
        raise RuntimeError(result.message)
    total = float(np.sum(np.exp(result.y[:-1, -1])))
    ln_sph = math.log(point.m_chi / SPHALERON_TEMPERATURE)

    def asymmetry(ln_x: float) -> float:
        return float(result.sol(ln_x)[-1]) * ASYMMETRY_UNIT

    step = int(np.argmax(np.abs(result.y[-1])))
    bracket = (result.t[max(0, step - 2)], result.t[min(len(result.t) - 1, step + 2)])
    found = minimize_scalar(
        lambda ln_x: -abs(asymmetry(ln_x)) / ASYMMETRY_UNIT, bounds=bracket, method="bounded",
        options={"xatol": 1e-8},
    )  # fmt: skip
    return Reference(
        point.m_chi * total * OMEGA_H2_PER_YIELD_GEV,
        asymmetry(ln_sph),
        asymmetry(found.x),
        math.exp(found.x),
        result.sol,
    )
