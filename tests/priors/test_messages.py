"""Every mistake in a parameter table: what is said about it, and that all are said at once."""

from __future__ import annotations

import pytest

from relicfit.errors import UserError
from relicfit.priors import JointPrior

INF, NAN = float("inf"), float("nan")
ORDER = "Write the smaller number first and keep the two apart."
POSITIVE_RANGE = "Use uniform for a range that reaches zero or below."
TABLE = "a number or a table such as { uniform = [0, 1] } is wanted."
NONE = "none of 1,048,576 trial points spread over it satisfies"
EMPTY = f"excludes the whole prior: {NONE} this. Widen the priors."
M = {"m": {"uniform": [1, 2]}}


def problems(spec, constraints=(), names=None):
    with pytest.raises(UserError) as error:
        JointPrior.from_spec(spec, constraints, names)
    return error.value.problems


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"uniform": [3, 1]},
            f"uniform needs low < high, found low = 3, high = 1. {ORDER}",
        ),
        (
            {"uniform": [1, 1]},
            f"uniform needs low < high, found low = 1, high = 1. {ORDER}",
        ),
        (
            {"loguniform": [0, 5]},
            f"loguniform needs 0 < low < high, found low = 0. {POSITIVE_RANGE}",
        ),
        (
            {"loguniform": [-2.5, "m"]},
            f"loguniform needs 0 < low < high, found low = -2.5. {POSITIVE_RANGE}",
        ),
        (
            {"loguniform": [5, 2]},
            f"loguniform needs 0 < low < high, found low = 5, high = 2. {ORDER}",
        ),
        ({"normal": [0, 0]}, "normal needs 0 < sd, found sd = 0. Give a positive number."),
        ({"truncnormal": [0, -1, 0, 1]}, "truncnormal needs 0 < sd, found sd = -1. Give a positive number."),
        (
            {"truncnormal": {"mean": 0, "sd": 1, "low": 1, "high": 0}},
            f"truncnormal needs low < high, found low = 1, high = 0. {ORDER}",
        ),
        ({"lognormal": [-1, 1]}, "lognormal needs 0 < median, found median = -1. Give a positive number."),
        (
            {"lognormal": [1, 0]},
            "lognormal needs 0 < sigma_ln <= 20, found sigma_ln = 0. Give a positive number.",
        ),
        (
            {"lognormal": [1, 50]},
            "lognormal needs 0 < sigma_ln <= 20, found sigma_ln = 50. Choose a value inside that range.",
        ),
        ({"halfnormal": -3}, "halfnormal needs 0 < sd, found sd = -3. Give a positive number."),
        (
            {"beta": [0, 1]},
            "beta needs 0.05 <= a <= 1e4, found a = 0. Choose a value inside that range.",
        ),
        (
            {"unifrom": [0, 1]},
            "unknown distribution 'unifrom'. Did you mean uniform? Known: beta, choice, fixed, halfnormal, "
            "lognormal, loguniform, normal, posterior, table, truncnormal, uniform.",
        ),
        ({"uniform": [1]}, "uniform needs 2 arguments (low, high), found 1."),
        ({"uniform": []}, "uniform needs 2 arguments (low, high), found 0."),
        ({"halfnormal": [1, 2]}, "halfnormal needs 1 argument (sd), found 2."),
        ({"beta": [1, 2, 3, 4, 5]}, "beta needs 2 to 4 arguments (a, b, low, high), found 5."),
        ({"normal": {"mean": 1}}, "normal needs mean and sd, missing sd."),
        ({"normal": 3}, "found 3 where the arguments of normal are wanted; write normal = [mean, sd]."),
        (
            {"uniform": "0, 1"},
            'found the text "0, 1" where the arguments of uniform are wanted; write uniform = [low, high].',
        ),
        ({"uniform": [0, INF]}, "uniform high must be a finite number, found infinity."),
        ({"uniform": [-INF, 0]}, "uniform low must be a finite number, found -infinity."),
        ({"normal": [NAN, 1]}, "normal mean must be a finite number, found nan."),
        ({"normal": [0, 10**400]}, "normal sd must be a finite number, found infinity."),
        (
            {"normal": [0, 1e-200]},
            "normal sd = 1e-200 is out of range: numbers are zero or between 1e-150 and 1e+150 in size. "
            "Choose another unit.",
        ),
        ({"uniform": ["1/0", 2]}, "uniform low must be a finite number; its expression gives inf."),
        (
            {"uniform": [0, True]},
            'uniform high must be a number or a text such as "0.1*mass", found true.',
        ),
        (
            {"uniform": [0, [1]]},
            'uniform high must be a number or a text such as "0.1*mass", found a list.',
        ),
        ({"fixed": ["m"]}, 'fixed value must be a number, found the text "m".'),
        (
            {"uniform": [0, "n"]},
            "uniform high: at character 1 of \"n\": unknown parameter 'n'. Known: m, x.",
        ),
        (
            {"uniform": [0, "2*"]},
            'uniform high: at character 3 of "2*": expected a number, a parameter or a bracket, '
            "found the end.",
        ),
        (
            {"uniform": [0, "2*x"]},
            "its prior depends on itself: x -> x. "
            "Write one of these bounds as a number, or use a constraint.",
        ),
        ("1.0", f'found the text "1.0" where {TABLE}'),
        (True, f"found true where {TABLE}"),
        ([1, 2], f"found a list where {TABLE}"),
        (None, f"found None where {TABLE}"),
        (INF, "the value must be a finite number, found infinity."),
        ({}, "a prior is a table with exactly one key, such as { uniform = [0, 1] }, found nothing."),
        (
            {"uniform": [0, 1], "normal": [0, 1]},
            "a prior is a table with exactly one key, such as { uniform = [0, 1] }, found uniform, normal.",
        ),
    ],
    ids=str,
)
def test_a_mistake_in_one_prior_is_named(value, message):
    assert problems({**M, "x": value}) == (f"parameters.x: {message}",)


