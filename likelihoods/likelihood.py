"""What a likelihood is: a pure function from named observables to a log-likelihood and its flags."""

from __future__ import annotations

import dataclasses
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, did_you_mean, unknown_name
from ..options import Option, check_options, options_of
from .answer import answer_of

__all__ = [
    "Likelihood",
    "Measurement",
    "Requirement",
    "TheoryError",
    "configured",
    "likelihood",
    "likelihood_class",
    "likelihood_names",
    "likelihood_of",
]

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
    "lep-tracks": ".lep_tracks:LepTracks",
    "z-width": ".z_width:ZWidth",
    "hscp": ".hscp:StableSleptons",
    "disappearing-tracks": ".disappearing:DisappearingTracks",
    "displaced-leptons": ".displaced:DisplacedLeptons",
    "soft-displaced-leptons": ".projections:SoftDisplacedLeptons",
    "baryon-asymmetry": ".baryon:BaryonAsymmetry",
    "measurement": ".stated_measurement:StatedMeasurement",
    "bound": ".stated_bound:StatedBound",
    "limit": ".stated_limit:StatedLimit",
    "chi2-table": ".stated_chi2:StatedChi2",
}
# These may occur any number of times, under names of the user's own; so they are written in files of results.
KINDS = ("measurement", "bound", "limit", "chi2-table")
# Of these a table may hold the points of a curve or a grid, besides options.
TABULATED = ("limit", "chi2-table")
OWN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class TheoryError:
    """State how well a scenario computes an observable: a fraction, or a factor if ``is_factor``.

    A value that is a name is that of the observable with the standard error of the logarithm, point by point.
    """

    value: float | str
    is_factor: bool = False
    reason: str = ""

    def fraction(self, of_a_factor: bool = False) -> float:
        """Return the error as a fraction: the width of the logarithm, or how far a factor differs from one."""
        if isinstance(self.value, str):
            raise TypeError(f"the error {self.value} depends on the point")
        if of_a_factor:
            return self.value - 1.0 if self.is_factor else self.value
        return math.log(self.value) if self.is_factor else self.value


@dataclass(frozen=True)
class Measurement:
    """Hold what was measured: an observable, its value and total error, of its logarithm if ``logarithmic``."""

    observable: str
    value: float
    error: float
    logarithmic: bool = False


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

    def __str__(self) -> str:
        """Return the requirement as a sentence."""
        otherwise = "others are refused" if self.refuse else "no limit, flagged, for others"
        return f"{self.fact.replace('_', ' ')} {' or '.join(self.allowed)}: {self.reason}; {otherwise}."


@dataclass(frozen=True)
class Likelihood(ABC):
    """Turn observables into a log-likelihood; subclasses declare options as annotated fields.

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
    # Whether `evaluate` may run in several threads at once. A user's own says so where it may.
    thread_safe: ClassVar[bool] = True

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Let what does not come with the package run in one thread unless it says otherwise."""
        super().__init_subclass__(**keywords)
        if "thread_safe" not in vars(cls):
            cls.thread_safe = cls.__module__.partition(".")[0] == __name__.partition(".")[0]

    @property
    @abstractmethod
    def needs(self) -> tuple[str, ...]:
        """The observables the likelihood reads."""

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data used, by name: no two likelihoods of a run may share one. Its own name unless it says more."""
        return (self.name,)

    def measurement(self) -> Measurement | None:
        """Return what was measured, for plots of predictions against data; a limit has none."""
        return None

    @abstractmethod
    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and named flags (n,) of points outside the tabulated range.

        ``-inf`` means an unphysical observable (NaN, negative), nothing else. Normalised to zero at
        the best or no-signal point. The array alone stands for no flags.
        """

    def log_likelihood(self, observables: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the log-likelihood (n,) of `evaluate`, without the work that its flags take."""
        return answer_of(self.evaluate(observables))[0]

    def simulate(
        self, observables: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
    ) -> Likelihood:
        """Return the likelihood of data drawn from its own distribution, given the true observables (1,).

        The width must stay that of this likelihood. Limits, published without that distribution, cannot.
        """
        raise UserError(f"likelihoods.{self.name}: it cannot simulate data.")

    def relative(self) -> Likelihood:
        """Return the likelihood whose simulated data are as sharp wherever they lie, itself if there is none.

        A width that is a number, of an observable that runs over decades, would make data simulated far from the
        measured one sharper or duller than those, by decades.
        """
        return self

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

    @classmethod
    def example(cls) -> Likelihood:
        """Return an instance to describe, with the options at their defaults where all have one."""
        return cls()

    def table(self) -> dict[str, Any]:
        """Return the likelihood as the table of a run file that it came from, defaults filled in."""
        values = {item.name.replace("_", "-"): getattr(self, item.name) for item in self.options()}
        return {key: value for key, value in values.items() if value is not None}

    def describe(self) -> str:
        """Return one line for the summary: what is compared with what, with the errors used."""
        return self.summary

    def __post_init__(self) -> None:
        """Refuse options outside what they declare."""
        check_options(self, f"likelihoods.{self.name}.", hyphens=True)

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


def likelihood_of(
    name: str, table: Mapping[str, Any], find: Callable[[str], type[Likelihood]] = likelihood_class
) -> Likelihood:
    """Return the likelihood of a table of a run file.

    Parameters
    ----------
    name : str
        That of the likelihood, or one of the user's own where the table says its ``kind``.
    table : mapping
        Its options.
    find : callable
        Returns the class behind a name.
    """
    where = f"likelihoods.{name}"
    if "kind" not in table:
        if "observable" in table and name not in BUILT_IN:
            raise UserError(f"{where}: a name of your own needs a kind: {_allowed_kinds()}.")
        options = dict(table)
        points = {"points": options.pop("points", ())} if name in TABULATED else {}
        return configured(find(name), options, points)
    options = dict(table)
    kind = options.pop("kind")
    if kind not in KINDS:
        near = did_you_mean(kind, KINDS) if isinstance(kind, str) else ""
        raise UserError(f"{where}.kind: found {kind!r}; allowed: {_allowed_kinds()}.{near}")
    if name in BUILT_IN and name != kind:
        raise UserError(
            f"{where}: the package has a likelihood of this name; choose another for your {kind}."
        )
    if not OWN_NAME.fullmatch(name):
        raise UserError(
            f"{where}: a name of your own begins with a letter and has letters, digits, - and _ only."
        )
    points = {"points": options.pop("points", ())} if kind in TABULATED else {}
    return configured(likelihood_class(kind), options, {"name": name} | points)


def _allowed_kinds() -> str:
    return " or ".join(f'kind = "{kind}"' for kind in KINDS)


def configured(
    cls: type[Likelihood], options: Mapping[str, Any], fields: Mapping[str, Any] = MappingProxyType({})
) -> Likelihood:
    """Return a likelihood of a class with the given options, which may be written with hyphens.

    ``fields`` holds what the class takes besides.
    """
    where = f"likelihoods.{fields.get('name', cls.name)}"
    known = {item.name.replace("_", "-"): item for item in cls.options()}
    values = {key.replace("_", "-"): value for key, value in options.items()}
    problems = [f"{where}.{key}: {unknown_name('option', key, known)}" for key in values if key not in known]
    problems += [
        f"{where}.{key}: missing ({item.description}); allowed: {item.allowed}."
        for key, item in known.items()
        if item.default is dataclasses.MISSING and key not in values
    ]
    if problems:
        raise UserError(*problems)
    return cls(**{known[key].name: value for key, value in values.items()}, **fields)
