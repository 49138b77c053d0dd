"""All samplers and a direct integral on one run file, and what is read back from its folder."""

import json
import math

import numpy as np
import pytest
from scipy.special import logsumexp

import relicfit
from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.samples.arviz_adapter import to_arviz
from relicfit.infer.target.posterior import Posterior, PosteriorError

SAMPLERS = {
    "dynesty": 'name = "dynesty"\nlive-points = 400\nwalks = 30\ndlogz = 0.05\nseed = 7\nfinish = 0',
    "nautilus": 'name = "nautilus"\neffective-samples = 3000\nseed = 7',
    "emcee": 'name = "emcee"\nwalkers = 40\ness = 3000\nautocorrelations = 50\nseed = 7\nfinish = 0',
}


@pytest.fixture(scope="module")
def results(tmp_path_factory, small_run_file):
    """Return one finished run of each sampler on the small problem."""
    folder = tmp_path_factory.mktemp("inference")
    found = {}
    for name, settings in SAMPLERS.items():
        path = folder / f"{name}.toml"
        path.write_text(small_run_file.format(sampler=settings))
        found[name] = relicfit.run(path, progress=False)
    return found


def weighted_grid(path, size=250):
    """Return the posterior on a grid of the two sampled parameters, and ln Z."""
    posterior = Posterior(load_problem(path))
    edge = (np.arange(size) + 0.5) / size
    cube = np.array(np.meshgrid(edge, edge, indexing="ij")).reshape(2, -1).T
    logl, _ = posterior.on_cube(cube)
    return cube, np.exp(logl - logl.max()), logsumexp(logl) - math.log(len(logl))


def test_all_samplers_converge(results):
    for result in results.values():
        assert result.converged, result.diagnostics["problems"]


@pytest.mark.parametrize("name", ["dynesty", "nautilus"])
def test_evidence_agrees_with_a_direct_integral(results, name):
    result = results[name]
    _, _, truth = weighted_grid(result.directory.with_suffix(".toml"))
    assert abs(result.log_evidence - truth) < 3 * result.log_evidence_error


def test_medians_of_all_samplers_and_of_the_integral_agree(results):
    cube, weight, _ = weighted_grid(results["dynesty"].directory.with_suffix(".toml"))
    for column, name in enumerate(("mass", "coupling")):
        medians, spreads = [], []
        for result in results.values():
            draws = np.log(result.posterior[name].values.ravel())
            low, middle, high = np.quantile(draws, (0.16, 0.5, 0.84))
            medians.append(middle)
            spreads.append(0.5 * (high - low))
        order = np.argsort(cube[:, column])
        share = np.cumsum(weight[order]) / weight.sum()
        truth = cube[order][np.searchsorted(share, 0.5), column]
        low, high = {"mass": (0.1, 10), "coupling": (1e-8, 1e-3)}[name]
        medians.append(math.log(low) + truth * math.log(high / low))
        # With more than 1000 effective draws a median has an error of 0.04 sigma or less.
        assert np.ptp(medians) < 0.15 * min(spreads)
        assert abs(medians[0] - medians[1]) < 0.1 * min(spreads)


def test_result_folder_holds_what_is_promised(results):
    for name, result in results.items():
        files = {path.name for path in result.directory.iterdir()}
        wanted = {
            "posterior.nc",
            "summary.csv",
            "diagnostics.json",
            "corner.png",
            "run.log",
            "run.toml",
            "summary.txt",
            "status.json",
            "report.html",
            "manifest.json",
        }
        assert wanted == files
        groups = set(result.data.children)
        assert {"posterior", "observables", "log_likelihood", "log_prior", "sample_stats"} <= groups
        assert ("nested_samples" in groups) == (name != "emcee")
        assert result.data.attrs["seed"] == 7
        assert json.loads(result.data.attrs["versions"])["relicfit"] == relicfit.__version__
        assert (result.directory / "corner.png").read_bytes()[:4] == b"\x89PNG"


