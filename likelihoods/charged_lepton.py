"""Likelihoods that depend on the charged lepton which dark matter couples to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from pydantic import Field

from ..errors import UserError
from .likelihood import Likelihood

__all__ = ["LeptonLikelihood"]

UNSTATED_LEPTON = "mu"


@dataclass(frozen=True)
class LeptonLikelihood(Likelihood):
    """Take the lepton from the scenario, or from the run file where the scenario does not say."""

    lepton: Annotated[
        Literal["scenario", "mu", "e", "tau"],
        Field(
            description="the charged lepton that dark matter couples to; scenario: the one it has there (mu where it "
            "does not say)"
        ),
    ] = "scenario"

    # What the scenario says; not an option.
    lepton_found: str = UNSTATED_LEPTON

    def told(self, facts: Mapping[str, str]) -> Self:
        """Return the likelihood for the lepton of the scenario.

        Raises
        ------
        UserError
            Where the run file names another.
        """
        found = facts.get("contact_lepton")
        if self.lepton == "scenario":
            return replace(self, lepton_found=found or UNSTATED_LEPTON)
        if found not in (None, self.lepton):
            raise UserError(
                f'likelihoods.{self.name}.lepton: found "{self.lepton}", but the scenario couples to {found}; '
                "leave it out to take the lepton of the scenario."
            )
        return self

    @property
    def charged_lepton(self) -> str:
        """The lepton in use: ``e``, ``mu`` or ``tau``."""
        return self.lepton_found if self.lepton == "scenario" else self.lepton
