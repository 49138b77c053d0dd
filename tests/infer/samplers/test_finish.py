"""Finishing a run: independent draws with exact weights from a mixture, and a second evidence."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from relicfit.infer.samplers.evaluations import Evaluations
from relicfit.infer.samplers.finish import SMALLEST_EFFICIENCY, Finisher

from . import toys

# A false alarm in 16000 tests of a normal number.
FAR = 4.0
WANTED = 5000


def posterior_draws(target, count=3000, seed=0):
    """Return draws of a target by rejection from a narrowed cube."""
    rng = np.random.default_rng(seed)
    cube = rng.random((400_000, target.dim))
    logl = target.function(cube)
    kept = cube[np.log(rng.random(len(cube))) < logl - logl.max()]
    return kept[:count]


def finished(target, draws=None, seed=1, evaluations=None):
    finisher = Finisher(
        evaluations or Evaluations(target), posterior_draws(target) if draws is None else draws, WANTED, seed
    )
    while not finisher.advance():
        pass
    return finisher


TARGETS = {
    "gaussian": toys.gaussian(2, width=0.1),
    "two gaussians": toys.two_gaussians(2, width=0.06),
    "banana": toys.banana(2, thin=0.03),
    "askew sheet": toys.sheet(2, thin=0.02),
    "impossible half": toys.half(2, width=0.1),
    "one parameter": toys.gaussian(1),
    "constraint": toys.constrained(),
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_evidence_is_right_within_its_error(target):
    found = finished(target).result()
    assert found.effective >= WANTED
    assert found.remark == ""
    assert abs(found.log_evidence - target.log_evidence) < FAR * found.log_evidence_error
    assert found.log_evidence_error < 0.03


def test_wrong_weights_would_be_noticed():
    target = toys.gaussian(2, width=0.1)
    finisher = Finisher(Evaluations(target), posterior_draws(target), WANTED, seed=1)
    # Weighted as if the parts were a fifth narrower than those drawn from.
    narrow = replace(finisher.mixture, factors=0.8 * finisher.mixture.factors)
    draw = finisher.mixture.draw
    finisher.mixture = narrow
    object.__setattr__(narrow, "draw", draw)
    while not finisher.advance():
        pass
    found = finisher.result()
    assert abs(found.log_evidence - target.log_evidence) > FAR * found.log_evidence_error


def test_weighted_draws_follow_the_posterior():
    target = toys.gaussian(1, centre=0.5, width=0.05)
    found = finished(target).result()
    rng = np.random.default_rng(5)
    drawn = rng.choice(found.cube[:, 0], 1000, p=np.exp(found.log_weight))
    # A right sampler falls below once in ten thousand tests.
    assert kstest((drawn - 0.5) / 0.05, "norm").pvalue > 1e-4


def test_a_posterior_that_no_mixture_follows_is_left_alone_after_one_batch():
    target = toys.Toy(2, lambda u: np.where(np.sin(400 * u).sum(axis=1) > 1.99, 0.0, -np.inf), 0.0)
    finisher = finished(target, draws=np.random.default_rng(1).random((500, 2)))
    found = finisher.result()
    assert found.proposals == 2000
    assert found.efficiency < SMALLEST_EFFICIENCY
    assert "does not follow" in found.remark


def test_the_same_seed_gives_the_same_draws_also_after_an_interruption():
    target = toys.banana(2, thin=0.03)
    draws = posterior_draws(target)
    whole = finished(target, draws).result()
    before = Finisher(Evaluations(target), draws, WANTED, seed=1)
    before.advance()
    left = Evaluations(toys.banana(2, thin=0.03))
    left.append(before.evaluations.rows(0, 777))
    again = finished(left.target, draws, evaluations=left).result()
    assert np.array_equal(again.cube, whole.cube)
    assert np.array_equal(again.log_weight, whole.log_weight)
    assert left.target.calls == left.count - 777


def test_blobs_belong_to_their_points():
    found = finished(toys.half(2, width=0.1)).result()
    assert np.array_equal(found.blobs[:, :2], found.cube)
