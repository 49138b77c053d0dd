"""What an unfinished run has so far can be looked at, and the run goes on as if nobody had."""

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.results.folder import load
from relicfit.infer.run.execute import execute, so_far_of
from relicfit.infer.samplers import session as sessions
from relicfit.infer.samplers.session import BudgetSpent

SAMPLERS = {
    "dynesty": "live-points = 50\ndlogz = 0.5\nwalks = 10\nseed = 3",
    "nautilus": 'name = "nautilus"\nlive-points = 100\nbatch = 100\neffective-samples = 300\nneurons = 50\nseed = 3',
    "emcee": 'name = "emcee"\nwalkers = 16\nrhat = 1.1\ness = 60\nautocorrelations = 12\nmax-steps = 3000\nseed = 3',
}
# After so many looks at the clock the budget is spent.
TICKS = {"dynesty": 200, "nautilus": 8, "emcee": 3}


@pytest.fixture
def stopped(monkeypatch):
    """Stop a run after a number of looks at the clock."""

    def stop(file, ticks):
        real, count = sessions.Session.tick, [0]

        def tick(self, *arguments, **options):
            count[0] += 1
            if count[0] == ticks:
                self.deadline = 0.0
            real(self, *arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(sessions.Session, "tick", tick)
            with pytest.raises(BudgetSpent):
                execute(load_problem(file), file.with_suffix(""), progress=False)

    return stop


# One of them in the fast tests.
EACH = [pytest.param(name, marks=() if name == "nautilus" else pytest.mark.slow) for name in SAMPLERS]


@pytest.mark.parametrize("sampler", EACH)
def test_an_unfinished_run_is_shown_and_goes_on_as_if_nobody_had_looked(sampler, run_file, stopped):
    whole = execute(
        load_problem(run_file(SAMPLERS[sampler], "whole.toml")),
        run_file("emcee").with_name("whole"),
        progress=False,
    )
    file = run_file(SAMPLERS[sampler], "parts.toml")
    stopped(file, TICKS[sampler])
    before = {path: path.read_bytes() for path in file.with_suffix("").rglob("*") if path.is_file()}
    found = relicfit.run(file, so_far=True, progress=False)
    assert {path: path.read_bytes() for path in file.with_suffix("").rglob("*") if path.is_file()} == before
    assert found.directory.name == "parts-so-far"
    assert "the run goes on or was stopped" in str(load(found.directory))
    draws = found.posterior["mass"].to_numpy()
    assert np.isfinite(draws).all()
    assert draws.min() >= 0.1
    again = execute(load_problem(file), file.with_suffix(""), resume=True, progress=False)
    assert np.array_equal(again.posterior["mass"].to_numpy(), whole.posterior["mass"].to_numpy())


def test_without_a_saved_state_there_is_nothing_to_show(run_file):
    file = run_file("dynesty")
    with pytest.raises(UserError, match="nothing to show yet"):
        so_far_of(load_problem(file), file.with_suffix(""))
