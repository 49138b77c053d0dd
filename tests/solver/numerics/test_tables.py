import numpy as np
import pytest
from scipy.special import kve

from relicfit.solver import cosmology
from relicfit.solver.numerics import bessel
from relicfit.solver.numerics.quadrature import gauss_legendre, tail_matrix
from relicfit.solver.numerics.tables import build_table, constant_table, lookup1, lookup2

# arXiv:1803.01038, tabulated g_rho and g_s; the fits are good to 4.2 % (worst near 0.185 GeV).
TABULATED = {
    1e-05: (3.3831, 3.9309),
    1e-3: (10.5451, 10.5475),
    1e-2: (10.7452, 10.743),
    0.050119: (14.6228, 14.3163),
    0.15041: (27.2854, 25.5488),
    0.29698: (52.1909, 49.7051),
    1.0: (69.7615, 68.7376),
    10.0: (81.0102, 80.891),
    100.0: (101.7552, 100.9331),
    1000.0: (104.1728, 104.1686),
}


def test_bessel_functions_agree_with_scipy():
    x = np.geomspace(1e-6, 1e5, 400)
    found = np.array([bessel.scaled_k2_and_ratio(value) for value in x])
    assert np.allclose(found[:, 0], np.log(x**2 * kve(2, x)), atol=2e-9)
    assert np.allclose(found[:, 1], kve(1, x) / kve(2, x), rtol=2e-9)
    assert np.allclose([bessel.k1_scaled(value) for value in x], kve(1, x), rtol=5e-9)


def test_table_reproduces_smooth_functions_and_holds_its_ends():
    table = build_table(lambda x: np.array([np.sin(x), np.exp(x)]), 0.0, 2.0, 200)
    for x in (0.1, 1.234, 1.999):
        assert lookup2(table, x) == pytest.approx((np.sin(x), np.exp(x)), abs=1e-8)
    assert lookup1(table, -5.0) == pytest.approx(0.0, abs=1e-12)
    assert lookup1(table, 7.0) == pytest.approx(np.sin(2.0), abs=1e-12)
    assert lookup2(constant_table(3.0, 4.0), 123.0) == (3.0, 4.0)


def test_quadrature_integrates_polynomials_exactly():
    nodes, weights = gauss_legendre(6)
    tails = tail_matrix(6)
    for degree in range(6):
        assert weights @ nodes**degree == pytest.approx(1 / (degree + 1), abs=1e-14)
        wanted = (1 - nodes ** (degree + 1)) / (degree + 1)
        assert np.allclose(tails @ nodes**degree, wanted, atol=1e-13)


def test_cosmology_table_agrees_with_the_formulas():
    table = cosmology.cosmology_table()
    for temperature in np.geomspace(1e-6, 1e4, 200):
        h, s, inverse_z = cosmology.cosmology_at(table, np.log(temperature))[:3]
        assert h * temperature**2 == pytest.approx(float(cosmology.hubble(temperature)), rel=3e-5)
        assert s * temperature**3 == pytest.approx(float(cosmology.entropy_density(temperature)), rel=3e-5)
        assert inverse_z == pytest.approx(float(1 / cosmology.entropy_factor(temperature)), abs=2e-3)


def test_degrees_of_freedom_are_continuous_where_the_fits_join():
    temperature = 0.12 * np.exp(np.linspace(-0.3, 0.3, 601))
    for function in (cosmology.g_rho, cosmology.g_s):
        steps = np.diff(np.log(function(temperature)))
        assert np.all(steps > 0.0)
        assert np.abs(np.diff(steps)).max() < 1e-5


@pytest.mark.parametrize("temperature", TABULATED)
def test_fits_agree_with_the_published_table(temperature):
    rho, s = TABULATED[temperature]
    assert cosmology.g_rho(temperature) == pytest.approx(rho, rel=0.045)
    assert cosmology.g_s(temperature) == pytest.approx(s, rel=0.045)


def test_constant_cosmology_has_no_entropy_release():
    table = cosmology.cosmology_table(75.0)
    h, s, inverse_z = cosmology.cosmology_at(table, 1.0)[:3]
    assert inverse_z == 1.0
    assert s == pytest.approx(2 * np.pi**2 / 45 * 75)
    assert h == pytest.approx(cosmology.HUBBLE_FACTOR * np.sqrt(75))
