"""The words for Bayes factors are those of the published scales."""

import math

from relicfit.infer.comparison.outcome import jeffreys, kass_raftery


def test_words_follow_the_published_scales():
    assert [kass_raftery(value) for value in (0.5, -2.0, 4.0, -6.0)] == [
        "not worth more than a bare mention", "positive", "strong", "very strong",
    ]  # fmt: skip
    assert [jeffreys(value * math.log(10)) for value in (0.3, 0.7, 1.2, 1.7, 2.5)] == [
        "barely worth mentioning", "substantial", "strong", "very strong", "decisive",
    ]  # fmt: skip
