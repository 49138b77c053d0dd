"""options.accuracy means what it says: the error of a prediction is at most what is asked, over the prior."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.solver.numerics.status import Status

RUNS = Path(__file__).resolve().parents[2] / "runs"
DRAWS = 300
REFERENCE = 1e-8
ANNIHILATION = [("annihilation", {"loguniform": [1e-12, 1e-7]})]


@pytest.mark.parametrize(
    ("file", "overrides"),
    [
        ("conversion-leptogenesis", []),
        ("conversion-leptogenesis", [("options.start", "empty")]),
        ("two-state-freeze-out", []),
        ("thermal-freeze-out", ANNIHILATION),
        ("thermal-freeze-in", ANNIHILATION),
    ],
    ids=["equilibrium", "empty", "two-state", "freeze-out", "freeze-in"],
)
def test_the_achieved_accuracy_is_the_asked_one_all_over_the_prior(file, overrides):
    problem = load_problem(RUNS / f"{file}.toml", overrides)
    theta = problem.prior.sample(np.random.default_rng(7), DRAWS)
    exact, good = replace(problem.scenario, accuracy=REFERENCE).evaluate(theta)
    names = [item.name for item in problem.scenario.observables]
    for accuracy in (1e-3, 1e-4, 1e-5):
        found, status = replace(problem.scenario, accuracy=accuracy).evaluate(theta)
        assert np.array_equal(status, good)
        solved = status == Status.OK
        for name in {"omega_h2", "baryon_yield"} & set(names):
            column = names.index(name)
            error = np.abs(found[solved, column] / exact[solved, column] - 1.0)
            assert error.max() <= accuracy, (name, accuracy)


def test_the_point_that_was_missed_from_an_empty_start():
    problem = load_problem(
        RUNS / "conversion-leptogenesis.toml",
        [("m_chi", 300.0), ("delta_m", 5.0), ("lambda_H", 1.0), ("B_1", 0.95), ("coupling", 1e-11),
         ("options.start", "empty")],
    )  # fmt: skip
    row = problem.prior.from_unit(np.full((1, problem.prior.dim), 0.5))
    column = [item.name for item in problem.scenario.observables].index("omega_h2")
    found = [
        replace(problem.scenario, accuracy=accuracy).evaluate(row)[0][0, column] for accuracy in (1e-4, 1e-8)
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-4)
