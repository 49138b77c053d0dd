"""Two-body phase space of phi+ phi- annihilation."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["SMALLEST_POLE", "TwoBody", "velocity"]

# Gauss-Legendre points for the scattering angle. With the poles of t and u absorbed in the variable
# this reaches 1e-10 from threshold to a thousand times its energy.
_nodes, _weights = np.polynomial.legendre.leggauss(40)

# Below this the angular map is the identity to double precision.
SMALLEST_POLE = 1e-9


def velocity(s: ArrayLike, mass: ArrayLike) -> NDArray[np.float64]:
    """Return sqrt(1 - 4 m²/s), zero below threshold."""
    return np.sqrt(np.maximum(1.0 - 4.0 * np.square(mass) / np.asarray(s, dtype=np.float64), 0.0))


class TwoBody:
    """Evaluate the kinematics of phi phi -> a b on a grid of scattering angles (the last axis)."""

    def __init__(self, s: NDArray, m_phi: NDArray, a: float, b: float) -> None:
        root = np.sqrt(s)
        self.energy = 0.5 * root
        self.p = np.sqrt(np.maximum(0.25 * s - m_phi**2, 0.0))
        self.k = np.sqrt(np.maximum((s - (a + b) ** 2) * (s - (a - b) ** 2), 0.0)) / (2.0 * root)
        self.flux = self.k / (8.0 * math.pi * s * root)
        w1, w2 = np.sqrt(self.k**2 + a * a), np.sqrt(self.k**2 + b * b)
        # t - m² = -2 (h - p k c): the pole sits at c = 1/q.
        h = self.energy * w1 - 0.5 * a * a
        q = np.maximum(self.p * self.k / h, SMALLEST_POLE)
        eta = np.arctanh(q)[..., None] * _nodes
        self.c = np.tanh(eta) / q[..., None]
        self.measure = _weights * (np.arctanh(q) / q)[..., None] / np.cosh(eta) ** 2
        self.sine2 = np.maximum(1.0 - self.c**2, 0.0)
        self.p, self.k, self.energy = self.p[..., None], self.k[..., None], self.energy[..., None]
        self.w1, self.w2 = w1[..., None], w2[..., None]
        pkc = self.p * self.k * self.c
        self.t_m2 = -2.0 * (h[..., None] - pkc)
        self.u_m2 = -2.0 * (h[..., None] + pkc)

    def integrate(self, squared: NDArray) -> NDArray:
        return self.flux * np.sum(self.measure * squared, axis=-1)
