"""The walk-through of CONTRIBUTING.md does what it says, and what it names is there."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from relicfit.infer.cli import main
from relicfit.infer.results.folder import load

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)[ ]*([\w.]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACEHOLDER = "NAME"
# Where the posterior of the abundance lies: Planck's value with 20 % of theory error.
OMEGA, OMEGA_ERROR = 0.12, 0.024
# A few hundred draws give a median to a tenth of the width; this allows for correlations of a walk.
SHARE_OF_WIDTH = 0.5


def blocks():
    return BLOCK.findall(TEXT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which everything of the walk-through has been written and run."""
    place = tmp_path_factory.mktemp("walk-through")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for _, name, text in (item for item in blocks() if item[1]):
            (place / name).write_text(text)
        for _, _, text in (item for item in blocks() if item[0] == "sh"):
            for line in text.splitlines():
                patch.setattr(sys, "argv", shlex.split(line))
                with pytest.raises(SystemExit) as end:
                    main()
                # 4: done, with fewer effective draws than are asked for.
                assert end.value.code in (None, 0, 4), line
    return place


def test_the_walk_through_has_a_file_for_each_contract():
    names = [name for _, name, _ in blocks() if name]
    assert names == ["superwimp.py", "superwimp.toml", "slow_enough.py", "metropolis.py"]
    assert all(
        line.startswith("relicfit ")
        for kind, _, text in blocks()
        if kind == "sh"
        for line in text.splitlines()
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["superwimp", "limited", "walked"])
def test_every_run_of_the_walk_through_converges_on_the_measured_abundance(folder, name):
    result = load(folder / name)
    # A hundred live points are few: that is the only thing that may be wrong.
    assert all("effective sample size" in text for text in result.diagnostics["problems"])
    omega = result.observables["omega_h2"]
    assert abs(float(omega.median()) - OMEGA) < SHARE_OF_WIDTH * OMEGA_ERROR
    assert result.path("report.html").exists()


@pytest.mark.slow
def test_the_own_limit_keeps_dark_matter_slow(folder):
    free, limited = (load(folder / name).observables["boost"] for name in ("superwimp", "limited"))
    assert float(free.quantile(0.95)) > 50.0
    assert float(limited.quantile(0.95)) < 5.0


def test_files_and_tests_that_the_page_names_exist():
    table = [line for line in TEXT.splitlines() if line.startswith("| ")]
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", TEXT)
    assert len(table) == 7
    assert len(named) > 20
    assert [name for name in named if PLACEHOLDER not in name and not (ROOT / name).exists()] == []
