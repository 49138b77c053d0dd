"""Dark matter X that interacts too feebly to be in equilibrium, made by decays of a parent B.

While B is in equilibrium its decays fill X slowly, ∝ y² (freeze-in); what is left of B once it has frozen out decays
later and leaves one X each, whatever y is (superWIMP). Named in a run file as ``scenario = "feeble.py:Feeble"``.

L. J. Hall, K. Jedamzik, J. March-Russell and S. M. West, JHEP 03 (2010) 080, arXiv:0911.1120 (freeze-in);
J. L. Feng, A. Rajaraman and F. Takayama, Phys. Rev. Lett. 91 (2003) 011302, hep-ph/0302215 (superWIMP).
"""

from typing import Annotated

import numpy as np
from pydantic import Field

from relicfit.solver import Parameter
from relicfit.solver.network import NetworkScenario, Process, Species


class Feeble(NetworkScenario):
    """Freeze-in and late decays of one parent."""

    name = "feeble"
    summary = "Dark matter that decays of a parent make, in equilibrium and after its freeze-out."
    source = "L. J. Hall et al., arXiv:0911.1120; J. L. Feng, A. Rajaraman and F. Takayama, hep-ph/0302215"
    thread_safe = True
    parameters = (
        Parameter("m_B", "m_B", "GeV", "mass of the parent", 10.0, 1e6, {"loguniform": [200, 5000]}),
        Parameter("m_X", "m_X", "GeV", "mass of dark matter", 1e-6, 1e5, {"loguniform": [1e-3, 100]}),
        Parameter(
            "y", "y", "", "coupling of B, X and the Standard Model", 1e-16, 1.0, {"loguniform": [1e-14, 1e-8]}
        ),
        Parameter(
            "g", "g", "", "coupling by which the parent annihilates", 0.01, 3.5, {"loguniform": [0.1, 1]}
        ),
    )

    late: Annotated[
        bool, Field(description="whether what is left of the parent after its freeze-out decays, too")
    ] = True

    def species(self, p):
        """Return the parent, of two states, and dark matter, of which there is none at first."""
        return [
            Species("B", p.m_B, 2, numbers={"Z2": 1}, bath=not self.late),
            Species("X", p.m_X, 2, numbers={"Z2": 1}, start="empty"),
        ]

    def processes(self, p):
        """Return the decay, and the annihilation where B is followed through its freeze-out."""
        width = p.y**2 * p.m_B / (8.0 * np.pi) * (1.0 - (p.m_X / p.m_B) ** 2) ** 2
        decay = Process("B -> X SM", width=width, power={"y": 2})
        annihilation = Process("B B -> SM SM", sigma_v=p.g**4 / (32.0 * np.pi * p.m_B**2), power={"g": 4})
        return [decay, annihilation] if self.late else [decay]
