"""The example models of networks: each loads, solves, and gives a converged posterior."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import relicfit
from relicfit.infer.problem.problem import load_problem
from relicfit.solver import Status

RUNS = Path(__file__).resolve().parents[2] / "runs"
MODELS = sorted((RUNS / "models").glob("*.toml"))
EXAMPLES = [*MODELS, RUNS / "my-model.toml"]
IN_TOML_ALONE = {"pair", "components"}
EFFECTIVE_DRAWS = 3000


def by_name(path):
    return path.stem


def test_there_are_five_models_and_two_need_no_python():
    assert {path.stem for path in MODELS} == IN_TOML_ALONE | {"singlet", "feeble", "leptogenesis"}
    alone = {path.stem for path in MODELS if tomllib.loads(path.read_text())["scenario"] == "network"}
    assert alone == IN_TOML_ALONE


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_an_example_solves_everywhere_in_its_prior_and_is_not_doubtful(path):
    problem = load_problem(path)
    cube = np.random.default_rng(2).random((40, problem.prior.dim))
    theta = problem.prior.from_unit(cube)
    observables, status = problem.scenario.evaluate(theta)
    assert (status == Status.OK).all()
    names = [item.name for item in problem.scenario.observables]
    for name in {"omega_h2", "baryon_yield"} & set(names):
        assert (observables[:, names.index(name)] > 0.0).all()
    assert problem.scenario.check(theta[:3]) == ()


def singlet(m_S, lam):
    """The published fit to the observed density, log₁₀ λ = -3.63 + 1.04 log₁₀ m (arXiv:1306.4710)."""
    return 0.1199 * (10**-3.63 * m_S**1.04 / lam) ** 2


def feeble(m_B, m_X, y, g):
    """Freeze-in by decays of two states, arXiv:0911.1120, eq. (6.10): g_* = 106.75 all along."""
    width, planck_mass, entropy_over_density = y**2 * m_B / (8 * np.pi), 1.2209e19, 2.744e8
    per_entropy = 135 * 2 * planck_mass * width / (8 * np.pi**3 * 1.66 * 106.75**1.5 * m_B**2)
    return entropy_over_density * m_X * per_entropy


def leptogenesis(M1, m1, share):
    """Strong washout in closed form, hep-ph/0401240, eqs. (56) and (66)."""
    k = m1 / 1.08e-3
    z = 1 + 0.5 * np.log(1 + np.pi * k**2 / 1024 * np.log(3125 * np.pi * k**2 / 1024) ** 5)
    efficiency = 2 / (z * k) * (1 - np.exp(-0.5 * z * k))
    epsilon = share * 3 * M1 * 0.05e-9 / (16 * np.pi * 174.1**2)
    # Of the relativistic neutrinos, 2 T³/π², over 2 π²/45 g_* T³.
    return 28 / 79 * epsilon * efficiency * 45 / (np.pi**4 * 106.75)


@pytest.mark.parametrize(
    ("formula", "point", "observable", "tolerance"),
    [
        (singlet, {"m_S": 500.0, "lam": 0.15029}, "omega_h2", 0.03),
        (feeble, {"m_B": 1000.0, "m_X": 1.0, "y": 1e-11, "g": 1.0}, "omega_h2", 0.1),
        (leptogenesis, {"M1": 1e10, "m1": 0.1, "share": 1.0}, "baryon_yield", 0.2),
    ],
)
def test_examples_agree_with_published_formulas(formula, point, observable, tolerance):
    path = RUNS / "models" / f"{formula.__name__}.toml"
    found = relicfit.point(path, **point).observables[observable]
    assert found == pytest.approx(formula(**point), rel=tolerance, abs=0.0)


DRAWS = 4000


@pytest.mark.slow
@pytest.mark.parametrize("path", MODELS, ids=by_name)
def test_four_thousand_draws_have_no_silent_failure(path):
    problem = load_problem(path)
    model = problem.scenario
    theta = problem.prior.from_unit(np.random.default_rng(20).random((DRAWS, problem.prior.dim)))
    observables, status = model.evaluate(theta)
    finer, again = replace(model, accuracy=0.01 * model.accuracy).evaluate(theta)
    assert set(status) <= {int(item) for item in Status}
    assert np.array_equal(status, again)
    solved = status == Status.OK
    assert solved.mean() > 0.99
    assert np.isnan(observables[~solved]).all()
    for k, item in enumerate(model.observables):
        if item.name.startswith(("omega_h2", "yield", "baryon_yield")):
            assert (observables[solved, k] > 0.0).all()
            error = np.abs(observables[solved, k] / finer[solved, k] - 1.0)
            assert error.max() <= model.accuracy, item.name
    alone = [model.evaluate(row) for row in theta]
    assert np.array_equal(observables, np.vstack([item[0] for item in alone]), equal_nan=True)
    assert np.array_equal(status, np.concatenate([item[1] for item in alone]))


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_an_example_gives_a_converged_posterior(path, tmp_path):
    result = relicfit.run(path, out=tmp_path / "out", progress=False)
    assert result.diagnostics["converged"]
    assert result.diagnostics["numbers"]["effective_sample_size"] > EFFECTIVE_DRAWS
