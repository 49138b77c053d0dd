"""What a scenario must be made of for a likelihood to hold, and the likelihood that gives no limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from .likelihood import Likelihood, Requirement
from .tables import only_good

__all__ = ["RIGHT_HANDED_SCALAR", "NoLimit", "told"]

RIGHT_HANDED_SCALAR = Requirement(
    "charged_scalar",
    ("right-handed",),
    "cross-sections and limits are those of a scalar with the charges of a right-handed lepton",
)


@dataclass(frozen=True)
class NoLimit(Likelihood):
    """Stand for a likelihood whose data say nothing about this scenario: zero, with a flag that says why."""

    term: Likelihood
    reason: str

    def __getattr__(self, name: str) -> Any:
        """Return the options and the description of the likelihood that it stands for."""
        if name.startswith("__") or name in ("term", "reason"):
            raise AttributeError(name)
        return getattr(self.term, name)

    def __post_init__(self) -> None:
        """Take the name and the description of the likelihood; its options have been checked."""
        for name in ("name", "source", "validity", "grade", "summary", "options", "table"):
            object.__setattr__(self, name, getattr(self.term, name))

    @property
    def datasets(self) -> tuple[str, ...]:
        """None: no data are used, so that nothing counts twice."""
        return ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The observables of the likelihood."""
        return self.term.needs

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return zeros (n,), -inf where an observable is unphysical, and the flag."""
        good = np.logical_and.reduce([np.isfinite(np.atleast_1d(observables[name])) for name in self.needs])
        return only_good(np.zeros(good.shape), good), {f"no limit: {self.reason}": good}

    def describe(self) -> str:
        """Return one line for the summary."""
        return f"no limit: {self.reason}"


def told(likelihood: Likelihood, facts: Mapping[str, str]) -> Likelihood:
    """Return a likelihood that knows what the scenario is made of; facts that are not stated are not checked.

    Raises
    ------
    UserError
        Where it does not hold for the scenario.
    """
    term = likelihood.told(facts)
    for item in term.requires:
        found = facts.get(item.fact)
        if found is None or found in item.allowed:
            continue
        name = item.fact.replace("_", " ")
        if not item.refuse:
            return NoLimit(term, f"{item.reason}, here {found}")
        raise UserError(
            f"likelihoods.{term.name}: {item.reason}; the {name} of this scenario is {found}, and it holds for "
            f"{', '.join(item.allowed)}. Remove the likelihood, or choose another option of either."
        )
    return term
