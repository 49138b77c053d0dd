"""A result folder says who wrote it, and folders of earlier versions can be read."""

import json
import shutil
from pathlib import Path

import pytest

from relicfit.errors import UserError
from relicfit.infer.cite import bibtex
from relicfit.infer.comparison.evidences import compare_results
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.report.run_page import run_report
from relicfit.infer.results.folder import OWN_FILES, load
from relicfit.infer.results.manifest import FORMAT, Manifest
from relicfit.infer.run.execute import execute

# A run of 20 live points as version 0.1.0 wrote it, without the page.
OLD = Path(__file__).with_name("data") / "version-0.1.0"


@pytest.fixture
def old(tmp_path):
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def test_a_folder_of_version_0_1_0_is_read_whole():
    found = load(OLD)
    assert found.manifest.format == 1
    assert found.manifest.written_by == "relicfit 0.1.0"
    assert found.log_evidence == pytest.approx(-3.543, abs=1e-3)
    assert found.problem.prior.sampled == ("mass", "coupling")
    assert found.summary["mass"]["unit"] == "GeV"
    draws = found.posterior["mass"].to_numpy()
    assert draws.mean() == pytest.approx(found.summary["mass"]["mean"], rel=1e-6)
    assert "NOT CONVERGED" in str(found)
    assert "start small-run" in found.log
    assert "report.html" not in found.files


def test_a_folder_of_version_0_1_0_is_reported_cited_and_compared(old):
    found = load(old)
    assert "<h2>The answer</h2>" in run_report(found)
    assert "{dynesty," in bibtex(found.problem)
    other = shutil.copytree(old, old.with_name("other"))
    assert compare_results([old, other], sensitivity=False).members[1].log_bayes == 0.0


def test_what_this_version_no_longer_understands_names_the_version_that_wrote_it(old):
    text = (old / "run.toml").read_text()
    (old / "run.toml").write_text(
        text.replace("[sampler]", '[sampler]\nmeasured = { relic-density = "mass" }')
    )
    with pytest.raises(
        UserError, match=r"run\.toml: written by relicfit 0\.1\.0, this is .*sampler\.measured"
    ):
        _ = load(old).problem


def test_a_folder_of_a_later_form_is_refused_with_its_version(old):
    later = {"format": FORMAT + 1, "versions": {"relicfit": "9.1"}, "revision": "", "files": {}, "more": 1}
    (old / "manifest.json").write_text(json.dumps(later))
    with pytest.raises(UserError, match=r"written by relicfit 9\.1"):
        load(old)


@pytest.mark.parametrize("name", ["diagnostics.json", "manifest.json", "run.toml", "summary.txt"])
def test_a_damaged_file_is_named(old, name):
    (old / name).write_bytes(b"\xff cut short")
    with pytest.raises(UserError, match=rf"{name}: missing or damaged"):
        _ = load(old), load(old).problem, str(load(old))


def test_a_new_folder_says_what_is_in_it(run_file, tmp_path):
    result = execute(load_problem(run_file("dynesty")), tmp_path / "out", progress=False)
    found = load(tmp_path / "out")
    assert found.manifest.format == FORMAT
    assert found.manifest.versions["numpy"]
    assert set(found.files) <= set(OWN_FILES)
    assert set(found.files) - {"manifest.json"} <= set(found.manifest.files)
    assert Manifest.from_json(found.manifest.as_json()) == found.manifest
    assert found.problem.content == result.problem.content
    assert load(found) is found
    # Without its manifest the folder is one of the first form.
    (tmp_path / "out" / "manifest.json").unlink()
    assert load(tmp_path / "out").manifest.versions == found.manifest.versions
