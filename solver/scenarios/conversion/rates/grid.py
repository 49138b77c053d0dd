"""The grid of the rate tables: m_phi/T, m_phi, and Delta m/m_phi."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .annihilation import CHANNELS

__all__ = ["GAP_RANGE", "M_PHI_RANGE", "SMALLEST_X", "gap_nodes", "mass_axis", "mass_nodes", "x_nodes"]

# Below, the neglected width of the Higgs would matter; above, nothing of interest is left.
M_PHI_RANGE = (70.0, 1000.0)
GAP_RANGE = (4e-5, 0.4)  # Delta m/m_phi

# The grid in ln x, x = m_phi/T. It ends where the last phi have decayed, 25 m_phi/Delta m.
SMALLEST_X = 0.01
LARGEST_X = 25.0 / GAP_RANGE[0]
CELLS = 200
LN_SMALLEST_X = math.log(SMALLEST_X)
LN_X_STEP = (math.log(LARGEST_X) - LN_SMALLEST_X) / CELLS
# Slopes at the nodes are central differences over three neighbours on either side.
MARGIN = 3

# The axis of m_phi is cut where a final state opens. There rates rise like square roots smeared by the
# temperature, so the nodes crowd exponentially until this distance in GeV.
CLOSEST_TO_THRESHOLD = 0.005
NODES_PER_SEGMENT = 64
GAP_NODES = 30


def x_nodes() -> NDArray[np.float64]:
    """Return the nodes in m_phi/T, the margins included."""
    return SMALLEST_X * np.exp(LN_X_STEP * np.arange(-MARGIN, CELLS + MARGIN + 1))


def mass_axis() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the segments of the m_phi axis and the distance to which nodes crowd there, GeV."""
    low, high = M_PHI_RANGE
    opening = {0.5 * channel.threshold for channel in CHANNELS.values()}
    inside = sorted(m for m in opening if low < m < high)
    edges = np.array([low, *inside, high])
    crowding = np.full(len(edges), CLOSEST_TO_THRESHOLD)
    crowding[[0, -1]] = np.diff(edges)[[0, -1]]
    return edges, crowding


def mass_nodes() -> NDArray[np.float64]:
    """Return the nodes in m_phi: segment by segment the inverse of `mass_position`."""
    nodes = []
    edges, crowding = mass_axis()
    for (low, high), (at_low, at_high) in zip(pairwise(edges), pairwise(crowding), strict=True):
        length = high - low
        ends = math.log(at_low / (length + at_high)), math.log((length + at_low) / at_high)
        odds = np.exp(np.linspace(*ends, NODES_PER_SEGMENT))
        part = (low - at_low + odds * (high + at_high)) / (1.0 + odds)
        nodes.append(np.clip(part, low, high))
    return np.concatenate(nodes)


def gap_nodes() -> NDArray[np.float64]:
    """Return the nodes in Delta m/m_phi."""
    return np.geomspace(*GAP_RANGE, GAP_NODES)
