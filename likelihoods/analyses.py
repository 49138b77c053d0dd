"""Analyses: the searches behind a likelihood, and choosing among them by name, experiment, energy or year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..errors import UserError
from ..options import Choices, Whole
from .likelihood import Likelihood

__all__ = ["Analysis", "AnalysisLikelihood", "names_in", "used_by_default"]


@dataclass(frozen=True)
class Analysis:
    """Describe one search.

    Attributes
    ----------
    name : str
        The name in run files, such as ``atlas-1911.12606``.
    experiment : str
        In lower case.
    year : int
        Of publication.
    energy : float or None
        Centre-of-mass energy in TeV at a collider.
    datasets : tuple of str
        The data it uses; no dataset may enter a posterior twice.
    default : bool
        Whether it is used when the run file names no analyses.
    """

    name: str
    experiment: str
    year: int
    energy: float | None
    datasets: tuple[str, ...]
    default: bool = True


def used_by_default(catalogue: tuple[Analysis, ...]) -> tuple[str, ...]:
    """Return the names of the analyses used when the run file names none."""
    return tuple(item.name for item in catalogue if item.default)


def names_in(catalogue: tuple[Analysis, ...]) -> Choices:
    """Return the names of all analyses as the choices of an option."""
    return Choices(tuple(item.name for item in catalogue))


@dataclass(frozen=True)
class AnalysisLikelihood(Likelihood):
    """Restrict a likelihood to some of its analyses; the options below keep those that satisfy them all.

    Subclasses declare ``catalogue`` and the option ``analyses``, whose choices are `names_in` the catalogue.
    """

    catalogue: ClassVar[tuple[Analysis, ...]]

    experiments: Annotated[
        tuple[Literal["aleph", "atlas", "cms", "gamma-rays", "integral", "l3", "nustar", "xmm"], ...],
        Field(description="only analyses of these experiments; empty: all"),
    ] = ()
    energies: Annotated[
        tuple[float, ...],
        Field(description="only analyses at these centre-of-mass energies in TeV; empty: all"),
    ] = ()
    years: Annotated[
        tuple[Whole, ...], Field(description="only analyses published in these years; empty: all")
    ] = ()

    def __post_init__(self) -> None:
        """Refuse a selection that leaves nothing."""
        super().__post_init__()
        emptied = [
            f"likelihoods.{self.name}.{item.name}: empty; leave the likelihood out instead."
            for item in self.options()
            if item.several and item.default and not getattr(self, item.name)
        ]
        if emptied:
            raise UserError(*emptied)
        if not self.used:
            known = ", ".join(
                f"{a.name} ({a.experiment}, {a.year}" + (f", {a.energy:g} TeV)" if a.energy else ")")
                for a in self.catalogue
            )
            raise UserError(
                f"likelihoods.{self.name}: the options leave no analysis. Known: {known}; "
                "leave the likelihood out to use none."
            )

    @cached_property
    def used(self) -> tuple[Analysis, ...]:
        """The analyses in use, in the order of the catalogue."""
        wanted = getattr(self, "analyses", None)
        return tuple(
            item
            for item in self.catalogue
            if (wanted is None or item.name in wanted)
            and (not self.experiments or item.experiment in self.experiments)
            and (not self.energies or item.energy in self.energies)
            and (not self.years or item.year in self.years)
        )

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data in use, each once."""
        return tuple(dict.fromkeys(name for item in self.used for name in item.datasets))

    def uses(self, name: str) -> bool:
        """Return whether an analysis is in use."""
        return any(item.name == name for item in self.used)

    def describe(self) -> str:
        """Return the summary and the analyses in use."""
        return f"{self.summary} Analyses: {', '.join(item.name for item in self.used)}."
