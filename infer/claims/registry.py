"""Where the claims are: the sections of both papers, in order, and the rows in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from ...errors import UserError, did_you_mean
from .claim import Claim

__all__ = ["PAPERS", "SECTIONS", "Section", "all_claims", "chosen_claims"]

PAPERS = {
    "arXiv:2404.12428": "Conversion-driven leptogenesis",
    "arXiv:2111.14808": "Dark matter freeze-out and freeze-in via thermal decays",
}


@dataclass(frozen=True)
class Section:
    """Hold the place of the rows of a section: paper, title, and module in this package."""

    paper: str
    title: str
    module: str

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The rows, in the order of the paper."""
        return import_module(f".{self.module}", __package__).CLAIMS


CONVERSION, THERMAL = PAPERS
SECTIONS = (
    Section(CONVERSION, "Relic density and evolution", "conversion.relic_density"),
    Section(CONVERSION, "Baryon asymmetry", "conversion.baryon_asymmetry"),
    Section(CONVERSION, "Coherent conversions", "conversion.density_matrix"),
    Section(CONVERSION, "Implications for searches", "conversion.searches"),
    Section(THERMAL, "1 Introduction", "thermal.introduction"),
    Section(THERMAL, "2 Boltzmann equation for thermal decays", "thermal.boltzmann"),
    Section(THERMAL, "3.1 to 3.2, A.1 Decays at zero temperature", "thermal.decays"),
    Section(THERMAL, "3.3, A.2, A.3 Scatterings", "thermal.scatterings"),
    Section(THERMAL, "3.3 to 3.5 Relic density and colliders", "thermal.relic_density"),
    Section(THERMAL, "4.1 Flavour and the Higgs", "thermal.flavour"),
    Section(THERMAL, "4.2 to 4.3 Signals", "thermal.signals"),
    Section(THERMAL, "4.3 Momenta and structure formation", "thermal.momenta"),
    Section(THERMAL, "5 Several dark matter states", "thermal.several_states"),
)


@cache
def all_claims() -> tuple[Claim, ...]:
    """Return the rows of both papers."""
    return tuple(claim for section in SECTIONS for claim in section.claims)


def chosen_claims(names: Sequence[str] | None = None) -> tuple[Claim, ...]:
    """Return rows by name, by the beginning of names such as ``thermal-line``, or by the id of a paper.

    Raises
    ------
    UserError
        Where a name fits no row.
    """
    known = all_claims()
    if not names:
        return known
    labels = (*PAPERS, *(claim.id for claim in known))
    problems = [
        f"claims: nothing is called {name!r}.{did_you_mean(name, labels)} Names stand in the first column of "
        "`relicfit claims`; the beginning of several, such as thermal-line, and the id of a paper are names too."
        for name in names
        if not any(fits(name, claim) for claim in known)
    ]
    if problems:
        raise UserError(*problems)
    return tuple(claim for claim in known if any(fits(name, claim) for name in names))


def fits(name: str, claim: Claim) -> bool:
    """Return whether a name is that of a row, of rows it belongs to, or of its paper."""
    return claim.id == name or claim.id.startswith(f"{name.rstrip('-')}-") or claim.paper.endswith(name)
