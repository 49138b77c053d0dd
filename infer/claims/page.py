"""The claims as a page and as text: what the papers say, our numbers, verdicts and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..storage.atomic import write_text
from .claim import Claim, Verdict
from .registry import PAPERS, SECTIONS, all_claims, chosen_claims
from .stored import values_as_text

__all__ = ["PAGE", "VALUES", "claims_text", "compute_values", "page_text", "write_page"]

PAGE, VALUES = "claims.md", "claims.csv"
HEADER = """# The papers' claims and ours

Made by `python -m relicfit.infer.claims docs`; do not edit. The numbers stand in `claims.csv` with six digits, and the
tests fail where one of them moves or a verdict does not fit its number.

Every quantitative claim of J. Heisig, *Conversion-driven leptogenesis*, arXiv:2404.12428, and of *Dark matter
freeze-out and freeze-in via thermal decays*, arXiv:2111.14808, is computed with the defaults of the package unless the
row says otherwise; pions are the paper's, without the measured form factor, which `relicfit choices` weighs. Verdicts:

- **agrees**: within the tolerance, a factor: the last printed digit, about 3 for an order of magnitude, 1 for a bound;
- **differs**: outside, for the reason given;
- **paper's slip**: outside, because what is printed does not follow from the paper's own premises;
- **estimate**: outside, but the paper states an order of magnitude only and leaves the difference out;
- **open**: outside without an explanation, or the text has no number to compare with.
"""
PAGE_COLUMNS = ("place", "what", "paper", "ours", "within", "verdict", "why")


def compute_values(claims: Sequence[Claim]) -> dict[str, float]:
    """Return our number of each claim by name."""
    return {claim.id: float(claim.compute()) for claim in claims}


def shown(value: float) -> str:
    """Return a number with three digits."""
    return f"{value + 0.0:.3g}"


def table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> list[str]:
    """Return the lines of a table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in lines]


def counts(claims: Sequence[Claim]) -> str:
    """Return how many rows have each verdict."""
    number = Counter(claim.expected for claim in claims)
    parts = [f"{number[verdict]} {verdict}" for verdict in Verdict if number[verdict]]
    return f"{len(claims)} rows: {', '.join(parts)}."


def page_text(values: Mapping[str, float]) -> str:
    """Return the page from our numbers by name of the claim."""
    parts = [HEADER, counts(all_claims()), ""]
    for paper, title in PAPERS.items():
        parts += [f"## {title} ({paper})", ""]
        own = [claim for claim in all_claims() if claim.paper == paper]
        parts += [counts(own), ""]
        for section in (section for section in SECTIONS if section.paper == paper):
            rows = [
                (
                    claim.place, claim.statement, claim.paper_value.text, shown(values[claim.id]),
                    f"{claim.tolerance:g}", str(claim.expected), claim.why,
                )
                for claim in section.claims
            ]  # fmt: skip
            parts += [f"### {section.title}", "", *table(rows, PAGE_COLUMNS), ""]
    return "\n".join(parts)


def write_page(directory: str | Path) -> list[Path]:
    """Compute every claim, write the page and its numbers into a folder, and return the paths."""
    values = compute_values(all_claims())
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    contents = {PAGE: page_text(values), VALUES: values_as_text(values)}
    for name, text in contents.items():
        write_text(directory / name, text)
    return [directory / name for name in contents]


def claims_text(names: Sequence[str] | None = None) -> str:
    """Return a line for each claim: name, paper's words, our number and verdict, computed now.

    Parameters
    ----------
    names : sequence of str, optional
        Names of claims, beginnings of names such as ``thermal-line``, or ids of papers; all if not given. A
        single claim is shown with what it is and why.

    Raises
    ------
    UserError
        Where a name fits no claim.
    """
    claims = chosen_claims(names)
    values = compute_values(claims)
    if len(claims) == 1:
        return _card(claims[0], values[claims[0].id])
    width = max(len(claim.id) for claim in claims)
    stated = max(len(claim.paper_value.text) for claim in claims)
    lines = [f"{'claim':<{width}}  {'paper':<{stated}}  {'ours':<10}  verdict"]
    lines += [
        f"{claim.id:<{width}}  {claim.paper_value.text:<{stated}}  {shown(values[claim.id]):<10}  "
        f"{verdict_of(claim, values[claim.id])}"
        for claim in claims
    ]
    return "\n".join([*lines, counts(claims)])


def verdict_of(claim: Claim, value: float) -> str:
    """Return the verdict of a number, and whether it has become another than stated."""
    return str(claim.expected) if claim.consistent(value) else f"not {claim.expected} any more"


def _card(claim: Claim, value: float) -> str:
    return "\n".join(
        [
            f"{claim.id}: {claim.statement}",
            f"source   {claim.paper}, {claim.place}",
            f"paper    {claim.paper_value.text}",
            f"ours     {shown(value)}, to agree within a factor {claim.tolerance:g}",
            f"verdict  {verdict_of(claim, value)}",
            f"why      {claim.why}",
        ]
    )
