"""Samplers, and what one of a user's own is written with."""

from ..diagnostics.verdict import Diagnostics
from ..problem.settings import SamplerSettings
from ..samples.arviz_adapter import effective_sample_size, rhat
from ..samples.draws import Draws, from_weighted, kish
from ..samples.nested_run import WeightedRun
from .sampler import Expected, Probe, Sampler
from .session import Session, Standing, StartError

__all__ = [
    "Diagnostics",
    "Draws",
    "Expected",
    "Probe",
    "Sampler",
    "SamplerSettings",
    "Session",
    "Standing",
    "StartError",
    "WeightedRun",
    "effective_sample_size",
    "from_weighted",
    "kish",
    "rhat",
]
