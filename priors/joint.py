"""The prior of a run: all its parameters, sampled or fixed, with dependent bounds and constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, unknown_name
from . import volume
from .blocks import Block, group_into_blocks
from .constraints import Constraint
from .distribution import Distribution
from .intervals import Interval
from .law import Law, as_number
from .specification import dependency_order, read_constraints, read_laws, read_periodic

__all__ = ["JointPrior", "spans_decades"]

FloatArray = NDArray[np.float64]
Values = dict[str, FloatArray | float]
# A positive range with a wider ratio of its ends is thought of, and shown, in the logarithm.
LOG_SPAN = 30.0


@dataclass(frozen=True)
class JointPrior:
    """Map the unit cube to the parameters of a run and back, with density, sampling and constraints.

    The density is the product of the univariate densities, each given the parameters its bounds depend on. It
    is zero outside the constraints and not divided by the volume they leave; see `allowed_fraction`.

    Attributes
    ----------
    names : tuple of str
        All parameters, in the order of the columns of theta.
    laws : mapping
        The law of each parameter.
    order : tuple of str
        The parameters, each after those its law depends on.
    constraints : tuple of Constraint
        What the sampled points must satisfy.
    periodic : tuple of str
        The parameters whose ends are the same point.

    Examples
    --------
    >>> import numpy as np
    >>> spec = {"m_chi": {"uniform": [100, 200]}, "delta_m": {"uniform": [0, "0.1*m_chi"]}}
    >>> prior = JointPrior.from_spec(spec)
    >>> prior.from_unit(np.array([[0.5, 0.5]]))
    array([[150. ,   7.5]])
    """

    names: tuple[str, ...]
    laws: Mapping[str, Law]
    order: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    periodic: tuple[str, ...] = ()

    @classmethod
    def from_spec(
        cls,
        spec: Mapping[str, object],
        constraints: Sequence[str] = (),
        names: Sequence[str] | None = None,
        own: Mapping[str, type[Distribution]] = MappingProxyType({}),
    ) -> JointPrior:
        """Read the parameter table of a run file.

        Parameters
        ----------
        spec : mapping
            For each parameter a number, which fixes it, or a table with the distribution as its one key:
            ``{"loguniform": [150, 700]}``, ``{"normal": {"mean": 0.2, "sd": 0.1}}``,
            ``{"uniform": [0, "2*m_chi"]}``.
        constraints : sequence of str
            Inequalities such as ``"delta_m < 0.1*m_chi"``.
        names : sequence of str, optional
            All parameters in the order of theta; the order of `spec` if not given.
        own : mapping
            Kinds of distributions beside those of the package, by their word.

        Raises
        ------
        UserError
            With every problem of the specification, each after its key path; or where nothing is allowed.
        """
        if not isinstance(spec, Mapping):
            raise UserError("parameters: a table is wanted, with a number or a prior for each parameter.")
        problems: list[str] = []
        columns = tuple(spec if names is None else names)
        plain, periodic = read_periodic(spec, problems)
        laws = read_laws(plain, columns, problems, own)
        order = dependency_order(laws, problems)
        prior = cls(columns, laws, order, read_constraints(constraints, columns, problems), periodic)
        if problems:
            raise UserError(*problems)
        volume.refuse_if_empty(prior)
        return prior

    @cached_property
    def sampled(self) -> tuple[str, ...]:
        """Return the free parameters, in the order of the unit cube."""
        return tuple(name for name in self.names if not self.laws[name].is_fixed)

    @cached_property
    def fixed(self) -> dict[str, float]:
        """Return the values of the parameters held fixed."""
        return {
            name: as_number(law.arguments["value"])
            for name, law in ((name, self.laws[name]) for name in self.names)
            if law.is_fixed
        }

    @property
    def dim(self) -> int:
        """Return the number of free parameters, the dimension of the unit cube."""
        return len(self.sampled)

    def from_unit(self, u: FloatArray) -> FloatArray:
        """Map points of the unit cube to parameters.

        Parameters
        ----------
        u : array (n, dim)
            One column per sampled parameter.

        Returns
        -------
        array (n, d)
            All parameters, in the order of `names`. Finite also where `allowed` is false.
        """
        rows = _rows("u", u, self.dim)
        if self._independent is not None:
            theta = np.tile(self._template, (rows.shape[1], 1))
            for columns, cube, distribution in self._independent:
                theta[:, columns] = distribution.from_unit(rows[cube]).T
            return theta
        values: Values = dict(self.fixed)
        for block, distribution, _ in self._conditionals(values):
            values.update(zip(block.names, distribution.from_unit(rows[block.cube]), strict=True))
        theta = np.empty((rows.shape[1], len(self.names)))
        for column, name in enumerate(self.names):
            theta[:, column] = values[name]
        return theta

    def complete(self, values: FloatArray) -> FloatArray:
        """Fill the fixed parameters in: from the sampled ones (n, dim), in their order, to theta (n, d)."""
        rows = _rows("values", values, self.dim)
        theta = np.empty((rows.shape[1], len(self.names)))
        for column, name in enumerate(self.names):
            theta[:, column] = self.fixed[name] if name in self.fixed else rows[self.sampled.index(name)]
        return theta

    def to_unit(self, theta: FloatArray) -> FloatArray:
        """Map parameters (n, d) to the unit cube (n, dim), the inverse of `from_unit`."""
        rows = _rows("theta", theta, len(self.names))
        u = np.empty((rows.shape[1], self.dim))
        for block, distribution, _ in self._conditionals(self._values(rows)):
            u[:, block.cube] = distribution.to_unit(rows[block.columns]).T
        return u

    def log_density(self, theta: FloatArray) -> FloatArray:
        """Return the log-density over the sampled parameters at theta (n, d), shape (n,).

        It is -inf outside the support and the constraints, and not normalised by the volume these leave.
        """
        rows = _rows("theta", theta, len(self.names))
        values = self._values(rows)
        total = np.where(self._satisfied(rows, values), 0.0, -np.inf)
        for block, distribution, valid in self._conditionals(values):
            for density in distribution.log_density(rows[block.columns]):
                total = total + density
            if valid is not None:
                total = np.where(valid, total, -np.inf)
        return total

    def allowed(self, theta: FloatArray) -> NDArray[np.bool_]:
        """Tell which points theta (n, d) lie inside every support and constraint, shape (n,)."""
        rows = _rows("theta", theta, len(self.names))
        values = self._values(rows)
        inside = self._satisfied(rows, values)
        for block, distribution, valid in self._conditionals(values):
            low, high = distribution.support
            x = rows[block.columns]
            inside &= ((x >= low) & (x <= high) & np.isfinite(x)).all(axis=0)
            if valid is not None:
                inside &= valid
        return inside

    def sample(self, rng: np.random.Generator, n: int) -> FloatArray:
        """Draw n allowed points, shape (n, d), by rejection from the unit cube."""
        return volume.draw(self, rng, n)

    def allowed_fraction(self, rng: np.random.Generator, n: int = 100_000) -> tuple[float, float]:
        """Estimate the prior volume that satisfies the constraints, from n points.

        Returns
        -------
        fraction, standard_error : float
            Exactly 1 and 0 where provably nothing is excluded. The error is binomial, with half a count added
            so that it never vanishes by chance.
        """
        return volume.fraction(self, rng, n) if self.can_exclude else (1.0, 0.0)

    def bounds(self, name: str) -> Interval:
        """Return numbers that enclose the support of a parameter, infinite where it has no end.

        Bounds that depend on other parameters are followed by interval arithmetic, so they may be too wide.
        """
        self._law(name)
        return self._intervals[name]

    def spans_decades(self, name: str) -> bool:
        """Tell whether a parameter counts by its logarithm: in plots, and where a density needs a coordinate."""
        return spans_decades(*self.bounds(name))

    def describe(self, name: str) -> str:
        """Return the prior of a parameter as one readable line."""
        return str(self._law(name))

    def _law(self, name: str) -> Law:
        if name not in self.laws:
            raise UserError(f"parameters.{name}: {unknown_name('parameter', name, self.names)}")
        return self.laws[name]

    @cached_property
    def _blocks(self) -> tuple[Block, ...]:
        return group_into_blocks(self.laws, self.order, self.names, self.sampled)

    @cached_property
    def _independent(self) -> list[tuple[list[int], list[int], Distribution]] | None:
        # Samplers ask for single points: where no law depends on another parameter the way is short.
        found = []
        for block in self._blocks:
            if block.law.names:
                return None
            found.append((block.columns, block.cube, block.law.at({})[0]))
        return found

    @cached_property
    def _template(self) -> FloatArray:
        return np.array([self.fixed.get(name, np.nan) for name in self.names])

    @cached_property
    def _intervals(self) -> dict[str, Interval]:
        intervals: dict[str, Interval] = {}
        for name in self.order:
            intervals[name] = self.laws[name].bounds(intervals)
        return intervals

    @cached_property
    def can_exclude(self) -> bool:
        """Tell whether a constraint or a dependent bound may exclude part of the unit cube."""
        certain = all(constraint.certain(self._intervals) for constraint in self.constraints)
        return not (certain and all(law.always_valid(self._intervals) for law in self.laws.values()))

    def _values(self, rows: FloatArray) -> Values:
        # Fixed parameters stay plain numbers, as in `from_unit`: numpy's power rounds differently for arrays.
        return dict(zip(self.names, rows, strict=True)) | self.fixed

    def _conditionals(self, values: Values) -> Iterator[tuple[Block, Distribution, NDArray[np.bool_] | None]]:
        """Yield each block with its distribution, given the blocks before it."""
        for block, certain in zip(self._blocks, self._certain, strict=True):
            yield block, *block.law.at(values, certain)

    @cached_property
    def _certain(self) -> tuple[bool, ...]:
        return tuple(not block.law.names or block.law.always_valid(self._intervals) for block in self._blocks)

    def _satisfied(self, rows: FloatArray, values: Values) -> NDArray[np.bool_]:
        inside = np.ones(rows.shape[1], dtype=bool)
        for name, value in self.fixed.items():
            inside &= rows[self.names.index(name)] == value
        for constraint in self.constraints:
            inside &= constraint(values)
        return inside

    def restrictions(self, theta: FloatArray) -> dict[str, NDArray[np.bool_]]:
        """Tell at which points theta each dependent bound and constraint holds, by its description."""
        values = self._values(_rows("theta", theta, len(self.names)))
        found = {}
        for block, _, valid in self._conditionals(values):
            if valid is not None:
                found[f"parameters.{block.names[0]}: {block.law}"] = valid
        for index, constraint in enumerate(self.constraints):
            found[f'constraints[{index}]: "{constraint.text}"'] = constraint(values)
        return found


def spans_decades(low: float, high: float) -> bool:
    """Tell whether a range is positive and so wide that its logarithm is the better coordinate."""
    return bool(low > 0.0 and high > LOG_SPAN * low)


def _rows(label: str, array: FloatArray, width: int) -> FloatArray:
    array = np.asarray(array, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != width:
        raise ValueError(f"{label} needs the shape (n, {width}), found {array.shape}")
    # Contiguous: numpy may take another loop for strided memory, and a batch must equal its rows.
    return np.ascontiguousarray(array.T)
