"""The grammar of constraints: what it accepts, what it refuses, and the numbers it gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relicfit.errors import UserError
from relicfit.priors import Constraint, parse_expression

NAMES = ("m_1", "m_2", "m_pi")

EXPRESSIONS = {
    "0.1*m_1": lambda a, b, c: 0.1 * a,
    "m_1 - m_2 - m_pi": lambda a, b, c: a - b - c,
    "m_1/m_2/m_pi": lambda a, b, c: a / b / c,
    "m_1 + m_2*m_pi**2": lambda a, b, c: a + b * c**2,
    "-m_1**2": lambda a, b, c: -(a**2),
    "2**-m_pi": lambda a, b, c: 2.0**-c,
    "2**3**0.5": lambda a, b, c: 2.0 ** (3**0.5),
    "m_1**(m_2/100)": lambda a, b, c: a ** (b / 100),
    "--m_1 - +m_2": lambda a, b, c: a - b,
    "1e-10*m_1 + .5 + 2.": lambda a, b, c: 1e-10 * a + 2.5,
    "sqrt(m_1**2 + m_2**2)": lambda a, b, c: math.sqrt(a * a + b * b),
    "log(m_1) + log10(m_2) + exp(-m_pi)": lambda a, b, c: math.log(a) + math.log10(b) + math.exp(-c),
    "abs(m_1 - m_2)": lambda a, b, c: abs(a - b),
    "min(m_1, m_2, m_pi) + max(m_1, 3)": lambda a, b, c: min(a, b, c) + max(a, 3),
    "((m_1))": lambda a, b, c: a,
}
mass = st.floats(1e-3, 1e3)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression_equals_the_same_arithmetic_in_python(text):
    expression = parse_expression(text, NAMES)

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(mass, mass, mass)
    def check(a, b, c):
        got = float(expression({"m_1": a, "m_2": b, "m_pi": c}))
        scale = abs(a) + abs(b) + abs(c)
        assert got == pytest.approx(EXPRESSIONS[text](a, b, c), rel=1e-13, abs=1e-14 * scale)

    check()


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_array_gives_the_same_bits_as_its_elements(text):
    expression = parse_expression(text, NAMES)
    values = dict(zip(NAMES, np.random.default_rng(3).uniform(0.1, 50.0, (3, 203)), strict=True))
    whole = np.broadcast_to(expression(values), (203,))
    for i in range(203):
        single = expression({name: column[i : i + 1] for name, column in values.items()})
        assert np.ravel(single)[0] == whole[i]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_interval_holds_every_value(text):
    expression = parse_expression(text, NAMES)
    rng = np.random.default_rng(8)
    for _ in range(20):
        low = rng.uniform(0.1, 20.0, 3)
        high = low + rng.exponential(10.0, 3)
        bottom, top = expression.interval(dict(zip(NAMES, zip(low, high, strict=True), strict=True)))
        points = rng.uniform(low, high, (200, 3)).T
        values = expression(dict(zip(NAMES, points, strict=True)))
        slack = 1e-12 * np.abs(values)
        assert np.all((values >= bottom - slack) & (values <= top + slack))


@pytest.mark.parametrize(
    "text", ["m_1**2", "m_1**3", "abs(m_1)", "m_1*m_2", "m_1/(m_2 + 10)", "max(m_1, -m_2)"]
)
def test_interval_holds_every_value_across_zero(text):
    expression = parse_expression(text, NAMES)
    bottom, top = expression.interval({"m_1": (-3.0, 2.0), "m_2": (-1.0, 5.0)})
    points = np.random.default_rng(4).uniform((-3.0, -1.0), (2.0, 5.0), (2000, 2)).T
    values = expression({"m_1": points[0], "m_2": points[1]})
    assert bottom <= values.min() < values.max() <= top
    assert values.max() - values.min() > 0.6 * (top - bottom)


@pytest.mark.parametrize("text", ["log(m_1)", "sqrt(m_1)", "1/m_1", "m_1**0.5", "exp(log(m_1))"])
def test_nothing_is_certain_where_an_expression_may_be_undefined(text):
    constraint = Constraint.parse(f"{text} < 1e9", NAMES)
    assert not constraint.certain({"m_1": (-1.0, 1.0)})
    assert constraint.certain({"m_1": (1.0, 2.0)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m_1 < m_2", [True, False, False]),
        ("m_1 <= m_2", [True, True, False]),
        ("m_1 > m_2", [False, False, True]),
        ("m_1 >= m_2", [False, True, True]),
        ("0 < m_1 < m_2 <= 2", [True, False, False]),
        ("2 >= m_2 > m_1", [True, False, False]),
        ("1 < 2", [True, True, True]),
        ("log(m_1 - 1.5) < 100", [False, True, True]),
        ("1/(m_1 - m_2) < 1e300", [True, False, True]),
    ],
)
def test_comparisons_hold_where_they_should(text, expected):
    values = {"m_1": np.array([1.0, 2.0, 3.0]), "m_2": np.array([2.0, 2.0, 2.0])}
    got = np.broadcast_to(Constraint.parse(text, NAMES)(values), (3,))
    assert got.tolist() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("m_1 < ", 'at character 7 of "m_1 < ": expected a number, a parameter or a bracket, found the end.'),
        (
            "m_1 < > m_2",
            "at character 7 of \"m_1 < > m_2\": expected a number, a parameter or a bracket, found '>'.",
        ),
        ("", 'at character 1 of "": expected a number, a parameter or a bracket, found the end.'),
        ("m_1", '"m_1" compares nothing; write an inequality such as "a < 0.1*b".'),
        ("m_1 = m_2", "at character 5 of \"m_1 = m_2\": '=' is no inequality; write <, <=, > or >=."),
        ("m_1 == m_2", "at character 5 of \"m_1 == m_2\": '==' is no inequality; write <, <=, > or >=."),
        ("m_1 != m_2", "at character 5 of \"m_1 != m_2\": '!=' is no inequality; write <, <=, > or >=."),
        ("(m_1 < 2", "at character 6 of \"(m_1 < 2\": expected ')', found '<'."),
        ("2 m_1 < 3", "at character 3 of \"2 m_1 < 3\": expected an operator or the end, found 'm_1'."),
        ("m_1 ^ 2 < 3", "at character 5 of \"m_1 ^ 2 < 3\": unexpected character '^'; write powers with **."),
        ("m_1 & m_2 < 1", "at character 5 of \"m_1 & m_2 < 1\": unexpected character '&'."),
        ("log < 1", "at character 5 of \"log < 1\": expected '(' after the function log, found '<'."),
        ("log(m_1, 2) < 1", 'at character 1 of "log(m_1, 2) < 1": log needs one argument, found 2.'),
        ("min(m_1) < 1", 'at character 1 of "min(m_1) < 1": min needs at least two arguments, found one.'),
        ("1e999 < m_1", 'at character 1 of "1e999 < m_1": the number 1e999 is too large.'),
        (
            "m_p < 1",
            "at character 1 of \"m_p < 1\": unknown parameter 'm_p'. Did you mean m_pi? "
            "Known: m_1, m_2, m_pi.",
        ),
        (
            "sqr(m_1) < 1",
            "at character 1 of \"sqr(m_1) < 1\": unknown function 'sqr'. Did you mean sqrt? "
            "Known: abs, exp, log, log10, max, min, sqrt.",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_position(text, message):
    with pytest.raises(UserError) as error:
        Constraint.parse(text, NAMES)
    assert error.value.problems == (message,)


def test_every_unknown_name_is_reported():
    with pytest.raises(UserError) as error:
        Constraint.parse("m_3 < m_4", NAMES)
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true') < 1",
        "__import__(1) < 1",
        "eval(m_1) < 1",
        "m_1.__class__ < 1",
        "m_1[0] < 1",
        "(lambda: 1)() < 2",
        "[x for x in m_1] < 1",
        "{m_1} < 1",
        "'a' < 'b'",
        "m_1 if m_2 else 3 < 1",
        "m_1 and m_2 < 1",
        "not m_1 < 1",
        "True < 1",
        "nan < 1",
        "1j < m_1",
        "0x10 < m_1",
        "1_000 < m_1",
        "m_1(2) < 1",
        "m_1 := 3 < 1",
        "f'{m_1}' < 1",
        "m_1; m_2 < 1",
        "ｍ_1 < 1",
        "(" * 10_000 + "1" + ")" * 10_000 + " < 1",
        "(" * 60 + "1" + ")" * 60 + " < 1",
        "-" * 10_000 + "1 < 2",
        "2**" * 200 + "2 < 3",
        "1+" * 100_000 + "1 < 2",
    ],
    ids=lambda text: text[:30],
)
def test_anything_but_arithmetic_is_refused(text):
    with pytest.raises(UserError):
        Constraint.parse(text, NAMES)
    with pytest.raises(UserError):
        parse_expression(text.rpartition("<")[0], NAMES)


def test_a_comparison_is_no_expression():
    with pytest.raises(UserError, match="expected an operator or the end, found '<'"):
        parse_expression("m_1 < m_2", NAMES)
