"""The limit of validity that dark matter in equilibrium has at masses of MeV: it changes N_eff."""

from __future__ import annotations

from .scenario import Flag

__all__ = ["LIGHTEST_QUIET_RELIC", "mev_thermal_relic"]

# GeV. Lighter relics in equilibrium are still around when neutrinos decouple, at 1 to 2 MeV. Sabti et al.,
# arXiv:1910.01649: excluded below 0.4 MeV by nucleosynthesis, below 3.7 MeV with the CMB where the relic couples
# to one of the two baths; visible to planned experiments up to 10 MeV or more.
LIGHTEST_QUIET_RELIC = 1e-2


def mev_thermal_relic(parameter: str = "mass") -> Flag:
    """Return the flag of a relic lighter than 10 MeV that starts in equilibrium, by the name of its mass."""
    return Flag(
        "mev-thermal-relic",
        "lighter than 10 MeV and once in equilibrium: it adds to the plasma when neutrinos decouple and changes N_eff, "
        "which excludes thermal relics below 0.4 to 3.7 MeV (arXiv:1910.01649) and is not computed here",
        lambda p, o: p[parameter] < LIGHTEST_QUIET_RELIC,
    )
