"""Options by annotation and by arguments: the same checks, the same sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import pytest
from pydantic import Field

from relicfit.errors import UserError
from relicfit.options import Choices, Option, Whole, check_options, option, options_of


@dataclass(frozen=True)
class Annotations:
    """Declare one option of every kind by annotations."""

    kind: Annotated[Literal["flat", "steep"], Field(description="a kind")] = "flat"
    level: Annotated[float, Field(ge=0.0, le=2.0, description="a level")] = 1.0
    limit: Annotated[Literal["age"] | Annotated[float, Field(ge=1.0)], Field(description="a limit")] = "age"
    switch: Annotated[bool, Field(description="a switch")] = True
    error: Annotated[float | None, Field(ge=0.0, description="an error")] = None
    names: Annotated[tuple[Literal["a", "b"], ...], Field(description="some names")] = ("a",)
    hidden: int = 3

    def __post_init__(self) -> None:
        """Check the options."""
        check_options(self, "options.")

    @cached_property
    def doubled(self) -> float:
        """Return twice the level."""
        return 2.0 * self.level


@dataclass(frozen=True)
class Arguments:
    """Declare the same options by arguments, as users' files do."""

    kind: str = option("flat", "a kind", choices=("flat", "steep"))
    level: float = option(1.0, "a level", number=True, lower=0.0, upper=2.0)
    limit: str | float = option("age", "a limit", choices=("age",), number=True, lower=1.0)
    switch: bool = option(True, "a switch")
    error: float | None = option(None, "an error", number=True, lower=0.0)
    names: tuple[str, ...] = option(("a",), "some names", choices=("a", "b"), several=True)

    def __post_init__(self) -> None:
        """Check the options."""
        check_options(self, "options.")


BOTH = pytest.mark.parametrize("declared", [Annotations, Arguments])


@BOTH
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kind": "step"}, "kind: found 'step'; allowed: 'flat', 'steep' (a kind). Did you mean steep?"),
        ({"kind": 1}, "kind: found 1; allowed: 'flat', 'steep' (a kind)."),
        ({"level": 3}, "level: found 3; allowed: a number from 0 to 2 (a level)."),
        ({"level": True}, "level: found True; allowed: a number from 0 to 2 (a level)."),
        ({"level": float("nan")}, "level: found nan; allowed: a number from 0 to 2 (a level)."),
        ({"level": "1"}, "level: found '1'; allowed: a number from 0 to 2 (a level)."),
        ({"limit": 0.5}, "limit: found 0.5; allowed: 'age', a number from 1 up (a limit)."),
        ({"limit": False}, "limit: found False; allowed: 'age', a number from 1 up (a limit)."),
        ({"switch": 1}, "switch: found 1; allowed: true, false (a switch)."),
        ({"error": -1.0}, "error: found -1.0; allowed: a number from 0 up (an error)."),
        ({"names": ["a", "c"]}, "names: found 'c'; allowed: 'a', 'b' (some names)."),
        ({"names": [["a"]]}, "names: found ['a']; allowed: 'a', 'b' (some names)."),
    ],
)
def test_a_value_that_is_not_allowed_gets_one_sentence(declared, given, sentence):
    with pytest.raises(UserError) as caught:
        declared(**given)
    assert caught.value.problems == (f"options.{sentence}",)


@BOTH
def test_values_get_the_declared_type(declared):
    made = declared(level=2, names="b", limit=5, switch=False)
    assert (made.level, made.names, made.limit, made.switch) == (2.0, ("b",), 5.0, False)
    assert (type(made.level), type(made.limit)) == (float, float)
    assert declared(names=["a", "b", "a"]) == declared(names=("a", "b"))


def test_only_described_fields_are_options():
    assert [item.name for item in options_of(Annotations)] == [item.name for item in options_of(Arguments)]
    assert [item.allowed for item in options_of(Annotations)] == [
        item.allowed for item in options_of(Arguments)
    ]


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ({}, "a number"),
        ({"ge": 0, "le": 2}, "a number from 0 to 2"),
        ({"gt": 0, "le": 2}, "a number above 0 up to 2"),
        ({"ge": 0, "lt": 2}, "a number from 0 to below 2"),
        ({"gt": 0}, "a number above 0"),
        ({"le": 2}, "a number up to 2"),
    ],
)
def test_bounds_are_told_in_words(bounds, text):
    assert Option("x", 1.0, "x", Annotated[float, Field(**bounds)]).allowed == text


def test_cached_properties_of_a_frozen_dataclass_see_the_checked_value():
    assert Annotations(level=2).doubled == 4.0


def test_names_known_to_the_program_alone_and_whole_numbers():
    @dataclass(frozen=True)
    class Made:
        one: Annotated[str, Choices(("x", "y")), Field(description="one")] = "x"
        years: Annotated[tuple[Whole, ...], Field(description="years")] = ()

        __post_init__ = Annotations.__post_init__

    assert Made(years=2019.0).years == (2019,)
    for given, sentence in (
        ({"one": "z"}, "one: found 'z'; allowed: 'x', 'y'"),
        ({"years": 2019.5}, "years: found 2019.5; allowed: a whole number"),
        ({"years": True}, "years: found True; allowed: a whole number"),
    ):
        with pytest.raises(UserError, match=sentence):
            Made(**given)
