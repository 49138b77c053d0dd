"""The autocorrelation of walks with a known one."""

import numpy as np

from relicfit.infer.plots.convergence import autocorrelation


def test_autocorrelation_of_an_autoregressive_walk_is_its_power_law():
    rng, memory = np.random.default_rng(2), 0.6
    walks = np.empty((4, 2000, 8))
    walks[:, 0] = rng.normal(size=(4, 8))
    for i in range(1, walks.shape[1]):
        walks[:, i] = memory * walks[:, i - 1] + np.sqrt(1 - memory**2) * rng.normal(size=(4, 8))
    # 64000 draws of autocorrelation time 4: the scatter is 0.008, five of it is never seen.
    np.testing.assert_allclose(autocorrelation(walks)[:10], memory ** np.arange(10), atol=0.04)
