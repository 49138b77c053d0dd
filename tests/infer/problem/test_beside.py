"""Tables and modules beside a user's file are part of it: they travel with results and are seen where they differ."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.comparison.evidences import different_data
from relicfit.infer.execution.workers import model_of, source_of
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.problem.provenance import fingerprint
from relicfit.infer.problem.toml import dump, parsed
from relicfit.infer.results.folder import load
from relicfit.infer.run.execute import execute
from relicfit.infer.target.posterior import Posterior

EVALUATE = 'return -0.5 * (observables["mass"] / 100.0 - 3.0) ** 2, {}'
# Read when the file is read, at the first call, and by a module beside it.
READS = {
    "at the top": (
        ("@dataclass(frozen=True)", "BEST = float(np.loadtxt(Path(__file__).parent / 'limit.csv'))\n\n\n"
         "@dataclass(frozen=True)"),
        (EVALUATE, 'return -0.5 * (observables["mass"] / 100.0 - BEST) ** 2, {}'),
    ),
    "at every call": (
        (EVALUATE, "best = float((Path(__file__).parent / 'limit.csv').read_text())\n        "
         'return -0.5 * (observables["mass"] / 100.0 - best) ** 2, {}'),
    ),
    "by a module": (
        ("import numpy as np", "import numpy as np\nimport limits_of_mine"),
        (EVALUATE, 'return -0.5 * (observables["mass"] / 100.0 - limits_of_mine.best()) ** 2, {}'),
    ),
    "by a module imported late": (
        (EVALUATE, "from limits_of_mine import best\n        "
         'return -0.5 * (observables["mass"] / 100.0 - best()) ** 2, {}'),
    ),
}  # fmt: skip
MODULE = """
from functools import lru_cache
from pathlib import Path


@lru_cache
def best():
    return float((Path(__file__).parent / "limit.csv").read_text())
