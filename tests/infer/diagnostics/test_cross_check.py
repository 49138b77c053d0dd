"""Two samplers on one problem: equal posteriors agree, different ones are accused, both side by side in words."""

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.diagnostics.cross_check import (
    FALSE_ALARM,
    cross_check,
    cross_check_text,
    two_sample_p_value,
    with_cross_check,
)
from relicfit.infer.diagnostics.verdict import Diagnostics
from relicfit.infer.problem.problem import load_problem


def verdict(sampler, log_evidence=None, error=None, size=1000.0, converged=True):
    numbers = {"sampler": sampler, "effective_sample_size": size}
    if log_evidence is not None:
        numbers |= {"log_evidence": log_evidence, "log_evidence_error": error}
    return Diagnostics(converged, [], [], numbers)


def compared(shift=0.0, second=None):
    rng = np.random.default_rng(3)
    theta = rng.normal(size=(1000, 2)), np.add(rng.normal(size=(1000, 2)), [0.0, shift])
    first = verdict("one", -3.0, 0.1)
    return first, cross_check(("a", "b"), theta, (first, second or verdict("other", -3.1, 0.1)))


def test_equal_posteriors_agree():
    first, found = compared()
    assert found.agrees
    assert found.pull == pytest.approx(-0.1 / np.hypot(0.1, 0.1))
    assert with_cross_check(first, found).converged


@pytest.mark.parametrize(
    ("shift", "second", "word"),
    [(0.4, None, "of b"), (0.0, verdict("other", -4.0, 0.1), "7.1 quoted errors")],
)
def test_another_posterior_or_evidence_is_accused(shift, second, word):
    first, found = compared(shift, second)
    judged = with_cross_check(first, found)
    assert not judged.converged
    assert "other finds another posterior" in judged.problems[0]
    assert word in judged.problems[0]


def test_a_second_run_that_has_not_converged_settles_nothing():
    first, found = compared(0.4, verdict("other", -4.0, 0.1, converged=False))
    judged = with_cross_check(first, found)
    assert judged.converged
    assert "settles nothing" in judged.remarks[0]


def test_p_values_count_effective_draws():
    rng = np.random.default_rng(5)
    # Every value stands ten times: the test must not take a tenth of the draws for all.
    p_values = [
        two_sample_p_value(np.repeat(rng.normal(size=200), 10), rng.normal(size=2000), 200.0, 2000.0)
        for _ in range(300)
    ]
    # Of 300 pairs 15 +- 3.8 lie below 0.05; beyond 32 once in 100,000.
    assert np.sum(np.array(p_values) < 0.05) <= 32
    assert np.sum(np.array(p_values) < FALSE_ALARM) <= 3


def test_the_table_names_both(finished_check):
    text = str(finished_check)
    for word in ("cross-check", "dynesty", "emcee", "median of mass", "median of coupling"):
        assert word in text
    content = finished_check.diagnostics["cross_check"]
    assert content["agrees"]
    assert cross_check_text(content)[0].split() == ["cross-check", "dynesty", "emcee", "p"]


@pytest.fixture(scope="module")
def finished_check(tmp_path_factory, small_run_file):
    path = tmp_path_factory.mktemp("check") / "check.toml"
    sampler = 'name = "dynesty"\nlive-points = 60\ndlogz = 0.3\nwalks = 12\nseed = 3\ncross-check = "emcee"'
    path.write_text(small_run_file.format(sampler=sampler))
    return relicfit.run(path, progress=False)


@pytest.mark.parametrize("name", ["dynesty", "emce"])
def test_only_another_sampler_can_check(run_file, name):
    file = run_file(f'name = "dynesty"\ncross-check = "{name}"')
    with pytest.raises(UserError, match=r"sampler\.cross-check: unknown other sampler .*emcee"):
        load_problem(file)
