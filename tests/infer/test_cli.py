"""The command line as a person meets it."""

import io
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import pytest

from relicfit.infer.cli import main

PROJECT = Path(__file__).resolve().parents[2]


def relicfit(*arguments):
    """Run a command as the shell does, in this process: words, exit code, what is printed."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["relicfit", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ('scenario = "thermal-freeze-uot"\n', "Did you mean thermal-freeze-out?"),
        ("scenario = [\n", "not valid TOML"),
    ],
)
def test_mistake_ends_in_one_paragraph_and_exit_code_two(content, part, tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(content)
    done = relicfit("run", path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(path) in done.stderr.replace("\n  ", "")
    assert part in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == [path]


# One fresh process for all: what is light stays out of it, word after word.
LIGHT = """
import io, sys
from contextlib import redirect_stdout
from relicfit.infer.cli import main
for words, code in {words!r}:
    sys.argv = ["relicfit", *words]
    shown = io.StringIO()
    try:
        with redirect_stdout(shown):
            main()
    except SystemExit as end:
        assert (end.code or 0) == code, words
    assert shown.getvalue().strip() or code, words
    heavy = {{"numba", "arviz", "matplotlib", "dynesty", "emcee", "scipy"}} & set(sys.modules)
    assert not heavy, (words, heavy)
