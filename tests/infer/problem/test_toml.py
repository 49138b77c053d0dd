"""What is written as TOML reads back the same, and reads well."""

import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relicfit.infer.problem.problem import problem_from
from relicfit.infer.problem.toml import dump, dump_value
from relicfit.infer.problem.trust import remember

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_whatever_is_written_reads_back_the_same(content):
    assert tomllib.loads(dump(content)) == content


def test_a_prior_and_a_list_stand_on_one_line():
    assert dump_value({"loguniform": [0.1, 10]}) == "{ loguniform = [0.1, 10] }"
    assert dump({"parameters": {"my mass": 1e-10}}) == '\n[parameters]\n"my mass" = 1e-10\n'


SOURCE = '"""A model\'s file."""\n\nPATTERN = r"\\d+"\nQUOTES = \'\'\'three\'\'\'\n\tindented\n'


@pytest.mark.parametrize("source", [SOURCE, SOURCE.replace("\n", "\r\n"), '"""', "\n", 'ends in "'])
def test_the_text_of_a_users_file_survives_to_the_letter(source):
    assert tomllib.loads(dump({"sources": {"my_model.py": source}}))["sources"]["my_model.py"] == source


def test_the_text_of_a_users_file_stays_in_lines():
    assert "\nQUOTES = " in dump({"sources": {"my_model.py": SOURCE}})


def test_a_run_started_with_numbers_of_numpy_can_be_read_again():
    content = {
        "scenario": "thermal-freeze-in",
        "parameters": {
            "mass": {"loguniform": np.array([1e-3, 10.0])},
            "delta": np.float64(0.5),
            "coupling": {"loguniform": [np.float64(1e-13), 1e-9]},
            "reheating_temperature": np.int64(100),
        },
        "likelihoods": {"relic-density": {"theory-error": np.float32(0.25)}},
        "sampler": {"live-points": np.int64(60)},
    }
    problem = problem_from(content, [("seed", np.int32(3))])
    again = problem_from(tomllib.loads(dump(problem.content)))
    assert again.content == problem.content
    assert again.sampler.seed == 3
    assert again.prior.fixed["delta"] == 0.5


WITHOUT_VALUE = """
from dataclasses import dataclass
from typing import Annotated
from pydantic import Field
from relicfit.solver import Observable, Parameter, Scenario

@dataclass(frozen=True)
class Open(Scenario):
    name, summary, source = "open", "An option without a value.", "none"
    cut: Annotated[float | None, Field(description="a cut, none by default")] = None

    @property
    def parameters(self):
        return (Parameter("a", "a", "", "the abundance", 0.0, 10.0),)

    @property
    def observables(self):
        return (Observable("omega_h2", "o", "", "the abundance"),)

    def solve(self, theta):
        return theta.copy(), (theta[:, 0] * 0).astype(int)
"""


def test_an_option_without_a_value_is_left_out():
    content = {
        "scenario": "open.py:Open",
        "sources": {"open.py": WITHOUT_VALUE},
        "parameters": {"a": {"uniform": [0, 1]}},
        "likelihoods": {"relic-density": {}},
    }
    remember(WITHOUT_VALUE)
    problem = problem_from(content)
    assert "cut" not in problem.content["options"]
    assert problem_from(tomllib.loads(dump(problem.content))).content == problem.content
