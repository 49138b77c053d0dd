"""Bayes factors with known values, and what a change of the prior does to them."""

import csv
import math
import shutil
from pathlib import Path

import pytest
from scipy.integrate import quad

import relicfit
from relicfit.errors import UserError
from relicfit.infer.comparison.evidences import compare_results, parse_odds
from relicfit.infer.comparison.outcome import jeffreys, kass_raftery
from relicfit.infer.comparison.run_file import CompareOptions, load_comparison, run_comparison
from relicfit.infer.comparison.sensitivity import prior_shifts, shift_from_rerun, with_variation
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run import execute as run

# Every comparison of numbers allows this many errors: with a Gaussian error a false alarm in 16,000.
SIGMAS = 4.0
SAMPLER = 'live-points = 120\ndlogz = 0.02\nwalks = 10\nseed = 2\nbound = "none"'
WIDTH = math.hypot(0.0012, 0.05 * 0.12)


@pytest.fixture(scope="module", autouse=True)
def _no_pictures():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_draw_corner", lambda *arguments: None)
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Run the linear scenario with priors on a and b and return the result."""
    folder = tmp_path_factory.mktemp("runs")

    def start(name, a, b, sampler=SAMPLER):
        path = folder / f"{name}.toml"
        path.write_text(
            f'scenario = "linear-test"\n[parameters]\na = {a}\nb = {b}\n'
            f"[likelihoods]\nrelic-density = {{ theory-error = 0.05 }}\n[sampler]\n{sampler}\n"
        )
        return run.execute(load_problem(path), path.with_suffix(""), progress=False)

    return start


@pytest.fixture(scope="module")
def one(known_linear, finished):
    return finished("one", "{ uniform = [0.02, 0.22] }", "{ loguniform = [1, 100] }")


@pytest.fixture(scope="module")
def two(known_linear, finished):
    return finished("two", "{ uniform = [0.1, 0.5] }", "{ loguniform = [1, 100] }")


def log_evidence(density, low, high):
    """ln Z of one parameter by quadrature."""
    points = [0.12 + k * WIDTH for k in (-6, -2, 0, 2, 6) if low < 0.12 + k * WIDTH < high]
    value, _ = quad(
        lambda a: density(a) * math.exp(-0.5 * ((a - 0.12) / WIDTH) ** 2), low, high, points=points or None
    )
    return math.log(value)


def flat(low, high):
    return log_evidence(lambda a: 1.0 / (high - low), low, high)


def logarithmic(low, high):
    return log_evidence(lambda a: 1.0 / (a * math.log(high / low)), low, high)


def test_bayes_factor_of_two_prior_ranges_is_known(one, two):
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
    rows = list(csv.DictReader(found.as_csv().splitlines()))
    assert float(rows[1]["ln_B"]) == pytest.approx(worse.log_bayes, abs=1e-4)
    assert "for one over two" in str(found)


def test_prior_sensitivity_agrees_with_quadrature(one):
    shifts = {(item.variation.parameter, item.variation.change): item for item in prior_shifts(one)}
    base = flat(0.02, 0.22)
    truth = {
        ("a", "halved"): flat(0.07, 0.17) - base,
        ("a", "doubled"): flat(0.0, 0.32) - base,
        ("a", "log-flat"): logarithmic(0.02, 0.22) - base,
        ("b", "halved"): 0.0,
        ("b", "log-flat"): 0.0,
    }
    for key, value in truth.items():
        assert shifts[key].method == "reweighted", key
        # Where the ratio of the priors is one number the error vanishes.
        assert abs(shifts[key].shift - value) < SIGMAS * shifts[key].error + 1e-4, key


def test_a_range_that_the_run_has_not_seen_needs_a_rerun(one, two):
    shifts = {(item.variation.parameter, item.variation.change): item for item in prior_shifts(one)}
    assert shifts["b", "doubled"].method == "needs a rerun"
    assert "outside the old range" in shifts["b", "doubled"].reason
    assert math.isnan(shifts["b", "doubled"].shift)
    # The middle half of 0.1 to 0.5 holds nothing of a posterior at 0.12.
    aside = {(item.variation.parameter, item.variation.change): item for item in prior_shifts(two)}
    assert aside["a", "halved"].method == "needs a rerun"
    assert "effective samples" in aside["a", "halved"].reason


@pytest.mark.slow
def test_prior_sensitivity_agrees_with_reruns(one):
    for item in prior_shifts(one):
        problem = with_variation(one.problem, item.variation)
        folder = one.directory.parent / f"again-{item.variation.parameter}-{item.variation.change}"
        sampled = shift_from_rerun(one, run.execute(problem, folder, progress=False), item.variation)
        if item.known:
            assert abs(item.shift - sampled.shift) < SIGMAS * math.hypot(item.error, sampled.error)


def test_a_shared_prior_is_varied_in_both_models(one, two):
    found = compare_results([one, two])
    row = next(item for item in found.sensitivity if item.parameter == "b")
    assert (row.run, row.against) == ("two", "one")
    # The idle parameter says the same in both, so ln B does not move.
    assert abs(row.shifts["halved"].shift) < SIGMAS * row.shifts["halved"].error
    assert {item.run for item in found.sensitivity if item.parameter == "a"} == {"one", "two"}
    assert "needs a rerun" in str(found)


def test_different_data_are_refused_and_listed(one, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(one.directory, other)
    run_file = other / "run.toml"
    run_file.write_text(run_file.read_text().replace("measured = 0.12", "measured = 0.11"))
    with pytest.raises(UserError, match=r"relic-density\.measured: 0\.12 in one, 0\.11 in other"):
        compare_results([one, other])
    forced = compare_results([one, other], allow_different_data=True, sensitivity=False)
    assert "different data" in str(forced)
    assert "measured: 0.12 in one, 0.11 in other" in str(forced)


def test_runs_of_emcee_are_refused(one, finished):
    chain = finished(
        "chain", "{ uniform = [0.1, 0.5] }", "1.0", 'name = "emcee"\nmax-steps = 200\nwalkers = 4'
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


def test_words_follow_the_published_scales():
    assert [kass_raftery(value) for value in (0.5, -2.0, 4.0, -6.0)] == [
        "not worth more than a bare mention", "positive", "strong", "very strong",
    ]  # fmt: skip
    assert [jeffreys(value * math.log(10)) for value in (0.3, 0.7, 1.2, 1.7, 2.5)] == [
        "barely worth mentioning", "substantial", "strong", "very strong", "decisive",
    ]  # fmt: skip


COMPARISON = """
[shared.likelihoods]
relic-density = { theory-error = 0.05 }
[shared.sampler]
live-points = 40
dlogz = 0.5
walks = 8
bound = "none"
[shared.parameters]
b = 1.0
[models.narrow]
scenario = "linear-test"
parameters = { a = { uniform = [0.02, 0.22] } }
[models.wide]
scenario = "linear-test"
parameters = { a = { uniform = [0.0, 1.0] } }
"""


def test_a_comparison_file_runs_what_is_missing_and_keeps_what_is_finished(known_linear, tmp_path):
    path = tmp_path / "both.toml"
    path.write_text(COMPARISON)
    said = []
    first, paths = run_comparison([path], CompareOptions(), say=said.append)
    assert any("narrow (1 of 2)" in text for text in said)
    assert all(item.exists() for item in paths)
    stamp = (tmp_path / "both" / "narrow" / "posterior.nc").stat().st_mtime_ns
    (tmp_path / "both" / "wide" / "posterior.nc").unlink()
    for item in (tmp_path / "both" / "wide").iterdir():
        if item.is_file():
            item.unlink()
    second, _ = run_comparison([path], CompareOptions(), say=said.append)
    assert (tmp_path / "both" / "narrow" / "posterior.nc").stat().st_mtime_ns == stamp
    assert second["wide"].log_evidence == first["wide"].log_evidence


def test_mistakes_in_a_comparison_file_are_all_reported(known_linear, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(
        COMPARISON.replace("a = { uniform = [0.02", "aa = { uniform = [0.02").replace("[shared.s", "[s.s")
    )
    with pytest.raises(UserError) as caught:
        load_comparison(path)
    text = str(caught.value)
    assert "models.narrow: parameters.aa" in text
    assert "s: unknown key" in text


def test_the_shipped_comparison_file_is_valid():
    path = Path(relicfit.__file__).parent / "runs" / "compare-production.toml"
    models = load_comparison(path)
    assert {item.scenario.name for item in models.values()} == {"thermal-freeze-out", "thermal-freeze-in"}
    data = [item.content["likelihoods"] for item in models.values()]
    assert data[0] == data[1]


@pytest.mark.slow
def test_rerun_fills_in_what_reweighting_cannot_tell(one, two, tmp_path):
    found, _ = run_comparison(
        [one.directory, two.directory], CompareOptions(rerun=True), tmp_path / "out", say=lambda text: None
    )
    doubled = next(item for item in found.sensitivity if item.parameter == "b").shifts["doubled"]
    assert doubled.method == "rerun"
    assert abs(doubled.shift) < SIGMAS * doubled.error
