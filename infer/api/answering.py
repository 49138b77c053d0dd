"""The verbs that answer in words, or open what is there: load, report, cite, explain, new, status, table, claims."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..answers import Card, Citations, RunFile
    from ..results.folder import Result
    from ..status import Standings
    from ..table import ResultTable

__all__ = ["cite", "claims", "explain", "load", "new", "report", "status", "table"]


def load(directory: str | Path | Result, *, trust: bool = False) -> Result:
    """Open the folder of a finished run, written by this version or an earlier one.

    With ``trust`` this process runs the sources of others that folders and run files carry; without, those
    that have never run on this machine are refused where they are needed.
    """
    if trust:
        from ..problem.trust import trust_sources

        trust_sources()
    from ..results.folder import load as open_folder

    return open_folder(directory)


def report(run: Result | str | Path) -> Path:
    """Write the report of a finished run anew and return its path: one page, to be opened in a browser."""
    from ..report.writing import write_report

    return write_report(load(run))


def cite(run: Result | str | Path) -> Citations:
    """Return the BibTeX of the papers, data and software behind a run, or behind a run file (``.toml``)."""
    from ..answers import Citations
    from ..cite import bibtex, bibtex_unrun
    from ..problem.problem import load_problem
    from ..problem.trust import UntrustedSources

    if isinstance(run, str | Path) and Path(run).suffix == ".toml":
        problem = load_problem(run)
        return Citations(bibtex(problem), problem.name)
    found = load(run)
    try:
        return Citations(bibtex(found.problem), found.problem.name)
    except UntrustedSources:
        return Citations(bibtex_unrun(found.content, found.manifest.versions), found.directory.name)


def explain(name: str | None = None) -> Card:
    """Say what a scenario, parameter, likelihood, prior or sampler is; without a name, list everything."""
    from ..answers import Card
    from ..explain import explain as card

    return Card(card(name), name)


def new(scenario: str) -> RunFile:
    """Return a commented run file to start from; ``new("two-state").write("my.toml")`` writes it."""
    from ..answers import RunFile
    from ..new import new_run_file

    return RunFile(new_run_file(scenario), scenario)


def status(*directories: str | Path) -> Standings:
    """Say where runs stand: running, finished, interrupted, failed or dead, and the time left.

    Directories are result folders, or folders that hold some.
    """
    from ..status import standings

    return standings(directories)


def table(*runs: Result | str | Path, show: str | Sequence[str] = ()) -> ResultTable:
    """Put results of finished runs side by side: medians with intervals, evidences, Bayes factors.

    ``show`` names parameters and observables, as a list or with commas between; all by default. Print what
    is returned, or take its ``latex`` for a paper.
    """
    from ..table import result_table
    from ..wording import names_of

    return result_table(runs, names_of(show))


def claims(*names: str) -> Card:
    """Say what the two papers claim, what we compute, and what we make of it.

    Names are those of rows, beginnings of them such as ``"thermal-line"``, or an arXiv number; a single row
    is shown with everything known about it. Without a name all rows are computed.
    """
    from ..answers import Card
    from ..claims.page import claims_text

    return Card(claims_text(names or None), ", ".join(names) or None)
