"""Where the pilot solves along the parameters that give way: on the unit intervals of their priors."""

from __future__ import annotations

import numpy as np

__all__ = ["INNER_NODES", "OUTER_NODES", "REFERENCE"]

# A prior without end is cut at its outermost half per mille.
EDGE = 5e-4
OUTER_NODES = np.linspace(EDGE, 1.0 - EDGE, 25)
# The second parameter's: its effect is a common shift, seen at the first one's node of closest approach.
INNER_NODES = np.linspace(EDGE, 1.0 - EDGE, 5)
REFERENCE = 0.5
