"""Measured coordinates against brute force: integrals, roots, posteriors, evidences, and how they run."""

import json
import math

import numpy as np
import pytest
from emcee.moves import DEMove, StretchMove
from scipy.special import ndtr

import relicfit
from relicfit.errors import UserError
from relicfit.infer import diagnostics as diagnostics_module
from relicfit.infer import ensemble
from relicfit.infer.config import load_problem, problem_from
from relicfit.infer.executors import open_executor
from relicfit.infer.guided import GuidedMove
from relicfit.infer.measured import completion, pilot
from relicfit.infer.measured.conditional import integral
from relicfit.infer.measured.coordinates import Coordinates
from relicfit.infer.measured.curve import ANCHOR, MOST_ANCHORS, curve_of
from relicfit.infer.measured.grid import OUTER_NODES
from relicfit.infer.measured.plan import replacements
from relicfit.infer.measured.posterior import MeasuredPosterior, sampled_posterior
from relicfit.infer.measured.proposal import SPREAD
from relicfit.infer.measured.quantity import Measurement
from relicfit.infer.measured.refinement import refined
from relicfit.infer.measured.trend import doubtful
from relicfit.infer.posterior import Posterior
from relicfit.infer.run import BudgetSpent, execute
from relicfit.likelihoods.likelihood import likelihood
from relicfit.solver.numerics.status import Status

ERROR = 0.05
FACTOR = 1.3
BOTH = {"relic-density": "coupling", "baryon-asymmetry": "b"}

TWO_BRANCHES = {
    "scenario": "two-branch-test",
    "parameters": {
        "a": {"uniform": [0, 1]},
        "c": {"uniform": [0, 1]},
        "coupling": {"loguniform": [1e-4, 1]},
        "b": {"loguniform": [1e-3, 1e2]},
    },
    "likelihoods": {
        "relic-density": {"theory-error": ERROR},
        "baryon-asymmetry": {"theory-factor": FACTOR},
    },
}
DYNESTY = {"name": "dynesty", "live-points": 200, "seed": 4, "dlogz": 0.05}
EMCEE = {"name": "emcee", "walkers": 32, "seed": 5, "ess": 600.0}


def problem(sampler, measured=BOTH, **changes):
    return problem_from(TWO_BRANCHES | changes | {"sampler": sampler | {"measured": measured}}, name="two")


@pytest.fixture(scope="module")
def truth(known_branches):
    """Return ln Z, the mass of the rising branch, and the means of a and ln(coupling), by quadrature."""
    term = likelihood("relic-density", theory_error=ERROR)
    asymmetry = likelihood("baryon-asymmetry", theory_factor=FACTOR)
    count, fine = 80, 6000
    middle = (np.arange(count) + 0.5) / count
    u = (np.arange(fine) + 0.5) / fine
    coupling = 1e-4 * (1.0 / 1e-4) ** u
    rising = coupling < 1e-2
    sums = np.zeros(4)
    low, high = math.log(1e-3), math.log(1e2)
    for a in middle:
        for c in middle:
            omega = 0.12 * (0.4 + 2.0 * a * c) * 2.0 / ((coupling / 1e-2) ** 2 + (1e-2 / coupling) ** 2)
            first = np.exp(-0.5 * ((omega - term.measured) / term.width) ** 2)
            shift = np.log((0.2 + a) * coupling**0.1)
            inner = ndtr((high + shift) / asymmetry.width) - ndtr((low + shift) / asymmetry.width)
            weight = first * inner * asymmetry.width * math.sqrt(2.0 * math.pi) / (high - low)
            total = weight.mean()
            sums += [total, weight[rising].sum() / fine, a * total, (weight * np.log(coupling)).mean()]
    z = sums[0] / count**2
    return math.log(z), sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0]


def agrees(result, truth):
    """Compare a result with the truth, in standard errors, and return the largest deviation."""
    log_z, rising, mean_a, mean_coupling = truth
    numbers = result.diagnostics["numbers"]
    size = numbers["effective_sample_size"]
    draws = result.posterior
    branches = {branch["name"]: branch["mass"] for branch in numbers["branches"]}
    found = branches.get("freeze-in", 0.0) + 0.5 * branches.get("plateau", 0.0)
    pulls = [(found - rising) / math.hypot(math.sqrt(0.25 / size), 0.5 * branches.get("plateau", 0.0))]
    for values, mean in ((draws["a"], mean_a), (np.log(draws["coupling"]), mean_coupling)):
        pulls.append((float(values.mean()) - mean) / (float(values.std()) / math.sqrt(size)))
    if "log_evidence" in numbers:
        pulls.append((numbers["log_evidence"] - log_z) / math.hypot(numbers["log_evidence_error"], 1e-3))
    return float(np.max(np.abs(pulls)))


