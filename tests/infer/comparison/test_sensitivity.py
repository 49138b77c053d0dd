"""What a change of the prior does to an evidence, against quadrature and reruns."""

import math

import pytest

from relicfit.infer.comparison.sensitivity import prior_shifts, shift_from_rerun, with_variation
from relicfit.infer.run.execute import execute

# Every comparison of numbers allows this many errors: with a Gaussian error a false alarm in 16,000.
SIGMAS = 4.0


def test_prior_sensitivity_agrees_with_quadrature(one, flat, logarithmic):
    shifts = {(item.variation.parameter, item.variation.change): item for item in prior_shifts(one)}
    base = flat(0.02, 0.22)
    truth = {
        ("a", "halved"): flat(0.07, 0.17) - base,
        ("a", "doubled"): flat(0.0, 0.32) - base,
        ("a", "log-flat"): logarithmic(0.02, 0.22) - base,
        ("b", "halved"): 0.0,
        ("b", "log-flat"): 0.0,
    }
    for key, value in truth.items():
        assert shifts[key].method == "reweighted", key
        # Where the ratio of the priors is one number the error vanishes.
        assert abs(shifts[key].shift - value) < SIGMAS * shifts[key].error + 1e-4, key


def test_a_range_that_the_run_has_not_seen_needs_a_rerun(one, two):
    shifts = {(item.variation.parameter, item.variation.change): item for item in prior_shifts(one)}
    assert shifts["b", "doubled"].method == "needs a rerun"
    assert "outside the old range" in shifts["b", "doubled"].reason
    assert math.isnan(shifts["b", "doubled"].shift)
    # The middle half of 0.1 to 0.5 holds nothing of a posterior at 0.12.
    aside = {(item.variation.parameter, item.variation.change): item for item in prior_shifts(two)}
    assert aside["a", "halved"].method == "needs a rerun"
    assert "effective samples" in aside["a", "halved"].reason


@pytest.mark.slow
def test_prior_sensitivity_agrees_with_reruns(one):
    for item in prior_shifts(one):
        problem = with_variation(one.problem, item.variation)
        folder = one.directory.parent / f"again-{item.variation.parameter}-{item.variation.change}"
        sampled = shift_from_rerun(one, execute(problem, folder, progress=False), item.variation)
        if item.known:
            assert abs(item.shift - sampled.shift) < SIGMAS * math.hypot(item.error, sampled.error)
