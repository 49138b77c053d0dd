"""What a likelihood is: a pure function from named observables to a log-likelihood and its flags."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, unknown_name
from ..options import Option, option_problems, options_of

__all__ = ["Likelihood", "TheoryError", "configured", "likelihood", "likelihood_class", "likelihood_names"]

# name -> "module:class", loaded on demand.
BUILT_IN = {
    "relic-density": ".planck:RelicDensity",
    "stability": ".stability:Stability",
    "cmb-decay": ".decaying:CmbDecay",
    "voyager-decay": ".decaying:VoyagerDecay",
    "x-ray-lines": ".lines:LineDecay",
    "lhc-lepton-met": ".contact:LeptonMet",
    "pion-decay": ".pion:PionDecay",
    "compressed-sleptons": ".compressed:CompressedSleptons",
    "lep-sleptons": ".lep:LepSleptons",
    "hscp": ".hscp:StableSleptons",
    "disappearing-tracks": ".disappearing:DisappearingTracks",
    "displaced-leptons": ".displaced:DisplacedLeptons",
    "soft-displaced-leptons": ".projections:SoftDisplacedLeptons",
    "baryon-asymmetry": ".baryon:BaryonAsymmetry",
}


@dataclass(frozen=True)
class TheoryError:
    """State how well a scenario computes an observable: a fraction, or a factor if ``is_factor``."""

    value: float
    is_factor: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Likelihood(ABC):
    """Turn observables into a log-likelihood; subclasses declare options as fields made by `option`.

    Class attributes describe the measurement: ``source`` names authors, arXiv id and table or figure,
    ``validity`` the tabulated range and the rule outside it, ``grade`` how the numbers were obtained
    (A published table, B digitised and checked, C computed and validated, D estimate).
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    source: ClassVar[str]
    validity: ClassVar[str]
    grade: ClassVar[str]

    @property
    @abstractmethod
    def needs(self) -> tuple[str, ...]:
        """The observables the likelihood reads."""

    @abstractmethod
    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and named flags (n,) of points outside the tabulated range.

        ``-inf`` means an unphysical observable (NaN, negative), nothing else. Normalised to zero at
        the best or no-signal point.
        """

    def log_likelihood(self, observables: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the log-likelihood (n,) of `evaluate`, without the work that its flags take."""
        return self.evaluate(observables)[0]

    def simulate(
        self, observables: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
    ) -> Likelihood:
        """Return the likelihood of data drawn from its own distribution, given the true observables (1,).

        The width must stay that of this likelihood. Limits, published without that distribution, cannot.
        """
        raise UserError(f"likelihoods.{self.name}: it cannot simulate data.")

    def with_theory(self, theory: Mapping[str, TheoryError]) -> Likelihood:
        """Return the likelihood with the scenario's theory errors where its own options set none."""
        return self

    def describe(self) -> str:
        """Return one line for the summary: what is compared with what, with the errors used."""
        return self.summary

    def __post_init__(self) -> None:
        """Refuse options outside what they declare."""
        problems = option_problems(self)
        if problems:
            raise UserError(
                *(
                    f"likelihoods.{self.name}.{name.replace('_', '-')}: {problem}"
                    for name, problem in problems.items()
                )
            )

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """Return the options, in the order of their declaration."""
        return options_of(cls)


def likelihood_names() -> list[str]:
    """Return the names of the likelihoods that come with the package."""
    return sorted(BUILT_IN)


def likelihood_class(name: str) -> type[Likelihood]:
    """Return the class behind a name."""
    if name not in BUILT_IN:
        raise UserError(f"likelihoods.{name}: {unknown_name('likelihood', name, BUILT_IN)}")
    module, attribute = BUILT_IN[name].split(":")
    return getattr(import_module(module, __package__), attribute)


def likelihood(name: str, **options: Any) -> Likelihood:
    """Return a likelihood with the given options, the others at their defaults."""
    return configured(likelihood_class(name), options)


def configured(cls: type[Likelihood], options: Mapping[str, Any]) -> Likelihood:
    """Return a likelihood of a class with the given options, which may be written with hyphens."""
    known = [item.name.replace("_", "-") for item in cls.options()]
    values = {key.replace("_", "-"): value for key, value in options.items()}
    unknown = [
        f"likelihoods.{cls.name}.{key}: {unknown_name('option', key, known)}"
        for key in values
        if key not in known
    ]
    if unknown:
        raise UserError(*unknown)
    return cls(**{key.replace("-", "_"): value for key, value in values.items()})