@pytest.mark.parametrize("sampler", [DYNESTY, EMCEE], ids=["dynesty", "emcee"])
def test_two_branches_agree_with_quadrature(sampler, truth, tmp_path):
    result = execute(problem(sampler), tmp_path / "run", progress=False)
    assert result.converged, result.diagnostics["problems"]
    assert agrees(result, truth) < 4.0
    text = str(result)
    assert "freeze-in" in text
    assert "freeze-out" in text
    assert result.diagnostics["numbers"]["measured_efficiency"] > 0.8
    masses = [branch["mass"] for branch in result.diagnostics["numbers"]["branches"]]
    assert sum(masses) == pytest.approx(1.0)
    if sampler is DYNESTY:
        parts = [math.exp(branch["log_evidence"]) for branch in result.diagnostics["numbers"]["branches"]]
        assert math.log(sum(parts)) == pytest.approx(result.log_evidence, abs=1e-9)


def test_a_wrong_jacobian_is_noticed(truth, tmp_path, monkeypatch):
    right = completion.draw_outer

    def wrong(*arguments):
        u, log_density, slope, level, log_integral = right(*arguments)
        # The density of the distance instead of that of the parameter.
        return u, log_density - math.log(max(abs(slope), 1e-3)), slope, level, log_integral

    monkeypatch.setattr(completion, "draw_outer", wrong)
    result = execute(problem(DYNESTY), tmp_path / "run", progress=False)
    assert agrees(result, truth) > 10.0


def test_only_doubtful_nodes_are_solved_and_the_others_left_as_they_were(known_branches):
    target = MeasuredPosterior(problem(DYNESTY))
    target.prepare()
    trend = target.pilot.trend(np.random.default_rng(9).random((3, target.dim)))
    outer, trust = trend.outer.copy(), trend.trust.copy()
    # At the first point four nodes are so badly known that a root may be there, at the second two.
    trend.trust[0, 8:12], trend.outer[0, 8:12] = 5.0, 1.0
    trend.trust[1, 8:10], trend.outer[1, 8:10] = 5.0, 1.0
    wanted = doubtful(trend.outer, trend.trust)
    assert np.argwhere(wanted).tolist() == [[0, 8], [0, 9], [0, 10], [0, 11]]
    scans = np.full((3, 3, len(OUTER_NODES)), np.nan)
    scans[0, :, 8:12] = np.arange(3)[:, None]
    inner = trend.inner.copy()
    target.pilot.scanned(trend, scans)
    assert np.all(trend.outer[0, 8:12] == 0.0)
    assert np.all(trend.inner[0, 8:12] == 1.0)
    assert np.all(trend.rest[0, 8:12] == 2.0)
    assert np.all(trend.trust[0, 9:11, 0] < 5.0)
    others = np.setdiff1d(np.arange(len(OUTER_NODES)), np.arange(8, 12))
    assert np.array_equal(trend.outer[0, others], outer[0, others])
    assert np.array_equal(trend.trust[0, others], trust[0, others])
    assert np.array_equal(trend.inner[1:], inner[1:])
    assert np.array_equal(trend.outer[2], outer[2])


def test_a_wiggle_of_the_interpolation_is_no_branch(known_branches):
    target = MeasuredPosterior(problem(DYNESTY, {"relic-density": "coupling"}))
    target.prepare()
    rng = np.random.default_rng(7)
    u = rng.uniform(0.1, 0.4, 200)
    full = target.points(rng.random((200, target.dim)), u, np.zeros(200))
    (distance, *_), _ = target.solve(full)
    # On this side the abundance rises as the coupling squared, but a few slopes say that it falls or is flat.
    slope = np.full(200, 2.0 * math.log(1e4))
    slope[:3], slope[3:5] = -slope[0], 1e-3
    calls = target.calls
    counts = np.arange(200) > 0
    found = completion._branches(target, full, distance, slope, counts)
    assert list(found) == ["freeze-out"] + 199 * ["freeze-in"]
    assert target.calls - calls == 4


