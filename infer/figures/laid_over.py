"""The posterior of a run on the plane of a paper's figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...errors import UserError
from ..results.folder import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PLANES", "lay_over"]

# Draws shown: more make a cloud without structure.
MOST_DRAWS = 1500
SEED = 1


class Plane(NamedTuple):
    """What stands on the axes of a panel: names of quantities, and their unit over that of the axis."""

    x: str
    y: str
    panel: int = 0
    x_factor: float = 1.0


PLANES = {
    "conversion-3": Plane("m_chi", "i1_over_xi_required"),
    "conversion-4": Plane("m_chi", "ctau_m"),
    "thermal-5": Plane("mass", "lifetime_s"),
    "thermal-7": Plane("mass", "coupling", panel=1, x_factor=1e3),
}


def lay_over(name: str, figure: Figure, result: Result) -> None:
    """Draw the posterior of a run as points on the plane of a figure.

    Raises
    ------
    UserError
        Where the figure has no such plane, or the run does not know its quantities.
    """
    if name not in PLANES:
        raise UserError(f"figure {name}: no run can be laid over it; those that can: {', '.join(PLANES)}.")
    plane = PLANES[name]
    columns = []
    for quantity, factor in ((plane.x, plane.x_factor), (plane.y, 1.0)):
        found = result.posterior if quantity in result.posterior else result.observables
        if quantity not in found:
            raise UserError(
                f"figure {name}: its plane is {plane.x} and {plane.y}; {result.directory.name} has no {quantity}."
            )
        columns.append(factor * np.asarray(found[quantity], dtype=np.float64).ravel())
    chosen = np.random.default_rng(SEED).permutation(len(columns[0]))[:MOST_DRAWS]
    axis = figure.axes[plane.panel]
    limits = axis.get_xlim(), axis.get_ylim()
    (points,) = axis.plot(
        columns[0][chosen], columns[1][chosen], ".", color="black", ms=3.5, alpha=0.35, zorder=5, mew=0.0
    )  # fmt: skip
    axis.set(xlim=limits[0], ylim=limits[1])
    own = axis.get_legend()
    axis.legend(
        [points], [f"posterior of {result.directory.name}"], loc="lower right", fontsize=9, markerscale=3
    )
    if own is not None:
        axis.add_artist(own)
