"""One grammar of overrides: a name finds its table, or a sentence says why not."""

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.overrides import parse_override
from relicfit.infer.problem.problem import problem_from
from relicfit.infer.problem.trust import remember

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


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("seed", 9, ("sampler", "seed")),
        ("max_steps", 500, ("sampler", "max-steps")),
        ("sampler.max-steps", 500, ("sampler", "max-steps")),
        ("sampler.max_steps", 500, ("sampler", "max-steps")),
        ("mass", 2.0, ("parameters", "mass")),
        ("parameters.mass", {"uniform": [1, 2]}, ("parameters", "mass")),
        ("densities", "nr", ("options", "densities")),
        ("options.densities", "nr", ("options", "densities")),
        ("likelihoods.relic-density.theory-error", 0.2, ("likelihoods", "relic-density", "theory-error")),
        ("constraints", ["mass > 1"], ("constraints",)),
    ],
)
def test_overrides_find_their_table(key, value, where):
    found = problem_from(GOOD, [(key, value)]).content
    for name in where:
        found = found[name]
    assert found == value


def test_a_table_is_replaced_whole_and_bare_names_come_on_top_whatever_the_order():
    found = problem_from(GOOD, [("live_points", 60), ("sampler", {"name": "dynesty", "seed": 2})])
    assert (found.sampler.name, found.sampler.seed, found.sampler.live_points) == ("dynesty", 2, 60)


def test_settings_of_the_sampler_that_is_chosen_along_with_them_are_known():
    found = problem_from(GOOD, [("dlogz", 0.5), ("sampler.name", "dynesty")])
    assert (found.sampler.name, found.sampler.dlogz) == ("dynesty", 0.5)


def test_a_number_among_the_options_gives_way_to_an_override_of_the_parameter():
    content = GOOD | {"options": {"d_b": 3}}
    assert problem_from(content).prior.fixed["d_b"] == 3.0
    for key in ("d_b", "parameters.d_b", "options.d_b"):
        assert problem_from(content, [(key, 5)]).prior.fixed["d_b"] == 5.0


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        ("mas", 1.0, ["mas: no setting, option or parameter", "Did you mean mass?", "reheating_temperature"]),
        ("densitys", "nr", ["Did you mean densities?"]),
        ("sead", 3, ["Did you mean seed?"]),
        ("live_points", 50, ["live_points: a setting of dynesty", "this run uses emcee"]),
        ("name", "dynesty", ["say sampler.name"]),
        ("relic-density", 0.1, ["say likelihoods.relic-density"]),
        ("paramters.mass", 1.0, ["unknown table 'paramters'", "Did you mean parameters?"]),
        ("likelihoods.relic-density", 0.1, ["likelihoods.NAME.OPTION"]),
        ("densities", "nn", ["options.densities: ", "'nn'"]),
    ],
)
def test_a_name_without_a_home_is_answered_in_one_sentence(key, value, parts):
    with pytest.raises(UserError) as caught:
        problem_from(GOOD, [(key, value)])
    assert len(caught.value.problems) == 1
    for part in parts:
        assert part in str(caught.value)


OWN = """
from dataclasses import dataclass
from relicfit.solver.scenario import Observable, Parameter, Scenario

@dataclass(frozen=True)
class Sown(Scenario):
    name, summary, source = "sown", "A parameter named as a setting is.", "none"

    @property
    def parameters(self):
        return (Parameter("seed", "s", "", "seeds sown", 0.0, 10.0),)

    @property
    def observables(self):
        return (Observable("omega_h2", "o", "", "the harvest"),)

    def solve(self, theta):
        return theta.copy(), (theta[:, 0] * 0).astype(int)
"""


def test_a_name_with_two_homes_must_say_its_table():
    content = {
        "scenario": "own.py:Sown",
        "sources": {"own.py": OWN},
        "parameters": {"seed": {"uniform": [0, 1]}},
        "likelihoods": {"relic-density": {}},
    }
    with pytest.raises(UserError, match="never run on this machine"):
        problem_from(content, [("seed", 1)])
    remember(OWN)
    with pytest.raises(UserError, match=r"say sampler\.seed or parameters\.seed"):
        problem_from(content, [("seed", 1)])
    assert problem_from(content, [("parameters.seed", 1)]).prior.fixed == {"seed": 1.0}
    assert problem_from(content, [("sampler.seed", 7)]).sampler.seed == 7


def test_of_an_unknown_scenario_only_that_is_said():
    with pytest.raises(UserError) as caught:
        problem_from(GOOD | {"scenario": "thermal-freeze"}, [("mass", 1.0), ("seed", 2)])
    assert len(caught.value.problems) == 1
    assert "unknown scenario" in str(caught.value)


def test_override_texts_are_toml_or_strings():
    assert parse_override("a.b=1e-3") == ("a.b", 1e-3)
    assert parse_override("a={ uniform = [0, 1] }") == ("a", {"uniform": [0, 1]})
    assert parse_override("interaction=dim-6") == ("interaction", "dim-6")
    with pytest.raises(UserError, match="expected key=value"):
        parse_override("seed")


@pytest.mark.parametrize(
    ("key", "value", "plain"),
    [
        ("mass", np.float64(0.1), 0.1),
        ("mass", np.array(0.1), 0.1),
        ("mass", {"loguniform": np.array([0.1, 10.0])}, {"loguniform": [0.1, 10.0]}),
        ("mass", {"uniform": (np.float32(0.5), np.int64(2))}, {"uniform": [0.5, 2]}),
    ],
)
def test_numbers_of_numpy_become_plain(key, value, plain):
    found = problem_from(GOOD, [(key, value)]).content["parameters"][key]
    assert found == plain
    assert "np." not in repr(found)
    assert problem_from(GOOD, [("seed", np.int64(12))]).sampler.seed == 12