def test_integrals_are_those_of_a_dense_quadrature(known_branches):
    target = MeasuredPosterior(problem(DYNESTY, {"relic-density": "coupling"}))
    cube = np.random.default_rng(1).random((240, target.dim))
    found, blobs = target.on_cube(cube)
    trend, anchors, counts = target.conditionals(cube, blobs)
    target.tell(cube, trend, anchors, counts, np.full(len(cube), -np.inf), 0.01)
    told = [
        target.peak + integral(trend.row(i), anchors[i], counts[i], *target.tables) for i in range(len(cube))
    ]
    count = 20_000
    u = (np.arange(count) + 0.5) / count
    off = []
    for row, quick, value in zip(cube, found, told, strict=True):
        full = target.points(np.tile(row, (count, 1)), u, np.zeros(count))
        logl = target.full.evaluate(target.full.prior.from_unit(full)).log_likelihood
        expected = np.logaddexp.reduce(logl) - math.log(count)
        # Deeper, no posterior is found, and what is uncertain there is let be.
        if expected > -20.0:
            assert value == pytest.approx(expected, abs=0.05 + 0.02 * abs(expected))
        if expected > -6.0:
            assert value == pytest.approx(expected, abs=0.1)
            off.append(quick - expected)
    # Samplers may see integrals as wrong as the weights can bear.
    assert len(off) > 5
    assert np.sqrt(np.mean(np.square(off))) < SPREAD


def test_points_that_cannot_be_of_use_are_only_left_out_below_the_threshold(known_branches, monkeypatch):
    # Without single points the fit is so poor that integrals need solves.
    monkeypatch.setattr(pilot, "EVEN", (24,))
    monkeypatch.setattr(pilot, "WHOLE_ROUNDS", 0)
    monkeypatch.setattr(pilot, "ADDED", ())
    target = MeasuredPosterior(problem(DYNESTY))
    cube = np.random.default_rng(2).random((800, target.dim))
    whole, _ = target.on_cube(cube)
    calls = target.calls
    threshold = float(np.quantile(whole[np.isfinite(whole)], 0.8))
    part, _ = target.on_cube(cube, threshold)
    # Which says nothing of their roots.
    assert np.isneginf(part).any()
    assert not target.rejected
    assert target.calls - calls < 0.8 * calls
    above = whole > threshold
    assert np.array_equal(part[above], whole[above])
    assert np.all((part[~above] == whole[~above]) | np.isneginf(part[~above]))


def test_points_without_a_root_are_counted_with_the_reason(known_branches):
    narrow = TWO_BRANCHES["likelihoods"] | {"relic-density": {"theory-error": 0.0}}
    target = MeasuredPosterior(problem(DYNESTY, {"relic-density": "coupling"}, likelihoods=narrow))
    cube = np.random.default_rng(8).random((400, target.dim))
    found, _ = target.on_cube(cube)
    none = int(np.isneginf(found).sum())
    assert dict(target.rejected) == {
        "no coupling within its prior brings omega_h2 near the measured value": none
    }
    # Without an abundance as large as the measured one there is no root.
    assert none > 100
    assert np.all(0.4 + 2.0 * cube[np.isneginf(found), 0] * cube[np.isneginf(found), 1] < 1.0)


@pytest.mark.parametrize(("bound", "rest"), [("two-sided", 0.0), ("upper", -50.0)])
def test_what_is_not_solved_weighs_nothing(bound, rest):
    content = {
        "scenario": "thermal-freeze-in",
        "parameters": {
            "mass": {"loguniform": [1e-2, 1e5]},
            "delta": 0.5,
            "reheating_temperature": {"loguniform": [5e-3, 1e6]},
            "coupling": {"loguniform": [1e-12, 1e-1]},
        },
        "likelihoods": {"relic-density": {"bound": bound}},
        "sampler": {"measured": {"relic-density": "coupling"}},
    }
    problem_here = problem_from(content, name="cold")
    posterior = Posterior(problem_here)
    chosen = replacements(
        problem_here.sampler.measured, problem_here.scenario, problem_here.prior, problem_here.likelihoods
    )
    coordinates = Coordinates(posterior, chosen, (Measurement(posterior.likelihoods[0]),))
    # So cold that nothing is produced, and an ordinary point.
    points = {"mass": [9e4, 1.0], "reheating_temperature": [6e-3, 1e3], "coupling": [1e-6, 1e-9]}
    full = problem_here.prior.complete(np.column_stack([points[name] for name in problem_here.prior.sampled]))
    (distance, others), status = coordinates.solve(problem_here.prior.to_unit(full))
    assert status[0] == int(Status.NO_PRODUCTION)
    assert status[1] == int(Status.OK)
    assert distance[0] == -20.0
    assert list(others) == [rest, 0.0]


