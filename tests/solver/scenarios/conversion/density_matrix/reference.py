"""An independent solution of the density-matrix equations: complex matrices, scipy's quadratures and Radau.

Shares with the package the direct integrals of R_A and R_B and of ⟨σv⟩ and the fits of g_ρ and g_s, but no table,
no Jacobian, no ordering of unknowns and no integrator. Default options only.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad, solve_ivp
from scipy.interpolate import make_interp_spline
from scipy.special import kn, kve

from relicfit.solver.cosmology import entropy_density, entropy_factor, hubble
from relicfit.solver.scenarios.conversion.rates.direct import direct_rates
from relicfit.solver.scenarios.conversion.rates.options import RateOptions
from relicfit.tests.solver.scenarios.conversion.density_matrix.points import Found, Point

T_SPH = 132.0
LN_START = math.log(0.05)
NODES = 90
SPLINE_DEGREE = 5
CHARGE = 1e-6
Y_OF_Q = (-1.0 / 3.0, 52.0 / 711.0 - 45.0 / 711.0)
WINDINGS = 3000


def mean_over_momenta(x: float, function, boost: float = 0.0) -> float:
    """Return ⟨function(p/m, E/m)⟩ with the weight p² dp e^(-(1 + boost) E/T)/E."""

    def integrand(p: float, weight) -> float:
        energy = math.hypot(1.0, p)
        return weight(p, energy) * p * p / energy * math.exp(-(1.0 + boost) * x * (energy - 1.0))

    top = math.sqrt((1.0 + 60.0 / x) ** 2 - 1.0)
    edges = [0.0, 0.03 * top, 0.2 * top, top]

    def total(weight) -> float:
        return sum(
            quad(integrand, low, high, args=(weight,), epsabs=0, epsrel=1e-9)[0]
            for low, high in pairwise(edges)
        )

    return total(function) / total(lambda p, energy: 1.0)


def mass_correlation(x: float) -> float:
    """Return a_H."""

    def g(p: float, energy: float) -> float:
        v = p / energy
        return 2.0 / 3.0 * v if v < 1e-3 else (1.0 - (1.0 - v * v) * math.atanh(v) / v) / v

    return mean_over_momenta(x, g)


def decay_correlation(x: float, recoil: float) -> float:
    """Return a_D = ⟨coth b - 1/b⟩, b = recoil x p/m, the weight having sinh(b)/b besides."""

    def shape(b: float) -> float:
        return math.sinh(b) / b if b > 1e-6 else 1.0

    def langevin(b: float) -> float:
        return 1.0 / math.tanh(b) - 1.0 / b if b > 1e-3 else b / 3.0

    scale = recoil * x
    above = mean_over_momenta(x, lambda p, energy: shape(scale * p) * langevin(scale * p), recoil)
    return above / mean_over_momenta(x, lambda p, energy: shape(scale * p), recoil)


def self_energy(m_phi: float, m_chi: float, temperature: float) -> float:
    """Return p·Σ in GeV²."""
    y = 0.5 * (m_phi**2 - m_chi**2) / (m_chi * temperature)

    def fermi(t: float) -> float:
        return t**3 / (math.exp(t) + 1.0) / (t + y)

    # Around the pole scipy's weight 1/(t - y); far from it plainly.
    near = quad(fermi, 0.0, 2.0 * y, weight="cauchy", wvar=y, epsabs=1e-12, epsrel=1e-10)[0]
    far = quad(lambda t: fermi(t) / (t - y), 2.0 * y, 60.0 + 2.0 * y, epsabs=1e-12, epsrel=1e-10, limit=200)[
        0
    ]
    lepton = temperature**2 / 48.0 * 12.0 / math.pi**2 * (near + far)
    n = np.arange(1, WINDINGS)
    z = m_phi / temperature
    with np.errstate(under="ignore"):
        terms = kn(1, n * z) / n
    # The rest of the sum, where n z is small enough to matter.
    rest = math.pi**2 / 6.0 / z - np.sum(1.0 / (n**2 * z)) if z * WINDINGS < 1e-2 else 0.0
    return lepton + m_phi * temperature / (4.0 * math.pi**2) * (float(np.sum(terms)) + rest)


class System:
    """The right-hand side in (Re X_+, Im X_+, Re X_-, Im X_-, Q/CHARGE, u) with full N x N matrices."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.couplings = point.couplings
        self.count = self.couplings.shape[1]
        self.flavours = self.couplings.shape[0]
        self.h = np.einsum("ki,kj->kij", self.couplings.conj(), self.couplings)
        m_chi, m_phi = point.m_chi, point.m_chi + point.delta_m
        self.mass_ratio = m_phi / m_chi
        recoil = 0.5 * (m_phi**2 - m_chi**2) / m_chi**2
        ln_x = np.linspace(LN_START, math.log(m_chi / T_SPH) + 0.02, NODES)
        x = np.exp(ln_x)
        temperature = m_chi / x
        sigma_v, rate_a, rate_b = direct_rates(m_chi, point.delta_m, point.lambda_H, RateOptions(), x)
        entropy = entropy_density(temperature)
        clock = 1.0 / (hubble(temperature) * entropy_factor(temperature))
        z = x * self.mass_ratio
        a_h = np.array([mass_correlation(value) for value in x])
        rows = [
            np.log(clock), sigma_v * 1e8, kve(1, z) / kve(2, z), rate_a, rate_b, a_h,
            [decay_correlation(value, recoil) for value in x],
            np.log(m_phi**2 * temperature * kve(2, z) / (math.pi**2 * entropy)),
            np.log(m_chi**2 * temperature * kve(2, x) / (math.pi**2 * entropy)),
            kve(1, x) / kve(2, x) / m_chi,
            [self_energy(m_phi, m_chi, value) / value**2 for value in temperature],
            entropy / temperature**3,
        ]  # fmt: skip
        self.spline = make_interp_spline(ln_x, np.array(rows).T, k=SPLINE_DEGREE)
        self.slope = self.spline.derivative()
        self.unit = m_phi and (m_phi**2 - m_chi**2) ** 2 / (16.0 * math.pi * m_phi**3)

    def split(self, y: NDArray) -> tuple[NDArray, NDArray, float]:
        """Return X (2, N, N), Q and u."""
        size = self.count**2
        blocks = y[: 4 * size].reshape(2, 2, self.count, self.count)
        return blocks[:, 0] + 1j * blocks[:, 1], y[4 * size : -1] * CHARGE, y[-1]

    def rhs(self, ln_x: float, y: NDArray) -> NDArray:
        """Return the derivatives by ln x."""
        ln_c, sigma_v, d, r_a, r_b, a_h, a_d, ln_sigma, ln_chi, per_energy, p_sigma, s3 = self.spline(ln_x)
        slopes = self.slope(ln_x)
        x = math.exp(ln_x)
        m = self.point.m_chi
        temperature = m / x
        c = math.exp(ln_c)
        sigma_eq, yield_eq = math.exp(ln_sigma - self.mass_ratio * x), math.exp(ln_chi - x)
        trend_phi, trend_chi = slopes[7] - self.mass_ratio * x, slopes[8] - x
        matrices, charges, u = self.split(y)
        total = charges.sum()
        potentials = 6.0 * s3 * (Y_OF_Q[0] * charges + Y_OF_Q[1] * total)
        a_a, a_b = 0.98 * a_h, 0.94 * a_h
        r, r_free = d + r_a + r_b, d + r_a
        big_a, big_a_free, big_a_b = d * a_d + r_a * a_a + r_b * a_b, d * a_d + r_a * a_a, r_b * a_b
        h = self.h.sum(axis=0)
        by_y = np.einsum("k,kij->ij", potentials, self.h)
        delta = total / sigma_eq
        source = math.exp(min(max(u, -50.0), 200.0))
        k0 = self.unit * sigma_eq / yield_eq
        mass = np.diag(2.0 * m * np.array(self.point.splittings)).astype(complex)
        change = np.empty_like(matrices)
        flow = np.zeros(self.flavours)
        returned = 0.0
        for index, s in enumerate((1.0, -1.0)):
            here = matrices[index]
            made = r * (source * h.real - 1j * delta * h.imag) + s * big_a * (
                delta * h.real - 1j * source * h.imag
            )
            made = made + source * (1j * r_b * by_y.imag - s * big_a_b * by_y.real)
            damping = (
                r * h.real - 1j * s * big_a * h.imag + s * big_a_free * by_y.real - 1j * r_free * by_y.imag
            )
            hamiltonian = (
                0.5 * per_energy * (mass + 2.0 * p_sigma * temperature**2 * (h.real - 1j * s * a_h * h.imag))
            )
            change[index] = (
                c
                * (
                    k0 * (made - 0.5 * (damping @ here + here @ damping))
                    - 1j * (hamiltonian @ here - here @ hamiltonian)
                )
                - here * trend_chi
            )
            returned += 0.5 * (r * np.trace(h.real @ here) - 1j * s * big_a * np.trace(h.imag @ here)).real
            for k in range(self.flavours):
                t = np.trace(self.h[k].real @ here).real
                i = (-1j * np.trace(self.h[k].imag @ here)).real
                flow[k] += (
                    0.5
                    * sigma_eq
                    * (r * i + s * big_a * t + potentials[k] * (r_free * t + s * big_a_free * i))
                )
        own = np.einsum("kii->k", self.h).real
        flow -= own * (r * total - r_b * sigma_eq * source * potentials)
        entropy = s3 * temperature**3
        du = (
            -c
            * 0.5
            * entropy
            * sigma_v
            * 1e-8
            * sigma_eq
            * source
            * -math.expm1(-2.0 * min(max(u, -50.0), 200.0))
        )
        du -= c * self.unit * (r * np.trace(h).real - returned / source) + trend_phi
        blocks = np.stack([change.real, change.imag], axis=1).ravel()
        return np.concatenate([blocks, c * self.unit * flow / CHARGE, [du]])


def solve(point: Point, rtol: float = 1e-6) -> Found:
    """Integrate with Radau from equilibrium at x = 0.05 to sphaleron decoupling."""
    system = System(point)
    count = system.count
    identity = np.stack([np.eye(count), np.zeros((count, count))])
    y0 = np.concatenate([np.tile(identity.ravel(), 2), np.zeros(system.flavours + 1)])
    tolerance = np.full(y0.size, 1e-9)
    tolerance[: 4 * count**2] = rtol
    result = solve_ivp(
        system.rhs, (LN_START, math.log(point.m_chi / T_SPH)), y0, "Radau", rtol=rtol, atol=tolerance
    )
    if not result.success:
        raise RuntimeError(result.message)
    matrices, charges, _ = system.split(result.y[:, -1])
    return Found(22.0 / 79.0 * charges.sum(), charges, matrices, result.t.size)
