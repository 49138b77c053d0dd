"""Options that describe themselves: annotated fields of dataclasses, checked by pydantic, with our sentences.

An option is a field ``name: Annotated[type, Field(description="…")] = default``; the type and the bounds of
``Field`` say what is allowed. One of type ``Path`` names a file, whose content travels with the result. The
same holds for the models behind the [sampler] table.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from .errors import UserError, did_you_mean, unknown_name

__all__ = ["Choices", "Option", "Whole", "check_options", "option", "option_problems", "options_of"]

# A bool is no number, a text is no number, and 1 is not true.
STRICT = ConfigDict(strict=True, extra="forbid", protected_namespaces=())


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# Integers that may be written as 1e6.
Whole: TypeAlias = Annotated[int, BeforeValidator(_whole)]


@dataclass(frozen=True)
class Choices:
    """Hold the names allowed where a program knows them and no Literal can: mark a str or tuple of str."""

    allowed: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Return the schema of one of the names, or of a tuple of them."""
        one = core_schema.literal_schema(list(self.allowed))
        return core_schema.tuple_variable_schema(one) if get_origin(source) is tuple else one


LOW = (("ge", "from"), ("gt", "above"))
HIGH = (("le", "to"), ("lt", "to below"))


class _Form(NamedTuple):
    """Hold one form that a value may take."""

    kind: Any
    choices: tuple[Any, ...]
    bounds: dict[str, float]

    def __str__(self) -> str:
        if self.choices:
            return ", ".join(
                str(item).lower() if isinstance(item, bool) else repr(item) for item in self.choices
            )
        if self.kind not in (int, float):
            words = {str: "a text", dict: "a table", Path: "the path of a file, as seen from the run file"}
            return words.get(self.kind, "")
        number = "a whole number" if self.kind is int else "a number"
        low = next((f" {word} {self.bounds[key]:.10g}" for key, word in LOW if key in self.bounds), "")
        high = next((f" {word} {self.bounds[key]:.10g}" for key, word in HIGH if key in self.bounds), "")
        if low and not high:
            return number + low + " up" * ("ge" in self.bounds)
        return number + low + (high if "ge" in self.bounds or not high else f" up{high}")


@dataclass(frozen=True)
class Option:
    """Describe a choice a user can make: its default, a sentence, and the annotation that says what is allowed."""

    name: str
    default: Any
    description: str
    annotation: Any

    @cached_property
    def _forms(self) -> tuple[_Form, ...]:
        return tuple(_forms(self.annotation, ()))

    @cached_property
    def choices(self) -> tuple[Any, ...]:
        """The values allowed by name."""
        return tuple(choice for form in self._forms for choice in form.choices)

    @cached_property
    def lower(self) -> float:
        """The least number allowed."""
        return min(
            (form.bounds.get("ge", -math.inf) for form in self._forms if form.bounds), default=-math.inf
        )

    @cached_property
    def several(self) -> bool:
        """Whether it takes a list."""
        annotation = self.annotation
        while get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        return get_origin(annotation) is tuple

    @cached_property
    def is_path(self) -> bool:
        """Whether it names a file, whose content belongs to the run."""
        return any(form.kind is Path for form in self._forms)

    @property
    def allowed(self) -> str:
        """What is allowed, for a sentence."""
        return ", ".join(text for form in self._forms if (text := str(form)))

    def sentence(self, value: Any) -> str:
        """Return what to say about a value that is not allowed."""
        near = did_you_mean(value, map(str, self.choices)) if isinstance(value, str) else ""
        return f"found {value!r}; allowed: {self.allowed} ({self.description}).{near}"


def _forms(annotation: Any, marks: tuple[Any, ...]) -> Iterable[_Form]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = [part for mark in arguments[1:] for part in getattr(mark, "metadata", (mark,))]
        yield from _forms(arguments[0], (*marks, *inner))
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from _forms(argument, marks)
    elif origin is tuple:
        yield from _forms(arguments[0], marks)
    elif annotation is not NoneType:
        named = [choice for mark in marks if isinstance(mark, Choices) for choice in mark.allowed]
        choices = arguments if origin is Literal else (True, False) if annotation is bool else tuple(named)
        limits = {
            key: getattr(mark, key)
            for mark in marks
            for key in ("ge", "gt", "le", "lt")
            if hasattr(mark, key)
        }
        bounds = {key: value for key, value in limits.items() if math.isfinite(value)}
        yield _Form(origin or annotation, choices, bounds if annotation in (int, float) else {})