def test_corrections_of_other_likelihoods_stop_where_all_that_is_known_stops(known_branches):
    target = MeasuredPosterior(problem(DYNESTY, {"relic-density": "coupling"}))
    target.prepare()
    trend = target.pilot.trend(np.full((1, target.dim), 0.5))
    # The trend of a limit, wrong by orders of magnitude where a point was solved.
    trend.rest[0, ::2] = -1e8
    anchors = np.zeros((MOST_ANCHORS, len(ANCHOR)))
    anchors[0] = OUTER_NODES[4], 1.0, -2.0, 0.5, 0.0
    curve = curve_of(trend.row(0), anchors, 1, *target.tables)
    assert curve.other.max() == max(trend.rest[0].max(), -2.0) + 1.0


def test_batches_equal_their_rows_to_the_last_bit(known_branches):
    target = MeasuredPosterior(problem(DYNESTY))
    cube = np.random.default_rng(3).random((64, target.dim))
    together = target.on_cube(cube)
    single = [target.on_cube(row[None, :]) for row in cube]
    assert np.array_equal(together[0], np.concatenate([logl for logl, _ in single]))
    assert np.array_equal(together[1], np.concatenate([blobs for _, blobs in single]), equal_nan=True)


@pytest.mark.parametrize(
    "sampler", [DYNESTY | {"live-points": 100}, EMCEE | {"ess": 200.0}], ids=["dynesty", "emcee"]
)
def test_a_run_stopped_and_resumed_equals_an_uninterrupted_one(sampler, known_branches, tmp_path):
    whole = execute(problem(sampler), tmp_path / "whole", progress=False)
    stopped = 0
    for _ in range(3):
        try:
            execute(problem(sampler), tmp_path / "parts", resume=stopped > 0, progress=False, budget=0.3)
        except BudgetSpent:
            stopped += 1
    assert stopped
    parts = execute(problem(sampler), tmp_path / "parts", resume=True, progress=False)
    assert parts.posterior.identical(whole.posterior)
    for key in ("likelihood_calls", "effective_sample_size"):
        assert parts.diagnostics["numbers"][key] == whole.diagnostics["numbers"][key]


def test_threads_and_processes_give_the_same(tmp_path):
    content = {
        "scenario": "thermal-freeze-out",
        "options": {"d_sm": 75},
        "parameters": {
            "mass": {"loguniform": [0.1, 10]},
            "delta": 0.5,
            "coupling": {"loguniform": [1e-8, 1e-3]},
        },
        "likelihoods": {"relic-density": {"theory-error": 0.3}},
        "sampler": {
            "live-points": 60, "dlogz": 0.5, "seed": 3, "queue-size": 4,
            "measured": {"relic-density": "coupling"},
        },
    }  # fmt: skip
    threads = execute(problem_from(content, name="t"), tmp_path / "threads", progress=False)
    with open_executor("processes", 2) as pool:
        processes = execute(
            problem_from(content, name="t"), tmp_path / "processes", progress=False, executor=pool
        )
    assert threads.posterior.identical(processes.posterior)
    assert threads.log_evidence == processes.log_evidence


def test_measured_runs_can_be_compared(known_branches, tmp_path):
    small = DYNESTY | {"live-points": 100}
    one = execute(problem(small), tmp_path / "one", progress=False)
    raw = problem_from(TWO_BRANCHES | {"sampler": DYNESTY | {"live-points": 200}}, name="two")
    other = execute(raw, tmp_path / "other", progress=False)
    comparison = relicfit.compare([one, other])
    assert {member.name for member in comparison.members} == {"one", "other"}
    difference = one.log_evidence - other.log_evidence
    assert abs(difference) < 4.0 * math.hypot(one.log_evidence_error, other.log_evidence_error)
    # The price of a thin sheet: the same posterior, fewer calls an effective draw and a smaller error.
    assert one.log_evidence_error < other.log_evidence_error


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({"relic-densty": "coupling"}, "relic-density"),
        ({"relic-density": "couplng"}, "coupling"),
        ({"relic-density": "b", "baryon-asymmetry": "b"}, "of its own"),
    ],
)
def test_mistakes_are_explained(measured, words, known_branches):
    with pytest.raises(UserError, match=words):
        problem(DYNESTY, measured)


def test_a_parameter_that_others_look_at_cannot_give_way(known_branches):
    with pytest.raises(UserError, match="stay sampled"):
        problem(DYNESTY, constraints=["coupling < a"])
    with pytest.raises(UserError, match="depends on coupling"):
        problem(
            DYNESTY, parameters=TWO_BRANCHES["parameters"] | {"b": {"uniform": ["0.1*coupling", "coupling"]}}
        )


def test_a_constraint_among_the_others_is_part_of_the_prior(known_branches):
    target = MeasuredPosterior(problem(DYNESTY, constraints=["a < c"]))
    cube = np.random.default_rng(6).random((200, target.dim))
    logl, _ = target.on_cube(cube)
    assert np.all(np.isneginf(logl[cube[:, 0] > cube[:, 1]]))
    assert np.isfinite(logl).any()


