"""Every mistake in a run file: the message says what, where, what is allowed."""

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.problem.toml import dump
from relicfit.infer.target.posterior import Posterior

GOOD = {
    "scenario": "thermal-freeze-in",
    "parameters": {
        "mass": {"loguniform": [1e-3, 10]},
        "delta": {"uniform": [0, 1]},
        "coupling": {"loguniform": [1e-13, 1e-9]},
        "reheating_temperature": 100.0,
    },
    "likelihoods": {"relic-density": {}},
    "sampler": {"name": "emcee", "seed": 4},
}


def changed(**tables):
    content = {key: dict(value) if isinstance(value, dict) else value for key, value in GOOD.items()}
    for table, changes in tables.items():
        if not isinstance(changes, dict):
            content[table] = changes
            continue
        content.setdefault(table, {}).update(changes)
        content[table] = {key: value for key, value in content[table].items() if value is not None}
    return content


MISTAKES = {
    "unknown scenario": (
        dict(scenario="thermal-freeze-on"),
        ["scenario:", "'thermal-freeze-on'", "Did you mean thermal-freeze-"],
    ),
    "unknown parameter": (
        dict(parameters={"mas": 1.0}),
        ["parameters.mas:", "unknown parameter", "Did you mean mass?"],
    ),
    "missing parameter": (
        dict(parameters={"mass": None}),
        ["parameters.mass: missing", "mass of dark matter in GeV", "loguniform"],
    ),
    "unknown likelihood": (
        dict(likelihoods={"relic-densty": {}}),
        ["likelihoods.relic-densty:", "Did you mean relic-density?"],
    ),
    "unknown option": (
        dict(options={"interation": "dim-4"}),
        ["options.interation:", "Did you mean interaction?"],
    ),
    "unknown choice": (
        dict(options={"interaction": "dim-5"}),
        ["options.interaction:", "'dim-5'", "Did you mean dim-"],
    ),
    "unknown likelihood option": (
        dict(likelihoods={"relic-density": {"theory-eror": 0.1}}),
        ["likelihoods.relic-density.theory-eror:", "Did you mean theory-error?"],
    ),
    "unknown prior": (
        dict(parameters={"mass": {"logunifrom": [1, 2]}}),
        ["parameters.mass:", "Did you mean loguniform?"],
    ),
    "unknown setting": (dict(sampler={"live-pts": 5}), ["sampler.live-pts:", "unknown setting"]),
    "unknown sampler": (dict(sampler={"name": "emce"}), ["sampler.name:", "Did you mean emcee?"]),
    "low above high": (dict(parameters={"mass": {"uniform": [2, 1]}}), ["parameters.mass:", "low", "high"]),
    "negative mass": (
        dict(parameters={"mass": {"uniform": [-1, 1]}}),
        ["parameters.mass: -1 to 1 GeV", "physical range"],
    ),
    "negative fixed mass": (dict(parameters={"mass": -3.0}), ["parameters.mass: -3 GeV", "physical range"]),
    "cold reheating": (
        dict(parameters={"reheating_temperature": 1e-3}),
        ["parameters.reheating_temperature: 0.001 GeV", "physical range 0.005", "nucleosynthesis"],
    ),
    "loguniform from zero": (dict(parameters={"mass": {"loguniform": [0, 1]}}), ["parameters.mass:", "0"]),
    "nothing allowed": (dict(constraints=["mass > 20"]), ["mass > 20"]),
    "unknown name in a constraint": (dict(constraints=["mas > 20"]), ["mas", "Did you mean mass?"]),
    "no likelihood": (dict(likelihoods={"relic-density": None}), ["likelihoods: none given"]),
    "bad seed": (dict(sampler={"seed": -1}), ["sampler.seed:", "-1", "seed of every random number"]),
    "text for a number": (dict(sampler={"ess": "many"}), ["sampler.ess:", "'many'"]),
    "name of one's own without a kind": (
        dict(likelihoods={"mine": {"observable": "omega_h2", "upper": 0.1}}),
        ["likelihoods.mine:", 'kind = "measurement" or kind = "bound"'],
    ),
    "unknown observable of a bound": (
        dict(likelihoods={"mine": {"kind": "bound", "observable": "omega_h", "upper": 0.1}}),
        ["likelihoods.mine: needs omega_h,", "does not predict. Did you mean omega_h2?", "It predicts"],
    ),
    "unknown kind": (
        dict(likelihoods={"mine": {"kind": "bounds", "observable": "omega_h2", "upper": 0.1}}),
        ["likelihoods.mine.kind: found 'bounds'", 'kind = "bound"'],
    ),
    "missing observables": (
        dict(likelihoods={"cmb-decay": {}}),
        ["likelihoods.cmb-decay: needs", "width_gamma_gamma", "thermal-freeze-in does not predict"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named(mistake):
    tables, wanted = MISTAKES[mistake]
    with pytest.raises(UserError) as caught:
        problem_from(changed(**tables))
    text = str(caught.value)
    for part in wanted:
        assert part in text
    assert len(caught.value.problems) == 1


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(UserError) as caught:
        problem_from(
            changed(
                parameters={"mas": 1.0, "delta": {"uniform": [1, 0]}},
                likelihoods={"x": {}},
                sampler={"rhat": 3},
            )
        )
    starts = {problem.split(":")[0] for problem in caught.value.problems}
    assert {"parameters.mas", "parameters.delta", "likelihoods.x", "sampler.rhat"} <= starts


def test_good_file_gives_a_resolved_copy_that_reads_back_the_same(tmp_path):
    problem = problem_from(GOOD)
    path = tmp_path / "again.toml"
    path.write_text(dump(problem.content))
    assert load_problem(path).content == problem.content
    assert problem.content["parameters"]["d_b"] == 4.0
    assert problem.content["options"]["interaction"] == "dim-4"


STATED = {
    "measurement": {"observable": "omega_h2", "value": 0.11, "error": 0.01},
    "bound": {"observable": "max_yield_ratio", "upper": 0.5},
    "lighter": {
        "kind": "bound",
        "observable": "mass",
        "upper": 5,
        "level": 0.9,
        "source": "arXiv:1234.56789",
    },
    "again": {
        "kind": "measurement",
        "observable": "omega_h2",
        "value": 0.13,
        "error": 0.02,
        "logarithmic": True,
    },
}


def test_stated_likelihoods_repeat_under_names_of_ones_own_and_read_back(tmp_path):
    problem = problem_from(changed(likelihoods=STATED))
    assert [term.name for term in problem.likelihoods] == ["relic-density", *STATED]
    # The theory error of the scenario reaches them as it reaches the others.
    assert "omega_h2_error" in problem.likelihoods[1].needs
    assert problem.content["likelihoods"]["again"]["kind"] == "measurement"
    path = tmp_path / "again.toml"
    path.write_text(dump(problem.content))
    again = load_problem(path)
    assert again.content == problem.content
    assert again.likelihoods == problem.likelihoods


def test_stated_likelihoods_enter_the_posterior():
    terms = Posterior(problem_from(changed(likelihoods=STATED)))
    theta = terms.prior.from_unit(np.full((3, terms.dim), 0.5))
    found = terms.evaluate(theta)
    assert found.terms.shape == (3, 5)
    assert np.isfinite(found.terms).all()
    column = terms.term_names.index("lighter")
    mass = theta[:, terms.parameter_names.index("mass")]
    # 90 % CL of a half-Gaussian: 1.645 standard deviations.
    np.testing.assert_allclose(found.terms[:, column], -0.5 * (1.6448536 * mass / 5.0) ** 2, rtol=1e-6)


def test_a_number_with_a_default_may_stand_among_the_options():
    problem = problem_from(changed(options={"d_b": 3}))
    assert problem.prior.fixed["d_b"] == 3.0
    with pytest.raises(UserError, match=r"also given in \[parameters\]"):
        problem_from(changed(options={"d_b": 3}, parameters={"d_b": 4}))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UserError, match=r"no\.toml: no such file"):
        load_problem(tmp_path / "no.toml")
    with pytest.raises(UserError, match="this is a folder"):
        load_problem(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# fine\n# caf\xe9\n")
    with pytest.raises(UserError, match="not UTF-8 text: byte 0xe9 in line 2"):
        load_problem(latin)
    broken = tmp_path / "broken.toml"
    broken.write_text("scenario = \n")
    with pytest.raises(UserError, match=r"not valid TOML.*line 1"):
        load_problem(broken)


def test_mistakes_name_the_file(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('scenario = "thermal-freeze-out"\n[parameters]\nm_ci = 1\n')
    with pytest.raises(UserError) as caught:
        load_problem(path)
    assert all(problem.startswith(f"{path}: ") for problem in caught.value.problems)


def test_a_retired_setting_is_answered_with_what_to_write_instead(run_file):
    file = run_file('name = "dynesty"\nmeasured = { relic-density = "coupling" }')
    with pytest.raises(UserError, match=r"sampler\.measured: .* delete the line") as caught:
        load_problem(file)
    assert len(caught.value.problems) == 1
