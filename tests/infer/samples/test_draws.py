"""Effective sizes and resampling of weighted draws."""

import numpy as np
import pytest

from relicfit.infer.samples.draws import kish, systematic_resample


def test_kish_of_equal_weights_is_their_number_and_of_one_weight_one():
    assert kish(np.zeros(50)) == pytest.approx(50)
    assert kish(np.r_[0.0, np.full(49, -100.0)]) == pytest.approx(1.0)


def test_systematic_resampling_keeps_expected_counts_within_one():
    weight = np.array([0.1, 0.2, 0.3, 0.4])
    counts = np.bincount(systematic_resample(weight, 1000, np.random.default_rng(0)), minlength=4)
    assert np.all(np.abs(counts - 1000 * weight) <= 1)
