"""What a scenario is: a physical model that describes itself as data and maps parameters to observables."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import UserError, unknown_name
from ..options import Option, check_options, options_of
from .distribution import MomentumHistory

__all__ = ["Curve", "Evolution", "Flag", "Observable", "Parameter", "Scenario"]

# Where scenarios are looked up, kept importable from here: loaded on first use, since it needs this file.
LOOKED_UP = frozenset({"BUILT_IN", "configured", "scenario", "scenario_class", "scenario_names"})


def __getattr__(name: str) -> Any:
    """Return what stands in the registry of scenarios."""
    if name in LOOKED_UP:
        return getattr(import_module(".registry", __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def unit_in_latex(unit: str) -> str:
    """Return a unit such as GeV^-2 for use in a formula."""
    return re.sub(r"([A-Za-z]+)(?:\^\{?(-?\d+)\}?)?", _unit_factor, unit)


def _unit_factor(match: re.Match[str]) -> str:
    power = f"^{{{match[2]}}}" if match[2] else ""
    return rf"\mathrm{{{match[1]}}}{power}"


def axis_label(symbol: str, unit: str) -> str:
    """Return an axis label: the symbol and the unit."""
    return f"${symbol}$ [${unit_in_latex(unit)}$]" if unit else f"${symbol}$"


@dataclass(frozen=True)
class Parameter:
    """Describe a parameter of a scenario.

    Attributes
    ----------
    name, symbol, unit, description : str
        The name in run files, LaTeX without dollar signs, the unit ("" if none), one line of prose.
    lower, upper : float
        The physical range: outside it a value is refused.
    prior : mapping
        The prior suggested by ``relicfit new``, in the notation of run files.
    default : float, optional
        The value used when a run file does not mention the parameter; None makes it required.
    role : str
        "coupling" where more of it means more reactions: freeze-in then produces more and freeze-out leaves
        less. "" for all others.
    """

    name: str
    symbol: str
    unit: str
    description: str
    lower: float = -math.inf
    upper: float = math.inf
    prior: Mapping[str, Any] | None = None
    default: float | None = None
    role: str = ""

    @property
    def label(self) -> str:
        """Return the axis label: the symbol and the unit."""
        return axis_label(self.symbol, self.unit)


@dataclass(frozen=True)
class Observable:
    """Describe a predicted quantity and how far to trust its calculation.

    Attributes
    ----------
    name, symbol, unit, description : str
        As for a parameter.
    theory_error : float or str, optional
        The uncertainty of the calculation: a fraction, or a factor if ``theory_error_is_factor``; or, where it
        depends on the point, the name of the observable that holds the standard error of the logarithm.
    theory_reason : str
        Where that uncertainty comes from.
    featured : bool
        Whether corner plots show it beside the sampled parameters.
    role : str
        "abundance" where it counts what is left of dark matter, "" for all others.
    """

    name: str
    symbol: str
    unit: str
    description: str
    theory_error: float | str | None = None
    theory_error_is_factor: bool = False
    theory_reason: str = ""
    featured: bool = False
    role: str = ""

    @property
    def label(self) -> str:
        """Return the axis label: the symbol and the unit."""
        return axis_label(self.symbol, self.unit)


@dataclass(frozen=True)
class Flag:
    """State a limit of validity, or a remark, and test points against it.

    Attributes
    ----------
    test : callable
        Maps parameters and observables, dictionaries of (n,) arrays by name, to an (n,) bool array that is
        True where the sentence applies.
    concerns : tuple of str
        The observables that are not to be trusted there; empty if all. A posterior that uses none of them
        is not beyond its validity.
    remark : bool
        The sentence says what happens at a point, such as which process dominates; nothing is invalid there.
    """

    name: str
    sentence: str
    test: Callable[[Mapping[str, NDArray], Mapping[str, NDArray]], NDArray[np.bool_]]
    concerns: tuple[str, ...] = ()
    remark: bool = False

    @property
    def kind(self) -> str:
        """What a person is told it is: ``flag`` or ``remark``."""
        return "remark" if self.remark else "flag"

    @property
    def meaning(self) -> str:
        """The sentence, with what it concerns."""
        if self.remark:
            return f"{self.sentence} (a remark: nothing is invalid there)"
        return f"{self.sentence} (concerns {', '.join(self.concerns)})" if self.concerns else self.sentence


@dataclass(frozen=True)
class Curve:
    """Hold one line of an evolution plot; ``reference`` marks equilibrium and other dashed lines."""

    label: str
    values: NDArray[np.float64]
    reference: bool = False


@dataclass(frozen=True)
class Evolution:
    """Hold the trajectory of a point for plots.

    Attributes
    ----------
    time : (n,) array
        The abscissa, such as z = M/T, with its label.
    curves : tuple of Curve
        What is drawn on a common logarithmic axis, labelled ``ordinate``.
    marks : mapping
        Labelled vertical lines.
    momenta : MomentumHistory, optional
        Moments of the momentum today at the same times.
    """

    time_label: str
    time: NDArray[np.float64]
    ordinate: str
    curves: tuple[Curve, ...]
    marks: Mapping[str, float] = field(default_factory=dict)
    momenta: MomentumHistory | None = None


@dataclass(frozen=True)
class Scenario(ABC):
    """Map parameters to observables; subclasses declare options as annotated fields, see `relicfit.options`.

    The order of ``parameters`` is the order of the columns of ``theta``, that of ``observables`` the
    order of the columns of the result. Both may depend on the options.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    source: ClassVar[str]
    # An estimate of the time of one evaluation; above 0.2 ms nested sampling uses threads.
    cost_ms: ClassVar[float] = 0.05
    # Whether `solve` may run in several threads at once. A user's own says so where it may.
    thread_safe: ClassVar[bool] = True

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Let what does not come with the package run in one thread unless it says otherwise."""
        super().__init_subclass__(**keywords)
        if "thread_safe" not in vars(cls):
            cls.thread_safe = cls.__module__.partition(".")[0] == __name__.partition(".")[0]

    accuracy: Annotated[
        float,
        Field(ge=1e-9, le=1e-2, description="error wanted on the observables from the numerical solution"),
    ] = 1e-4

    def __post_init__(self) -> None:
        """Refuse options outside what they declare."""
        check_options(self, "options.")

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""

    @property
    @abstractmethod
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        return ()

    @property
    def facts(self) -> Mapping[str, str]:
        """What the model is made of, for likelihoods that hold for some models.

        ``contact_lepton`` (e, mu, tau) and ``contact_chirality`` (R, L) of a contact interaction with quarks;
        ``charged_scalar`` (right-handed, left-handed) for one with the charges of such a lepton;
        ``photon_line`` (neutrino-gamma, gamma-gamma) for the final state of decays to a line. What is not
        stated is not checked.
        """
        return {}

    @cached_property
    def shape(self) -> tuple[int, int]:
        """The numbers of parameters and of observables."""
        return len(self.parameters), len(self.observables)

    @cached_property
    def physical_range(self) -> NDArray[np.float64]:
        """The lowest and the highest value of every parameter, (2, d); both are finite."""
        largest = np.finfo(np.float64).max
        ends = [(item.lower, item.upper) for item in self.parameters]
        return np.clip(np.array(ends, dtype=np.float64).reshape(-1, 2).T, -largest, largest)

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """Return the modelling choices, in the order of their declaration."""
        return options_of(cls)

    @abstractmethod
    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), one row at a time.

        `evaluate` hands over rows inside the physical range only.
        """

    def evaluate(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables and status of a batch of points, over threads.

        Parameters
        ----------
        theta : (n, d) array
            One point a row, columns in the order of ``parameters``.

        Returns
        -------
        observables : (n, k) array
            Columns in the order of ``observables``; NaN where the status is not ``OK``.
        status : (n,) int array
            Values of `relicfit.solver.numerics.status.Status`; ``BAD_INPUT`` outside the physical range.
        """
        from .numerics.batch import map_rows

        theta = np.ascontiguousarray(np.atleast_2d(theta), dtype=np.float64)
        if theta.shape[1] != self.shape[0]:
            raise ValueError(f"{self.name} takes {self.shape[0]} parameters, got {theta.shape[1]}")
        lower, upper = self.physical_range
        # A comparison with NaN is false: what is not a number is outside.
        inside = (theta >= lower) & (theta <= upper)
        if inside.all():
            if not self.thread_safe:
                # What a user's own code writes into its rows must not reach whoever asked.
                return self.solve(theta.copy())
            observables, status = map_rows(self.solve, theta)
            return observables, status
        return self._partly_outside(theta, inside.all(axis=1))

    def _partly_outside(
        self, theta: NDArray[np.float64], inside: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute the rows inside the physical range, and say of the others that they are not."""
        from .numerics.batch import map_rows
        from .numerics.status import Status

        observables = np.full((len(theta), self.shape[1]), np.nan)
        status = np.full(len(theta), int(Status.BAD_INPUT), dtype=np.int64)
        if inside.any():
            solve = self.solve
            observables[inside], status[inside] = (
                map_rows(solve, theta[inside]) if self.thread_safe else solve(theta[inside])
            )
        return observables, status

    def check(self, theta: NDArray[np.float64]) -> tuple[str, ...]:
        """Return what is doubtful about the model at a few points (n, d), for the user before a run."""
        return ()

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return the trajectory of one point (d,) for plots."""
        raise UserError(f"{self.name} has no evolution to draw.")

    def theta(self, point: Mapping[str, float]) -> NDArray[np.float64]:
        """Return a row (d,) from values by name, filling in defaults.

        Raises
        ------
        UserError
            Where a name is unknown, a required one is missing, or a value is outside its physical range.
        """
        known = {item.name: item for item in self.parameters}
        problems = [
            f"parameters.{name}: {unknown_name('parameter', name, known)}"
            for name in point
            if name not in known
        ]
        row = []
        for item in self.parameters:
            value = point.get(item.name, item.default)
            if value is None:
                problems.append(
                    f"parameters.{item.name}: missing; {item.description}, in {item.unit or 'no unit'}."
                )
            elif problem := range_problem(item, float(value)):
                problems.append(f"parameters.{item.name}: {problem}")
            else:
                row.append(float(value))
        if problems:
            raise UserError(*problems)
        return np.array(row)

    def flag(
        self, theta: NDArray[np.float64], observables: NDArray[np.float64]
    ) -> dict[str, NDArray[np.bool_]]:
        """Test points (n, d) with observables (n, k) against every limit of validity."""
        by_parameter = dict(zip((p.name for p in self.parameters), theta.T, strict=True))
        by_observable = dict(zip((o.name for o in self.observables), observables.T, strict=True))
        with np.errstate(all="ignore"):
            return {item.name: np.asarray(item.test(by_parameter, by_observable)) for item in self.flags}


def range_problem(parameter: Parameter, value: float) -> str | None:
    """Return what is wrong with a value of a parameter, or None."""
    if parameter.lower <= value <= parameter.upper and math.isfinite(value):
        return None
    unit = f" {parameter.unit}" if parameter.unit else ""
    return (
        f"found {value:g}{unit}; the physical range is {parameter.lower:g} to {parameter.upper:g}{unit} "
        f"({parameter.description})."
    )