def _description(annotation: Any) -> str | None:
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    stated = (mark.description for mark in marks if isinstance(mark, FieldInfo))
    return next((text for text in stated if text is not None), None)


@cache
def options_of(cls: Any) -> tuple[Option, ...]:
    """Return the options that a dataclass or a model declares, in the order of their declaration."""
    if issubclass(cls, BaseModel):
        return tuple(
            Option(name, item.default, item.description, Annotated[item.annotation, item])
            for name, item in cls.model_fields.items()
            if item.description is not None
        )
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for item in dataclasses.fields(cls):
        annotation = item.metadata.get("annotation", hints[item.name])
        if (description := _description(annotation)) is not None:
            found.append(Option(item.name, item.default, description, annotation))
    return tuple(found)


@cache
def _model(cls: Any) -> type[BaseModel]:
    declared: dict[str, Any] = {
        item.name: (item.annotation, ... if item.default is dataclasses.MISSING else item.default)
        for item in options_of(cls)
    }
    return create_model(cls.__name__, __config__=STRICT, **declared)


def option_problems(
    error: ValidationError, options: Iterable[Option], kind: str = "option"
) -> dict[str, str]:
    """Return our sentence for every mistake that pydantic found, by the name the user wrote."""
    known = {item.name: item for item in options}
    problems: dict[str, str] = {}
    for item in error.errors(include_url=False, include_context=False):
        key = str(item["loc"][0])
        found = known.get(key.replace("-", "_"))
        if found is None:
            names = [name.replace("_", "-") for name in known]
            problems[key] = unknown_name(kind, key, names)
        else:
            # Of a union pydantic says what is wrong with each member: the first is enough.
            problems.setdefault(key, found.sentence(item["input"]))
    return problems


def _listed(value: Any) -> tuple[Any, ...]:
    # Each once: naming an analysis twice must not count it twice.
    if not isinstance(value, list | tuple):
        return (value,)
    return tuple(item for place, item in enumerate(value) if item not in value[:place])


def check_options(instance: Any, where: str, hyphens: bool = False) -> None:
    """Check the options of a dataclass after its construction, and give each the type it declares.

    A whole number becomes a float where a float is declared, a single value or a list a tuple.

    Parameters
    ----------
    instance : dataclass
    where : str
        What stands before the name in a message, such as ``"options."``.
    hyphens : bool
        Whether names are written with hyphens.

    Raises
    ------
    UserError
        With a sentence for every option whose value is not allowed.
    """
    cls: Any = type(instance)
    options = options_of(cls)
    values = {item.name: getattr(instance, item.name) for item in options}
    # A default is always right; a scenario that is only described then costs no schema.
    if all(values[item.name] is item.default for item in options):
        return
    listed: Mapping[str, Any] = values | {
        item.name: _listed(values[item.name]) for item in options if item.several
    }
    try:
        checked = _model(cls).model_validate(listed)
    except ValidationError as error:
        problems = option_problems(error, options)
        names = {name: name.replace("_", "-") if hyphens else name for name in problems}
        raise UserError(*(f"{where}{names[name]}: {text}" for name, text in problems.items())) from None
    for name in values:
        # The dataclass is frozen for everyone else.
        object.__setattr__(instance, name, getattr(checked, name))


def option(
    default: Any,
    description: str,
    choices: tuple[Any, ...] = (),
    number: bool = False,
    lower: float = -math.inf,
    upper: float = math.inf,
    several: bool = False,
) -> Any:
    """Declare an option by arguments instead of an annotation.

    For users' files that do so, and results that carry their text; write ``Annotated[…, Field(…)]`` in new ones.
    """
    forms: list[Any] = [Literal[choices]] if choices else []
    if isinstance(default, bool) and not choices:
        forms.append(bool)
    if number:
        least, most = (value if math.isfinite(value) else None for value in (lower, upper))
        forms.append(Annotated[float, Field(ge=least, le=most)])
    if default is None:
        forms.append(None)
    kind: Any = Union[tuple(forms)] if forms else Any  # noqa: UP007 - the members are known at run time only
    whole: Any = tuple[kind, ...] if several else kind
    annotation = Annotated[whole, Field(description=description)]
    return dataclasses.field(default=default, metadata={"annotation": annotation})
