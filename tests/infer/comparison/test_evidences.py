"""Bayes factors with known values, and what a change of the prior does to them."""

import csv
import math
from types import SimpleNamespace

import pytest

from relicfit.errors import UserError
from relicfit.infer.comparison.evidences import compare_results, different_data, parse_odds
from relicfit.infer.comparison.files import models_csv
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run.execute import execute

# Every comparison of numbers allows this many errors: with a Gaussian error a false alarm in 16,000.
SIGMAS = 4.0
SAMPLER = 'live-points = 120\ndlogz = 0.02\nwalks = 10\nseed = 2\nbound = "none"'
WIDTH = math.hypot(0.0012, 0.05 * 0.12)


def test_bayes_factor_of_two_prior_ranges_is_known(one, two, flat):
    found = compare_results([two, one], odds=[3.0, 1.0], sensitivity=False)
    assert [item.name for item in found.members] == ["one", "two"]
    worse = found["two"]
    truth = flat(0.1, 0.5) - flat(0.02, 0.22)
    assert abs(worse.log_bayes - truth) < SIGMAS * worse.log_bayes_error
    ratio = 3.0 * math.exp(worse.log_bayes)
    assert worse.probability == pytest.approx(ratio / (1.0 + ratio))
    assert sum(item.probability for item in found.members) == pytest.approx(1.0)
    assert found["one"].best_fit["a"] == pytest.approx(0.12, abs=WIDTH)
    assert found["one"].best_log_likelihood == pytest.approx(0.0, abs=0.1)
    assert found["one"].information == pytest.approx(-flat(0.02, 0.22) - 0.5, abs=0.6)
    rows = list(csv.DictReader(models_csv(found).splitlines()))
    assert float(rows[1]["ln_B"]) == pytest.approx(worse.log_bayes, abs=1e-4)
    assert "for one over two" in str(found)


def test_a_shared_prior_is_varied_in_both_models(one, two):
    found = compare_results([one, two])
    row = next(item for item in found.sensitivity if item.parameter == "b")
    assert (row.run, row.against) == ("two", "one")
    # The idle parameter says the same in both, so ln B does not move.
    assert abs(row.shifts["halved"].shift) < SIGMAS * row.shifts["halved"].error
    assert {item.run for item in found.sensitivity if item.parameter == "a"} == {"one", "two"}
    assert "needs a rerun" in str(found)


def test_different_data_are_refused_and_listed(one, known_linear, tmp_path):
    file = tmp_path / "other.toml"
    file.write_text(one.run_file.replace("measured = 0.12", "measured = 0.11"))
    other = execute(load_problem(file), tmp_path / "other", progress=False)
    with pytest.raises(UserError, match=r"relic-density\.measured: 0\.12 in one, 0\.11 in other"):
        compare_results([one, other])
    forced = compare_results([one, other], allow_different_data=True, sensitivity=False)
    assert "different data" in str(forced)
    assert "measured: 0.12 in one, 0.11 in other" in str(forced)


def test_runs_of_emcee_are_refused(one, finished):
    chain = finished(
        "chain", "{ uniform = [0.1, 0.5] }", "1.0", 'name = "emcee"\nmax-steps = 200\nwalkers = 4\nfinish = 0'
    )
    with pytest.raises(UserError, match="chain: a run of emcee, which gives no evidence"):
        compare_results([one, chain])


def test_a_single_run_and_bad_odds_are_refused(one):
    with pytest.raises(UserError, match="at least two"):
        compare_results([one])
    with pytest.raises(UserError, match="one per run"):
        compare_results([one, one], odds=[1.0])
    with pytest.raises(UserError, match="1:3"):
        parse_odds("three")
    assert parse_odds("1:3,2") == [1.0, 3.0, 2.0]


def test_options_of_likelihoods_in_a_file_of_ones_own_are_compared():
    def run(limit, text="class Limit"):
        terms = {"my_limit.py:Limit": {"scale": limit}, "relic-density": {}}
        sources = {"my_limit.py": text, "my_model.py": str(limit)}
        content = {
            "scenario": "my_model.py:M", "likelihoods": terms, "sources": sources, "sampler": {"name": "dynesty"}
        }  # fmt: skip
        return SimpleNamespace(problem=SimpleNamespace(content=content))

    assert different_data({"one": run(1.0), "other": run(1.0)}) == []
    assert different_data({"one": run(1.0), "other": run(2.0)}) == [
        "my_limit.py:Limit.scale: 1.0 in one, 2.0 in other"
    ]
    assert different_data({"one": run(1.0), "other": run(1.0, "class Limit: pass")}) == [
        "my_limit.py:Limit: the text of my_limit.py is not the same"
    ]
