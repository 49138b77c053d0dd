"""What a likelihood says it measures is what its log-likelihood compares with."""

import math

import numpy as np
import pytest

from relicfit.likelihoods import likelihood, likelihood_class, likelihood_names

MEASURED = ("relic-density", "baryon-asymmetry")


@pytest.mark.parametrize("name", MEASURED)
@pytest.mark.parametrize("sigmas", [1.0, 3.0])
def test_log_likelihood_falls_as_a_gaussian_of_the_stated_error(name, sigmas):
    term = likelihood(name)
    found = term.measurement()
    assert (found.observable,) == term.needs
    if found.logarithmic:
        points = found.value * np.exp(np.array([-sigmas, 0.0, sigmas]) * found.error)
    else:
        points = found.value + np.array([-sigmas, 0.0, sigmas]) * found.error
    fall = term.log_likelihood({found.observable: points})
    np.testing.assert_allclose(fall, [-0.5 * sigmas**2, 0.0, -0.5 * sigmas**2], atol=1e-12)


def test_the_total_error_holds_that_of_the_theory():
    assert likelihood("relic-density", theory_error=0.1).measurement().error == pytest.approx(
        math.hypot(0.0012, 0.012)
    )


def test_limits_have_no_measurement_and_every_likelihood_names_its_data():
    for name in likelihood_names():
        if name in MEASURED:
            continue
        term = likelihood_class(name).example()
        assert name == "measurement" or term.measurement() is None
        assert term.datasets
        assert all(isinstance(item, str) for item in term.datasets)
