"""A scenario of one's own, the smallest: dark matter that freezes out with a constant annihilation cross-section.

Named in a run file as ``scenario = "my_model.py:Wimp"``; the path counts from the folder of the run file. Species and
reactions are all that is stated; the Boltzmann equations are set up and solved from them. docs/network.md says what
every word means, and models/ holds larger ones. Where a model is no set of Boltzmann equations, see my_formula.py.
"""

from relicfit.solver import Parameter
from relicfit.solver.network import NetworkScenario, Process, Species


class Wimp(NetworkScenario):
    """A Majorana particle with a constant s-wave cross-section."""

    name = "wimp"
    summary = "Freeze-out of a particle with a constant s-wave annihilation cross-section."
    source = "B. W. Lee and S. Weinberg, Phys. Rev. Lett. 39 (1977) 165"
    # What stands here is a pure function: threads may share it. Without this line it runs in one thread.
    thread_safe = True
    parameters = (
        Parameter("mass", "m", "GeV", "mass of dark matter", 1.0, 1e6, {"loguniform": [10, 1e4]}),
        Parameter("cross_section", r"\sigma v", "GeV^-2", "annihilation cross-section times velocity", 1e-14, 1e-4,
                  {"loguniform": [1e-10, 1e-7]}, role="coupling"),
    )  # fmt: skip

    def species(self, p):
        """Return the particle, of two states, with a parity that only pairs may lose."""
        return [Species("chi", mass=p.mass, degrees=2, numbers={"Z2": 1})]

    def processes(self, p):
        """Return the annihilation into light particles; detailed balance supplies the inverse."""
        return [Process("chi chi -> SM SM", sigma_v=p.cross_section, power={"cross_section": 1})]
