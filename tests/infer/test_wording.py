"""Numbers, times and tables say what they hold, in as few digits as that takes."""

import math

import pytest

from relicfit.errors import UserError
from relicfit.infer.wording import (
    Shown,
    interval,
    parse_duration,
    percent,
    seconds,
    text_table,
    two_decimals,
    with_error,
)


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
    assert interval(*quantiles) == text


def test_a_value_is_rounded_to_the_two_digits_of_its_error():
    assert with_error(-3.14159, 0.0271) == "-3.142 ± 0.027"
    assert with_error(1.0, math.nan) == "1"


def test_a_small_share_is_not_none_and_a_rounded_zero_has_no_sign():
    assert [percent(share) for share in (1e-5, 0.0123, 0.5)] == ["<0.1 %", "1.23 %", "50 %"]
    assert two_decimals(-0.001) == "0.00"


def test_times_are_told_in_the_unit_a_person_would_use():
    assert [seconds(value) for value in (3.21, 150.0, 9000.0, 4e5)] == [
        "3.2 seconds", "2.5 minutes", "2.5 hours", "4.6 days",
    ]  # fmt: skip


def test_columns_stay_apart_whatever_they_hold():
    lines = text_table([("name", "x", "y"), ("a name longer than its column", "1", "2")], (8, 4))
    assert len({line.index(mark) for line, mark in zip(lines, "x1", strict=True)}) == 1
    assert lines[1].split()[-2:] == ["1", "2"]
    assert text_table([("a", "", "")], (8, 4)) == ["a"]


@pytest.mark.parametrize(
    ("text", "value"), [("90", 90), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("0.5d", 43200)]
)
def test_durations(text, value):
    assert parse_duration(text) == value


@pytest.mark.parametrize("text", ["", "m", "10 minutes", "-5s", "1x"])
def test_durations_that_make_no_sense_are_refused(text):
    with pytest.raises(UserError, match="10m"):
        parse_duration(text)


def test_a_notebook_shows_columns_as_tables():
    lines = [
        "model: 2 parameters", "", "parameter  median   best fit", "  m [GeV]  1 +- 2   3 < 4",
        "  g        5        6", "", "converged",
    ]  # fmt: skip

    class Found(Shown):
        def __str__(self):
            return "\n".join(lines)

    found = Found()._repr_html_()
    assert "<tr><th>parameter</th><th>median</th><th>best fit</th></tr>" in found
    assert "<tr><td>m [GeV]</td><td>1 +- 2</td><td>3 &lt; 4</td></tr>" in found
    assert found.startswith("<pre>model: 2 parameters")
    assert "converged</pre>" in found