"""


@pytest.fixture(params=READS)
def path(request, own_files):
    file = own_files(*READS[request.param])
    (file.parent / "limit.csv").write_text("3.0\n")
    (file.parent / "limits_of_mine.py").write_text(MODULE)
    return file


def at(problem, mass):
    return float(Posterior(problem).evaluate(np.array([[mass]])).log_likelihood[0])


def test_a_table_travels_with_the_resolved_run_file_and_outlives_its_folder(path):
    problem = load_problem(path)
    assert problem.content["files"] == {"limit.csv": "3.0\n"}
    assert at(problem, 500.0) == -2.0
    text = dump(problem.content)
    (path.parent / "limit.csv").write_text("30.0\n")
    again = problem_from(parsed(text), folder=path.parent)
    assert at(again, 300.0) == 0.0
    shutil.rmtree(path.parent)
    again = problem_from(parsed(text))
    assert at(again, 300.0) == 0.0
    assert at(again, 500.0) == -2.0
    assert again.content == problem.content


def test_a_changed_table_is_another_run_also_in_the_same_process(path):
    before = load_problem(path)
    assert at(before, 300.0) == 0.0
    (path.parent / "limit.csv").write_text("2.0\n")
    after = load_problem(path)
    assert at(after, 300.0) == -0.5
    assert fingerprint(before)["files.limit.csv"] != fingerprint(after)["files.limit.csv"]


def test_workers_read_the_tables_of_the_run(path, tmp_path, monkeypatch):
    source = source_of(load_problem(path))
    shutil.rmtree(path.parent)
    monkeypatch.chdir(tmp_path)
    cube = (np.array([[300.0]]) - 10.0) / 990.0
    assert model_of(source).on_cube(cube)[0][0] == pytest.approx(0.0, abs=1e-12)


def test_a_result_with_a_table_is_loaded_and_a_changed_table_is_refused_on_resume(own_files, monkeypatch):
    file = own_files(*READS["at every call"])
    (file.parent / "limit.csv").write_text("3.0\n")
    problem = load_problem(file)
    result = execute(problem, file.parent / "out", progress=False)
    (file.parent / "limit.csv").write_text("4.0\n")
    assert at(load(result.directory).problem, 300.0) == 0.0
    with pytest.raises(UserError, match=r"files\.limit\.csv: was"):
        execute(load_problem(file), file.parent / "out", resume=True, progress=False)


class Finished:
    def __init__(self, problem):
        self.problem = problem


def test_comparisons_see_other_tables_and_other_modules(own_files):
    def finished(folder, table, module=MODULE):
        file = own_files(*READS["by a module"], folder=folder)
        (file.parent / "limit.csv").write_text(table)
        (file.parent / "limits_of_mine.py").write_text(module)
        return Finished(load_problem(file))

    same = {"one": finished("a", "3.0\n"), "two": finished("b", "3.0\n")}
    assert different_data(same) == []
    tables = different_data(same | {"two": finished("c", "0.3\n")})
    assert tables == ["the content of limit.csv, which stands beside a user's file, is not the same"]
    modules = different_data(same | {"two": finished("d", "3.0\n", MODULE.replace("float(", "100 * float("))})
    assert "limits_of_mine.py" in modules[0]


def test_two_folders_with_modules_of_one_name_do_not_meet(own_files):
    problems = []
    for folder, factor in (("a", 1.0), ("b", 2.0)):
        file = own_files(*READS["by a module imported late"], folder=folder)
        (file.parent / "limit.csv").write_text("3.0\n")
        (file.parent / "limits_of_mine.py").write_text(MODULE.replace("return ", f"return {factor} * "))
        problems.append(load_problem(file))
    assert [at(problem, 600.0) for problem in problems] == [-4.5, 0.0]


def test_a_table_that_is_no_text_travels_too(own_files):
    file = own_files((EVALUATE, "best = np.load(Path(__file__).parent / 'limit.npy')[0]\n        "
                                'return -0.5 * (observables["mass"] / 100.0 - best) ** 2, {}'))  # fmt: skip
    np.save(file.parent / "limit.npy", np.array([3.0]))
    content = parsed(dump(load_problem(file).content))
    shutil.rmtree(file.parent)
    assert at(problem_from(content), 300.0) == 0.0
    with pytest.raises(UserError, match=r"files\.limit\.npy: damaged"):
        problem_from(content | {"files": {"limit.npy": "base64:!"}})


def test_a_module_with_a_mistake_names_its_own_line(own_files):
    file = own_files(*READS["by a module"])
    (file.parent / "limits_of_mine.py").write_text("\n\n1 / 0\n")
    with pytest.raises(UserError, match=r"limits_of_mine\.py, line 3: ZeroDivisionError"):
        load_problem(file)


def test_names_that_climb_stay_inside_the_cache(own_files):
    content = load_problem(own_files()).content
    content = content | {"files": {"../../../escaped.csv": "1\n", "/tmp/absolute.csv": "2\n"}}
    problem_from(content)
    assert not Path("/tmp/absolute.csv").exists()
    assert not Path("../../../escaped.csv").exists()


PATH_OPTION = (
    (
        '    name = "limit"\n',
        '    name = "limit"\n    data: Annotated[Path, Field(description="limit")] = Path("no.csv")\n',
    ),
    ("import numpy as np", "import numpy as np\nfrom typing import Annotated\nfrom pydantic import Field"),
    (EVALUATE, 'return -0.5 * (observables["mass"] / 100.0 - float(self.data.read_text())) ** 2, {}'),
)  # fmt: skip


def test_an_option_names_a_table_as_seen_from_the_run_file(own_files, tmp_path, monkeypatch):
    file = own_files(*PATH_OPTION)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "limit.csv").write_text("3.0")
    monkeypatch.chdir(tmp_path)
    chosen = [("likelihoods.own.py:Limit", {"data": "../data/limit.csv"})]
    problem = load_problem(file, chosen)
    assert problem.content["likelihoods"]["own.py:Limit"] == {"data": "../data/limit.csv"}
    assert problem.content["files"] == {"../data/limit.csv": "3.0"}
    content = parsed(dump(problem.content))
    before = fingerprint(problem)
    (tmp_path / "data" / "limit.csv").write_text("4.0")
    assert at(load_problem(file, chosen), 400.0) == 0.0
    assert fingerprint(load_problem(file, chosen)) != before
    shutil.rmtree(tmp_path / "data")
    again = problem_from(content)
    assert at(again, 300.0) == 0.0
    assert again.content == problem.content


@pytest.mark.parametrize("value", ["nowhere.csv", "", 3, "a\0b", "."])
def test_an_option_that_names_no_file_says_so(own_files, value):
    with pytest.raises(UserError, match=r"likelihoods\.own\.py:Limit\.data: "):
        load_problem(own_files(*PATH_OPTION), [("likelihoods.own.py:Limit", {"data": value})])
