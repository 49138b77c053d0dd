"""Lines in X-rays and gamma rays from dark matter that decays to a photon."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .analyses import Analysis, AnalysisLikelihood, names_in, used_by_default
from .envelope import Envelope, Limit
from .likelihood import Requirement
from .limits import smeared_step
from .tables import LogCurve, gather, ln, load, only_good

__all__ = ["LineDecay"]

INTRINSIC_WIDTH = 0.25  # of the smeared step, in ln(width)
UNCERTAINTY = 0.46  # in ln(width): 0.2 decades, for the structure between nodes and the halo profile

SPI_TRUSTED = 2e-3  # GeV: above, the collection is 10-100 times beyond the line sensitivity of SPI
# Between these masses the gamma-ray limits change instrument and jump by a factor 8: no interpolation.
GAMMA_JUMP = 0.42
JOIN = 0.02  # in ln(mass): where one analysis ends, the limit moves to the next over this interval

CATALOGUE = (
    Analysis("xmm-2102.02207", "xmm", 2021, None, ("xmm-blank-sky",)),
    Analysis("nustar", "nustar", 2022, None, ("nustar-lines",)),
    Analysis("integral-spi", "integral", 2022, None, ("integral-spi",)),
    Analysis("integral-spi-above-2-mev", "integral", 2022, None, ("integral-spi-above-2-mev",), False),
    Analysis("gamma-2312.11608", "gamma-rays", 2023, None, ("gamma-ray-lines",)),
    Analysis("gamma-2312.11608-below-17-mev", "gamma-rays", 2023, None, ("integral-spi-above-2-mev",), False),
)


@dataclass(frozen=True)
class LineDecay(AnalysisLikelihood):
    """Limit the width into a neutrino and a photon, or two photons, by searches for lines.

    A smeared step in ln(width). At each mass the strongest analysis counts; experiments are not
    multiplied, because they share the halo profile.
    """

    name: ClassVar[str] = "x-ray-lines"
    summary: ClassVar[str] = "Lines from decays to a photon, 5.3 keV to 14 GeV."
    source: ClassVar[str] = (
        "XMM-Newton arXiv:2102.02207; NuSTAR arXiv:1609.00667, 1901.01262, 2207.04572; INTEGRAL/SPI; gamma "
        "rays arXiv:2312.11608; as digitised in the AxionLimits collection"
    )
    validity: ClassVar[str] = (
        "5.3-44.6 keV, 61.3 keV-2 MeV, 17 MeV-0.41 GeV, 0.44-14 GeV; in between and outside no "
        "constraint, flagged"
    )
    grade: ClassVar[str] = "B; 0.2 decades"
    catalogue: ClassVar[tuple[Analysis, ...]] = CATALOGUE

    analyses: Annotated[tuple[str, ...], names_in(CATALOGUE), Field(description="the analyses used")] = (
        used_by_default(CATALOGUE)
    )
    channel: Annotated[
        Literal["neutrino-gamma", "gamma-gamma"],
        Field(description="the final state: which width is read, and the number of photons in the line"),
    ] = "neutrino-gamma"

    @property
    def requires(self) -> tuple[Requirement, ...]:  # type: ignore[override]
        """Decays to the final state of the option ``channel``."""
        reason = f"option channel reads the width of decays to {self.channel} as that of a line"
        return (Requirement("photon_line", (self.channel,), reason),)

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass and the width into the line."""
        return ("mass", "width_" + self.channel.replace("-", "_"))

    @cached_property
    def _envelope(self) -> Envelope:
        table = load("line_decay")
        limits = []
        for item in self.used:
            origin = "integral-spi" if item.experiment == "integral" else item.name
            mass = table.numbers("mass", analysis=origin)
            curve = LogCurve(mass, table.numbers("lifetime", analysis=origin))
            limit = Limit(item.name, curve.x, curve.y, curve.y)
            if item.name == "integral-spi":
                limits.append(limit.between(curve.low, math.log(SPI_TRUSTED)))
            elif item.name == "integral-spi-above-2-mev":
                limits.append(limit.between(math.log(SPI_TRUSTED), curve.high))
            elif item.name == "gamma-2312.11608":
                below, above = curve.x[mass < GAMMA_JUMP], curve.x[mass > GAMMA_JUMP]
                limits += [limit.between(part[0], part[-1]) for part in (below, above)]
            else:
                limits.append(limit)
        return Envelope(limits, JOIN)

    def lifetime_limit(self, mass: NDArray) -> NDArray:
        """Return the strongest 95 % CL lower limit in s (n,) for neutrino and photon; NaN without data."""
        ln_mass = np.log(np.atleast_1d(np.asarray(mass, dtype=float)))
        inside = self._envelope.faded(ln_mass, ln_mass)[1]
        return np.where(inside, np.exp(self._envelope(ln_mass)), np.nan)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and where no analysis in use has data."""
        values, good = gather(observables, self.needs)
        ln_mass, ln_width = ln(values)
        if self.channel == "gamma-gamma":
            ln_width = ln_width + math.log(2.0)  # two photons in the line, one in the tabulated channel
        step = smeared_step(ln_width, -self._envelope(ln_mass), INTRINSIC_WIDTH, UNCERTAINTY)
        result, inside, _ = self._envelope.faded(step, ln_mass)
        return only_good(result, good), {"mass without line data: no constraint": good & ~inside}
