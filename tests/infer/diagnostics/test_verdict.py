"""What a verdict says beyond convergence: a posterior behind a limit of validity is no clean result."""

from pathlib import Path

import numpy as np
import pytest

from relicfit.infer.diagnostics.verdict import LARGEST_FLAGGED, beyond_validity
from relicfit.infer.problem.problem import load_problem
from relicfit.solver import Flag, scenario_class, scenario_names

RUNS = Path(__file__).resolve().parents[3] / "runs"


def test_only_limits_of_the_calculation_count_and_only_where_most_of_the_posterior_lies_beyond():
    problem = load_problem(RUNS / "lepton-pion-freeze-in.toml")
    shares = {
        "beyond-contact": 0.9,
        "heavy-for-pions": LARGEST_FLAGGED,
        "quark-regime": 1.0,  # a remark: which process dominates
        "voyager-decay/estimate (grade D)": 1.0,
    }
    assert beyond_validity(shares, problem) == ["beyond-contact"]


@pytest.mark.parametrize(
    ("file", "named"), [("conversion-first-look", False), ("conversion-leptogenesis", True)]
)
def test_a_limit_on_what_no_likelihood_reads_does_not_count(file, named):
    problem = load_problem(RUNS / f"{file}.toml")
    assert (beyond_validity({"inverted-at-decoupling": 1.0}, problem) == ["inverted-at-decoupling"]) == named


def test_a_flag_says_what_it_is():
    def test(p, o):
        return np.zeros(1, bool)

    assert Flag("a", "it is so", test).meaning == "it is so"
    assert (
        Flag("a", "it is so", test, concerns=("ctau_m", "width")).meaning
        == "it is so (concerns ctau_m, width)"
    )
    assert "nothing is invalid" in Flag("a", "it is so", test, remark=True).meaning


@pytest.mark.parametrize("name", scenario_names())
def test_flags_concern_observables_that_there_are(name):
    model = scenario_class(name)()
    seen = {item.name for item in model.observables}
    for flag in model.flags:
        assert seen.issuperset(flag.concerns), flag.name
