"""The cards of what a run file may name."""

import pytest

from relicfit.errors import UserError
from relicfit.infer.explain import explain
from relicfit.likelihoods import likelihood_names
from relicfit.priors import DISTRIBUTIONS


def test_overview_lists_every_likelihood_and_every_prior():
    lines = [line.split()[0] for line in explain().splitlines() if line.startswith("  ") and line.split()]
    assert set(likelihood_names()) | set(DISTRIBUTIONS) <= set(lines)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "measurement",
            [
                "observable",
                "Required; allowed: a text.",
                "logarithmic",
                "Default false; allowed: true, false.",
            ],
        ),
        ("bound", ["confidence level", "Default 0.95", "half-Gaussian"]),
        (
            "truncnormal",
            ["Gaussian cut at bounds", "{ truncnormal = { mean = m, sd = s, low = a, high = b } }"],
        ),
        ("dynesty", ["live-points", "a whole number from 20 to 1000000", "'rwalk'"]),
        ("thermal-freeze-out", ["'real', a number from 1 to 10000"]),
    ],
)
def test_card_says_what_is_allowed(name, parts):
    text = " ".join(explain(name).split())
    for part in parts:
        assert part in text


def test_unknown_name_gets_the_nearest():
    with pytest.raises(UserError, match="Did you mean measurement"):
        explain("measurment")
