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


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("live-points", "setting of dynesty"),
        ("--live-points", "setting of dynesty"),
        ("live_points", "setting of dynesty"),
        ("walkers", "setting of emcee"),
        ("cross-check", "in [sampler]"),
        ("theory-error", "option of the likelihood relic-density"),
        ("interaction", "option of"),
        ("heavier", "option of"),
        ("strong-coupling", "flag of"),
        ("conversion-4", "(figure): decay length"),
        ("constraints", "key of a run file"),
        ("likelihoods", "table of a run file"),
        ("kind", "measurement, bound, limit or chi2-table"),
        ("bestfit", "command and function"),
        ("model", "function of the package"),
        ("STEP_LIMIT", "status of a point"),
        ("dead", "state of a run"),
        ("B", "grade of a likelihood"),
        ("summary.csv", "file of a result folder"),
        ("rhat", "R-hat"),
        ("nlive", "here it is live-points"),
    ],
)
def test_every_kind_of_word_is_explained(word, part):
    assert part in " ".join(explain(word).split())


def test_every_command_has_its_word():
    from relicfit.infer import api
    from relicfit.infer.vocabulary import COMMANDS

    assert set(COMMANDS) == set(api.__all__)


@pytest.mark.parametrize(
    ("other", "allowed", "ours"),
    [
        ("nlive", ["live-points", "dlogz"], "live-points"),
        ("gaussian", ["normal", "uniform", "beta"], "normal"),
        ("flat", ["beta", "uniform"], "uniform"),
        ("sigma", ["mean", "sd"], "sd"),
        ("sigma", ["observable", "value", "error"], "error"),
        ("multinest", ["dynesty", "emcee", "nautilus"], "dynesty"),
    ],
)
def test_words_of_other_packages_are_understood(other, allowed, ours):
    from relicfit.errors import did_you_mean

    assert did_you_mean(other, allowed) == f" Did you mean {ours}?"


@pytest.mark.parametrize(
    "word",
    [
        # Settings, options, flags, figures.
        "live-points", "dlogz", "finish", "effective-samples", "statistics", "cp_source", "start", "warm", "unitarity",
        "conversion-3", "warmness",
        # Tables and files, commands, statuses, grades, numbers.
        "parameters", "posterior.nc", "compare", "step-limit", "ok", "A", "ln_z", "likelihood", "grade", "posterior",
        # Words of other packages.
        "nlive", "flat", "gaussian", "sigma", "MCMC",
    ],
)  # fmt: skip
def test_every_kind_of_word_that_a_user_meets_is_explained(word):
    found = explain(word)
    assert found.startswith(word)
    assert len(found) > len(word) + 15
