"""A run with nautilus in a session: it stops when told, gives up on thin sheets, and is judged in plain words."""

import time

import numpy as np
import pytest

from relicfit.infer.samplers.nautilus import sampling
from relicfit.infer.samplers.nautilus.patience import LONGEST_EXPLORATION, SMALLEST_YIELD, WINDOW, Patience
from relicfit.infer.samplers.nautilus.sampling import run_nautilus
from relicfit.infer.samplers.nautilus.settings import NautilusSettings
from relicfit.infer.samplers.session import BudgetSpent, Session, StartError
from relicfit.infer.storage.checkpoint import Checkpoint

from . import toys

QUICK = NautilusSettings(live_points=100, batch=64, effective_samples=200, networks=0, seed=2)


def session_in(folder, **options):
    checkpoint = Checkpoint(folder)
    if not checkpoint.exists:
        checkpoint.create({})
    return Session(checkpoint, **options)


def same(first, second):
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for name in ("cube", "log_weight", "blobs", "log_evidence", "calls")
    )


def test_a_deadline_within_a_batch_is_kept_and_the_run_goes_on_to_the_same_bits(tmp_path):
    whole = run_nautilus(toys.banana(2, thin=0.03), QUICK, session_in(tmp_path / "whole"))
    asked = []

    def slow():
        target = toys.banana(2, thin=0.03)
        solve = target.function

        def function(cube):
            asked.append(len(cube))
            time.sleep(0.002)
            return solve(cube)

        target.function = function
        return target

    lives = 0
    while True:
        target = slow()
        session = session_in(tmp_path / "parts", deadline=time.monotonic() + 0.3, interval=0.05)
        try:
            found = run_nautilus(target, QUICK, session)
            break
        except BudgetSpent:
            lives += 1
            assert target.calls < whole.calls
        if lives == 4:
            found = run_nautilus(slow(), QUICK, session_in(tmp_path / "parts"))
            break
    assert lives >= 1
    assert same(found, whole)
    assert sum(asked) == whole.calls


def test_a_limit_of_calls_ends_the_run_and_more_calls_continue_it(tmp_path):
    limited = QUICK.model_copy(update={"max_calls": 1500})
    short = run_nautilus(toys.gaussian(3), limited, session_in(tmp_path))
    assert not short.finished
    assert 1500 <= short.calls < 1500 + QUICK.batch
    found = run_nautilus(toys.gaussian(3), QUICK, session_in(tmp_path))
    assert found.finished
    assert same(found, run_nautilus(toys.gaussian(3), QUICK, session_in(tmp_path / "whole")))


def test_a_prior_without_finite_likelihoods_is_refused_with_the_reasons(tmp_path, monkeypatch):
    target = toys.Toy(2, lambda u: np.full(len(u), -np.inf), 0.0)
    target.rejected["closed channel"] = 7
    settings = QUICK.model_copy(update={"batch": 16})
    monkeypatch.setattr(sampling, "START_BATCHES", 40)
    with pytest.raises(StartError, match="7 points: closed channel"):
        run_nautilus(target, settings, session_in(tmp_path))
    assert target.calls == 16 * 40


class Run:
    """Stands for a run that gives effective samples at a rate."""

    def __init__(self, rate):
        self.rate, self.calls, self.explored = rate, 10_000, True

    @property
    def effective(self):
        return self.rate * (self.calls - 10_000)


@pytest.mark.parametrize(("rate", "over"), [(0.3 * SMALLEST_YIELD, True), (3.0 * SMALLEST_YIELD, False)])
def test_patience_ends_where_calls_give_no_samples(rate, over):
    patience, run = Patience(NautilusSettings()), Run(rate)
    seen = []
    for _ in range(2 * WINDOW):
        run.calls += 512
        seen.append(patience.is_over(run))
    assert any(seen) == over
    assert not any(seen[: WINDOW - 1])


def test_patience_survives_one_heavy_sample():
    patience, run = Patience(NautilusSettings()), Run(0.3)
    for number in range(3 * WINDOW):
        run.calls += 512
        if number == WINDOW:
            run.rate = 0.1
        assert not patience.is_over(run)


def test_an_exploration_without_end_is_given_up_and_renewed_by_whoever_resumes():
    settings = NautilusSettings(live_points=100)
    patience, run = Patience(settings), Run(0.0)
    run.explored, run.calls = False, 100 * LONGEST_EXPLORATION - 1
    assert not patience.is_over(run)
    run.calls += 1
    assert patience.is_over(run)
    patience.renew(run)
    assert not Patience(settings, patience.state).is_over(run)
