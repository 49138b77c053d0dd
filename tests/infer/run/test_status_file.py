"""The live status says where a run stands and how it ended, and is whole at any time."""

import json

import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.results.folder import STATUS
from relicfit.infer.run import status_file as live
from relicfit.infer.run.execute import execute
from relicfit.infer.samplers import session
from relicfit.infer.samplers.ensemble.convergence import length_wanted
from relicfit.infer.samplers.ensemble.settings import EmceeSettings
from relicfit.infer.samplers.session import Interrupted
from relicfit.infer.samples.chains import Convergence
from relicfit.infer.target.posterior import PosteriorError


@pytest.fixture
def recorded(monkeypatch):
    """Record every status that is written, without waiting between them."""
    monkeypatch.setattr(live, "SECONDS_BETWEEN_WRITES", 0.0)
    monkeypatch.setattr(session, "SECONDS_BETWEEN_REPORTS", 0.0)
    found = []
    real = live.write_text

    def write(path, text):
        found.append(json.loads(text))
        real(path, text)

    monkeypatch.setattr(live, "write_text", write)
    return found


def test_a_nested_run_tells_its_evidence_and_its_end(run_file, tmp_path, recorded):
    result = execute(load_problem(run_file("dynesty")), tmp_path / "out", progress=False)
    assert recorded[0]["state"] == "running"
    assert recorded[0]["eta_seconds"] > 0.0
    middle = [item for item in recorded if item["stage"] == "nested sampling" and item["state"] == "running"]
    calls = [item["evaluations"] for item in middle]
    assert len(middle) > 50
    assert calls == sorted(calls)
    assert middle[-1]["log_evidence"] == pytest.approx(result.log_evidence, abs=0.7)
    assert 0.0 < middle[-1]["efficiency"] < 1.0
    assert middle[-1]["remaining_log_evidence"] < middle[10]["remaining_log_evidence"]
    final = json.loads((tmp_path / "out" / STATUS).read_text())
    assert final["state"] == "finished"


def test_chains_tell_their_convergence(run_file, tmp_path, recorded):
    result = execute(load_problem(run_file("emcee")), tmp_path / "out", progress=False)
    checked = [item for item in recorded if item.get("rhat") is not None]
    assert checked[-1]["rhat"] == pytest.approx(result.diagnostics["numbers"]["rhat"])
    assert recorded[-1]["state"] == "finished"


def test_a_run_whose_budget_is_spent_says_so(run_file, tmp_path, recorded):
    with pytest.raises(Interrupted):
        execute(load_problem(run_file("dynesty")), tmp_path / "out", progress=False, budget=0.0)
    assert recorded[-1]["state"] == "interrupted"
    assert "--resume" in recorded[-1]["message"]


def test_a_run_that_fails_says_why(run_file, tmp_path, recorded, monkeypatch):
    def fail(self, cube):
        raise PosteriorError("no such luck")

    monkeypatch.setattr("relicfit.infer.target.posterior.Posterior.on_cube", fail)
    with pytest.raises(PosteriorError):
        execute(load_problem(run_file("dynesty")), tmp_path / "out", progress=False)
    assert recorded[-1]["state"] == "failed"
    assert "no such luck" in recorded[-1]["message"]


def test_a_run_that_fails_after_sampling_is_not_left_running(run_file, tmp_path, recorded, monkeypatch):
    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr("relicfit.infer.run.execute.write_result", full)
    with pytest.raises(OSError, match="no space"):
        execute(load_problem(run_file("dynesty")), tmp_path / "out", progress=False)
    assert recorded[-1]["state"] == "failed"
    assert "no space left" in recorded[-1]["message"]


def test_chains_twice_too_short_by_either_measure_want_twice_the_length():
    settings = EmceeSettings(ess=400.0, autocorrelations=50.0)
    few_draws = Convergence(1000, 1.0, 200.0, 7.0, 0.3, ())
    few_times = Convergence(1000, 1.0, 4000.0, 28.0, 0.3, ())
    assert length_wanted(few_draws, settings) == pytest.approx(2.0)
    assert length_wanted(few_times, settings) == pytest.approx(2.0)
