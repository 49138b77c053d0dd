"""nautilus a batch at a time: the same run whenever it is left, and evidences that are right."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from relicfit.infer.samplers.evaluations import Evaluations
from relicfit.infer.samplers.nautilus.engine import Engine
from relicfit.infer.samplers.nautilus.outcome import collect
from relicfit.infer.samplers.nautilus.settings import NautilusSettings

from . import toys

# Errors of ln Z are told from those stated at this many standard deviations: a false alarm in 16000 runs.
FAR = 4.0
QUICK = NautilusSettings(effective_samples=800, live_points=150, batch=128, seed=3, networks=0)
# Networks take longer to train than these likelihoods are worth: they are in where they may make a difference.
WITH_NETWORK = QUICK.model_copy(
    update={"networks": 1, "neurons": 50, "effective_samples": 150, "live_points": 100}
)


class Left(Exception):
    """Stands for whatever ends a run early."""


def run(target, settings=QUICK, leave_after=None, before=None):
    """Advance to the end, or to the first look at the clock after so many evaluations.

    ``before`` is what an earlier run left.
    """

    def look():
        if leave_after is not None and target.calls >= leave_after:
            raise Left

    evaluations = Evaluations(target, look)
    if before is not None:
        evaluations.append(before.evaluations.rows())
    engine = Engine(settings, evaluations, before.snapshot if before is not None else None)
    steps = 0
    try:
        while not engine.advance():
            steps += 1
            if steps % 7 == 0:
                engine.take_snapshot()
    except Left:
        return engine, None
    return engine, collect(engine, finished=True)


def same(first, second):
    names = ("cube", "log_likelihood", "log_weight", "blobs")
    return all(np.array_equal(getattr(first, n), getattr(second, n)) for n in names) and (
        first.log_evidence == second.log_evidence
    )


TARGETS = {
    "gaussian": toys.gaussian(3),
    "two gaussians": toys.two_gaussians(2),
    "banana": toys.banana(2, thin=0.02),
    "askew sheet": toys.sheet(2, thin=0.01),
    "top-hat": toys.top_hat(2),
    "impossible half": toys.half(2),
    "one parameter": toys.gaussian(1),
    "constraint": toys.constrained(),
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_evidence_is_right_within_its_error(target):
    _, found = run(target)
    assert found.explored
    assert found.effective >= QUICK.effective_samples
    assert abs(found.log_evidence - target.log_evidence) < FAR * found.log_evidence_error
    assert 0.005 < found.log_evidence_error < 0.1
    assert np.logaddexp.reduce(found.log_weight) == pytest.approx(0.0, abs=1e-12)


def test_a_wrong_evidence_would_be_noticed():
    _, found = run(toys.gaussian(3))
    assert abs(found.log_evidence + 0.3) > FAR * found.log_evidence_error


def test_samples_follow_the_posterior():
    target = toys.gaussian(2, centre=0.4, width=0.05)
    _, found = run(target)
    weight = np.exp(found.log_weight)
    mean = weight @ found.cube
    spread = np.sqrt(weight @ (found.cube - mean) ** 2)
    assert np.all(np.abs(mean - 0.4) < FAR * 0.05 / np.sqrt(found.effective))
    # The error of a standard deviation is that of a mean over the square root of two.
    assert np.all(np.abs(spread - 0.05) < FAR * 0.05 / np.sqrt(2 * found.effective))


def test_constant_likelihood_gives_the_prior_and_an_exact_evidence():
    _, found = run(toys.plateau())
    assert found.log_evidence == pytest.approx(-1.5, abs=1e-12)
    assert found.log_evidence_error < 1e-6
    assert np.ptp(found.log_weight) < 1e-12
    assert found.information == pytest.approx(0.0, abs=1e-12)


def test_blobs_belong_to_their_points():
    _, found = run(toys.two_gaussians(2))
    assert np.array_equal(found.blobs[:, :2], found.cube)


@pytest.mark.parametrize(
    ("target", "settings"),
    [(lambda: toys.banana(2, thin=0.02), QUICK), (lambda: toys.gaussian(2), WITH_NETWORK)],
    ids=["ellipsoids", "network"],
)
def test_a_run_left_within_a_batch_goes_on_as_if_nothing_had_happened(target, settings):
    _, whole = run(target(), settings)
    first, nothing = run(target(), settings, leave_after=100)
    assert nothing is None
    second, nothing = run(target(), settings, leave_after=900, before=first)
    assert nothing is None
    # What was known was not evaluated again.
    assert 100 <= first.target.calls < 228
    assert second.target.calls + first.target.calls == second.evaluations.count
    third, found = run(target(), settings, before=second)
    assert third.snapshot is not None
    assert same(found, whole)


def test_evaluations_of_another_arithmetic_are_not_used():
    target = toys.banana(2, thin=0.02)
    engine, _ = run(target, leave_after=1000)
    engine.snapshot = None
    engine.evaluations.rows()["cube"][700] += 1e-15
    other = toys.banana(2, thin=0.02)
    again, found = run(other, before=engine)
    assert other.calls == again.calls - 700
    assert abs(found.log_evidence) < FAR * found.log_evidence_error


def test_the_number_of_threads_does_not_matter():
    with threadpool_limits(1):
        _, first = run(toys.gaussian(2), WITH_NETWORK)
    with threadpool_limits(2):
        _, second = run(toys.gaussian(2), WITH_NETWORK)
    assert same(first, second)


def test_another_seed_gives_another_run_and_global_random_numbers_stay_as_they_were():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    _, first = run(toys.gaussian(2))
    _, second = run(toys.gaussian(2), QUICK.model_copy(update={"seed": 4}))
    assert not np.array_equal(first.cube[:10], second.cube[:10])
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_likelihoods_are_told_of_their_own_floating_point_errors():
    def careless(u):
        return np.log(u[:, 0] - 2.0)

    with pytest.raises(RuntimeWarning):
        run(toys.Toy(2, careless, 0.0))


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_errors_of_the_evidence_are_honest_over_twenty_seeds(name):
    """The root mean square of 20 standard normal numbers is within 0.55 to 1.5 but for one case in 500."""
    pulls = []
    for seed in range(20):
        _, found = run(TARGETS[name], QUICK.model_copy(update={"seed": seed}))
        pulls.append((found.log_evidence - TARGETS[name].log_evidence) / found.log_evidence_error)
    assert 0.55 < np.sqrt(np.mean(np.square(pulls))) < 1.5
