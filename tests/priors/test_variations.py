"""Other priors to try in the place of one: half and twice the width, flat for logarithmic."""

import numpy as np
import pytest

from relicfit.priors import (
    DISTRIBUTIONS,
    Beta,
    HalfNormal,
    JointPrior,
    LogNormal,
    LogUniform,
    Normal,
    TruncatedNormal,
    Uniform,
    spans_decades,
)

RANGES = [Uniform(2.0, 6.0), LogUniform(1e-3, 1e2)]
WIDTHS = [Normal(-1.0, 2.0), HalfNormal(3.0), LogNormal(5.0, 0.4)]
OTHERS = [TruncatedNormal(0.0, 1.0, -1.0, 2.0), Beta(2.0, 3.0, -1.0, 4.0)]
QUARTILES = np.array([0.25, 0.75])


def quartiles(distribution):
    x = distribution.from_unit(QUARTILES)
    return np.log(x) if isinstance(distribution, LogUniform | LogNormal) else x


@pytest.mark.parametrize("old", [*RANGES, *WIDTHS], ids=lambda item: item.name)
@pytest.mark.parametrize(("change", "factor"), [("halved", 0.5), ("doubled", 2.0)])
def test_width_changes_by_the_factor_about_the_same_middle(old, change, factor):
    new, reason = old.varied(change)
    assert type(new) is type(old)
    assert reason == ""
    assert np.ptp(quartiles(new)) == pytest.approx(factor * np.ptp(quartiles(old)), rel=1e-12)
    if not isinstance(old, HalfNormal):
        assert quartiles(new).mean() == pytest.approx(quartiles(old).mean(), rel=1e-12)


@pytest.mark.parametrize("old", [Uniform(2.0, 6.0), LogUniform(0.1, 20.0)], ids=lambda item: item.name)
def test_log_and_flat_swap_on_the_same_range(old):
    new, _ = old.varied("log-flat")
    assert type(new) is not type(old)
    assert new.support == old.support
    assert new.varied("log-flat")[0] == old
    assert new.logarithmic is not old.logarithmic


@pytest.mark.parametrize(
    ("old", "change", "reason"),
    [
        (Uniform(0.0, 1.0), "log-flat", "reaches zero"),
        (Normal(0.0, 1.0), "log-flat", "neither flat nor logarithmic"),
        (Beta(2.0, 3.0), "halved", "a beta prior has no range to change"),
    ],
)
def test_where_there_is_no_such_prior_the_reason_is_given(old, change, reason):
    new, found = old.varied(change)
    assert new is None
    assert reason in found


def test_only_a_range_that_can_be_chosen_is_clipped():
    assert Uniform(-1.0, 5.0).clipped(0.0, 4.0) == Uniform(0.0, 4.0)
    assert LogUniform(1.0, 5.0).clipped(2.0, np.inf) == LogUniform(2.0, 5.0)
    assert Normal(0.0, 1.0).clipped(-1.0, 1.0) == Normal(0.0, 1.0)


@pytest.mark.parametrize("distribution", [*RANGES, *WIDTHS, *OTHERS], ids=lambda item: item.name)
def test_specification_reads_back_as_the_same_distribution(distribution):
    prior = JointPrior.from_spec({"x": distribution.specification})
    assert prior.laws["x"].at({})[0] == distribution


def test_every_distribution_says_its_name_its_form_and_what_it_is():
    for name, kind in DISTRIBUTIONS.items():
        assert kind.name == name
        assert name == "fixed" or f"{{ {name} = " in kind.form
        assert kind.sentence


def test_parameters_over_decades_count_by_their_logarithm():
    prior = JointPrior.from_spec(
        {
            "wide": {"uniform": [1.0, 31.0]},
            "narrow": {"loguniform": [1.0, 30.0]},
            "zero": {"uniform": [0.0, 100.0]},
            "negative": {"uniform": [-100.0, -1.0]},
            "unbounded": {"normal": [100.0, 1.0]},
            "fixed": 3.0,
        }
    )
    assert [name for name in prior.names if prior.spans_decades(name)] == ["wide"]
    assert spans_decades(1e-3, 1.0)
    assert not spans_decades(float("nan"), 1.0)
