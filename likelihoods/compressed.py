"""Prompt sleptons nearly degenerate with dark matter: soft leptons and missing momentum at the LHC."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .analyses import Analysis, names_in, used_by_default
from .compiled.likelihood import CompiledLikelihood
from .likelihood import Requirement
from .limits import signal_and_width
from .production import cross_section, production_curve
from .requirements import RIGHT_HANDED_SCALAR
from .surface import LogSurface
from .tables import TINY, ln, load, within

__all__ = ["CompressedSleptons"]

Array = NDArray[np.float64]

CATALOGUE = (Analysis("atlas-1911.12606", "atlas", 2019, 13.0, ("atlas-13-tev-139-fb-soft-leptons",)),)

LN_MASS_RANGE = (math.log(90.0), math.log(300.0))  # GeV
LN_DIFFERENCE_RANGE = (math.log(1.0), math.log(20.0))  # GeV
# The calibration of the per-flavour limits to the official map scatters by this much.
WIDTH_INFLATION = 1.2
# Nodes absent from the source (mass, delta_m): filled from the nearest tabulated mass there.
ABSENT = ((90.0, 10.0), (275.0, 1.0), (275.0, 20.0), (300.0, 1.0), (300.0, 20.0))
PROMPT_LENGTH_MM = 0.769  # decays within are prompt: convention of SModelS, good to a factor two


def _filled(mass: Array, difference: Array, *limits: Array) -> Array:
    """Return the columns of the table with the absent nodes appended."""
    rows = np.array([mass, difference, *limits])
    for absent_mass, absent_difference in ABSENT:
        distance = np.where(difference == absent_difference, np.abs(mass - absent_mass), np.inf)
        filled = rows[:, [np.argmin(distance)]].copy()
        filled[0] = absent_mass
        rows = np.hstack([rows, filled])
    return rows


@dataclass(frozen=True)
class CompressedSleptons(CompiledLikelihood):
    """Limit prompt decays of right-handed sleptons to soft leptons and missing momentum.

    The signal of a flavour is ``sigma_13 B^2 F^2`` with the fraction ``F = 1 - exp(-0.769 mm/ctau)`` of
    prompt decays. Observed and expected limits (arXiv:1007.1727) give
    ``lnL = -[(s-mu)^2 - mu^2]/(2 (1.2 w)^2)``; excesses earn no reward, and an 8 % log-normal error of
    the cross-section is integrated out.
    """

    name: ClassVar[str] = "compressed-sleptons"
    summary: ClassVar[str] = "Prompt charged scalars close in mass to dark matter, soft leptons at the LHC."
    source: ClassVar[str] = (
        "ATLAS arXiv:1911.12606 (139/fb, 13 TeV), acceptances and counts from HEPData, per-flavour limits "
        "calibrated to the official map; cross-sections of the LHC SUSY Cross Section Working Group"
    )
    validity: ClassVar[str] = (
        "m_phi 90-300 GeV, delta_m 1-20 GeV; below 90 GeV the first limits are held, elsewhere outside no "
        "constraint, flagged; "
        "five absent nodes filled from the nearest mass, flagged"
    )
    grade: ClassVar[str] = "C per flavour (muons 20 %, electrons calibrated by hand), A for the sum"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)
    catalogue: ClassVar[tuple[Analysis, ...]] = CATALOGUE

    analyses: Annotated[tuple[str, ...], names_in(CATALOGUE), Field(description="the analyses used")] = (
        used_by_default(CATALOGUE)
    )
    flavours: Annotated[
        tuple[Literal["mu", "e"], ...], Field(description="the leptons whose signal regions are used")
    ] = ("mu",)
    prompt_length_mm: Annotated[
        float, Field(ge=1e-6, description="decay length in mm within which leptons count as prompt")
    ] = PROMPT_LENGTH_MM
    cross_section_error: Annotated[
        float, Field(ge=0.0, le=1.0, description="log-normal error of the production cross-section")
    ] = 0.08
    reward_excess: Annotated[bool, Field(description="let an excess of the data favour a signal")] = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Masses, decay length and the branching fractions of the flavours used."""
        return ("m_phi", "delta_m", "ctau_m", *(f"branching_{flavour}" for flavour in self.flavours))

    @property
    def datasets(self) -> tuple[str, ...]:
        """The signal regions in use, one dataset per flavour."""
        names = super().datasets
        return tuple(f"{name}-{flavour}" for name in names for flavour in self.flavours)

    @cached_property
    def _surface(self) -> LogSurface:
        """Return ln of the observed and then the expected limits (2 * flavours,), in pb."""
        table = load("compressed_sleptons")
        names = [f"{flavour}_{kind}" for kind in ("observed", "expected") for flavour in self.flavours]
        return LogSurface(*_filled(*(table.numbers(name) for name in ("mass", "delta_m", *names))))

    @cached_property
    def _best_fit(self) -> tuple[Array, Array]:
        """Return ln(observed/expected) and the best-fit signal over its width, tabulated once."""
        ln_ratio = np.linspace(math.log(0.55), math.log(3.0), 2001)
        best, width = signal_and_width(np.exp(ln_ratio), np.ones_like(ln_ratio))
        return ln_ratio, best / width

    def limits(self, mass: Array, delta_m: Array) -> tuple[Array, Array]:
        """Return observed and expected 95 % CL limits on cross-section times B^2 in pb (flavours, n)."""
        both = np.exp(self._surface(np.log(np.asarray(mass, float)), np.log(np.asarray(delta_m, float))))
        return both[: len(self.flavours)], both[len(self.flavours) :]

    def _prompt(self, decay_length_m: Array) -> Array:
        return -np.expm1(-self.prompt_length_mm * 1e-3 / np.maximum(decay_length_m, TINY))

    def signal(self, observables: Mapping[str, Array], flavour: str = "mu") -> Array:
        """Return the cross-section times squared branching and prompt fractions in pb (n,)."""
        fraction = observables[f"branching_{flavour}"] * self._prompt(observables["ctau_m"])
        return cross_section(observables["m_phi"]) * fraction**2

    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """Return the compiled rows with the limits, the cross-section and the best fits."""
        from .compiled.interpolation import Curve
        from .compiled.prompt import compressed_rows

        production = production_curve()
        return (
            (
                compressed_rows,
                self._surface.compiled,
                Curve(production.x, production.y),
                Curve(*self._best_fit),
                np.array([LN_MASS_RANGE, LN_DIFFERENCE_RANGE]),
                self.prompt_length_mm * 1e-3,
                WIDTH_INFLATION,
                self.cross_section_error,
                self.reward_excess,
            ),
        )

    def flags(self, values: Array) -> dict[str, NDArray[np.bool_]]:
        """Return where the tables end or have holes."""
        mass, difference = values[:2]
        in_mass = within(ln(mass), *LN_MASS_RANGE)
        in_difference = within(ln(difference), *LN_DIFFERENCE_RANGE)
        return {
            "m_phi below 90 GeV: limit held constant": ln(mass) < LN_MASS_RANGE[0],
            "m_phi above 300 GeV: no constraint": ln(mass) > LN_MASS_RANGE[1],
            "delta_m outside 1-20 GeV: no constraint": ~in_difference,
            "absent nodes of the table filled": in_mass & in_difference & _near_absent(mass, difference),
        }


def _near_absent(mass: Array, difference: Array) -> NDArray[np.bool_]:
    light = (mass < 100.0) & (difference > 5.0) & (difference < 20.0)
    heavy = (mass > 250.0) & ((difference < 2.0) | (difference > 10.0))
    return light | heavy
