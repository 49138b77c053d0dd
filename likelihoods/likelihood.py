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

__all__ = [
    "Likelihood",
    "Requirement",
    "TheoryError",
    "configured",
    "likelihood",
    "likelihood_class",
    "likelihood_names",
]

# name -> "module:class", loaded on demand.
BUILT_IN = {
    "relic-density": ".planck:RelicDensity",
    "stability": ".stability:Stability",
    "cmb-decay": ".decaying:CmbDecay",
    "voyager-decay": ".decaying:VoyagerDecay",
    "x-ray-lines": ".lines:LineDecay",
    "lhc-lepton-met": ".contact:LeptonMet",
    "compressed-sleptons": ".compressed:CompressedSleptons",
    "lep-sleptons": ".lep:LepSleptons",
    "lep-tracks": ".lep_tracks:LepTracks",
    "z-width": ".z_width:ZWidth",
    "hscp": ".hscp:StableSleptons",
    "disappearing-tracks": ".disappearing:DisappearingTracks",
    "displaced-leptons": ".displaced:DisplacedLeptons",
    "soft-displaced-leptons": ".projections:SoftDisplacedLeptons",
    "baryon-asymmetry": ".baryon:BaryonAsymmetry",
}


@dataclass(frozen=True)
class TheoryError:
    """State how well a scenario computes an observable: a fraction, or a factor if ``is_factor``.

    A value that is a name is that of the observable with the standard error of the logarithm, point by point.
    """

    value: float | str
    is_factor: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Requirement:
    """State what a scenario must be for a likelihood to hold.

    Attributes
    ----------
    fact : str
        The name of a fact, see ``facts`` of a scenario.
    allowed : tuple of str
        Its values for which the likelihood holds.
    reason : str
        Why, as the beginning of a sentence.
    refuse : bool
        Whether another value is an error of the run file; otherwise the likelihood gives no limit and a flag.
    """

    fact: str
    allowed: tuple[str, ...]
    reason: str
    refuse: bool = True


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
    # A property where it depends on the options.
    requires: ClassVar[tuple[Requirement, ...]] = ()

    @property
    @abstractmethod
    def needs(self) -> tuple[str, ...]:
        """The observables the likelihood reads."""

    @property
    def width_varies(self) -> bool:
        """Whether the width of the comparison depends on the point."""
        return False

    def stretch(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the width (n,) over that at `reference_errors`, and what its normalisation adds to ln L.

        Where the width varies, ln L(x) = ln L_ref(x/stretch) + the second, for differences x of logarithms.
        """
        one = np.ones(len(np.atleast_1d(observables[self.needs[0]])))
        return one, np.zeros_like(one)

    @property
    def reference_errors(self) -> dict[str, float]:
        """The errors of the calculation, by observable, to which `stretch` refers."""
        return {}

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

    def told(self, facts: Mapping[str, str]) -> Likelihood:
        """Return the likelihood with what it takes from the facts of the scenario."""
        return self

    def error_budget(self, observables: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
        """Return what the width of a comparison is made of, as standard errors of the logarithm.

        ``data`` and ``theory`` are what the likelihood adds in quadrature (root mean square over the points),
        ``parameters`` is the spread of the prediction over the points, draws of a posterior. Where the spread
        reaches the other two together, the measurement alone decides the prediction. Empty for limits.
        """
        return {}

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