"""


def test_words_and_mistakes_are_answered_without_heavy_imports(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('scenario = "thermal-freeze-out"\n[parameters]\nmass = -1\n')
    answered = (
        "--help", "--version", "explain", "explain thermal-freeze-in", "explain relic-density", "explain mass",
        "explain loguniform", "explain dynesty", "new lepton-pion",
    )  # fmt: skip
    words = [(line.split(), 0) for line in answered] + [(["run", str(path)], 2)]
    code = LIGHT.format(words=words)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "mass" in done.stderr


def test_the_program_hands_its_exit_code_and_its_words_to_the_shell(tmp_path):
    code = "from relicfit.infer.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "explain", "relic-densty"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Did you mean relic-density?" in done.stderr


def test_explain_gives_units_sources_and_the_nearest_match():
    card = relicfit("explain", "relic-density").stdout
    assert "arXiv:1807.06209" in card
    assert "theory-error" in card
    scenario = relicfit("explain", "thermal-freeze-out").stdout
    assert "mass [GeV]" in scenario
    assert "2111.14808" in scenario
    wrong = relicfit("explain", "relic-densty")
    assert wrong.returncode == 2
    assert "Did you mean relic-density?" in wrong.stderr


def test_point_prints_everything_and_draws_the_evolution(tmp_path):
    picture = tmp_path / "evolution.png"
    done = relicfit(
        "point", "thermal-freeze-out", "--set", "mass=0.1", "--set", "delta=0.4", "--set", "coupling=2.5553e-7",
        "--plot", "--out", picture,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "omega_h2" in done.stdout
    assert "status: solved" in done.stdout
    assert "flags: none" in done.stdout
    assert picture.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "runs/quickstart.toml", "--over", "mass", "--points", "3"],
        ["choices", "runs/quickstart.toml"],
        ["figure", "thermal-1"],
        ["calibrate", "runs/quickstart.toml", "-n", "16"],
        ["run", "runs/quickstart.toml"],
        ["compare", "runs/compare-production.toml"],
        ["point", "runs/quickstart.toml", "--plot"],
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_a_file_in_the_way_of_a_folder_is_named_before_anything_is_computed(words, below, tmp_path):
    there = tmp_path / "there"
    there.write_text("kept")
    out = there / "folder" if below else there
    if words[0] == "point":
        out = there / "picture.png"
    done = relicfit(words[0], PROJECT / words[1] if "/" in words[1] else words[1], *words[2:], "--out", out)
    assert done.returncode == 2
    assert "a file is in the way" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert there.read_text() == "kept"


@pytest.mark.parametrize(("name", "found"), [("picture", "no suffix"), ("picture.xyz", "the suffix '.xyz'")])
def test_a_picture_without_a_format_is_refused(name, found, tmp_path):
    done = relicfit("point", PROJECT / "runs/quickstart.toml", "--plot", "--out", tmp_path / name)
    assert done.returncode == 2
    assert f"found {found}; allowed: .pdf, .png" in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_point_names_what_is_missing():
    done = relicfit("point", "thermal-freeze-out", "--set", "mass=1")
    assert done.returncode == 2
    assert "parameters.delta: missing" in done.stderr
    assert "parameters.coupling: missing" in done.stderr


def test_run_prints_summary_and_paths(run_file, tmp_path):
    done = relicfit("run", run_file("dynesty"), "--out", tmp_path / "out")
    # Fifty live points are too few for the effective size that is asked for: done, but not converged.
    assert done.returncode == 4, done.stderr
    assert "NOT CONVERGED" in done.stdout
    for part in ("ln Z =", "mass [GeV]", "converged", "posterior.nc", "corner.png"):
        assert part.lower() in done.stdout.lower()
    again = relicfit("run", run_file("dynesty"), "--out", tmp_path / "out")
    assert again.returncode == 2
    assert "holds a finished run already" in " ".join(again.stderr.split())


def test_a_converged_run_ends_with_zero(run_file, tmp_path):
    enough = "live-points = 400\ndlogz = 0.1\nwalks = 15\nseed = 3"
    done = relicfit("run", run_file(enough), "--out", tmp_path / "out")
    assert (done.returncode, "NOT CONVERGED" in done.stdout) == (0, False), done.stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("relicfit co", "compare"),
        ("relicfit run --cross", "--cross-check"),
        ("relicfit figure thermal-", "thermal-7"),
        ("relicfit explain logu", "loguniform"),
        ("relicfit new lepton", "lepton-pion"),
    ],
)
def test_a_shell_completes_commands_options_and_names(line, offered):
    words = {
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
        "_RELICFIT_COMPLETE": "complete_bash",
    }
    found = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['relicfit']; from relicfit.infer.cli import main; main()"],
        env=os.environ | words, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert offered in found.stdout.split(), found.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_completion_that_is_shown_is_accepted_by_the_shell():
    shown = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['relicfit']; from relicfit.infer.cli import main; main()"],
        env=os.environ | {"_RELICFIT_COMPLETE": "source_bash"}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    loaded = subprocess.run(
        ["bash", "-c", f"{shown}\ncomplete -p relicfit"], capture_output=True, text=True, check=True
    )
    assert "_relicfit_completion" in loaded.stdout


def test_exit_codes_stand_in_the_help():
    shown = " ".join(relicfit("--help").stdout.split())
    for code in ("2 a mistake", "3 the budget", "4 done but not converged", "130 stopped"):
        assert code in shown


def test_report_and_cite_take_many_folders_and_tell_what_is_wrong_with_each(run_file, tmp_path):
    for name in "ab":
        relicfit("run", run_file("dynesty"), "--out", tmp_path / name)
    (tmp_path / "nothing").mkdir()
    folders = [tmp_path / name for name in ("a", "nothing", "b")]
    for command in ("report", "cite"):
        done = relicfit(command, *folders)
        assert done.returncode == 2
        assert " ".join(done.stderr.split()).count("no finished run here") == 1
        assert done.stdout.count("report.html" if command == "report" else "{dynesty,") == 2


def test_resume_and_overwrite_exclude_each_other(run_file):
    done = relicfit("run", run_file("dynesty"), "--resume", "--overwrite")
    assert done.returncode == 2
    assert "exclude each other" in done.stderr


def test_the_help_names_every_command():
    shown = relicfit("--help").stdout
    for name in ("run", "point", "scan", "bestfit", "compare", "calibrate", "report", "status", "figure",
                 "explain", "new", "cite"):  # fmt: skip
        assert f"\n  {name} " in shown


def test_a_new_file_goes_through_a_pipe_and_is_evaluated(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(relicfit("new", "thermal-freeze-out").stdout)
    done = relicfit("point", path, "--set", "densities=nr", "--set", "seed=3")
    assert done.returncode == 0, done.stderr
    assert "relic-density" in done.stdout


def test_status_lists_runs_and_refuses_other_folders(run_file, tmp_path):
    stopped = relicfit("run", run_file("dynesty"), "--out", tmp_path / "runs" / "a", "--budget", "0")
    assert stopped.returncode == 3
    assert "--resume" in stopped.stderr
    shown = relicfit("status", tmp_path / "runs").stdout
    assert "interrupted" in shown
    wrong = relicfit("status", tmp_path)
    assert wrong.returncode == 2
    assert "no run here" in " ".join(wrong.stderr.split())


def test_scan_and_compare_write_files_and_print_tables(run_file, tmp_path):
    done = relicfit("scan", run_file("dynesty"), "--over", "mass", "--points", "3", "--out", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    assert "largest log-likelihood" in done.stdout
    assert done.stdout.count("Written: ") == 3
    for name in "ab":
        assert relicfit("run", run_file("dynesty"), "--out", tmp_path / name).returncode == 4
    words = ("compare", tmp_path / "a", tmp_path / "b", "--no-sensitivity", "--odds", "1:3")
    done = relicfit(*words, "--out", tmp_path / "c")
    # Both runs are too short to converge, and so is what compares them.
    assert done.returncode == 4, done.stderr
    assert "probabilities for prior odds a 1, b 3" in done.stdout
    assert (tmp_path / "c" / "comparison.csv").exists()
