"""What a scenario, a parameter, a likelihood, a prior or a sampler is, in words, with units and sources."""

from __future__ import annotations

import textwrap
from dataclasses import MISSING
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, did_you_mean
from ..likelihoods import Likelihood, likelihood_class, likelihood_names
from ..options import Option, options_of
from ..priors import DISTRIBUTIONS, READY
from ..solver.network import NetworkScenario
from ..solver.scenario import Observable, Scenario, scenario_class, scenario_names
from .problem.settings import SAMPLERS, SamplerSettings, settings_class
from .problem.toml import dump_value, read
from .problem.user_files import UserFiles, is_reference

__all__ = ["explain", "known_words"]

WIDTH = 100
FORMULAS = "Bounds may be formulas of other parameters, as strings."


def explain(name: str | None = None) -> str:
    """Return the card of a name, or a list of everything.

    Raises
    ------
    UserError
        Where nothing has that name.
    """
    if name is None:
        return _overview()
    if name.endswith(".toml"):
        return _card_of_run_file(Path(name))
    if is_reference(name):
        return _card_from_file(name)
    if name in scenario_names():
        return _scenario_card(scenario_class(name))
    if name in likelihood_names():
        return _likelihood_card(likelihood_class(name))
    if name in DISTRIBUTIONS:
        kind = DISTRIBUTIONS[name]
        return f"{name} (prior): {kind.sentence}\n  {kind.form}\n{FORMULAS}"
    if name in READY:
        return f"{name} (prior): {READY[name][0]}\n  {READY[name][1]}"
    if name in SAMPLERS:
        return _sampler_card(name, settings_class(name))
    from .vocabulary import meanings

    found = [card for card in (_parameter_cards(name), *_meaning_lines(name, meanings(name))) if card]
    if found:
        return "\n".join(found)
    raise UserError(f"explain: {_unknown(name, known_words())}")


def known_words() -> list[str]:
    """Return every name that has an explanation."""
    from .vocabulary import words

    return [
        *scenario_names(), *likelihood_names(), *DISTRIBUTIONS, *READY, *SAMPLERS, *_all_parameters(), *words(),
    ]  # fmt: skip


def _meaning_lines(name: str, texts: list[str]) -> list[str]:
    return [
        textwrap.fill(f"{name} ({text}", WIDTH, subsequent_indent="  ") for text in map(_in_brackets, texts)
    ]


def _in_brackets(text: str) -> str:
    place, separator, rest = text.partition(": ")
    return f"{place}): {rest}" if separator else f"{text})"


def _unknown(name: str, known: list[str]) -> str:
    """Say that nothing has a name; the list of everything is too long for a sentence."""
    near = did_you_mean(name, dict.fromkeys(known))
    return f"unknown name {name!r}.{near} Without a name, relicfit explain lists everything."


def _overview() -> str:
    lines = ["Scenarios"]
    for name in scenario_names():
        lines += _item(name, scenario_class(name).summary)
    lines += ["", "Likelihoods (and the observables they need)"]
    for name in likelihood_names():
        cls = likelihood_class(name)
        lines += _item(name, f"{cls.summary} Needs {', '.join(cls.example().needs)}. Grade {cls.grade}.")
    lines += ["", "Priors"]
    for name, kind in DISTRIBUTIONS.items():
        lines += _item(name, f"{kind.sentence}:  {kind.form}")
    for name, (sentence, form) in READY.items():
        lines += _item(name, f"{sentence}:  {form}")
    lines += ["", "Samplers"]
    for name in SAMPLERS:
        lines += _item(name, settings_class(name).__doc__ or "")
    lines += ["", "relicfit explain NAME tells more about any of these, or about a parameter."]
    return "\n".join(lines)


def _card_of_run_file(path: Path) -> str:
    """Return the card of the scenario of a run file, looked at in the middle of its prior."""
    from .problem.problem import problem_from

    problem = problem_from(read(path)[0], name=path.stem, path=path, needs_data=False)
    model = problem.scenario
    middle = problem.prior.from_unit(np.full((1, problem.prior.dim), 0.5))[0]
    lines = [_scenario_card(type(model), model)]
    return "\n".join([*lines, *(_network(model, middle) if isinstance(model, NetworkScenario) else [])])


