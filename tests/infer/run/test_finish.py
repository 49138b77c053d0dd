"""A run with a finish: independent draws, a second evidence, and the same bits after an interruption."""

import numpy as np
import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run import execute as running
from relicfit.infer.samplers.session import BudgetSpent

CHAINS = 'name = "emcee"\nwalkers = 16\nrhat = 1.1\ness = 60\nautocorrelations = 12\nseed = 3\nfinish = 1000'
NESTED = 'name = "dynesty"\nlive-points = 100\ndlogz = 0.1\nwalks = 15\nseed = 3\nfinish = 1000'


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr(running, "_draw_corner", lambda *arguments: None)


def start(file, **options):
    return running.execute(load_problem(file), file.with_suffix(""), progress=False, **options)


def test_chains_are_finished_with_independent_draws_and_an_evidence(run_file):
    chains = start(run_file(CHAINS, name="chains.toml"))
    nested = start(run_file(NESTED, name="nested.toml"))
    numbers = chains.diagnostics["numbers"]
    assert numbers["effective_sample_size"] >= 1000
    assert numbers["log_evidence"] == numbers["finish_log_evidence"]
    assert nested.converged, nested.diagnostics["problems"]
    other = nested.diagnostics["numbers"]
    # Two importance estimates of one number; a false alarm in 16000 pairs.
    error = np.hypot(numbers["finish_log_evidence_error"], other["finish_log_evidence_error"])
    assert abs(numbers["finish_log_evidence"] - other["finish_log_evidence"]) < 4.0 * error
    assert "finished with" in " ".join(chains.diagnostics["course"])


def test_an_interrupted_finish_goes_on_to_the_same_draws(run_file, monkeypatch):
    whole = start(run_file(CHAINS, name="whole.toml"))
    file = run_file(CHAINS, name="parts.toml")
    evaluations = running.sample.__globals__["finish"].__globals__["Evaluations"]

    class Stopping(evaluations):
        def answer(self, first, cube):
            # The deadline passes while the first proposals are evaluated.
            self.look.__self__.session.deadline = 0.0
            return super().answer(first, cube)

    with monkeypatch.context() as patch:
        patch.setitem(running.sample.__globals__["finish"].__globals__, "Evaluations", Stopping)
        with pytest.raises(BudgetSpent):
            start(file)
    assert (file.with_suffix("") / "checkpoint-finish" / "state").exists()
    parts = start(file, resume=True)
    assert np.array_equal(parts.posterior["mass"], whole.posterior["mass"])
    assert parts.diagnostics["numbers"] == whole.diagnostics["numbers"]
    assert not (file.with_suffix("") / "checkpoint-finish").exists()
