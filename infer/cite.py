"""What to cite: the papers behind a scenario and its data, and the software that a run used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ..likelihoods import likelihood_class
from ..solver.scenario import scenario_class
from .problem.problem import Problem
from .problem.provenance import versions
from .problem.settings import DEFAULT_SAMPLER, sampler_class
from .problem.user_files import is_reference

__all__ = ["bibtex", "bibtex_unrun", "identifiers", "references"]

# Numbers of arXiv of the new and of the old form.
NUMBER = re.compile(r"\b(\d{4}\.\d{4,5}|(?:hep-(?:ph|ex|th)|astro-ph|nucl-th|gr-qc)/\d{7})\b")
# What every run stands on: degrees of freedom of the plasma, and libraries.
ALWAYS = ("1803.01038", "relicfit", "numpy", "scipy", "numba", "arviz", "getdist")


@cache
def references() -> dict[str, str]:
    """Return the BibTeX entries of the package by their keys."""
    text = (files(__package__) / "references.bib").read_text(encoding="utf-8")
    found = (re.match(r"@\w+\{([^,]+),", line) for line in text.splitlines())
    return {match[1]: match.string for match in found if match}


def identifiers(text: str) -> list[str]:
    """Return the numbers of arXiv in a text, each once."""
    return list(dict.fromkeys(NUMBER.findall(text)))


def bibtex(problem: Problem) -> str:
    """Return the entries a run should cite, in sections, each with a line that says for what.

    A source without an entry, of a user's own scenario say, is quoted as a comment; a sampler of a user's own
    may give whole entries.
    """
    sections = [("the scenario " + problem.scenario.name, [problem.scenario.source])]
    sections += [(f"the likelihood {term.name}", [term.source]) for term in problem.likelihoods]
    known = references()
    seen: set[str] = set()
    lines = []
    for title, sources in sections:
        lines += [f"% {title}: {'; '.join(sources)}"]
        lines += _entries([key for text in sources for key in identifiers(text)], known, seen)
    used = ", ".join(f"{name} {number}" for name, number in versions(problem).items())
    lines += [f"% software: {used}"]
    lines += _entries([*ALWAYS, *problem.sampler_class.software], known, seen)
    return "\n".join(lines)


def bibtex_unrun(content: Mapping[str, Any], used: Mapping[str, str]) -> str:
    """Return the same for a run file whose own sources must not run: what they cite is told from their text.

    ``used`` holds the versions of the software at the time of the run.
    """
    texts = content.get("sources", {})
    found = [("scenario", str(content.get("scenario")), scenario_class)]
    found += [("likelihood", str(name), likelihood_class) for name in content.get("likelihoods", {})]
    known = references()
    seen: set[str] = set()
    lines = []
    for kind, name, class_of in found:
        source = str(texts.get(name.partition(":")[0], "")) if is_reference(name) else class_of(name).source
        lines += [f"% the {kind} {name}" + ("" if is_reference(name) else f": {source}")]
        lines += _entries(identifiers(source), known, seen)
    sampler = str(content.get("sampler", {}).get("name", DEFAULT_SAMPLER))
    software = () if is_reference(sampler) else sampler_class(sampler).software
    lines += [f"% software: {', '.join(f'{name} {number}' for name, number in used.items())}"]
    lines += _entries([*ALWAYS, *software], known, seen)
    return "\n".join(lines)


def _entries(keys: list[str], known: dict[str, str], seen: set[str]) -> list[str]:
    found = [known.get(key) or _without_entry(key) for key in keys if key not in seen]
    seen.update(keys)
    return found


def _without_entry(key: str) -> str:
    if key.startswith("@"):
        return key
    return (
        f"% arXiv:{key}: no entry here; see inspirehep.net"
        if NUMBER.fullmatch(key)
        else f"% {key}: no entry here"
    )
