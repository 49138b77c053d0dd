"""A guess of the posterior guides walkers; it must not change what they find."""

import emcee
import numpy as np

from relicfit.infer.guided import GuidedMove

CENTRE, WIDTH = np.array([0.6, 0.4]), np.array([0.1, 0.05])


def test_a_guess_that_is_off_leaves_the_distribution_as_it_is():
    rng = np.random.default_rng(3)
    # Off by one width in both directions, and too wide.
    guess = CENTRE + WIDTH + 1.5 * WIDTH * rng.standard_normal((200, 2))
    sampler = emcee.EnsembleSampler(
        64,
        2,
        lambda x: -0.5 * np.sum(((x - CENTRE) / WIDTH) ** 2, axis=1),
        vectorize=True,
        moves=GuidedMove(guess),
    )
    start = CENTRE + WIDTH * rng.standard_normal((64, 2))
    sampler.run_mcmc(emcee.State(start, random_state=np.random.RandomState(4).get_state()), 600)
    chain = sampler.get_chain(discard=100, flat=True)
    size = len(chain) / np.max(sampler.get_autocorr_time(discard=100, quiet=True))
    assert size > 1000
    pulls = (chain.mean(axis=0) - CENTRE) / (WIDTH / np.sqrt(size))
    assert np.all(np.abs(pulls) < 4.0)
    spread = chain.std(axis=0) / WIDTH - 1.0
    assert np.all(np.abs(spread) < 4.0 / np.sqrt(2.0 * size))
