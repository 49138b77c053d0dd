"""Leptogenesis: the lightest heavy neutrino N1 decays out of equilibrium and makes B - L. One flavour.

Named in a run file as ``scenario = "leptogenesis.py:Leptogenesis"``. The decay is set by the effective neutrino mass m̃,
Γ = m̃ M²/(8 π v²); ε is stated as a share of the largest that neutrino masses allow, 3 M m_atm/(16 π v²), v = 174 GeV.

M. Fukugita and T. Yanagida, Phys. Lett. B 174 (1986) 45; W. Buchmüller, P. Di Bari and M. Plümacher, Annals Phys. 315
(2005) 305, hep-ph/0401240 (equations and washout); S. Davidson and A. Ibarra, Phys. Lett. B 535 (2002) 25,
hep-ph/0202239 (the largest ε); J. A. Harvey and M. S. Turner, Phys. Rev. D 42 (1990) 3344 (28/79).
"""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from relicfit.solver import Parameter
from relicfit.solver.network import NetworkScenario, Process, Species, Washout

VACUUM = 174.1  # GeV
EV = 1e-9  # GeV
# The larger difference of squared masses of neutrinos, 2.5e-3 eV²: its root.
ATMOSPHERIC_MASS = 0.05 * EV
BARYONS_PER_CHARGE = 28.0 / 79.0


class Leptogenesis(NetworkScenario):
    """Thermal leptogenesis by one heavy neutrino, without flavour."""

    name = "leptogenesis"
    summary = "Decays of the lightest heavy neutrino make the baryon asymmetry."
    source = "W. Buchmüller, P. Di Bari and M. Plümacher, hep-ph/0401240; S. Davidson and A. Ibarra, hep-ph/0202239"
    thread_safe = True
    charges: ClassVar = {"B-L": {"observable": "baryon_yield", "factor": BARYONS_PER_CHARGE}}
    parameters = (
        Parameter("M1", "M_1", "GeV", "mass of the neutrino", 1e5, 1e16, {"loguniform": [1e8, 1e13]}),
        Parameter(
            "m1", r"\tilde m_1", "eV", "effective neutrino mass", 1e-8, 10.0, {"loguniform": [1e-5, 0.1]}
        ),
        Parameter(
            "share",
            r"\epsilon/\epsilon_{\max}",
            "",
            "CP asymmetry over the largest",
            0.0,
            1.0,
            {"uniform": [0, 1]},
        ),
    )

    start: Annotated[
        Literal["empty", "thermal"], Field(description="whether there are heavy neutrinos at first")
    ] = "empty"

    def species(self, p):
        """Return the neutrino, a Majorana particle of two states."""
        return [Species("N1", p.M1, 2, start=self.start)]

    def processes(self, p):
        """Return the decay into a lepton and a Higgs boson, or their antiparticles."""
        width = p.m1 * EV * p.M1**2 / (8.0 * np.pi * VACUUM**2)
        largest = 3.0 * p.M1 * ATMOSPHERIC_MASS / (16.0 * np.pi * VACUUM**2)
        return [Process("N1 -> SM SM", width=width, epsilon=p.share * largest, charge="B-L", power={"m1": 1})]

    def washouts(self, p):
        """Return the inverse decays, which remove the asymmetry of a lepton doublet, of two states each."""
        return [Washout("B-L", process="N1 -> SM SM", carrier=2)]
