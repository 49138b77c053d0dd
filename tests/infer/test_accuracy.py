"""options.accuracy means what it says: the error of a prediction is at most what is asked, over the prior."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.report.run_page import run_report
from relicfit.infer.results.folder import Result
from relicfit.infer.run.execute import execute
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


@pytest.mark.parametrize("name", ["lepton-pion-freeze-in", "lepton-pion-freeze-out", "leptoquark-freeze-in"])
def test_an_accuracy_on_which_nothing_depends_is_not_offered(name):
    problem = load_problem(RUNS / f"{name}.toml")
    assert "accuracy" not in problem.content["options"]
    with pytest.raises(UserError, match="accuracy"):
        load_problem(RUNS / f"{name}.toml", [("options.accuracy", 1e-5)])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lepton-pion-freeze-in", "lepton-pion-freeze-out", "leptoquark-freeze-in"])
def test_nothing_depends_on_an_accuracy_that_is_not_offered(name):
    problem = load_problem(RUNS / f"{name}.toml")
    theta = problem.prior.sample(np.random.default_rng(1), 5)
    coarse, fine = (replace(problem.scenario, accuracy=value).evaluate(theta)[0] for value in (1e-2, 1e-9))
    assert np.array_equal(coarse, fine, equal_nan=True)


@pytest.mark.slow
def test_the_audit_says_so_where_there_is_no_accuracy_and_older_results_are_read(tmp_path):
    file = tmp_path / "small.toml"
    text = (RUNS / "leptoquark-freeze-in.toml").read_text()
    sampler = '[sampler]\nname = "dynesty"\nlive-points = 40\ndlogz = 1.0\nwalks = 8\nseed = 1\n'
    file.write_text(text.partition("[sampler]")[0] + sampler)
    found = execute(load_problem(file), tmp_path / "small", progress=False)
    assert found.diagnostics["numbers"]["noise_points"] == 0
    assert "Numerical noise: not applicable" in run_report(found)
    # What a version wrote in which every scenario had an accuracy, without digests of its files.
    path = tmp_path / "small" / "run.toml"
    path.write_text(path.read_text().replace("[options]\n", "[options]\naccuracy = 0.0001\n"))
    assert "accuracy = 0.0001" in path.read_text()
    assert "accuracy" not in Result(tmp_path / "small").problem.content["options"]
