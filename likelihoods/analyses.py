"""Analyses: the searches behind a likelihood, and choosing among them by name, experiment, energy or year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from ..errors import UserError
from ..options import option
from .likelihood import Likelihood

__all__ = ["Analysis", "AnalysisLikelihood", "analyses_option"]


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


def analyses_option(catalogue: tuple[Analysis, ...]) -> Any:
    """Declare the option ``analyses`` of a likelihood that offers several."""
    return option(
        tuple(item.name for item in catalogue if item.default),
        "the analyses used",
        choices=tuple(item.name for item in catalogue),
        several=True,
    )


@dataclass(frozen=True)
class AnalysisLikelihood(Likelihood):
    """Restrict a likelihood to some of its analyses; the options below keep those that satisfy them all.

    Subclasses declare ``catalogue`` and the option ``analyses`` by `analyses_option`.
    """

    catalogue: ClassVar[tuple[Analysis, ...]]

    experiments: tuple[str, ...] = option(
        (),
        "only analyses of these experiments; empty: all",
        choices=("aleph", "atlas", "cms", "gamma-rays", "integral", "l3", "nustar", "xmm"),
        several=True,
    )
    energies: tuple[float, ...] = option(
        (), "only analyses at these centre-of-mass energies in TeV; empty: all", number=True, several=True
    )
    years: tuple[int, ...] = option(
        (), "only analyses published in these years; empty: all", number=True, several=True
    )

    def __post_init__(self) -> None:
        """Accept single values and lists, and refuse a selection that leaves nothing."""
        emptied = []
        for item in self.options():
            value = getattr(self, item.name)
            if not item.several:
                continue
            values = tuple(value) if isinstance(value, list | tuple) else (value,)
            # Each once: naming an analysis twice must not count it twice.
            object.__setattr__(self, item.name, tuple(dict.fromkeys(values)))
            if item.default and not values:
                emptied.append(
                    f"likelihoods.{self.name}.{item.name}: empty; leave the likelihood out instead."
                )
        if emptied:
            raise UserError(*emptied)
        super().__post_init__()
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