def test_an_unknown_argument_and_a_missing_one_are_both_named():
    assert problems({"x": {"normal": {"mean": 1, "sdd": 2}}}) == (
        "parameters.x: unknown argument of normal 'sdd'. Did you mean sd? Known: mean, sd.",
        "parameters.x: normal needs mean and sd, missing sd.",
    )


def test_a_bound_through_a_fixed_parameter_is_checked_as_a_number():
    (message,) = problems({"m": 3, "x": {"uniform": ["2*m", 5]}})
    assert message.startswith("parameters.x: uniform needs low < high, found low = 6, high = 5.")


def test_unknown_and_missing_parameters_are_both_named():
    assert problems({"m_ci": 1}, names=["m_chi"]) == (
        "parameters.m_ci: unknown parameter 'm_ci'. Did you mean m_chi? Known: m_chi.",
        "parameters.m_chi: missing. Give it a number or a prior such as { uniform = [0, 1] }.",
    )


def test_each_circle_of_bounds_is_named():
    spec = {
        "a": {"uniform": [0, "b"]},
        "b": {"uniform": [0, "c"]},
        "c": {"uniform": [0, "a"]},
        "p": {"uniform": [0, "q"]},
        "q": {"uniform": [0, "p"]},
    }
    first, second = problems(spec)
    assert "parameters.a" in first or "parameters.b" in first or "parameters.c" in first
    assert first.count(" -> ") == 3
    assert second.count(" -> ") == 2


def test_all_mistakes_are_reported_at_once():
    spec = {
        "a": {"uniform": [2, 1]},
        "b": {"loguniform": [0, 1]},
        "c": {"norml": [0, 1]},
        "d": {"uniform": [0, "e"]},
        "e": {"uniform": [0, "d"]},
        "f": NAN,
        "g": {"normal": ["h", -1]},
    }
    found = problems(spec, ["a < hh", "b <"])
    starts = {problem.split(":")[0] for problem in found}
    assert {f"parameters.{name}" for name in "abcfg"} < starts
    assert {"constraints[0]", "constraints[1]"} < starts
    assert starts & {"parameters.d", "parameters.e"}


def test_a_constraint_that_excludes_everything_is_refused():
    assert problems(M, ["m > 0", "m > 2"]) == (f'constraints[1]: "m > 2" {EMPTY}',)


def test_constraints_that_exclude_everything_together_are_refused():
    assert problems(M, ["m > 1.5", "m < 1.5"]) == (
        f"constraints: all together exclude the whole prior: {NONE} them. Relax one of them.",
    )


def test_bounds_that_are_nowhere_in_order_are_refused():
    assert problems({**M, "x": {"uniform": [3, "m"]}}) == (f"parameters.x: uniform from 3 to m {EMPTY}",)


def test_a_constraint_that_allows_one_point_in_ten_thousand_is_accepted():
    JointPrior.from_spec({**M, "x": {"uniform": [0, 1]}}, ["m < 1.01", "x < 0.01"])


@pytest.mark.parametrize(
    ("constraints", "message"),
    [
        ("m < 1", 'constraints: found the text "m < 1" where a list such as ["a < 2*b"] is wanted.'),
        ([3], 'constraints[0]: found 3 where a text such as "a < 2*b" is wanted.'),
        (
            ["mm < 1"],
            "constraints[0]: at character 1 of \"mm < 1\": unknown parameter 'mm'. Did you mean m? Known: m.",
        ),
    ],
)
def test_a_mistake_in_the_constraints_is_named(constraints, message):
    assert problems(M, constraints) == (message,)


def test_a_table_is_wanted():
    assert problems([1, 2]) == (
        "parameters: a table is wanted, with a number or a prior for each parameter.",
    )


def test_an_unknown_name_is_named_when_asked_for():
    prior = JointPrior.from_spec(M)
    for question in (prior.bounds, prior.describe):
        with pytest.raises(UserError, match=r"unknown parameter 'mm'\. Did you mean m\?"):
            question("mm")
