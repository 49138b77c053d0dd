"""Momenta of dark matter from decays, against zeta functions, tables and an explicit integral."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import zeta

from relicfit.solver.momentum.decays import decay_moments, decay_spectrum, whole_history

TIGHT = 1e-5


def eta(s):
    return (1.0 - 2.0 ** (1.0 - s)) * zeta(s)


@pytest.mark.parametrize(
    ("x", "y", "share", "mean", "square"),
    [
        ("boson", "fermion", (eta(2.5) ** 2 + zeta(5.0)) / 2.0, 2.459799, 8.544098),
        ("boson", "boson", (zeta(2.5) ** 2 + zeta(5.0)) / 2.0, 2.426258, 8.378406),
        ("fermion", "boson", 1.289398, 2.548127, 9.007957),
        ("fermion", "fermion", 0.846059, 2.530187, 8.910843),
        ("boson", "mb", zeta(5.0), 2.452782, 8.508844),
        ("fermion", "mb", eta(5.0), 2.534541, 8.934286),
        ("mb", "mb", 1.0, 2.5, 8.75),
    ],
)
def test_light_daughters_over_the_whole_history(x, y, share, mean, square):
    assert whole_history(x, y) == pytest.approx((share, mean, square), rel=TIGHT)


def test_fermions_into_either_share_a_sum_rule():
    total = whole_history("fermion", "fermion")[0] + whole_history("fermion", "boson")[0]
    assert total == pytest.approx(zeta(2.5) * eta(2.5) + eta(5.0), rel=TIGHT)


def test_heavy_daughters_scale_the_momenta():
    for daughter in (0.5, 0.85):
        scale = 1.0 - daughter**2
        expected = (1.0, 2.5 * scale, 8.75 * scale**2)
        assert whole_history("mb", "mb", 0.0, daughter) == pytest.approx(expected, rel=TIGHT)
    expected = (0.9447, 1.8603, 4.8822)
    assert whole_history("boson", "fermion", 0.1, 0.5) == pytest.approx(expected, rel=2e-4)


def test_distribution_over_the_whole_history():
    # Of MB decays it is q^{-1/2} e^{-q}; quantum statistics change it by up to a tenth.
    def history(q, x, y):
        # dN ∝ dq q² f, at constant g*: ∫ dln z z^3 e^{-z} of the source per phase space.
        def integrand(ln_z):
            z = math.exp(ln_z)
            return z**3 * math.exp(-z) * float(decay_spectrum(np.array([q]), z, x, y)[0])

        return quad(integrand, -8.0, 6.0, epsrel=1e-7, limit=200)[0]

    for q, ratio in ((0.1, 1.05779), (1.0, 0.92327), (5.0, 0.86810)):
        found = history(q, "boson", "fermion") / history(q, "mb", "mb")
        assert found == pytest.approx(ratio, rel=2e-4)
    assert history(4.0, "mb", "mb") / history(1.0, "mb", "mb") == pytest.approx(
        4.0**-0.5 * math.exp(-3.0), rel=1e-4
    )


def test_pions_that_decay_to_an_electron_and_dark_matter():
    share, mean, square = decay_moments(
        1.3957039, "boson", "fermion", 1e-3 / 0.13957039, 0.51099895e-3 / 0.13957039
    )
    assert share[0] == pytest.approx(0.84648, abs=1e-4)
    assert mean[0] == pytest.approx(1.43641, rel=1e-4)
    assert square[0] == pytest.approx(3.17840, rel=1e-4)


def test_cold_parents_give_a_line():
    # Of z = 200 the momentum is that of the decay at rest.
    _, mean, square = decay_moments(200.0, "boson", "fermion", 0.3, 0.2)
    momentum = 0.5 * math.sqrt((1 - 0.25) * (1 - 0.01)) * 200.0
    assert mean[0] == pytest.approx(momentum, rel=0.02)
    assert square[0] / mean[0] ** 2 == pytest.approx(1.0, abs=0.02)
