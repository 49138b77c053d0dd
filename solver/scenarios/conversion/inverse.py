"""The width of φ that gives a wanted relic density: all solutions, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ....errors import UserError
from ...numerics.status import Status
from .scenario import ConversionLeptogenesis

__all__ = ["WidthSolution", "solve_width"]

# GeV. Below 1e-24, φ decays after nucleosynthesis; above, conversions are in equilibrium for any mass.
WIDTH_RANGE = (1e-28, 1e-6)
# The relic density turns over an e-fold of the width at least: eight nodes per decade see every root.
NODES = 177
# The relative error of the roots; far below that of the density they belong to.
ROOT_TOLERANCE = 1e-10


@dataclass(frozen=True)
class WidthSolution:
    """Hold the widths that give a relic density.

    Attributes
    ----------
    widths : tuple of float
        Γ_tot in GeV, ascending; empty if there is none.
    couplings : tuple of float
        The root mean square of λ for each.
    reason : str
        Why there is none; empty otherwise.
    """

    widths: tuple[float, ...]
    couplings: tuple[float, ...]
    reason: str = ""


def solve_width(
    scenario: ConversionLeptogenesis, point: Mapping[str, float], omega_h2: float = 0.12
) -> WidthSolution:
    """Find every width of φ for which a point has the wanted relic density.

    With χ in equilibrium at the start the relic density falls with the width, from what φ freezes out
    with to the coannihilation limit: at most one root. Without χ at the start it first rises (freeze-in):
    then there may be two.

    Parameters
    ----------
    scenario : ConversionLeptogenesis
        Its options apply; the parametrisation must be "rates".
    point : mapping
        Its other parameters by name; ``width``, ``coupling`` and ``i1_over_xi`` are not needed.
    omega_h2 : float
        The relic density wanted.

    Examples
    --------
    >>> from relicfit.solver.scenario import scenario
    >>> model = scenario("conversion-leptogenesis")
    >>> found = solve_width(model, dict(m_chi=300, delta_m=5, lambda_H=1, B_1=0.95))
    >>> f"{found.widths[0]:.3g} GeV"
    '1.15e-13 GeV'
    """
    if scenario.parametrisation != "rates":
        raise UserError(
            f"options.parametrisation: found {scenario.parametrisation!r}; the width can be solved for "
            "where it is a parameter, with 'rates'."
        )
    by_width = replace(scenario, strength="width")
    given = {name: value for name, value in point.items() if name not in ("coupling", "width")}
    template = by_width.theta({"i1_over_xi": 1.0, **given, "width": WIDTH_RANGE[0]})
    column = [item.name for item in by_width.parameters].index("width")
    names = [item.name for item in by_width.observables]

    def solve(ln_width: NDArray[np.float64]) -> tuple[dict[str, NDArray], NDArray]:
        rows = np.tile(template, (len(ln_width), 1))
        rows[:, column] = np.exp(ln_width)
        observables, status = by_width.evaluate(rows)
        return dict(zip(names, observables.T, strict=True)), status

    def miss(ln_width: float) -> float:
        return math.log(solve(np.array([ln_width]))[0]["omega_h2"][0] / omega_h2)

    grid = np.linspace(*np.log(WIDTH_RANGE), NODES)
    observables, status = solve(grid)
    if np.any(status != Status.OK):
        return WidthSolution((), (), f"{Status(int(status[status != Status.OK][0])).sentence}.")
    density = observables["omega_h2"]
    above = density > omega_h2
    crossings = np.flatnonzero(above[1:] != above[:-1])
    if not len(crossings):
        floor = observables["omega_h2_equilibrium"][-1]
        if above.all():
            return WidthSolution(
                (), (), f"even conversions in equilibrium leave Ωh² = {floor:.3g}, above {omega_h2:g}."
            )
        return WidthSolution(
            (), (), f"no width leaves more than Ωh² = {density.max():.3g}, below {omega_h2:g}."
        )
    from scipy.optimize import brentq

    roots = np.array([brentq(miss, grid[i], grid[i + 1], xtol=ROOT_TOLERANCE) for i in crossings])
    couplings = solve(roots)[0]["coupling_rms"]
    return WidthSolution(
        tuple(float(width) for width in np.exp(roots)), tuple(float(value) for value in couplings)
    )
