"""A sampler of a user's own, registered or in a file beside the run file, goes through every verb."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray

import relicfit
from relicfit.errors import UserError
from relicfit.infer.calibration.simulate import CalibrationSettings, simulate_one
from relicfit.infer.execution.workers import source_of
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.problem.provenance import fingerprint
from relicfit.infer.run.forecast import forecast
from relicfit.infer.samplers.session import BudgetSpent, Session
from relicfit.infer.storage.checkpoint import Checkpoint
from relicfit.infer.target.posterior import Posterior

HERE = Path(__file__).parent
REFERENCE = "toy_sampler.py:Toy"
# A mean of some thousand draws is off by more than four of its errors once in 16,000.
ALLOWED_SIGMA = 4.0
# How far a forecast of 400 draws may be off where the posterior is a thirtieth of the prior.
FORECAST_FACTOR = 3.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory, small_run_file):
    path = tmp_path_factory.mktemp("own-sampler")
    shutil.copy(HERE / "toy_sampler.py", path)
    (path / "own.toml").write_text(small_run_file.format(sampler=f'name = "{REFERENCE}"\nseed = 3'))
    (path / "registered.toml").write_text(small_run_file.format(sampler='name = "toy"\nseed = 3'))
    return path


@pytest.fixture(scope="module")
def result(folder):
    return relicfit.run(folder / "own.toml", progress=False)


def arrays(directory):
    with xarray.open_datatree(directory / "posterior.nc", engine="h5netcdf") as tree:
        return {
            f"{group}/{name}": values.values.copy()
            for group, node in tree.children.items()
            for name, values in node.data_vars.items()
        }


def assert_identical(one, other):
    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert np.array_equal(values, second[name], equal_nan=True), name


def test_evidence_of_a_gaussian_is_its_integral(known_toy, toy, tmp_path):
    width = 0.1
    target = toy(2, lambda cube: -0.5 * np.sum(((cube - 0.5) / width) ** 2, axis=1))
    settings = problem_from(
        {"scenario": "thermal-freeze-out", "sampler": {"name": "toy", "effective-draws": 2000}}
        | {"parameters": {"mass": 1, "delta": 0.5, "coupling": {"loguniform": [1e-8, 1e-3]}}},
        needs_data=False,
    )
    found = settings.sampler_class().sample(target, settings.sampler, Session(Checkpoint(tmp_path)))
    assert (
        abs(found.log_evidence - math.log(2 * math.pi * width**2)) < ALLOWED_SIGMA * found.log_evidence_error
    )
    assert found.log_evidence_error < 0.05


def test_a_run_ends_converged_with_its_numbers(result):
    assert result.converged
    assert result.log_evidence == pytest.approx(-3.8, abs=ALLOWED_SIGMA * result.log_evidence_error)
    numbers = result.diagnostics["numbers"]
    assert numbers["sampler"] == REFERENCE
    assert numbers["effective_sample_size"] >= 200
    assert numbers["likelihood_calls"] % 250 == 0
    assert result.posterior["mass"].size == pytest.approx(numbers["effective_sample_size"], abs=1)
    assert "ln Z = " in str(result)
    assert result.status["state"] == "finished"


def test_one_line_in_the_registry_gives_the_same_run(known_toy, folder, result):
    other = relicfit.run(folder / "registered.toml", progress=False)
    assert_identical(result.directory, other.directory)


def test_interrupted_and_resumed_equals_uninterrupted(folder, result):
    directory = folder / "broken"
    for resume in (False, True):
        with pytest.raises(BudgetSpent):
            relicfit.run(folder / "own.toml", out=directory, budget=0.0, resume=resume, progress=False)
    assert json.loads((directory / "status.json").read_text())["state"] == "interrupted"
    assert not (directory / "posterior.nc").exists()
    relicfit.run(folder / "own.toml", out=directory, resume=True, progress=False)
    assert_identical(result.directory, directory)
    assert result.diagnostics["rejected"] == relicfit.load(directory).diagnostics["rejected"]


def test_settings_are_overridden_by_name_and_checked(folder):
    path = folder / "own.toml"
    assert load_problem(path, [("effective_draws", 60)]).sampler.effective_draws == 60
    assert load_problem(path, [("sampler.effective-draws", 60)]).sampler.effective_draws == 60
    with pytest.raises(UserError, match="Did you mean effective-draws"):
        load_problem(path, [("efective-draws", 60)])
    with pytest.raises(UserError, match=r"sampler\.effective-draws: .*10 to 1000000"):
        load_problem(path, [("effective-draws", 1)])
    with pytest.raises(UserError, match="a setting of dynesty"):
        load_problem(path, [("live-points", 100)])


def test_too_few_draws_are_told_and_not_converged(folder, tmp_path):
    found = relicfit.run(folder / "own.toml", out=tmp_path / "short", max_batches=2, progress=False)
    assert not found.converged
    assert "raise sampler.max-batches" in str(found)


def test_report_says_how_it_was_sampled_and_fared(result):
    page = relicfit.report(result).read_text()
    assert "importance sampling from the prior" in page
    assert "draws from the prior have a likelihood" in page


def test_software_without_an_entry_is_quoted(result):
    text = str(relicfit.cite(result))
    assert "% toy-2026: no entry here" in text
    assert "arXiv:toy" not in text
    assert "pydantic " in text


def test_the_card_of_an_own_sampler_lists_its_settings(known_toy, folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name in ("toy", REFERENCE):
        card = str(relicfit.explain(name))
        assert "stop with this effective sample size" in card
    assert "Importance sampling from the prior" in str(relicfit.explain())


def test_forecast_asks_the_sampler(folder, result):
    expected = forecast(Posterior(load_problem(folder / "own.toml"))).evaluations
    spent = result.diagnostics["numbers"]["likelihood_calls"]
    assert spent / FORECAST_FACTOR < expected < spent * FORECAST_FACTOR


def test_evidences_are_compared_and_priors_varied(folder, result, tmp_path):
    other = relicfit.run(
        folder / "own.toml", out=tmp_path / "narrow", progress=False, coupling={"loguniform": [1e-7, 1e-4]}
    )
    found = relicfit.compare([result, other], out=tmp_path / "comparison")
    difference = other.log_evidence - result.log_evidence
    error = math.hypot(other.log_evidence_error, result.log_evidence_error)
    # Nearly all of the likelihood lies inside the narrow prior, of three decades out of five.
    assert abs(difference - math.log(5 / 3)) < ALLOWED_SIGMA * error
    assert "ln Z" in str(found)


def test_calibration_infers_with_the_own_sampler(folder):
    source = source_of(load_problem(folder / "own.toml"))
    ranks = simulate_one(source, 0, CalibrationSettings())
    assert ranks.keys() == {"mass", "coupling", "log_likelihood"}


def test_a_result_outlives_the_file_of_its_sampler(folder, result, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(result.directory, copy)
    problem = relicfit.load(copy).problem
    assert problem.sampler_class.__name__ == "Toy"
    assert problem.content["sources"][Path("toy_sampler.py").name] == (HERE / "toy_sampler.py").read_text()


def test_a_changed_file_is_another_run(folder, tmp_path):
    before = fingerprint(load_problem(folder / "own.toml"))
    text = (HERE / "toy_sampler.py").read_text()
    (tmp_path / "toy_sampler.py").write_text(text.replace("BATCH = 250", "BATCH = 251"))
    shutil.copy(folder / "own.toml", tmp_path)
    after = fingerprint(load_problem(tmp_path / "own.toml"))
    assert {key for key in before if before[key] != after[key]} == {"sources.toy_sampler.py"}


@pytest.mark.slow
def test_worker_processes_know_the_sampler_from_its_text(folder, result, tmp_path):
    found = relicfit.run(
        folder / "own.toml", out=tmp_path / "spread", executor="processes", workers=2, progress=False
    )
    assert_identical(result.directory, found.directory)


@pytest.mark.slow
def test_an_own_sampler_is_finished_and_checked_against_one_of_the_package(folder, tmp_path):
    found = relicfit.run(
        folder / "own.toml", out=tmp_path / "checked", finish=500, cross_check="dynesty", progress=False
    )
    assert found.converged
    assert found.diagnostics["numbers"]["effective_sample_size"] >= 500
    assert "cross-check" in str(found)


def test_an_unknown_sampler_is_answered_with_those_there_are(known_toy, folder):
    with pytest.raises(
        UserError, match=r"sampler\.name: unknown sampler 'toi'\. Did you mean toy\?"
    ) as caught:
        load_problem(folder / "own.toml", [("sampler.name", "toi")])
    for name in ("dynesty", "emcee", "toy"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    settings = ToySettings", "    setings = ToySettings", "lacks settings"),
        ("    title = ", "    titel = ", "lacks the text title"),
        ("    def forecast(", "    def forcast(", "does not define forecast"),
        ("SamplerSettings):", "SamplerSettings):\n    name: Literal['toy'] = 'toy'", "narrow the name"),
        ("BATCH = 250", "BATCH = 25O", "SyntaxError|invalid"),
    ],
)
def test_mistakes_in_a_sampler_name_the_file_and_the_line(folder, tmp_path, monkeypatch, old, new, message):
    text = (HERE / "toy_sampler.py").read_text()
    assert text.count(old) == 1
    text = text.replace(old, new).replace("import Annotated,", "import Annotated, Literal,")
    (tmp_path / "toy_sampler.py").write_text(text)
    shutil.copy(folder / "own.toml", tmp_path)
    with pytest.raises(UserError, match=rf"toy_sampler\.py, line \d+: .*({message})"):
        load_problem(tmp_path / "own.toml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=rf"toy_sampler\.py, line \d+: .*({message})"):
        relicfit.explain(REFERENCE)


def test_a_class_that_is_no_sampler_is_refused(folder):
    with pytest.raises(UserError, match=r"Known: Toy\. A sampler is .* relicfit\.infer\.samplers\.Sampler"):
        load_problem(folder / "own.toml", [("sampler.name", "toy_sampler.py:ToySettings")])