def test_thresholds_leave_the_chains_of_emcee_as_they_are(known_branches, tmp_path, monkeypatch):
    settings = EMCEE | {"ess": 100.0, "max-steps": 300}
    with_thresholds = execute(problem(settings), tmp_path / "with", progress=False)
    monkeypatch.setattr(ensemble, "ScreenedStretchMove", StretchMove)
    monkeypatch.setattr(ensemble, "ScreenedDEMove", DEMove)
    monkeypatch.setattr(ensemble, "ScreenedGuidedMove", GuidedMove)
    without = execute(problem(settings), tmp_path / "without", progress=False)
    assert with_thresholds.posterior.identical(without.posterior)
    calls = [result.diagnostics["numbers"]["likelihood_calls"] for result in (with_thresholds, without)]
    assert calls[0] <= calls[1]


def test_corrections_are_as_good_as_they_say():
    rng = np.random.default_rng(7)

    def function(x):
        return np.column_stack(
            [0.3 * np.sin(5.0 * x[:, 0]) * x[:, 1] + 0.1 * x[:, 2] ** 2, x[:, 0] * x[:, 2]]
        )

    places = 0.6 * rng.random((300, 3))
    found = refined(places, function(places))
    nodes = np.linspace(0.05, 0.55, 9)
    where = 0.6 * rng.random((100, 2))
    corrections, scales, unknown = found.at(where, nodes, np.ones((100, 9), dtype=bool))
    for j, node in enumerate(nodes):
        true = function(np.column_stack([where, np.full(100, node)]))
        off = np.abs(corrections[:, :, j] - true) / (scales[:, :, j] * np.sqrt(unknown[:, j])[:, None])
        assert np.mean(off < 3.0) > 0.9
        assert np.median(np.abs(corrections[:, :, j] - true)) < 2e-3
    # At points that were solved nothing is unknown, far from them everything is.
    _, _, here = found.at(places[:1, :2], places[:1, 2], np.ones((1, 1), dtype=bool))
    assert here[0, 0] < 1e-3
    far, _, left = found.at(np.full((1, 2), 30.0), nodes, np.ones((1, 9), dtype=bool))
    assert np.all(far == 0.0)
    assert np.all(left == 1.0)


def test_observables_that_share_both_parameters_are_refused(known_branches):
    both = {"relic-density": "b", "baryon-asymmetry": "coupling"}
    target = sampled_posterior(problem(DYNESTY, both))
    with pytest.raises(UserError, match=r"Keep one of them|too \(ln"):
        # The abundance does not move with b at all, and both move with the coupling.
        target.on_cube(np.full((1, target.dim), 0.5))


def test_a_measurement_is_a_density_with_its_peak_and_width():
    planck = Measurement(likelihood("relic-density", theory_error=0.0))
    assert planck.value == pytest.approx(0.12, rel=1e-6)
    assert planck.width == pytest.approx(0.01 * math.sqrt(2.0 * 0.5), rel=0.02)
    ends, density, before, after = planck.table
    # The integral of a Gaussian of 1 % in the abundance, over its logarithm.
    assert before[-1] == pytest.approx(0.01 * math.sqrt(2.0 * math.pi), rel=2e-3)
    assert before[-1] == pytest.approx(after[0])
    assert ends[0] < -0.1
    assert ends[1] > 0.1
    assert density.max() <= 1.0


def test_crawling_runs_are_told_of_the_option(tmp_path):
    file = tmp_path / "thin.toml"
    file.write_text(
        'scenario = "thermal-freeze-out"\n[parameters]\nmass = { loguniform = [0.1, 10] }\ndelta = 0.5\n'
        "coupling = { loguniform = [1e-8, 1e-3] }\n[likelihoods]\nrelic-density = {}\n"
    )
    advice = diagnostics_module.measured_advice(Posterior(load_problem(file)))
    assert 'measured = { relic-density = "coupling" }' in advice
    told = load_problem(file, [("sampler", {"measured": {"relic-density": "coupling"}})])
    assert diagnostics_module.measured_advice(Posterior(told)) == ""
    assert json.dumps(told.content["sampler"]["measured"]) == '{"relic-density": "coupling"}'
    assert told.sampler.sample == "unif"
    assert 'sample = "rwalk"' in diagnostics_module.walking_advice(told.sampler)
    walking = load_problem(
        file, [("sampler", {"measured": {"relic-density": "coupling"}, "sample": "rwalk"})]
    )
    assert diagnostics_module.walking_advice(walking.sampler) == ""
