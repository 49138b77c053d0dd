"""Quantities that a run file derives: computed from parameters and observables, and shown wherever observables are."""

import math

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.target.posterior import Posterior

CONTENT = {
    "scenario": "thermal-freeze-out",
    "parameters": {"mass": {"loguniform": [0.1, 10]}, "delta": 0.5, "coupling": {"loguniform": [1e-7, 1e-5]}},
    "derived": {
        "mass_mev": {"formula": "1000*mass", "symbol": "M", "unit": "MeV"},
        "excess": "omega_h2/0.12",
        "log_excess": "log(excess)",
    },
    "likelihoods": {"relic-density": {"theory-error": 0.2}},
    "sampler": {"name": "nautilus", "effective-samples": 300, "live-points": 100, "seed": 1},
}


def changed(**tables):
    return problem_from(CONTENT | tables)


def test_values_are_those_of_the_formulas():
    problem = changed()
    posterior = Posterior(problem)
    theta = problem.prior.sample(np.random.default_rng(1), 20)
    found = posterior.evaluate(theta)
    values = dict(zip(posterior.observable_names, found.observables.T, strict=True))
    np.testing.assert_array_equal(values["mass_mev"], 1000 * theta[:, problem.prior.names.index("mass")])
    np.testing.assert_array_equal(values["log_excess"], np.log(values["omega_h2"] / 0.12))
    plain = Posterior(changed(derived={})).evaluate(theta)
    np.testing.assert_array_equal(found.observables[:, : plain.observables.shape[1]], plain.observables)
    np.testing.assert_array_equal(found.log_likelihood, plain.log_likelihood)


def test_a_likelihood_may_read_one():
    term = {"kind": "measurement", "observable": "log_excess", "value": 0.1, "error": 0.2}
    posterior = Posterior(changed(likelihoods={"mine": term}))
    theta = posterior.prior.sample(np.random.default_rng(1), 50)
    found = posterior.evaluate(theta)
    excess = found.observables[:, posterior.observable_names.index("log_excess")]
    near = posterior.evaluate(theta[np.argsort(np.abs(excess))[:1]])
    value = near.observables[0, posterior.observable_names.index("log_excess")]
    assert near.log_likelihood[0] == pytest.approx(-0.5 * ((value - 0.1) / 0.2) ** 2, rel=1e-12)


def test_an_undefined_one_is_no_reason_to_lose_a_point():
    posterior = Posterior(changed(derived={"odd": "sqrt(0.12 - omega_h2)"}))
    theta = posterior.prior.sample(np.random.default_rng(1), 50)
    found = posterior.evaluate(theta)
    odd = found.observables[:, posterior.observable_names.index("odd")]
    omega = found.observables[:, posterior.observable_names.index("omega_h2")]
    assert 0 < np.isnan(odd).sum() < 50
    np.testing.assert_array_equal(np.isnan(odd), omega > 0.12)
    assert np.isfinite(found.log_likelihood).all()


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"ratio": "omga_h2/0.12"}, r"derived\.ratio: .*omga_h2.*omega_h2"),
        ({"ratio": "log("}, r"derived\.ratio: "),
        ({"ratio": 3}, r"derived\.ratio: found 3; a formula is wanted"),
        ({"ratio": {"unit": "GeV"}}, r"derived\.ratio: formula: missing"),
        ({"ratio": {"formula": "mass", "symbl": "m"}}, r"derived\.ratio: symbl: .*symbol"),
        ({"ratio": {"formula": "mass", "featured": "yes"}}, r"featured: found 'yes'; true or false"),
        ({"ratio": {"formula": "mass", "symbol": r"\frac{"}}, r"derived\.ratio: .*symbol"),
        ({"mass": "2*mass"}, "another parameter or observable has this name"),
        ({"chain": "2*mass"}, "reserved"),
        ({"2x": "2*mass"}, "a name is a letter"),
        ({"b": "2*c", "c": "mass"}, r"derived\.b: "),
    ],
)
def test_what_is_wrong_is_said(entry, sentence):
    with pytest.raises(UserError, match=sentence):
        changed(derived=entry)


@pytest.mark.slow
def test_it_is_shown_wherever_observables_are_and_travels_with_the_result(tmp_path):
    path = tmp_path / "derived.toml"
    path.write_text(
        'scenario = "thermal-freeze-out"\n'
        "[parameters]\nmass = { loguniform = [0.1, 10] }\ndelta = 0.5\ncoupling = { loguniform = [1e-7, 1e-5] }\n"
        '[derived]\nmass_mev = { formula = "1000*mass", symbol = "M", unit = "MeV", description = "the mass" }\n'
        "[likelihoods]\nrelic-density = { theory-error = 0.2 }\n"
        '[sampler]\nname = "nautilus"\neffective-samples = 300\nlive-points = 100\nseed = 1\n'
    )
    assert relicfit.point(path, mass=1.0, coupling=1e-6).observables["mass_mev"] == 1000.0
    result = relicfit.run(path, out=tmp_path / "out", progress=False)
    assert result.summary["mass_mev"]["unit"] == "MeV"
    frame = result.to_dataframe()
    np.testing.assert_allclose(frame["mass_mev"], 1000 * frame["mass"])
    assert "the mass" in (tmp_path / "out" / "report.html").read_text()
    figure = result.corner(show="mass_mev,coupling")
    assert any("MeV" in axis.get_xlabel() for axis in figure.axes)
    assert (
        load_problem(tmp_path / "out" / "run.toml").content["derived"]["mass_mev"]["formula"] == "1000*mass"
    )
    changed_formula = relicfit.point(path, mass=1.0, coupling=1e-6, settings={"derived.mass_mev": "10*mass"})
    assert math.isclose(changed_formula.observables["mass_mev"], 10.0)
