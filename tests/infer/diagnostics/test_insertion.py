"""The insertion-index test: uniform for a correct sampler, small p-values for a biased one."""

import numpy as np
import pytest

from relicfit.infer.diagnostics.insertion import FALSE_ALARM, insertion_ranks, insertion_test
from relicfit.infer.samplers.nested.sampling import run_nested
from relicfit.infer.samplers.nested.settings import DynestySettings
from relicfit.infer.samplers.session import Session
from relicfit.infer.storage.checkpoint import Checkpoint


def ideal_run(rng, live=100, iterations=1500, draw=lambda u: u):
    """Nested sampling on the prior volume itself; ``draw`` places a new point, as a share of the contour's."""
    volume = rng.random(live)
    born_live = np.zeros(live, dtype=int)
    logl, born = [], []
    for t in range(1, iterations + 1):
        worst = int(np.argmax(volume))
        logl.append(-volume[worst])
        born.append(born_live[worst])
        volume[worst] *= draw(rng.random())
        born_live[worst] = t
    order = np.argsort(-volume)
    return np.concatenate([logl, -volume[order]]), np.concatenate([born, born_live[order]])


def test_p_values_of_correct_runs_keep_the_stated_false_alarm_rate():
    rng = np.random.default_rng(1)
    p_values = np.array([insertion_test(*ideal_run(rng, 50, 500)).p_value for _ in range(300)])
    # Of 300 runs 15 +- 3.8 lie below 0.05; beyond 30 once in 10,000.
    assert 3 <= np.sum(p_values < 0.05) <= 30
    assert np.sum(p_values < FALSE_ALARM) <= 3


BIASES = {
    "bound too small: the outer tenth is never drawn": lambda u: 0.9 * u,
    "mode left out: the inner tenth is never drawn": lambda u: 0.1 + 0.9 * u,
    "new points cling to the contour": lambda u: 1.0 - 0.5 * u,
}


@pytest.mark.parametrize("draw", BIASES.values(), ids=BIASES)
def test_a_biased_sampler_fails(draw):
    found = insertion_test(*ideal_run(np.random.default_rng(2), iterations=3000, draw=draw))
    assert not found.passed


def test_the_blind_spot_is_as_documented():
    found = insertion_test(*ideal_run(np.random.default_rng(2), draw=lambda u: u**1.3))
    assert found.passed


def test_a_bias_in_a_short_stretch_is_found():
    rng = np.random.default_rng(3)
    logl, born = ideal_run(rng, live=200, iterations=8000)
    assert insertion_test(logl, born).passed
    # The newcomers of 200 iterations land just above the contour.
    logl = logl.copy()
    for t in range(4001, 4201):
        logl[np.flatnonzero(born == t)] = logl[t - 1]
    order = np.argsort(logl, kind="stable")
    found = insertion_test(logl[order], born[order])
    assert found.p_stretch < 1e-3


def test_ranks_agree_with_counting_by_hand():
    # Live -3, -2, -1; -3 dies for -1.5, then -2 for -0.5.
    logl = np.array([-3.0, -2.0, -1.5, -1.0, -0.5])
    born = np.array([0, 0, 1, 0, 2])
    rank, possible = insertion_ranks(logl, born, np.random.default_rng(0))
    assert rank.tolist() == [1, 2]
    assert possible.tolist() == [3, 3]


def test_points_on_a_plateau_do_not_count_as_possible_ranks():
    logl = np.array([-3.0, -3.0, -1.0, -0.5])
    rank, possible = insertion_ranks(logl, np.array([0, 0, 0, 1]), np.random.default_rng(0))
    assert rank.tolist() == [1]
    assert possible.tolist() == [2]


def until_plateau(rng, inside=0.05, live=200, draw=lambda u: u):
    """Nested sampling that ends when every live point lies on a plateau with a share of the prior."""
    volume = rng.random(live)
    born_live = np.zeros(live, dtype=int)
    logl, born, t = [], [], 0
    while volume.max() > inside:
        t += 1
        worst = int(np.argmax(volume))
        logl.append(-volume[worst])
        born.append(born_live[worst])
        volume[worst] *= draw(rng.random())
        born_live[worst] = t
    order = np.argsort(-volume)
    # Within the plateau all likelihoods are the same.
    top = np.full(live, -inside)
    return np.minimum(np.concatenate([logl, top]), -inside), np.concatenate([born, born_live[order]])


def test_a_correct_run_onto_a_plateau_keeps_the_false_alarm_rate():
    rng = np.random.default_rng(7)
    p_values = np.array([insertion_test(*until_plateau(rng)).p_value for _ in range(200)])
    # Of 200 runs 10 +- 3.1 lie below 0.05; beyond 24 once in 100,000.
    assert np.sum(p_values < 0.05) <= 24
    assert np.sum(p_values < FALSE_ALARM) <= 3


def test_a_biased_run_onto_a_plateau_fails():
    found = insertion_test(*until_plateau(np.random.default_rng(8), draw=lambda u: 0.2 + 0.8 * u))
    assert not found.passed


def test_too_few_points_say_nothing():
    found = insertion_test(np.arange(5.0), np.zeros(5, dtype=int))
    assert np.isnan(found.p_value)
    assert found.passed


def sample(toy, tmp_path, logl, dim=2, **settings):
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.create({})
    values = {"live_points": 80, "dlogz": 0.1, "walks": 20, "seed": 5} | settings
    run = run_nested(toy(dim, logl), DynestySettings(**values), Session(checkpoint))
    return insertion_test(run.log_likelihood, run.insertion["born"], run.insertion["batch"])


def narrow(cube):
    return -0.5 * np.sum(((cube - 0.5) / 0.02) ** 2, axis=1)


def test_a_random_walk_on_a_gaussian_passes(toy, tmp_path):
    assert sample(toy, tmp_path, narrow).passed


@pytest.mark.slow
def test_dynamic_batches_are_ranked_one_by_one(toy, tmp_path):
    found = sample(toy, tmp_path, narrow, method="dynamic", posterior_samples=1500, live_points=100)
    assert found.count > 500
    assert found.passed
