"""From named choices to what the kernels of the density matrix read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from ..options import ConversionChoices
from ..settings import setting_of
from .chemistry import CHEMISTRIES
from .medium import Effects
from .parameters import flavours_of
from .system import CoherentSetting

if TYPE_CHECKING:
    from .options import CoherenceChoices

__all__ = ["coherent_setting", "effects_of"]

# The error per step over the wanted accuracy, and never above what steps take without surprises.
STEP_ERROR = 1.0
LARGEST_STEP_ERROR = 1e-3
DECAY_MASSES = ("vacuum", "thermal", "melting")


def effects_of(choices: CoherenceChoices, washout: bool = True) -> Effects:
    """Return the weights of the effects that choices leave on."""
    return Effects(
        # Decays alone are defined without helicity.
        helicity=float(choices.helicity == "resolved" and choices.coherence == "full"),
        thermal_mass=float(choices.thermal_mass),
        scatter_coherently=float(choices.coherence == "full"),
        back_reaction=float(choices.back_reaction),
        washout=float(washout),
        blocking=choices.blocking,
        decay_masses=DECAY_MASSES.index(choices.decay_masses),
        **CHEMISTRIES[choices.chemistry]._asdict(),
    )


@lru_cache(maxsize=16)
def coherent_setting(choices: CoherenceChoices, start: str, accuracy: float) -> CoherentSetting:
    """Return the tables and numbers of a scenario's choices, building tables at first use."""
    return CoherentSetting(
        common=setting_of(cast(ConversionChoices, choices), accuracy),
        effects=effects_of(choices),
        states=choices.states,
        flavours=len(flavours_of(choices.leptons)),
        empty=start == "empty",
        compare=choices.compare_starts,
        tolerance=min(STEP_ERROR * accuracy, LARGEST_STEP_ERROR),
    )
