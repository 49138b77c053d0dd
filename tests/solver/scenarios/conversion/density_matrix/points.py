"""The points of the check values, and what the density matrix says there, below the surface of the scenario."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from relicfit.solver.constants import OMEGA_H2_PER_YIELD_GEV
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.conversion.density_matrix import evolution, generator, medium
from relicfit.solver.scenarios.conversion.density_matrix import system as equations
from relicfit.solver.scenarios.conversion.density_matrix.settings import effects_of
from relicfit.solver.scenarios.conversion.rates.pieces import PIECES_SHAPE

Complex = NDArray[np.complex128]
ACCURACY = 2e-5


@dataclass(frozen=True)
class Point:
    """Masses in GeV, the portal coupling, λ_ki as rows of tuples, and m_i - m_1."""

    matrix: tuple[tuple[complex, ...], ...]
    splittings: tuple[float, ...]
    m_chi: float = 300.0
    delta_m: float = 5.0
    lambda_H: float = 1.0

    @property
    def couplings(self) -> Complex:
        """Return λ (K, N)."""
        return np.array(self.matrix, dtype=np.complex128)

    @property
    def h(self) -> Complex:
        """Return λ†λ."""
        return self.couplings.conj().T @ self.couplings

    def row(self) -> NDArray[np.float64]:
        """Return what kernels read."""
        flat = self.couplings.ravel()
        head = [self.m_chi, self.delta_m, self.lambda_H]
        return np.concatenate([head, flat.real, flat.imag, self.splittings])

    def at(self, *xi: float) -> Point:
        """Return the point with splittings in widths of χ_j."""
        widths = np.diag(self.h).real[1:] * self.m_chi / (16.0 * math.pi)
        return replace(self, splittings=(0.0, *(0.5 * np.array(xi) * widths)))

    def with_couplings(self, couplings: Complex) -> Point:
        """Return the point with another λ."""
        return replace(self, matrix=tuple(tuple(row) for row in np.asarray(couplings)))


def from_fractions(width, branchings, fractions, phases, m_chi=300.0, delta_m=5.0) -> Point:
    """Return a point from Γ_tot, branching fractions (N,), flavour fractions (K, N) and phases (K, N)."""
    m_phi = m_chi + delta_m
    unit = (m_phi**2 - m_chi**2) ** 2 / (16.0 * math.pi * m_phi**3)
    moduli = np.sqrt(width / unit * np.asarray(branchings) * np.asarray(fractions))
    couplings = moduli * np.exp(1j * np.asarray(phases))
    states = len(branchings)
    point = Point((), (0.0,) * states, m_chi, delta_m)
    return point.with_couplings(couplings)


QUARTER = math.pi / 4.0
A = from_fractions(1.148e-13, [0.95, 0.05], np.full((2, 2), 0.5), [[0, QUARTER], [0, QUARTER]])
B = from_fractions(1.148e-13, [0.95, 0.05], [[0.9, 0.2], [0.1, 0.8]], [[0, 0.3], [0, -1.2]])
B_REAL = from_fractions(
    1.148e-13, [0.95, 0.05], [[0.9, 0.2], [0.1, 0.8]], [[0, -math.asin(2 / 3)], [0, math.pi / 2]]
)
C = from_fractions(
    5e-14, [0.6, 0.3, 0.1], [[0.5, 0.2, 0.1], [0.3, 0.3, 0.2], [0.2, 0.5, 0.7]],
    [[0, 0.7, -0.4], [0, -1.1, 1.9], [0, 0.2, 0.5]],
).at(50.0, 400.0)  # fmt: skip
D = from_fractions(2e-14, [0.8, 0.2], np.full((2, 2), 0.5), [[0, QUARTER], [0, QUARTER]], 150.0).at(30.0)


@lru_cache(maxsize=64)
def setting_of(states: int, flavours: int, accuracy: float, options: tuple) -> equations.CoherentSetting:
    """Return the tables and weights of options."""
    leptons = {2: "e-mu", 3: "e-mu-tau"}[flavours]
    model = scenario(
        "conversion-leptogenesis", kinetics="density-matrix", states=states, leptons=leptons, accuracy=accuracy,
        **dict(options),
    )  # fmt: skip
    return model.coherent_setting


def system(point: Point, accuracy: float = ACCURACY, **options):
    """Return the equations of a point and their setting."""
    flavours, states = point.couplings.shape
    setting = setting_of(states, flavours, accuracy, tuple(options.items()))
    return equations.system_of(point.row(), setting, np.empty(PIECES_SHAPE)), setting


@dataclass(frozen=True)
class Found:
    """What the evolution gives at sphaleron decoupling; X (2, N, N)."""

    baryon_yield: float
    charges: NDArray[np.float64]
    matrices: Complex
    steps: int

    @property
    def populations(self) -> NDArray[np.float64]:
        """Return X_ii, the mean of helicities."""
        return np.einsum("sii->i", self.matrices).real / 2.0

    @property
    def coherence(self) -> float:
        """Return |X_12| of the mean of helicities."""
        return abs(self.matrices[:, 0, 1].mean())

    @property
    def scalar(self) -> float:
        """Return Δ_φ."""
        return float(self.charges.sum())


def matrices_of(state: NDArray[np.float64], states: int) -> Complex:
    """Return X (2, N, N) of a state."""
    square = states * states
    result = np.zeros((2, states, states), dtype=np.complex128)
    for s in range(2):
        part = state[s * square : (s + 1) * square]
        result[s][np.diag_indices(states)] = part[:states]
        upper = np.triu_indices(states, 1)
        off = part[states::2] + 1j * part[states + 1 :: 2]
        result[s][upper] = off
        result[s].T[upper] = off.conj()
    return result


def state_of(matrices: Complex, charges, u: float) -> NDArray[np.float64]:
    """Return the state of X (2, N, N), Q (K,) and u."""
    parts = []
    for x in matrices:
        off = x[np.triu_indices(len(x), 1)]
        parts += [np.diag(x).real, np.column_stack([off.real, off.imag]).ravel()]
    return np.concatenate([*parts, np.asarray(charges) / generator.CHARGE_UNIT, [u]])


def evolve(point: Point, start: float = 0.05, share: float = 1.0, washout: bool = True, **options) -> Found:
    """Return what the evolution from a start in x gives."""
    here, setting = system(point, **options)
    if not washout:
        effects = setting.effects._replace(washout=0.0)
        setting = setting._replace(effects=effects)
    found = evolution.coherent_evolution(
        here.plasma, here.vertex, setting.effects, here.couplings, setting.flavours, share, math.log(start),
        here.ln_sph, setting.tolerance, np.empty((0, 0)),
    )  # fmt: skip
    assert found.status == 0
    square = 2 * setting.states**2
    charges = found.state[square:-1] * generator.CHARGE_UNIT
    return Found(
        equations.baryons_of(found.state, setting),
        charges,
        matrices_of(found.state, setting.states),
        found.steps,
    )


def omega_h2(point: Point, accuracy: float = ACCURACY) -> float:
    """Return Ωh² of a point."""
    here, setting = system(point, accuracy)
    coherent = equations.from_start(here, setting, False, np.empty((0, 0)))
    status, total, _ = evolution.relic_yield(
        here.plasma, here.vertex, setting.effects, here.couplings, coherent, here.ln_sph, setting.tolerance,
        setting.common.tolerance,
    )  # fmt: skip
    assert status == 0
    return point.m_chi * OMEGA_H2_PER_YIELD_GEV * total


def slopes(point: Point, x: float, state: NDArray[np.float64], **options) -> NDArray[np.float64]:
    """Return the derivatives by ln x of a state in X = Y/Y_eq."""
    here, setting = system(point, **options)
    coefficients = medium.medium_at(here.plasma, here.vertex, setting.effects, math.log(x))
    out = np.zeros_like(state)
    generator.derivatives(
        state, coefficients, setting.effects, here.couplings, generator.work_of(setting.states, setting.flavours),
        setting.flavours, 1.0, coefficients.trend_chi, out,
    )  # fmt: skip
    return out


def weights(**options):
    """Return the effects that options leave on."""
    return effects_of(scenario("conversion-leptogenesis", kinetics="density-matrix", **options))
