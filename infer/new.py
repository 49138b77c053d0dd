"""A commented run file to start from: default priors, options with their choices, the likelihoods that apply."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from ..errors import UserError
from ..likelihoods import Likelihood, likelihood_class, likelihood_names
from ..likelihoods.composition import check_composition
from ..options import Option
from ..solver.scenario import Parameter, Scenario
from .problem.network import NETWORK
from .problem.settings import DEFAULT_SAMPLER, SAMPLERS
from .problem.toml import dump_value
from .problem.user_files import UserFiles

__all__ = ["new_run_file"]

WIDTH = 100
LONGEST = 120
# Of a parameter without a suggestion and with an open range: positive, over ten decades.
ANYTHING = {"loguniform": [1e-5, 1e5]}
# The grade of an estimate: such a likelihood is offered, not switched on.
ESTIMATE = "D"
# What most start from stands first.
FIRST = "relic-density"

NETWORK_FILE = """# A Boltzmann network of your own: species, reactions with one rate each, and data.
#
#   relicfit explain FILE           species, reactions, and how fast each is
#   relicfit point FILE             one point
#   relicfit run FILE               the posterior
#
# docs/network.md says what every word means, with the factors of two. Formulas know the parameters, pi, GeV and pb;
# rates also T (GeV) and x = m/T of the first reactant, sigma and amplitude2 also s. All in powers of GeV.

scenario = "network"

[parameters]
# A table gives a prior, a number fixes the parameter.
m = { loguniform = [10, 1e4] }          # GeV
dm = { uniform = [1, 40] }              # GeV
g = { loguniform = [0.1, 1] }
y = 1e-6

[network]
# Where the evolution starts; by default early enough for every thermal species.
# reheating-temperature = 1e9
# expansion = { kind = "early-matter", ratio = 1e-3, at = 60, reheating-temperature = 5e-3 }
# expansion = { kind = "faster", factor = "sqrt(1 + (T/0.02)**2)" }

[network.units]
# Of the parameters; the others have none. Formulas are held against them: a mass squared for a width is told.
m = "GeV"
dm = "GeV"

[network.species]
# degrees: the states that the yield counts (Dirac with its antiparticle 4, complex scalar 2, Majorana 2, real 1).
# numbers: conserved, modulo n where called Zn. Also bath = true, start = "empty" or a yield, antiparticles = true,
# statistics = "fd" or "be".
chi1 = { mass = "m", degrees = 2, numbers = { Z2 = 1 } }
chi2 = { mass = "m + dm", degrees = 2, numbers = { Z2 = 1 } }

[[network.process]]
# One of sigma-v, sigma, width, rate, density, amplitude2, sigma-v2; detailed balance supplies the inverse.
reaction = "chi2 chi2 -> SM SM"
sigma-v = "g**4/(32*pi*m**2)"           # or { a = ..., b = ... } for a + 6 b/x, or "2.2e-26 cm^3/s"
power = { g = 4 }                       # how the rate scales: sensitivities, and tables that couplings share

[[network.process]]
reaction = "chi2 -> chi1 SM"
width = "y**2*dm**2/(8*pi*m)"
power = { y = 2 }

[likelihoods]
# The density of all that is stable, or that of components: of = "chi1".
relic-density = {}

[sampler]
name = "dynesty"
live-points = 200
seed = 1
"""


def new_run_file(scenario: str) -> str:
    """Return the text of a run file for a scenario, by name, in a user's own file, or for a network.

    Raises
    ------
    UserError
        Where there is no such scenario.
    """
    if scenario == NETWORK:
        return NETWORK_FILE
    model = UserFiles(Path()).scenario(scenario)()
    title = [f"{scenario}: a run file to start from.", "", model.summary, f"Source: {model.source}", ""]
    commands = ["relicfit run FILE               the posterior", "relicfit point FILE             one point"]
    commands.append(f"relicfit explain {scenario}")
    lines = [
        *_comment(title),
        *(f"#   {text}" for text in commands),
        "",
        f"scenario = {dump_value(scenario)}",
    ]
    lines += ["", "[parameters]", *_comment(["A table gives a prior, a number fixes the parameter."])]
    lines += _parameters(model.parameters)
    lines += ["", "[options]", *_comment(["The choices of the scenario, at their defaults."])]
    for option in type(model).options():
        lines += _option(option)
    lines += ["", "[likelihoods]", *_likelihoods(model)]
    lines += ["", "[sampler]", *SAMPLER]
    return "\n".join(lines) + "\n"


SAMPLER = (
    f"# One of {', '.join(SAMPLERS)}; `relicfit explain {DEFAULT_SAMPLER}` lists the other settings.",
    f"name = {dump_value(DEFAULT_SAMPLER)}",
    "seed = 1",
)


def _comment(paragraphs: Iterable[str]) -> list[str]:
    wrapper = textwrap.TextWrapper(
        WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False, break_long_words=False
    )
    return [line for text in paragraphs for line in wrapper.wrap(text) or ["#"]]


def _parameters(parameters: tuple[Parameter, ...]) -> list[str]:
    values = [dump_value(_prior(item) if item.default is None else item.default) for item in parameters]
    left = [f"{item.name} = {value}" for item, value in zip(parameters, values, strict=True)]
    wide = max(map(len, left), default=0)
    lines = []
    for text, item in zip(left, parameters, strict=True):
        note = ", ".join(filter(None, [item.unit, item.description]))
        if item.default is not None and item.prior:
            note += f"; or {dump_value(item.prior)}"
        line = f"{text:<{wide}}  # {note}"
        # A note too long for the line stands above it.
        lines += [line] if len(line) <= LONGEST else [*_comment([note]), text]
    return lines


def _prior(item: Parameter) -> object:
    if item.prior:
        return item.prior
    bounded = item.upper - item.lower < float("inf")
    return {"uniform": [item.lower, item.upper]} if bounded else ANYTHING


def _option(option: Option) -> list[str]:
    if option.default is None:
        return []
    choices = ", ".join(dump_value(choice) for choice in option.choices)
    sentence = f"{option.description}{f' [{choices}]' if choices else ''}"
    return [*_comment([sentence]), f"# {option.name} = {dump_value(option.default)}"]


def _likelihoods(model: Scenario) -> list[str]:
    available = {item.name for item in model.observables} | {item.name for item in model.parameters}
    chosen: list[Likelihood] = []
    lines: list[str] = []
    for name in sorted(likelihood_names(), key=lambda name: (name != FIRST, name)):
        try:
            term = likelihood_class(name)()
        except (TypeError, UserError):
            continue  # one that says nothing without its options
        if not term.needs or not set(term.needs) <= available:
            continue
        reason = _why_not(term, chosen)
        if not reason:
            chosen.append(term)
        lines += _comment([f"{term.summary} Grade {term.grade}.{reason}"])
        lines.append(f"{'# ' if reason else ''}{name} = {{}}")
    return lines or _comment(["None of the likelihoods of the package applies; see `relicfit explain`."])


def _why_not(term: Likelihood, chosen: list[Likelihood]) -> str:
    if term.grade.startswith(ESTIMATE):
        return " An estimate: remove the # to use it."
    try:
        check_composition([*chosen, term])
    except UserError:
        return " Uses data that another likelihood above uses: choose one."
    return ""