def test_stored_observables_and_terms_are_those_of_the_points(results):
    for result in results.values():
        posterior = Posterior(result.problem)
        draws = {name: values.values.ravel()[:20] for name, values in result.posterior.data_vars.items()}
        theta = np.array(
            [
                [draws[n][i] if n in draws else posterior.prior.fixed[n] for n in posterior.parameter_names]
                for i in range(20)
            ]
        )
        found = posterior.evaluate(theta)
        stored = result.data["log_likelihood"]["relic-density"].values.ravel()[:20]
        # The cube is mapped to parameters once more, which may differ in the last digit.
        assert np.allclose(found.terms[:, 0], stored, rtol=1e-9, atol=1e-9)
        omega = result.observables["omega_h2"].values.ravel()[:20]
        assert np.allclose(found.observables[:, 0], omega, rtol=1e-9)


def test_summary_agrees_with_the_draws(results):
    result = results["emcee"]
    draws = result.posterior["mass"].values.ravel()
    row = result.summary["mass"]
    assert row["median"] == pytest.approx(np.median(draws), rel=1e-6)
    assert row["unit"] == "GeV"
    assert row["rhat"] < 1.02
    assert result.posterior.sizes["chain"] == 4


def test_arviz_reads_the_result(results):
    data = to_arviz(results["emcee"].data)
    assert "mass" in data["posterior"]


def test_loading_something_else_is_refused(tmp_path):
    with pytest.raises(UserError, match="no finished run here"):
        relicfit.load(tmp_path)


def test_resuming_a_finished_run_returns_it_and_refuses_changes(results):
    result = results["dynesty"]
    path = result.directory.with_suffix(".toml")
    before = (result.directory / "posterior.nc").read_bytes()
    again = relicfit.run(path, resume=True, progress=False)
    assert (again.directory / "posterior.nc").read_bytes() == before
    with pytest.raises(UserError, match=r"sampler\.seed: was 7, now 8"):
        relicfit.run(path, resume=True, seed=8)


def test_point_gives_observables_terms_and_flags_by_name():
    found = relicfit.point("thermal-freeze-out", mass=0.1, delta=0.4, coupling=2.5553e-7)
    assert found.observables["omega_h2"] == pytest.approx(0.12, rel=0.01)
    assert found.status.name == "OK"
    assert found.log_likelihoods == {}
    assert not any(found.flags.values())
    heavy = relicfit.point("thermal-freeze-out", mass=0.1, delta=0.4, coupling=10.0, densities="nr")
    assert heavy.flags["strong-coupling"]


def test_point_of_a_run_file_stands_at_the_medians(run_file):
    found = relicfit.point(run_file("dynesty"), coupling=1e-6)
    assert found.parameters["mass"] == pytest.approx(1.0)
    assert found.log_likelihoods["relic-density"] < 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_never_reach_a_sampler(value, run_file, monkeypatch):
    posterior = Posterior(load_problem(run_file("dynesty")))
    term = posterior.likelihoods[0]
    monkeypatch.setattr(type(term), "evaluate", lambda self, o: (np.full(len(o["omega_h2"]), value), {}))
    with pytest.raises(PosteriorError, match="mass = "):
        posterior.on_cube(np.full((3, 2), 0.5))


def test_failed_points_are_counted_with_their_reason(run_file):
    path = run_file("dynesty", **{"delta = 0.5": "delta = 0.01", "[1e-8, 1e-3]": "[1e-3, 1]"})
    posterior = Posterior(load_problem(path))
    logl, _ = posterior.on_cube(np.full((4, 2), 0.9))
    assert np.all(logl == -np.inf)
    assert sum(posterior.rejected.values()) == 4
    assert any("no dark matter is left" in reason for reason in posterior.rejected)


def test_a_constraint_makes_the_evidence_relative(run_file):
    whole = Posterior(load_problem(run_file("dynesty")))
    text = run_file("dynesty", **{"[options]": 'constraints = ["mass > 1"]\n[options]'})
    half = Posterior(load_problem(text))
    cube = np.random.default_rng(0).random((200, 2))
    inside = half.on_cube(cube)[0] > -np.inf
    assert inside.mean() == pytest.approx(0.5, abs=0.15)
    assert np.array_equal(half.on_cube(cube)[0][inside], whole.on_cube(cube)[0][inside])
    assert half.rejected["outside the prior or its constraints"] > 0
