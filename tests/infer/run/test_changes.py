"""A run goes on only where it still is the same run: what has changed is named, and kept where it is accepted."""

import json

import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.samplers.session import BudgetSpent
from relicfit.infer.storage.atomic import MARK


def stopped(file, **settings):
    """Begin a run that has saved its state and was stopped."""
    with pytest.raises(BudgetSpent):
        relicfit.run(file, budget=0.0, progress=False, **settings)
    return file.with_suffix("")


def again(file, **how):
    return relicfit.run(file, resume=True, progress=False, **how)


def test_a_repaired_file_goes_on_where_that_is_accepted_and_the_result_says_so(own_files):
    file = own_files()
    stopped(file)
    text = file.with_name("own.py").read_text()
    file.with_name("own.py").write_text(text.replace("100.0 - 3.0", "100.0 - 3.5"))
    with pytest.raises(UserError, match=r"sources\.own\.py: was .*--accept-changes"):
        again(file)
    result = again(file, accept_changes=True)
    (remark,) = [text for text in result.diagnostics["remarks"] if "changed sources" in text]
    assert "sources.own.py: was" in remark
    assert "ln L was" in remark
    assert "3.5" in result.run_file


def test_another_prior_is_another_run_whatever_is_accepted(own_files):
    file = own_files()
    stopped(file)
    file.write_text(file.read_text().replace("[10, 1000]", "[10, 900]"))
    with pytest.raises(UserError, match=r"parameters\.mass: was") as caught:
        again(file, accept_changes=True)
    assert "--accept-changes" not in str(caught.value)


@pytest.mark.parametrize(
    "sampler",
    [
        "",
        'name = "emcee"\nwalkers = 8\n',
        'name = "nautilus"\nlive-points = 100\nbatch = 100\neffective-samples = 200\nneurons = 50\n',
    ],
)
def test_another_answer_for_a_saved_point_is_refused_with_both_numbers(own_files, monkeypatch, sampler):
    # What no digest sees: the likelihood reads the environment.
    change = ("/ 100.0 - 3.0", '/ 100.0 - float(__import__("os").environ["CENTRE"])')
    file = own_files(change)
    if sampler:
        file.write_text(file.read_text().replace("live-points = 50\ndlogz = 0.5\nwalks = 10\n", sampler))
    monkeypatch.setenv("CENTRE", "3")
    directory = stopped(file)
    monkeypatch.setenv("CENTRE", "3.1")
    before = {path.name: path.read_bytes() for path in (directory / "checkpoint").iterdir()}
    with pytest.raises(UserError, match=r"ln L was -?\d\S* and is -?\d\S* at mass = \d"):
        again(file)
    assert {path.name: path.read_bytes() for path in (directory / "checkpoint").iterdir()} == before
    monkeypatch.setenv("CENTRE", "3")
    assert not any("changed" in text for text in again(file).diagnostics["remarks"])


def test_a_run_that_was_killed_before_it_began_begins(own_files):
    file = own_files()
    checkpoint = file.with_suffix("") / "checkpoint"
    checkpoint.mkdir(parents=True)
    (checkpoint / f".header.x{MARK}.json").write_text("{")
    (checkpoint.parent / ".relicfit-lock-x").write_text("{")
    assert again(file).posterior["mass"].size > 10
    assert json.loads((checkpoint.parent / "status.json").read_text())["state"] == "finished"


def test_what_fails_while_a_model_is_looked_at_is_a_sentence_with_file_and_line(own_files):
    file = own_files(
        ("    def solve(self", "    def check(self, theta):\n        return 1 / 0\n\n    def solve(self"),
    )
    with pytest.raises(UserError, match=r"own\.py, line \d+: own: ZeroDivisionError.*at mass = "):
        relicfit.run(file, progress=False)
    assert not file.with_suffix("").exists()
