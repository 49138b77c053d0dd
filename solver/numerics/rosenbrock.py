"""RODAS4(3), a stiffly accurate Rosenbrock method: tableau and step-size control.

E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, section VI.4, in the form that needs no
product with the Jacobian. With J = ∂f/∂y at the begin of the step, stage i of six solves

    (1/(γh) - J) u_i = f(t + α_i h, y + Σ_j a_ij u_j) + Σ_j (c_ij/h) u_j + γ_i h ∂f/∂t,

the solution is y + Σ_j a_6j u_j + u_6, and u_6 is its difference from the embedded third order. One
factorisation serves a step, and nothing is iterated. The method is L-stable, and exact where the
solution follows a slow manifold: fast oscillations are stepped over and die.
"""

from __future__ import annotations

import numpy as np

from .kernel import kernel

__all__ = ["ABSCISSAE", "COUPLINGS", "GAMMA", "NODES", "SLOPE_WEIGHTS", "STAGES", "next_step_factor"]

STAGES = 6
GAMMA = 0.25

# a_ij.
NODES = np.zeros((STAGES, STAGES))
NODES[1, :1] = [1.544]
NODES[2, :2] = [0.9466785280815826, 0.2557011698983284]
NODES[3, :3] = [3.314825187068521, 2.896124015972201, 0.9986419139977817]
NODES[4, :4] = [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950]
NODES[5, :5] = [*NODES[4, :4], 1.0]

# c_ij.
COUPLINGS = np.zeros((STAGES, STAGES))
COUPLINGS[1, :1] = [-5.6688]
COUPLINGS[2, :2] = [-2.430093356833875, -0.2063599157091915]
COUPLINGS[3, :3] = [-0.1073529058151375, -9.594562251023355, -20.47028614809616]
COUPLINGS[4, :4] = [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160]
COUPLINGS[5, :5] = [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054]

ABSCISSAE = np.array([0.0, 0.386, 0.21, 0.63, 1.0, 1.0])
SLOPE_WEIGHTS = np.array([0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0])

SAFETY = 0.9
SMALLEST_FACTOR = 0.2
LARGEST_FACTOR = 5.0


@kernel
def next_step_factor(error):
    """Return the factor for the next step from the error of this one in units of the tolerance."""
    if not error > 0.0:
        return LARGEST_FACTOR
    return min(LARGEST_FACTOR, max(SMALLEST_FACTOR, SAFETY * error**-0.25))
