"""Scenarios and likelihoods in a user's own files run end to end, and mistakes in them name file and line."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.execution.workers import model_of, source_of
from relicfit.infer.explain import explain
from relicfit.infer.point import evaluate_point
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.problem.provenance import fingerprint
from relicfit.infer.results.folder import load
from relicfit.infer.run.execute import execute
from relicfit.infer.target.posterior import Posterior

RUNS = Path(__file__).resolve().parents[3] / "runs"
QUICK = [("live-points", 60), ("dlogz", 0.5), ("walks", 10)]


@pytest.fixture
def folder(tmp_path):
    for name in ("my_formula.py", "my_limit.py", "my-formula.toml"):
        shutil.copy(RUNS / name, tmp_path)
    return tmp_path


@pytest.fixture
def edit(folder):
    def change(name, old, new):
        text = (folder / name).read_text()
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new))
        return folder / "my-formula.toml"

    return change


def line_of(path, text):
    return 1 + path.read_text().split(text)[0].count("\n")


def test_own_scenario_and_likelihood_run_end_to_end(folder):
    problem = load_problem(folder / "my-formula.toml", QUICK)
    result = execute(problem, folder / "out", progress=False)
    omega = result.observables["omega_h2"].values
    assert abs(np.mean(omega) - 0.12) < 0.01
    # The canonical cross-section, 2e-26 cm^3/s, to a fifth.
    assert np.median(result.posterior["cross_section"].values) == pytest.approx(1.8e-9, rel=0.2)
    assert "gamma-ray-limit" in str(result)


def test_a_result_holds_the_text_of_the_files_and_outlives_them(folder):
    problem = load_problem(folder / "my-formula.toml", QUICK)
    execute(problem, folder / "out", progress=False)
    for name in ("my_formula.py", "my_limit.py"):
        (folder / name).unlink()
    again = load(folder / "out").problem
    theta = again.prior.from_unit(np.full((1, 2), 0.4))
    assert np.array_equal(
        Posterior(again).evaluate(theta).log_likelihood, Posterior(problem).evaluate(theta).log_likelihood
    )
    assert again.content["sources"]["my_formula.py"] == (RUNS / "my_formula.py").read_text()


def test_workers_build_the_model_from_the_text(folder):
    problem = load_problem(folder / "my-formula.toml")
    source = source_of(problem)
    for name in ("my_formula.py", "my_limit.py"):
        (folder / name).unlink()
    cube = np.full((3, 2), 0.4)
    assert np.array_equal(model_of(source).on_cube(cube)[0], Posterior(problem).on_cube(cube)[0])


def test_a_changed_file_is_another_run(folder, edit):
    before = fingerprint(load_problem(folder / "my-formula.toml"))
    after = fingerprint(load_problem(edit("my_formula.py", "1.07e9 * x", "1.08e9 * x")))
    assert before["sources.my_formula.py"] != after["sources.my_formula.py"]
    assert before["sources.my_limit.py"] == after["sources.my_limit.py"]


def test_changed_physics_is_seen_in_the_same_process(folder, edit):
    values = {"mass": 100.0, "cross_section": 2e-9}
    first = evaluate_point(folder / "my-formula.toml", list(values.items()))
    path = edit("my_formula.py", "1.07e9 * x", "2.14e9 * x")
    second = evaluate_point(path, list(values.items()))
    assert second.observables["omega_h2"] == pytest.approx(2 * first.observables["omega_h2"], rel=1e-12)


def test_own_files_are_explained(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert "Kolb" in explain("my_formula.py:ConstantCrossSection")
    assert "limit-at-100-gev" in explain("my_limit.py:GammaRayLimit")
    with pytest.raises(UserError, match="Did you mean GammaRayLimit"):
        load_problem(_renamed(folder, "my_limit.py:GammaRayLimit", "my_limit.py:GamaRayLimit"))


def _renamed(folder, old, new):
    path = folder / "my-formula.toml"
    path.write_text(path.read_text().replace(old, new))
    return path


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("my_formula.py", "        x = np.log(scale)", "        x = np.log(scale", r"'\(' was never closed"),
        (
            "my_formula.py",
            "from relicfit.solver import Flag, ",
            "from relicfit.solvers import Flag, ",
            "No module named",
        ),
        ("my_formula.py", "SOLVED, FAILED = int(Status.OK)", "SOLVED, FAILED = int(Statu.OK)", "Statu"),
        ("my_limit.py", "    source = ", "    sauce = ", "lacks the text source"),
        ("my_limit.py", "    def evaluate(", "    def evaluat(", "does not define evaluate"),
        ("my_limit.py", "@dataclass(frozen=True)", "", "not a frozen dataclass"),
        ("my_formula.py", 'Observable("omega_h2"', 'Observabl("omega_h2"', "Observabl"),
    ],
)
def test_mistakes_name_the_file_and_the_line(folder, edit, file, old, new, message):
    path = edit(file, old, new)
    with pytest.raises(UserError, match=rf"{file}, line \d+: .*{message}") as caught:
        load_problem(path)
    if "class" not in str(caught.value):
        line = int(str(caught.value).split("line ")[1].split(":")[0])
        assert abs(line - line_of(folder / file, new)) <= 1


def test_an_error_while_solving_names_the_file_and_the_line(folder, edit):
    right, wrong = (
        "        return solve_rows(theta,",
        "        theta = theta[:, 2]\n        return solve_rows(theta,",
    )
    path = edit("my_formula.py", right, wrong)
    with pytest.raises(UserError, match=r"my_formula\.py, line \d+: .*IndexError"):
        load_problem(path)
    edit("my_formula.py", wrong, right)
    edit("my_limit.py", 'observables["mass"] / 100.0', 'observables["masse"] / 100.0')
    with pytest.raises(UserError, match=r"my_limit\.py, line \d+: gamma-ray-limit: KeyError"):
        load_problem(path)


def test_observables_of_the_wrong_shape_are_refused(folder, edit):
    path = edit(
        "my_formula.py", "np.full((theta.shape[0], 2), np.nan)", "np.full((theta.shape[0], 3), np.nan)"
    )
    with pytest.raises(UserError, match=r"shape \(2, 3\).*\(2, 2\)"):
        load_problem(path)


def test_a_file_that_is_not_there_is_named():
    content = {"scenario": "nowhere.py:Model", "likelihoods": {"relic-density": {}}}
    with pytest.raises(UserError, match=r"scenario: .*nowhere\.py cannot be read"):
        problem_from(content)
