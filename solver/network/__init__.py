"""A Boltzmann network: species and reactions that a user states, solved by one compiled engine."""

from __future__ import annotations

from .description import Process, Species, Washout
from .expansion import EarlyMatter, Faster
from .scenario import NetworkScenario

__all__ = ["EarlyMatter", "Faster", "NetworkScenario", "Process", "Species", "Washout"]
