"""The groups of a posterior file hold what their names say."""

import math

import numpy as np
import pytest

# Of the measured abundance, its own error with the theory error of 10 %.
SIGMA = math.hypot(0.0012, 0.1 * 0.12)


def test_densities_on_file_are_those_of_the_formulas(finished):
    a, b = (finished.posterior[name].to_numpy() for name in ("a", "b"))
    prior = -math.log(0.2) - np.log(b * math.log(100.0))
    likelihood = -0.5 * ((a - 0.12) / SIGMA) ** 2
    data = finished.data
    assert data["log_prior"]["log_prior"].to_numpy() == pytest.approx(prior, rel=1e-9)
    assert data["log_likelihood"]["relic-density"].to_numpy() == pytest.approx(likelihood, abs=1e-9)
    assert data["sample_stats"]["lp"].to_numpy() == pytest.approx(prior + likelihood, rel=1e-9, abs=1e-9)
    assert finished.observables["omega_h2"].to_numpy() == pytest.approx(a, rel=1e-12)


def test_samples_of_a_nested_run_carry_weights_that_add_up_to_one(finished):
    samples = finished.data["nested_samples"]
    assert np.exp(samples["log_weight"].to_numpy()).sum() == pytest.approx(1.0, abs=1e-9)
    assert samples["log_likelihood"].to_numpy() == pytest.approx(
        samples["log_likelihood_relic-density"].to_numpy(), abs=1e-12
    )
    assert finished.data["nested_run"].sizes["sample"] == samples.sizes["sample"]
