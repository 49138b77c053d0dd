"""The branches of a posterior: freeze-in, freeze-out or plateau, by how the abundance answers the coupling."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...solver.inverse import branch_names
from ...solver.numerics.status import Status
from ..samples.draws import Draws
from ..target.posterior import Posterior
from .verdict import Diagnostics

__all__ = ["Branch", "branches_of", "with_branches"]

FloatArray = NDArray[np.float64]

# Draws whose slope is taken: shares of branches are then good to two per cent.
MOST_DRAWS = 512
# Half the step in ln(coupling) of the slope.
STEP = 0.02
# Below this |dln(abundance)/dln(coupling)| the abundance hardly depends on the coupling.
FLAT_SLOPE = 0.1


@dataclass(frozen=True)
class Branch:
    """Hold what one branch contributes.

    Attributes
    ----------
    name : str
        "freeze-in" where the abundance rises with the coupling, "freeze-out" where it falls, "plateau" where
        it hardly changes.
    mass : float
        Its share of the posterior.
    log_evidence : float
        ln of its part of the evidence; None where the sampler gives none.
    """

    name: str
    mass: float
    log_evidence: float | None


def branches_of(
    posterior: Posterior, draws: Draws, log_evidence: float | None = None, seed: int = 0
) -> list[Branch]:
    """Name the branch of posterior draws, the largest first; nothing without coupling or abundance.

    The abundance is the first observable of that role which a likelihood reads, the coupling the first sampled
    parameter of that role.
    """
    read = {name for term in posterior.likelihoods for name in term.needs}
    abundances = [item.name for item in posterior.scenario.observables if item.role == "abundance"]
    abundance = next((name for name in abundances if name in read), None)
    roles = {item.name: item.role for item in posterior.scenario.parameters}
    coupling = next((name for name in posterior.names if roles[name] == "coupling"), None)
    if abundance is None or coupling is None:
        return []
    cube = draws.cube.reshape(-1, posterior.dim)
    rng = np.random.default_rng([seed, 8])
    chosen = rng.choice(len(cube), min(MOST_DRAWS, len(cube)), replace=False)
    slope = _slopes(posterior, posterior.prior.from_unit(cube[chosen]), coupling, abundance)
    rising, falling = branch_names(posterior.scenario, coupling, abundance)
    names = np.where(np.abs(slope) < FLAT_SLOPE, "plateau", np.where(slope > 0.0, rising, falling))
    label, count = np.unique(names[np.isfinite(slope)], return_counts=True)
    shares = count / max(1, count.sum())
    return [
        Branch(
            str(label[i]),
            float(shares[i]),
            None if log_evidence is None else log_evidence + math.log(shares[i]),
        )
        for i in np.argsort(-count)
    ]


def _slopes(posterior: Posterior, theta: FloatArray, coupling: str, abundance: str) -> FloatArray:
    """Return dln(abundance)/dln(coupling) (n,), NaN where the scenario has no solution beside the draw."""
    position = posterior.parameter_names.index(coupling)
    column = posterior.observable_names.index(abundance)
    sides = []
    for step in (-STEP, STEP):
        moved = theta.copy()
        moved[:, position] *= math.exp(step)
        observables, status = posterior.scenario.evaluate(moved)
        sides.append(np.where(status == int(Status.OK), observables[:, column], np.nan))
    with np.errstate(all="ignore"):
        return np.asarray(np.log(sides[1] / sides[0]) / (2.0 * STEP))


def with_branches(diagnostics: Diagnostics, draws: Draws, posterior: Posterior, seed: int) -> Diagnostics:
    """Add the branches to a verdict."""
    log_evidence = diagnostics.numbers.get("log_evidence")
    found = [asdict(branch) for branch in branches_of(posterior, draws, log_evidence, seed)]
    return replace(diagnostics, numbers=diagnostics.numbers | {"branches": found}) if found else diagnostics
