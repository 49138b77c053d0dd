"""Pages that the package writes about itself: scenarios, likelihoods, samplers, files, differences from papers.

``python docs/generate.py`` writes Markdown into ``build/docs/generated``, which the pages of ``docs/`` include;
``make docs`` does so first.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import MISSING
from pathlib import Path

from relicfit.infer.claims.claim import Claim, Verdict
from relicfit.infer.claims.registry import SECTIONS
from relicfit.infer.problem.settings import SAMPLERS, settings_class
from relicfit.infer.problem.toml import dump_value
from relicfit.infer.results.manifest import FILES
from relicfit.likelihoods import Likelihood, likelihood_class, likelihood_names
from relicfit.options import Option, options_of
from relicfit.solver.scenario import Observable, Scenario, scenario_class, scenario_names

ROOT = Path(__file__).resolve().parents[1]
GENERATED = ROOT / "build" / "docs" / "generated"
# The sections of the claims that a scenario answers for, by how their modules begin.
CLAIMS_OF = {
    "conversion-leptogenesis": ("conversion.",),
    "thermal-freeze-out": ("thermal.introduction", "thermal.boltzmann"),
    "thermal-freeze-in": ("thermal.boltzmann",),
    "lepton-pion": (
        "thermal.decays",
        "thermal.scatterings",
        "thermal.relic_density",
        "thermal.signals",
        "thermal.momenta",
    ),
    "leptoquark-mediator": ("thermal.relic_density", "thermal.flavour", "thermal.momenta"),
    "two-state": ("thermal.several_states",),
}
# What Markdown would take for markup.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~#])")


def text(words: object) -> str:
    """Return words with nothing in them that Markdown would take for markup, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(str(words).split()))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table, an empty one below."""
    lines = [list(columns), ["---"] * len(columns), *rows]
    return ["| " + " | ".join(row) + " |" for row in lines] + [""]


def code(words: str) -> str:
    """Return words as code; a bar would end the cell of a table."""
    return f"`{words}`"


def allowed(option: Option) -> str:
    """Return what an option takes, and its default."""
    default = "required" if option.default is MISSING else "none" if option.default is None else None
    value = default or code(dump_value(option.default))
    return f"{value}; {text(option.allowed or 'see the text')}"


def options_table(options: Iterable[Option], dashes: bool) -> list[str]:
    """Return the table of options of a scenario, a likelihood or a sampler."""
    rows = [
        (
            code(option.name.replace("_", "-") if dashes else option.name),
            text(option.description),
            allowed(option),
        )
        for option in options
    ]
    return table(("option", "meaning", "default; allowed"), rows) if rows else ["None.", ""]


def theory_error(item: Observable) -> str:
    """Return the error of the calculation that an observable states."""
    if item.theory_error is None:
        return ""
    reason = f": {text(item.theory_reason)}" if item.theory_reason else ""
    if isinstance(item.theory_error, str):
        return f"{code(item.theory_error)}, point by point{reason}"
    size = (
        f"a factor of {item.theory_error:g}"
        if item.theory_error_is_factor
        else f"{100 * item.theory_error:g} %"
    )
    return size + reason


def differences(scenario: str) -> list[str]:
    """Return the rows of the claims that differ from the paper, for a reason or by a slip of the paper."""
    with open(ROOT / "docs" / "claims.csv", encoding="utf-8", newline="") as file:
        ours = {row["claim"]: float(row["ours"]) for row in csv.DictReader(file)}
    wanted = (Verdict.DIFFERS, Verdict.SLIP)
    rows = [
        claim_row(claim, ours[claim.id])
        for section in SECTIONS
        if section.module.startswith(CLAIMS_OF[scenario])
        for claim in section.claims
        if claim.expected in wanted
    ]
    return table(("place", "what", "paper", "ours", "why"), rows) if rows else ["None.", ""]


def claim_row(claim: Claim, ours: float) -> tuple[str, ...]:
    """Return the cells of a claim; a slip of the paper is named one."""
    why = ("paper's slip: " if claim.expected is Verdict.SLIP else "") + claim.why
    return text(claim.place), text(claim.statement), text(claim.paper_value.text), f"{ours:.3g}", text(why)


def scenario_page(cls: type[Scenario]) -> list[str]:
    """Return parameters, observables, options and limits of validity of a scenario, and what differs."""
    model = cls()
    parameters = [
        (
            code(item.name),
            text(item.unit),
            text(item.description),
            f"{item.lower:g} to {item.upper:g}",
            code(dump_value(item.prior))
            if item.prior
            else ""
            if item.default is None
            else f"{item.default:g}",
        )
        for item in model.parameters
    ]
    observables = [
        (code(item.name), text(item.unit), text(item.description), theory_error(item))
        for item in model.observables
    ]
    return [
        "## Parameters", "",
        *table(("name", "unit", "meaning", "physical range", "suggested prior"), parameters),
        "## Observables", "",
        *table(("name", "unit", "meaning", "error of the calculation"), observables),
        "## Options", "", *options_table(cls.options(), dashes=False),
        "## Limits of validity", "",
        "A point beyond one of these is flagged; the summary says which share of the posterior is.", "",
        *table(("flag", "meaning"), [(code(flag.name), text(flag.meaning)) for flag in model.flags]),
        "## Differences from the paper", "",
        *differences(cls.name),
    ]  # fmt: skip


def likelihood_card(cls: type[Likelihood]) -> list[str]:
    """Return the card of a likelihood."""
    term = cls.example()
    facts = [
        ("Source", text(cls.source)),
        ("Grade", text(cls.grade)),
        ("Valid", text(cls.validity)),
        ("Needs", text(", ".join(term.needs))),
        *(("Holds for", text(item)) for item in term.requires),
        ("In use", text(term.describe())),
    ]
    return [
        f"## {cls.name}", "", text(cls.summary), "",
        *(f"- **{name}**: {words}" for name, words in facts), "",
        *options_table(cls.options(), dashes=True),
    ]  # fmt: skip


def pages() -> dict[str, list[str]]:
    """Return the lines of every generated file by its name."""
    samplers = []
    for name in SAMPLERS:
        cls = settings_class(name)
        samplers += [f"## {name}", "", text(cls.__doc__), "", *options_table(options_of(cls), dashes=True)]
    return {
        **{f"{name}.md": scenario_page(scenario_class(name)) for name in scenario_names()},
        "likelihoods.md": [
            line for name in likelihood_names() for line in likelihood_card(likelihood_class(name))
        ],
        "samplers.md": samplers,
        "files.md": table(("file", "content"), [(code(name), text(what)) for name, what in FILES.items()]),
    }


def write(folder: Path = GENERATED) -> None:
    """Write every generated file that has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in pages().items():
        path, content = folder / name, "\n".join(lines)
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
