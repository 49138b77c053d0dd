"""Places on the unit intervals of the priors of the parameters that give way, and the range of values there."""

from __future__ import annotations

import numpy as np

__all__ = ["GRID", "INNER_GRID", "INNER_NODES", "LOWEST", "OUTER_NODES", "REFERENCE"]

# Where the pilot solves. A prior without end is cut at its outermost half per mille.
EDGE = 5e-4
OUTER_NODES = np.linspace(EDGE, 1.0 - EDGE, 25)
# The second parameter's: its effect is a common shift, seen at the first one's node of closest approach.
INNER_NODES = np.linspace(EDGE, 1.0 - EDGE, 5)
REFERENCE = 0.5
# Logarithms of likelihoods are no smaller than this, also where nothing was solved.
LOWEST = -1e8
# Integrals use cells of a finer grid, up to both ends, with so many per interval of the pilot's nodes.
FINER = 8
GRID = np.concatenate(
    [[0.0], np.linspace(OUTER_NODES[0], OUTER_NODES[-1], (len(OUTER_NODES) - 1) * FINER + 1), [1.0]]
)
INNER_GRID = np.concatenate([[0.0], INNER_NODES, [1.0]])
