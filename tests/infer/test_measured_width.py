"""Measured coordinates where the theory error depends on the point: one table holds for every width."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.infer.config import problem_from
from relicfit.infer.measured.quantity import SATURATION, Measurement
from relicfit.likelihoods.likelihood import TheoryError, likelihood

CASES = [
    ("relic-density", "omega_h2", {}),
    ("relic-density", "omega_h2", {"bound": "upper"}),
    ("baryon-asymmetry", "baryon_yield", {}),
]


@pytest.mark.parametrize(("name", "observable", "options"), CASES)
def test_a_stretched_distance_and_its_normalisation_give_the_likelihood_back(name, observable, options):
    term = likelihood(name, **options).with_theory({observable: TheoryError("error")})
    table = Measurement(term)
    rng = np.random.default_rng(4)
    values = table.value * np.exp(rng.uniform(-3.0, 3.0, 200))
    points = {observable: values, "error": np.exp(rng.uniform(np.log(0.05), np.log(5.0), 200))}
    stretch, normalisation = term.stretch(points)
    distance = table.distance(values, np.ones(200, dtype=bool), stretch)
    again = table.log_likelihood(table.value * np.exp(distance)) + normalisation
    # Farther away the distance saturates, and the most likely value is found to a millionth.
    near = np.abs(distance) < 0.9 * SATURATION
    assert near.sum() > 100
    np.testing.assert_allclose(again[near], term.log_likelihood(points)[near], rtol=1e-4, atol=1e-4)


def test_a_run_file_may_solve_for_a_measurement_whose_width_varies():
    content = {
        "scenario": "thermal-freeze-out",
        "parameters": {
            "mass": {"loguniform": [0.1, 10.0]}, "delta": 0.3, "coupling": {"loguniform": [1e-8, 1e-3]},
        },
        "likelihoods": {"relic-density": {}},
        "sampler": {"measured": {"relic-density": "coupling"}},
    }  # fmt: skip
    problem = problem_from(content)
    assert problem.likelihoods[0].width_varies
    assert problem.sampler.measured == {"relic-density": "coupling"}
