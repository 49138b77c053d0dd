"""Rodas5P, a stiffly accurate Rosenbrock method of order 5(4): tableau and step-size control.

G. Steinebach, BIT 63 (2023) 27, in the form of E. Hairer and G. Wanner (Solving Ordinary Differential Equations II,
section VI.4) that needs no product with the Jacobian. With J = ∂f/∂y at the begin of the step, stage i of eight
solves

    (1/(γh) - J) u_i = f(t + α_i h, y + Σ_j a_ij u_j) + Σ_j (c_ij/h) u_j + γ_i h ∂f/∂t,

the solution is y + Σ_j a_8j u_j + u_8, and u_8 is its difference from the embedded fourth order. One factorisation
serves a step, and nothing is iterated. The method is L-stable and keeps its order where the solution follows a
slow manifold: fast oscillations are stepped over and die.
"""

from __future__ import annotations

import numpy as np

from .kernel import kernel

__all__ = [
    "ABSCISSAE",
    "COUPLINGS",
    "NODES",
    "ROSENBROCK_GAMMA",
    "SLOPE_WEIGHTS",
    "STAGES",
    "next_step_factor",
]

STAGES = 8
ROSENBROCK_GAMMA = 0.21193756319429014

# a_ij.
NODES = np.zeros((STAGES, STAGES))
NODES[1, :1] = [3.0]
NODES[2, :2] = [2.849394379747939, 0.45842242204463923]
NODES[3, :3] = [-6.954028509809101, 2.489845061869568, -10.358996098473584]
NODES[4, :4] = [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641]
NODES[5, :5] = [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
                0.030198172008377946]  # fmt: skip
NODES[6, :6] = [*NODES[5, :5], 1.0]
NODES[7, :7] = [*NODES[5, :5], 1.0, 1.0]

# c_ij.
COUPLINGS = np.zeros((STAGES, STAGES))
COUPLINGS[1, :1] = [-14.155112264123755]
COUPLINGS[2, :2] = [-17.97296035885952, -2.859693295451294]
COUPLINGS[3, :3] = [147.12150275711716, -1.41221402718213, 71.68940251302358]
COUPLINGS[4, :4] = [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306]
COUPLINGS[5, :5] = [24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125,
                    -0.6610691825249471]  # fmt: skip
COUPLINGS[6, :6] = [30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783,
                    -19.097331116725623, -28.087943162872662]  # fmt: skip
COUPLINGS[7, :7] = [37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047,
                    -40.06618937091002, -54.66780262877968, -9.48861652309627]  # fmt: skip

ABSCISSAE = np.array(
    [0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1.0, 1.0, 1.0]
)
SLOPE_WEIGHTS = np.array(
    [
        ROSENBROCK_GAMMA,
        -0.42387512638858027,
        -0.3384627126235924,
        1.8046452872882734,
        2.325825639765069,
        0.0,
        0.0,
        0.0,
    ]
)

SAFETY = 0.9
SMALLEST_STEP_FACTOR = 0.2
LARGEST_STEP_FACTOR = 5.0


@kernel
def next_step_factor(error):
    """Return the factor for the next step from the error of this one in units of the tolerance."""
    if not error > 0.0:
        return LARGEST_STEP_FACTOR
    return min(LARGEST_STEP_FACTOR, max(SMALLEST_STEP_FACTOR, SAFETY * error**-0.2))
