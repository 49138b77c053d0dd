import numpy as np
import pytest

from relicfit.infer.results.table import Row, format_interval
from relicfit.infer.samples.draws import kish, systematic_resample


def row(low, middle, high):
    return Row("x", "parameter", "", middle, 1.0, (low - 1, low, middle, high, high + 1), middle, 1.0, 1.0)


@pytest.mark.parametrize(
    ("quantiles", "text"),
    [
        ((0.1141, 0.1197, 0.1258), "0.1197 -0.0056 +0.0061"),
        ((1.1e-7, 1.4e-7, 1.8e-7), "(1.40 -0.30 +0.40)e-7"),
        ((0.05, 0.63, 14.8), "0.63 (0.05 to 15)"),
        ((2.0, 2.0, 2.0), "2"),
    ],
)
def test_interval_shows_two_digits_of_the_error(quantiles, text):
    assert format_interval(row(*quantiles)) == text


def test_kish_of_equal_weights_is_their_number_and_of_one_weight_one():
    assert kish(np.zeros(50)) == pytest.approx(50)
    assert kish(np.r_[0.0, np.full(49, -100.0)]) == pytest.approx(1.0)


def test_systematic_resampling_keeps_expected_counts_within_one():
    weight = np.array([0.1, 0.2, 0.3, 0.4])
    counts = np.bincount(systematic_resample(weight, 1000, np.random.default_rng(0)), minlength=4)
    assert np.all(np.abs(counts - 1000 * weight) <= 1)
