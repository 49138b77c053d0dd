"""A scenario that a user states as species and reactions; the engine solves it and names the observables."""

from __future__ import annotations

import dataclasses
import inspect
import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...errors import UserError
from ..constants import OMEGA_H2_PER_YIELD_GEV, PLASMA_ERROR
from ..momentum.observables import MOMENTUM_OBSERVABLES
from ..scenario import Curve, Evolution, Flag, Observable, Scenario
from .description import Process, Species, Washout
from .expansion import EarlyMatter, Faster
from .topology import Topology, topology_of
from .validity import flags_of
from .values import Values, nominal

if TYPE_CHECKING:
    from .engine import Points, Solutions
    from .shared import Scaling

__all__ = ["NetworkScenario"]

# Tables of this many points at once stay in the caches of a processor.
BLOCK = 16
# As many points at once where they share that many tables.
SHARING_BLOCK = 256
PATH_ROWS = 5000
THEORY_REASON = "degrees of freedom of the plasma; the rates are the model's own"


@dataclass(frozen=True)
class NetworkScenario(Scenario):
    """State ``parameters``, ``species`` and ``processes``; a subclass becomes a frozen dataclass by itself.

    ``species``, ``processes``, ``washouts`` and ``reheating_temperature`` receive the parameters by name, ``p.mass``,
    as arrays (n, 1) over points. They are called once for many points, and functions in them once with all
    temperatures (n, m) or energies: what they return broadcasts. Lists may change by options, not by parameters.
    """

    cost_ms: ClassVar[float] = 1.0
    # By name of a charge its observable ("observable") and what turns its yield into that ("factor").
    charges: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    cosmology: Annotated[
        Literal["real"] | Annotated[float, Field(ge=1.0, le=1e4)],
        Field(description="degrees of freedom of the plasma: those of the Standard Model, or a constant"),
    ] = "real"

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Make a frozen dataclass of a user's class, and options of fields without an annotation."""
        super().__init_subclass__(**keywords)
        annotations = dict(inspect.get_annotations(cls))
        for name, item in list(vars(cls).items()):
            if isinstance(item, dataclasses.Field) and name not in annotations:
                annotations[name] = Any
        cls.__annotations__ = annotations
        dataclass(frozen=True)(cls)

    @abstractmethod
    def species(self, p: Any) -> Sequence[Species]:
        """Return the species."""

    @abstractmethod
    def processes(self, p: Any) -> Sequence[Process]:
        """Return the reactions."""

    def washouts(self, p: Any) -> Sequence[Washout]:
        """Return what washes charges out."""
        return ()

    def reheating_temperature(self, p: Any) -> Any:
        """Return the temperature at the start in GeV, None for one that is early enough for what is thermal."""
        return None

    def charges_until(self, p: Any) -> Any:
        """Return the temperature in GeV below which charges stay as they are, None for none."""
        return None

    def expansion(self, p: Any) -> EarlyMatter | Faster | None:
        """Return how the Universe expands, None for radiation alone."""
        return None

    def hubble(self, temperature: Any) -> Any:
        """Return H of a radiation-dominated Universe at a temperature in GeV."""
        if self.constant is None:
            from ..cosmology import hubble

            return hubble(temperature)
        from ..constants import PLANCK_MASS

        return np.sqrt(4.0 * np.pi**3 / 45.0 * self.constant) / PLANCK_MASS * np.asarray(temperature) ** 2

    @property
    def constant(self) -> float | None:
        """The constant g_*, None for that of the Standard Model."""
        return None if self.cosmology in ("real", None) else float(self.cosmology)

    @cached_property
    def middle(self) -> Values:
        """A point in the middle of the suggested priors, to look at the model with."""
        return self.values(np.array([[nominal(item) for item in self.parameters]]))

    def values(self, theta: NDArray[np.float64]) -> Values:
        """Return rows of parameters by name."""
        names = [item.name for item in self.parameters]
        return Values({name: np.ascontiguousarray(theta[:, [i]]) for i, name in enumerate(names)})

    @cached_property
    def topology(self) -> Topology:
        """The network, as it is at every point.

        Raises
        ------
        UserError
            With a sentence for every mistake in species and reactions.
        """
        p = self.middle
        return topology_of(self.species(p), self.processes(p), self.washouts(p), tuple(self.charges))

    @cached_property
    def thermal(self) -> bool:
        """Whether a solved species starts in equilibrium."""
        return any(
            not item.bath and isinstance(item.start, str) and item.start == "thermal"
            for item in self.species(self.middle)
        )

    @cached_property
    def stable(self) -> tuple[int, ...]:
        """The solved species that nothing turns into lighter ones, by index."""
        topology = self.topology
        masses = {item.name: float(np.ravel(item.mass)[0]) for item in self.species(self.middle)}
        turned = set()
        for p, j in enumerate(topology.turned):
            outs = [topology.names[i] for i in topology.products[p] if i < topology.solved]
            if j >= 0 and all(masses[name] < masses[topology.names[j]] for name in outs):
                turned.add(int(j))
        return tuple(j for j in range(topology.solved) if j not in turned)

    @cached_property
    def momentum_source(self) -> str | None:
        """Where the momenta of dark matter come from: "thermal", "decays", None where that is not known."""
        from .momenta import source_of

        return source_of(self)

    @property
    def observables(self) -> tuple[Observable, ...]:
        """Densities of the stable species, freeze-out, momenta where they are known, and charges."""
        names = [self.topology.names[j] for j in self.stable]
        density: dict[str, Any] = {"theory_error": PLASMA_ERROR, "theory_reason": THEORY_REASON}
        found = []
        if names:
            found.append(
                Observable("omega_h2", r"\Omega h^2", "", "relic density of everything stable", **density,
                           role="abundance")
            )  # fmt: skip
        for name in names:
            found += [
                Observable(f"omega_h2_{name}", rf"\Omega_{{{name}}} h^2", "", f"relic density of {name}",
                           **density, role="abundance"),
                Observable(f"yield_{name}", f"Y_{{{name}}}", "",
                           f"number of {name}, all its states, over entropy today", **density, role="abundance"),
                Observable(f"x_freeze_out_{name}", f"x_{{f,{name}}}", "",
                           f"mass over temperature where {name} is last 2.5 times its equilibrium"),
            ]  # fmt: skip
        for name in self.charges:
            label = self.charge_observable(name)
            found.append(Observable(label, label.replace("_", r"\_"), "", f"the charge {name}", PLASMA_ERROR,
                                    theory_reason=THEORY_REASON))  # fmt: skip
        if self.momentum_source is not None:
            found += MOMENTUM_OBSERVABLES
        if names:
            found.append(
                Observable("remaining_change", r"|d\ln Y/d\ln T|", "",
                           "what the stable yields still change at the end")
            )  # fmt: skip
        if self.thermal:
            found.append(
                Observable("rate_at_start", r"\Gamma/H", "",
                           "fastest rate over H at the start, of the thermal species for which it is slowest")
            )  # fmt: skip
        return tuple(found)

    def charge_observable(self, name: str) -> str:
        """Return the name of the observable of a charge."""
        return str(self.charges[name].get("observable", "charge_" + re.sub(r"\W", "_", name)))

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        return flags_of(self)

    @cached_property
    def scaling(self) -> Scaling | None:
        """The parameters that only scale rates, whose tables points share; None where there are none."""
        from .scaling import scaling_of

        return scaling_of(self)

    @cached_property
    def _kept(self) -> dict[Any, Any]:
        """Tables that points share."""
        return {}

    def points(self, theta: NDArray[np.float64], refinement: int = 1) -> Points:
        """Return what the engine solves for rows of parameters (n, d)."""
        from .engine import Points

        p = self.values(theta)
        species, processes, washouts = self.species(p), self.processes(p), self.washouts(p)
        stated = [item.reaction for item in processes]
        if stated != list(self.topology.reactions):
            raise UserError(
                f"{self.name}: the reactions changed with the parameters ({', '.join(stated)}); a channel that closes "
                "has rate zero, and lists change by options only."
            )
        points = Points(
            self.topology, species, processes, washouts, len(theta), expansion=self.expansion(p),
            constant=self.constant, refinement=refinement,
        )  # fmt: skip
        hottest, until = self.reheating_temperature(p), self.charges_until(p)
        return dataclasses.replace(
            points,
            hottest=None if hottest is None else points.column(hottest),
            charges_until=None if until is None else points.column(until),
        )

    def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Compute observables (n, k) and status (n,) of rows theta (n, d), each as if it were alone."""
        from .engine import solve_network
        from .shared import shared_by

        observables = np.full((len(theta), self.shape[1]), np.nan)
        status = np.zeros(len(theta), dtype=np.int64)
        size = BLOCK
        if self.scaling is not None:
            distinct = np.unique(np.delete(theta, self.scaling.columns, axis=1), axis=0)
            size = SHARING_BLOCK if len(distinct) <= BLOCK else BLOCK
        for first in range(0, len(theta), size):
            rows = slice(first, first + size)
            points, shared = self.points(theta[rows]), None
            if self.scaling is not None:
                shared = shared_by(self.points, self.scaling, theta[rows], self._kept)
            solutions = solve_network(points, self.accuracy, shared=shared)
            status[rows] = solutions.status
            good = solutions.status == 0
            observables[rows][good] = self._columns(points, solutions)[good]
        return observables, status

    def _columns(self, points: Points, solutions: Solutions) -> NDArray[np.float64]:
        """Return the observables (n, k)."""
        from .driver import LAST

        masses = points.masses()
        omega = OMEGA_H2_PER_YIELD_GEV * masses[:, : self.topology.solved] * solutions.yields
        columns = []
        if self.stable:
            # One after the other: a sum over an axis rounds by its length and place.
            total = np.zeros(len(omega))
            for j in self.stable:
                total = total + omega[:, j]
            columns.append(total)
        for j in self.stable:
            columns += [omega[:, j], solutions.yields[:, j], solutions.x_freeze_out[:, j]]
        for m, name in enumerate(self.charges):
            factor = self.charges[name].get("factor", 1.0)
            columns.append(solutions.charges[:, m] * (factor() if callable(factor) else factor))
        if self.momentum_source is not None:
            from ..momentum.sources import momentum_columns
            from .momenta import momenta_of

            (dark,) = self.stable
            mean, square = momenta_of(self, points, solutions)
            columns += list(momentum_columns(masses[:, dark], solutions.yields[:, dark], mean, square).T)
        if self.stable:
            columns.append(solutions.last[:, LAST.index("rest")])
        if self.thermal:
            columns.append(solutions.last[:, LAST.index("slowest_start")])
        return np.array(columns).T

    def sensitivities(self, theta: NDArray[np.float64]) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Return dlnY/dlnθ of yields and charges (n,), by parameter in any ``power`` and by species or charge."""
        from .engine import solve_network

        points = self.points(np.atleast_2d(np.asarray(theta, dtype=np.float64)))
        found = solve_network(points, self.accuracy, responses=True)
        whole = np.hstack([found.yields, found.charges])
        names = (*self.topology.names[: self.topology.solved], *self.charges)
        return {
            parameter: {name: found.response[:, k, j] / whole[:, j] for j, name in enumerate(names)}
            for k, parameter in enumerate(self.topology.parameters)
        }

    def check(self, theta: NDArray[np.float64]) -> tuple[str, ...]:
        """Return what is wrong or doubtful at a few points (n, d), with process, file and line.

        Raises
        ------
        UserError
            Where a rate cannot be meant: negative, no number, or out of every physical scale.
        """
        from .check import check

        return check(self, theta)

    def evolve(self, theta: NDArray[np.float64]) -> Evolution:
        """Return the yields and their equilibrium values over x = m/T of the lightest solved species."""
        from .engine import equilibrium_yields, solve_network

        points = self.points(np.asarray(theta, dtype=np.float64)[None, :])
        names, solved = self.topology.names, self.topology.solved
        path = np.full((PATH_ROWS, 1 + solved + len(self.charges)), np.nan)
        solutions = solve_network(points, self.accuracy, path)
        path = path[np.isfinite(path[:, 0])]
        masses = points.masses()[0, :solved]
        lightest = masses.min()
        equilibrium = equilibrium_yields(points, np.exp(-path[:, 0]))
        curves = [Curve(names[j], path[:, 1 + j]) for j in range(solved)]
        curves += [Curve(f"{names[j]} in equilibrium", equilibrium[j], reference=True) for j in range(solved)]
        curves += [Curve(f"|{name}|", np.abs(path[:, 1 + solved + m])) for m, name in enumerate(self.charges)]
        marks = {
            f"$x_{{f}}$ of {names[j]}": float(solutions.x_freeze_out[0, j] * lightest / masses[j])
            for j in self.stable
            if np.isfinite(solutions.x_freeze_out[0, j])
        }
        return Evolution("$x = m/T$", lightest * np.exp(path[:, 0]), "$Y = n/s$", tuple(curves), marks)
