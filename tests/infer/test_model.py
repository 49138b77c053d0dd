"""A model gives any sampler what ours see, point by point or in batches."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.target.posterior import Posterior

LINEAR = """
scenario = "linear-test"
constraints = ["b < 10"]
[parameters]
a = { uniform = [0.02, 0.22] }
b = { loguniform = [1e-2, 1e2] }
[likelihoods]
relic-density = { theory-error = 0.1 }
"""
# Width of the likelihood of the abundance: measurement and theory in quadrature.
SIGMA = math.hypot(0.0012, 0.1 * 0.12)
RUNS = Path(__file__).resolve().parents[2] / "runs"


@pytest.fixture
def model(known_linear, tmp_path):
    path = tmp_path / "linear.toml"
    path.write_text(LINEAR)
    return relicfit.model(path)


def test_names_labels_and_dimension_are_those_of_the_sampled_parameters(model, tmp_path):
    assert model.names == ("a", "b")
    assert model.dim == 2
    assert model.labels[1] == r"$b$ [$\mathrm{GeV}$]"
    fixed = relicfit.model(tmp_path / "linear.toml", a=0.1)
    assert fixed.names == ("b",)
    assert fixed.observables([2.0])["omega_h2"] == 0.1


def test_prior_transform_and_density_agree_with_the_distributions(model):
    theta = model.prior_transform([[0.5, 0.5], [0.0, 0.25]])
    assert theta == pytest.approx(np.array([[0.12, 1.0], [0.02, 0.1]]))
    expected = -math.log(0.2) - np.log(theta[:, 1] * math.log(1e4))
    assert model.log_prior(theta) == pytest.approx(expected)


def test_the_likelihood_is_the_gaussian_of_the_measurement(model):
    a = np.linspace(0.05, 0.2, 7)
    theta = np.column_stack([a, np.ones(7)])
    assert model.log_likelihood(theta) == pytest.approx(-0.5 * ((a - 0.12) / SIGMA) ** 2)
    assert model.log_posterior(theta) == pytest.approx(model.log_prior(theta) + model.log_likelihood(theta))
    assert model.observables(theta)["omega_h2"] == pytest.approx(a)


def test_a_point_is_a_number_and_equals_its_row_of_a_batch():
    model = relicfit.model(RUNS / "quickstart.toml")
    theta = model.prior_transform(np.random.default_rng(1).random((20, model.dim)))
    for method in (model.log_prior, model.log_likelihood, model.log_posterior):
        batch = method(theta)
        assert batch.shape == (20,)
        alone = [method(row) for row in theta]
        assert all(isinstance(value, float) for value in alone)
        assert alone == batch.tolist()
    table, single = model.observables(theta), model.observables(theta[3])
    assert {name: values[3] for name, values in table.items()} == single


def test_it_is_the_likelihood_our_samplers_see():
    model = relicfit.model(RUNS / "thermal-freeze-in.toml")
    cube = np.random.default_rng(2).random((50, model.dim))
    ours, _ = Posterior(model.problem).on_cube(cube)
    assert model.log_likelihood(model.prior_transform(cube)).tolist() == ours.tolist()


@pytest.mark.parametrize("theta", [[0.1, 20.0], [0.3, 1.0], [np.nan, 1.0], [0.1, np.inf], [-1.0, -1.0]])
def test_outside_prior_and_constraints_all_is_impossible_and_nothing_is_nan(model, theta):
    assert model.log_prior(theta) == -np.inf
    assert model.log_likelihood(theta) == -np.inf
    assert model.log_posterior(theta) == -np.inf
    assert np.isnan(model.observables(theta)["omega_h2"])
    mixed = model.log_likelihood([theta, [0.12, 1.0]])
    assert mixed[0] == -np.inf
    assert mixed[1] == pytest.approx(0.0, abs=1e-12)


def test_where_the_scenario_has_no_solution_the_likelihood_is_impossible():
    model = relicfit.model(RUNS / "conversion-first-look.toml", m_chi={"uniform": [100, 9000]})
    # The tables end at a few TeV.
    assert model.log_likelihood([8000.0, 1e-6]) == -np.inf
    assert np.isnan(model.observables([8000.0, 1e-6])["omega_h2"])


def test_wrong_shapes_and_nothing_to_sample_are_answered(model, tmp_path):
    with pytest.raises(ValueError, match=r"\(2,\) or \(n, 2\) are wanted, with a, b in this order"):
        model.log_likelihood([1.0, 2.0, 3.0])
    with pytest.raises(UserError, match="every parameter is fixed"):
        relicfit.model(tmp_path / "linear.toml", a=0.1, b=1.0)


def test_a_model_of_a_users_own_scenario_travels_to_a_worker():
    model = relicfit.model(RUNS / "my-formula.toml")
    theta = model.prior_transform(np.full(model.dim, 0.4))
    copy = pickle.loads(pickle.dumps(model))
    assert copy.log_likelihood(theta) == model.log_likelihood(theta)


def test_a_sampler_of_ten_lines_finds_the_measured_abundance(model):
    rng = np.random.default_rng(3)
    theta = model.prior_transform(np.tile([0.5, 0.5], (64, 1)))
    here = model.log_posterior(theta)
    kept = []
    for step in range(600):
        there = theta * np.exp(rng.normal(size=theta.shape) * [0.15, 1.0])
        # Steps in ln x need the volume of a step.
        new = model.log_posterior(there)
        accepted = np.log(rng.random(64)) < new - here + np.log(there / theta).sum(axis=1)
        theta[accepted], here[accepted] = there[accepted], new[accepted]
        if step >= 100:
            kept.append(theta.copy())
    a, b = np.concatenate(kept).T
    # 32000 draws, correlated over some ten steps: the mean scatters by less than a fiftieth of the width.
    assert a.mean() == pytest.approx(0.12, abs=0.1 * SIGMA)
    assert a.std() == pytest.approx(SIGMA, rel=0.1)
    assert b.max() < 10.0
    # Flat in ln b between 0.01 and the constraint.
    assert np.log10(b).mean() == pytest.approx(-0.5, abs=0.15)
