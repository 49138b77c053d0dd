"""What a scenario, a parameter, a likelihood, a prior or a sampler is, in words, with units and sources."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Literal, get_args, get_origin

from ..errors import UserError, unknown_name
from ..likelihoods import Likelihood, likelihood_class, likelihood_names
from ..options import Option
from ..solver.scenario import Scenario, scenario_class, scenario_names
from .problem.settings import CLASSES, settings_class
from .problem.toml import dump_value
from .problem.user_files import UserFiles, is_reference

__all__ = ["explain"]

WIDTH = 100

PRIORS = {
    "fixed": ("name = 1.0", "a number fixes the parameter"),
    "uniform": ("{ uniform = [low, high] }", "flat between two bounds"),
    "loguniform": ("{ loguniform = [low, high] }", "flat in the logarithm, 0 < low < high"),
    "normal": ("{ normal = [mean, sd] }", "Gaussian"),
    "truncnormal": (
        "{ truncnormal = { mean = m, sd = s, low = a, high = b } }",
        "Gaussian cut at bounds and normalised between them",
    ),
    "lognormal": ("{ lognormal = [median, width of ln] }", "Gaussian in the logarithm"),
    "halfnormal": ("{ halfnormal = sd }", "the positive half of a Gaussian around zero"),
    "beta": ("{ beta = [a, b] }", "beta distribution on 0 to 1, or { beta = { a, b, low, high } }"),
}


def explain(name: str | None = None) -> str:
    """Return the card of a name, or a list of everything.

    Raises
    ------
    UserError
        Where nothing has that name.
    """
    if name is None:
        return _overview()
    if is_reference(name):
        return _card_from_file(name)
    if name in scenario_names():
        return _scenario_card(scenario_class(name))
    if name in likelihood_names():
        return _likelihood_card(likelihood_class(name))
    if name in PRIORS:
        form, text = PRIORS[name]
        return f"{name} (prior): {text}\n  {form}\nBounds may be formulas of other parameters, as strings."
    if settings_class(name) is not None:
        return _sampler_card(name)
    found = _parameter_cards(name)
    if found:
        return found
    known = [*scenario_names(), *likelihood_names(), *PRIORS, *CLASSES, *_all_parameters()]
    raise UserError(f"explain: {unknown_name('name', name, known)}")


def _overview() -> str:
    lines = ["Scenarios"]
    for name in scenario_names():
        lines += _item(name, scenario_class(name).summary)
    lines += ["", "Likelihoods (and the observables they need)"]
    for name in likelihood_names():
        cls = likelihood_class(name)
        lines += _item(name, f"{cls.summary} Needs {', '.join(cls().needs)}. Grade {cls.grade}.")
    lines += ["", "Priors"]
    for name, (form, text) in PRIORS.items():
        lines += _item(name, f"{text}:  {form}")
    lines += ["", "Samplers"]
    for name in CLASSES:
        lines += _item(name, settings_class(name).__doc__ or "")
    lines += ["", "relicfit explain NAME tells more about any of these, or about a parameter."]
    return "\n".join(lines)


def _scenario_card(cls: type[Scenario]) -> str:
    model = cls()
    lines = [f"{cls.name} (scenario)", "", *textwrap.wrap(cls.summary, WIDTH), f"Source: {cls.source}"]
    lines += ["", "Parameters"]
    for item in model.parameters:
        unit = f" [{item.unit}]" if item.unit else ""
        default = "" if item.default is None else f" Default {item.default:g}."
        prior = f" Suggested prior {dump_value(item.prior)}." if item.prior else ""
        text = f"{item.description}. Physical range {item.lower:g} to {item.upper:g}.{default}{prior}"
        lines += _item(item.name + unit, text)
    lines += ["", "Observables"]
    for item in model.observables:
        unit = f" [{item.unit}]" if item.unit else ""
        lines += _item(item.name + unit, item.description + "." + _theory(item))
    lines += ["", "Options"]
    for option in cls.options():
        lines += _item(option.name, _option(option))
    lines += ["", "Flags: what is known to limit a point's validity"]
    for flag in model.flags:
        lines += _item(flag.name, flag.sentence)
    return "\n".join(lines)


def _theory(item) -> str:
    if item.theory_error is None:
        return ""
    size = (
        f"a factor of {item.theory_error:g}"
        if item.theory_error_is_factor
        else f"{100 * item.theory_error:g} %"
    )
    return f" Theory error {size}{': ' + item.theory_reason if item.theory_reason else ''}."


def _option(option: Option) -> str:
    allowed = [dump_value(choice) for choice in option.choices]
    if option.number:
        bounds = [f"{value:g}" for value in (option.lower, option.upper) if abs(value) != float("inf")]
        allowed.append("a number" + (f" from {bounds[0]} to {bounds[1]}" if len(bounds) == 2 else ""))
    default = "none" if option.default is None else dump_value(option.default)
    return f"{option.description}. Default {default}; allowed: {', '.join(allowed) or 'see the text'}."


def _card_from_file(reference: str) -> str:
    files = UserFiles(Path())
    try:
        return _scenario_card(files.scenario(reference))
    except UserError as error:
        try:
            return _likelihood_card(files.likelihood(reference))
        except UserError:
            raise error from None


def _likelihood_card(cls: type[Likelihood]) -> str:
    term = cls()
    lines = [f"{cls.name} (likelihood)", "", *textwrap.wrap(cls.summary, WIDTH)]
    for key, value in (
        ("Source", cls.source),
        ("Grade", f"{cls.grade} (A published table, B digitised, C computed and validated, D estimate)"),
        ("Valid", cls.validity),
        ("Needs", ", ".join(term.needs)),
        ("In use", term.describe()),
    ):
        lines += textwrap.wrap(f"{key}: {value}", WIDTH, subsequent_indent="  ")
    lines += ["", "Options"]
    for option in cls.options():
        lines += _item(option.name.replace("_", "-"), _option(option))
    return "\n".join(lines)


def _sampler_card(name: str) -> str:
    cls = settings_class(name)
    lines = [f"{name} (sampler): {cls.__doc__}", "", "Settings of [sampler]"]
    for key, field in cls.model_fields.items():
        if key == "name":
            continue
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        texts = [repr(choice) for choice in choices if isinstance(choice, str)]
        default = "chosen by the program" if field.default is None else repr(field.default or None)
        allowed = f" Allowed: {', '.join(texts)}." if texts else ""
        lines += _item(key.replace("_", "-"), f"{field.description}. Default {default}.{allowed}")
    return "\n".join(lines)


def _all_parameters() -> set[str]:
    return {item.name for name in scenario_names() for item in scenario_class(name)().parameters}


def _parameter_cards(name: str) -> str:
    cards = []
    for scenario in scenario_names():
        model = scenario_class(scenario)()
        for kind, items in (("parameter", model.parameters), ("observable", model.observables)):
            cards += [
                f"{name} ({kind} of {scenario}){f' [{item.unit}]' if item.unit else ''}: {item.description}."
                for item in items
                if item.name == name
            ]
    return "\n".join(cards)


def _item(name: str, text: str) -> list[str]:
    column = 26
    head = f"  {name:<{column - 2}}"
    if len(name) > column - 3:
        return [
            f"  {name}",
            *textwrap.wrap(text, WIDTH, initial_indent=" " * column, subsequent_indent=" " * column),
        ]
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * column) or [head.rstrip()]
