"""Distributions of momenta from moments: closed forms, and their own moments."""

import math

import numpy as np
import pytest
from scipy.special import gamma

from relicfit.solver.distribution import MomentumHistory
from relicfit.solver.scenario import scenario

Y = np.linspace(0.0, 60.0, 6001)[1:]


@pytest.mark.parametrize(("power", "mean", "square"), [(1.5, 2.5, 8.75), (3.0, 4.0, 20.0), (2.0, 3.0, 12.0)])
def test_one_source_has_its_closed_form(power, mean, square):
    # Decays, massless scatterings, light particles in equilibrium: y² f ∝ y^power e^{-y}.
    history = MomentumHistory(np.array([[0.0, 2.0], [0.0, 2.0 * mean], [0.0, 2.0 * square]]), np.ones(2))
    expected = Y**power * np.exp(-Y) / gamma(power + 1.0)
    np.testing.assert_allclose(history.density(Y), expected, rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "point"),
    [
        ("thermal-freeze-out", {}, dict(mass=1.0, delta=0.5, coupling=1e-7)),
        ("thermal-freeze-out", {}, dict(mass=30.0, delta=0.6, coupling=1e-6, annihilation=1e8)),
        ("thermal-freeze-in", {}, dict(mass=1.0, delta=0.5, coupling=1e-11, reheating_temperature=1e3)),
        ("lepton-pion", {}, dict(mass=7e-6, coupling=1e-6, reheating_temperature=1.0, lambda_qcd=0.237)),
        ("lepton-pion", dict(production="freeze-out"), dict(mass=0.2, coupling=5.5, lambda_qcd=0.237)),
        ("leptoquark-mediator", dict(dilution=8.0), dict(mass=7e-6, g_chi=1e-9, g_sm=0.1, mediator_mass=1e3)),
    ],
)
def test_the_distribution_of_a_point_has_the_moments_that_are_reported(name, options, point):
    model = scenario(name, **options)
    theta = model.theta(point)
    found = dict(zip([item.name for item in model.observables], model.evaluate(theta)[0][0], strict=True))
    history = model.evolve(theta).momenta
    mean, root = found["mean_momentum_over_temperature"], found["rms_momentum_over_temperature"]
    assert (history.mean[-1], history.root[-1]) == pytest.approx((mean, root), rel=1e-6)
    y = np.linspace(0.0, 15.0 * root, 4001)[1:]
    density = history.density(y)
    assert (density >= 0.0).all()
    assert np.trapezoid(density, y) == pytest.approx(1.0)
    assert np.trapezoid(y * density, y) == pytest.approx(mean, rel=0.05)
    assert math.sqrt(np.trapezoid(y * y * density, y)) == pytest.approx(root, rel=0.05)
