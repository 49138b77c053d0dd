from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import k1e, kve

from relicfit.solver.scenarios.conversion.rates.annihilation import CHANNELS, cross_section, s_wave
from relicfit.solver.scenarios.conversion.rates.thermal_average import thermal_average, thermal_coefficients


@pytest.mark.parametrize(
    ("x_phi", "portal", "expected"),
    [(2, 1.0, 6.57323e-8), (20, 1.0, 1.782169e-7), (100, 1.0, 1.984630e-7), (20, 0.0, 6.20976e-9)],
)
def test_thermal_average_at_305_gev_is_that_of_an_independent_calculation(x_phi, portal, expected):
    assert thermal_average(305.0, 305.0 / x_phi, portal) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("m_phi", "x_phi"), [(305.0, 0.3), (110.0, 5.0), (171.0, 80.0), (91.0, 300.0)])
def test_thermal_average_is_the_gondolo_gelmini_integral_also_across_thresholds(m_phi, x_phi):
    temperature = m_phi / x_phi

    def integrand(root):
        weight = k1e(root / temperature) * np.exp((2 * m_phi - root) / temperature)
        return cross_section(root**2, m_phi, 0.8) * (root**2 - 4 * m_phi**2) * 2 * root**2 * weight

    # Pieces between thresholds, and between scales of the exponential.
    cuts = {2 * m_phi, *(2 * m_phi + temperature * y for y in (0.1, 1.0, 5.0, 15.0, 45.0))}
    cuts |= {c.threshold for c in CHANNELS.values() if 2 * m_phi < c.threshold < max(cuts)}
    cuts = sorted(cuts)
    pieces = [quad(integrand, low, high, epsrel=1e-7, limit=200)[0] for low, high in pairwise(cuts)]
    expected = sum(pieces) / (8 * m_phi**4 * temperature * kve(2, x_phi) ** 2)
    assert thermal_average(m_phi, temperature, 0.8) == pytest.approx(expected, rel=1e-6)


def test_cold_pairs_annihilate_like_pairs_at_rest():
    # The p-wave is suppressed by 6/x.
    cold = thermal_coefficients(400.0, 400.0 / 1e7)
    np.testing.assert_allclose(cold @ np.ones(5), s_wave(400.0) @ np.ones(5), rtol=1e-5)
