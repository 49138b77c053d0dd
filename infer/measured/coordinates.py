"""The solver behind measured coordinates: from the parameters that stay and two places to distances."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.status import Status
from ..posterior import Posterior
from .cells import Table
from .grid import LOWEST, REFERENCE
from .plan import Replacement
from .quantity import SATURATION, Measurement
from .trend import LOWEST_REST

__all__ = ["Coordinates"]

Array = NDArray[np.float64]

# Rows per call of the scenario.
CHUNK = 512


class Coordinates:
    """Say which columns of the unit cube stay and which give way, and solve.

    Attributes
    ----------
    chosen, measurements
        What gives way to what.
    stay : list of int
        The columns of the unit cube that stay.
    """

    def __init__(
        self, posterior: Posterior, chosen: tuple[Replacement, ...], measurements: tuple[Measurement, ...]
    ) -> None:
        self.posterior, self.chosen, self.measurements = posterior, chosen, measurements
        gone = {item.cube for item in chosen}
        self.stay = [i for i in range(posterior.dim) if i not in gone]
        terms = {item.term for item in chosen}
        self._others = [i for i in range(len(posterior.likelihoods)) if i not in terms]

    @cached_property
    def tables(self) -> tuple[Table, Table]:
        """The densities of both measurements, for the kernels; twice the same if there is one."""
        return self.measurements[0].table, self.measurements[-1].table

    @cached_property
    def _unsolved(self) -> float:
        """The other likelihoods (ln) where nothing was solved: of no account if the distance there excludes it."""
        lowest = self.tables[0][0][0]
        return 0.0 if lowest > -SATURATION else LOWEST_REST

    def points(
        self, stay: Array, outer: Array | float = REFERENCE, inner: Array | float = REFERENCE
    ) -> Array:
        """Return the full unit cube (n, d) of points (n, dim) with the parameters that give way."""
        full = np.empty((len(stay), self.posterior.dim))
        full[:, self.stay] = stay
        for item, values in zip(self.chosen, (outer, inner), strict=False):
            full[:, item.cube] = values
        return full

    def solve(self, full: Array) -> tuple[list[Array], NDArray[np.int64]]:
        """Return the distances of the measurements and the rest of the log-likelihood, and the status."""
        theta = self.posterior.prior.from_unit(full)
        parts = [self.posterior.evaluate(theta[k : k + CHUNK]) for k in range(0, len(theta), CHUNK)]
        observables = np.concatenate([part.observables for part in parts])
        terms = np.concatenate([part.terms for part in parts])
        status = np.concatenate([part.status for part in parts])
        solved = status == int(Status.OK)
        rest = terms[:, self._others].sum(axis=1)
        distances = []
        for item, measurement in zip(self.chosen, self.measurements, strict=True):
            stretch, normalisation = self.stretch(measurement, observables)
            distances.append(measurement.distance(observables[:, item.column], solved, stretch))
            rest = rest + normalisation
        rest = np.maximum(rest, LOWEST)
        return [*distances, np.where(solved, rest, self._unsolved)], status

    def stretch(self, measurement: Measurement, observables: Array) -> tuple[Array | float, Array | float]:
        """Return by how much the width of a comparison exceeds the tabulated one, and its normalisation."""
        if not measurement.term.width_varies:
            return 1.0, 0.0
        names = self.posterior.observable_names
        return measurement.term.stretch(
            {name: observables[:, names.index(name)] for name in measurement.term.needs}
        )

    def allowed(self, stay: Array) -> NDArray[np.bool_]:
        """Tell which points (n, dim) are inside the unit cube and the constraints."""
        inside = np.all((stay > 0.0) & (stay < 1.0), axis=1)
        prior = self.posterior.prior
        if prior.can_exclude and inside.any():
            inside[inside] = prior.allowed(prior.from_unit(self.points(stay[inside])))
        return inside