def _network(model: NetworkScenario, theta: NDArray[np.float64]) -> list[str]:
    """Return species, reactions, conserved numbers, and where each reaction is in equilibrium at a point (d,)."""
    from ..solver.network.look import speeds

    p = model.values(theta[None, :])
    point = ", ".join(
        f"{item.name} = {value:.4g}" for item, value in zip(model.parameters, theta, strict=True)
    )
    lines = ["", *textwrap.wrap(f"The network at {point}", WIDTH), "", "Species"]
    stable = {model.topology.names[j] for j in model.stable}
    for item in model.species(p):
        role = "of the bath" if item.bath else "stable" if item.name in stable else "unstable"
        start = (
            item.start if isinstance(item.start, str) else f"a yield of {float(np.ravel(item.start)[0]):.4g}"
        )
        numbers = ", ".join(f"{name} {value:+d}" for name, value in item.numbers.items()) or "none"
        text = (
            f"mass {float(np.ravel(item.mass)[0]):.5g} GeV, {item.degrees:g} states, {role}; starts {start}; "
        )
        lines += _item(item.name, f"{text}conserved numbers: {numbers}.")
    lines += [
        "",
        "Reactions, with Γ/H: how often a particle takes part in an expansion time (in equilibrium above 1)",
    ]
    lines.append(f"  {'':<28} {'of':<8} {'T = m':>10} {'T = m/25':>10}")
    for speed in speeds(model, theta):
        lines.append(
            f"  {speed.reaction:<28} {speed.species:<8} {speed.at_mass:>10.2e} {speed.at_freeze_out:>10.2e}"
        )
    return lines


def _scenario_card(cls: type[Scenario], chosen: Scenario | None = None) -> str:
    model = chosen or cls()
    lines = [f"{cls.name} (scenario)", "", *textwrap.wrap(cls.summary, WIDTH), f"Source: {cls.source}"]
    lines += ["", "Parameters"]
    for item in model.parameters:
        unit = f" [{item.unit}]" if item.unit else ""
        default = "" if item.default is None else f" Default {item.default:g}."
        prior = f" Suggested prior {dump_value(item.prior)}." if item.prior else ""
        text = f"{item.description}. Physical range {item.lower:g} to {item.upper:g}.{default}{prior}"
        lines += _item(item.name + unit, text)
    lines += ["", "Observables"]
    for seen in model.observables:
        unit = f" [{seen.unit}]" if seen.unit else ""
        lines += _item(seen.name + unit, seen.description + "." + _theory(seen))
    lines += ["", "Options"]
    for option in cls.options():
        lines += _item(option.name, _option(option))
    lines += ["", "Flags: what is known to limit a point's validity"]
    for flag in model.flags:
        lines += _item(flag.name, flag.meaning)
    return "\n".join(lines)


def _theory(item: Observable) -> str:
    if isinstance(item.theory_error, str):
        return f" Theory error point by point, {item.theory_error}: {item.theory_reason}."
    if item.theory_error is None:
        return ""
    size = (
        f"a factor of {item.theory_error:g}"
        if item.theory_error_is_factor
        else f"{100 * item.theory_error:g} %"
    )
    return f" Theory error {size}{': ' + item.theory_reason if item.theory_reason else ''}."


def _option(option: Option) -> str:
    allowed = option.allowed or "see the text"
    if option.default is MISSING:
        return f"{option.description}. Required; allowed: {allowed}."
    default = "none" if option.default is None else dump_value(option.default)
    return f"{option.description}. Default {default}; allowed: {allowed}."


def _card_from_file(reference: str) -> str:
    files = UserFiles(Path())
    kind = files.kind(reference)
    if kind == "likelihood":
        return _likelihood_card(files.likelihood(reference))
    if kind == "sampler":
        return _sampler_card(reference, files.sampler(reference).settings)
    cls = files.scenario(reference)
    card = _scenario_card(cls)
    if not issubclass(cls, NetworkScenario):
        return card
    model = cls()
    middle = np.array([float(getattr(model.middle, item.name)[0, 0]) for item in model.parameters])
    return "\n".join([card, *_network(model, middle)])


def _likelihood_card(cls: type[Likelihood]) -> str:
    term = cls.example()
    lines = [f"{cls.name} (likelihood)", "", *textwrap.wrap(cls.summary, WIDTH)]
    for key, value in (
        ("Source", cls.source),
        ("Grade", f"{cls.grade} (A published table, B digitised, C computed and validated, D estimate)"),
        ("Valid", cls.validity),
        ("Needs", ", ".join(term.needs)),
        *(("Holds for", str(item)) for item in term.requires),
        ("In use", term.describe()),
    ):
        lines += textwrap.wrap(f"{key}: {value}", WIDTH, subsequent_indent="  ")
    lines += ["", "Options"]
    for option in cls.options():
        lines += _item(option.name.replace("_", "-"), _option(option))
    return "\n".join(lines)


def _sampler_card(name: str, cls: type[SamplerSettings]) -> str:
    lines = [f"{name} (sampler): {cls.__doc__}", "", "Settings of [sampler]"]
    for option in options_of(cls):
        lines += _item(option.name.replace("_", "-"), _option(option))
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
