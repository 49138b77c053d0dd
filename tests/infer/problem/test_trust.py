"""Sources of others do not run before somebody has said so; what needs no running works without."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import relicfit
from relicfit.infer import cli
from relicfit.infer.execution.workers import model_of
from relicfit.infer.problem import trust
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.problem.trust import UntrustedSources
from relicfit.infer.problem.user_files import UserFiles
from relicfit.infer.run.execute import execute

RUNS = Path(__file__).resolve().parents[3] / "runs"
QUICK = [("live-points", 40), ("dlogz", 0.5), ("walks", 8)]


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The folder of a run with files of a user's own."""
    place = tmp_path_factory.mktemp("theirs")
    for name in ("my_formula.py", "my_limit.py", "my-formula.toml"):
        shutil.copy(RUNS / name, place)
    execute(load_problem(place / "my-formula.toml", QUICK), place / "out", progress=False)
    return place / "out"


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """Make this a machine on which nothing has run yet."""
    monkeypatch.setenv("RELICFIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(trust, "_known", set())
    monkeypatch.setattr(trust, "_everything", False)
    model_of.cache_clear()


@pytest.fixture
def watched(monkeypatch):
    """Tell whether a source is about to run."""
    run = []
    real = UserFiles._module
    monkeypatch.setattr(
        UserFiles, "_module", lambda self, file, key: (run.append(file), real(self, file, key))[1]
    )
    return run


def test_where_they_have_run_they_run_again(result, tmp_path, monkeypatch):
    assert relicfit.load(shutil.copytree(result, tmp_path / "copy")).problem.scenario.name


@pytest.mark.parametrize(
    "arguments",
    [
        ["report"],
        ["compare", "RESULT"],
        ["choices"],
        ["run", "--resume"],
        ["point"],
        ["scan", "--over", "mass"],
    ],
)
def test_commands_show_them_and_ask(result, elsewhere, watched, arguments, capsys, monkeypatch):
    command, *more = arguments
    given = result / "run.toml" if command in {"run", "point", "scan"} else result
    words = [str(result) if word == "RESULT" else word for word in more]
    monkeypatch.setattr("sys.argv", ["relicfit", command, str(given), *words])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "my_formula.py (SHA-256 " in said
    assert "--trust" in said
    assert watched == []


def test_the_summary_and_what_to_cite_need_no_running(result, elsewhere, watched):
    found = relicfit.load(result)
    assert "ln Z" in str(found)
    assert found.log_evidence is not None
    text = str(relicfit.cite(result))
    assert "{dynesty," in text
    assert "my_formula.py:" in text
    assert watched == []


def test_with_trust_they_run_and_are_known_from_then_on(result, elsewhere, watched, monkeypatch):
    with pytest.raises(UntrustedSources):
        _ = relicfit.load(result).problem
    assert relicfit.load(result, trust=True).problem.scenario.name
    assert watched
    monkeypatch.setattr(trust, "_everything", False)
    monkeypatch.setattr(trust, "_known", set())
    assert relicfit.load(result).problem.scenario.name


def test_a_single_changed_letter_is_another_source(result, elsewhere, tmp_path):
    assert relicfit.load(result, trust=True).problem.scenario.name
    trust.trust_sources(False)
    content = relicfit.load(result).content
    trust.refuse_untrusted(content["sources"])
    name = next(iter(content["sources"]))
    with pytest.raises(UntrustedSources, match=rf"{name} \(SHA-256"):
        trust.refuse_untrusted(content["sources"] | {name: content["sources"][name] + " "})


COPY = """
import sys
from pathlib import Path
from relicfit.infer.problem.trust import trust_sources
from relicfit.infer.problem.user_files import UserFiles
trust_sources()
files = UserFiles(Path("nowhere"), {"mine.py": sys.argv[1]})
print(files._module("mine.py", "scenario").VALUE)
"""


def test_eight_processes_that_copy_a_file_at_once_into_a_cold_cache_all_read_it_whole(tmp_path):
    text = "VALUE = 7\n" + "# a long file\n" * 5000
    environment = os.environ | {"RELICFIT_CACHE_DIR": str(tmp_path / "cache")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", COPY, text],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=tmp_path,
        )
        for _ in range(8)
    ]
    assert [process.communicate()[0] for process in processes] == ["7\n"] * 8
    # No copy of a copy is left beside it, such as a temporary one.
    assert [path.read_text() for path in (tmp_path / "cache").rglob("*mine*.py")] == [text]
