"""Beyond arXiv:2111.14808: momenta of frozen-in dark matter, statistics, and what structure formation says."""

from __future__ import annotations

import math
from functools import cache, partial

from ....solver.constants import FERMI_CONSTANT
from ....solver.momentum.decays import whole_history
from ....solver.momentum.observables import LYMAN_ALPHA_KEV
from ....solver.momentum.warmness import ENTROPY_STATES_TODAY, least_mass
from ....solver.scenario import Scenario, scenario
from ..claim import Claim, Verdict, above, below, number
from ..formulas import signals
from .lepton_pion import line_reheating
from .signals import LINES, REHEATING

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808")
AGREES, DIFFERS = Verdict.AGREES, Verdict.DIFFERS
EXCLUDED = "warmer than the Lyman-α forest allows (arXiv:2309.04533), which the paper does not ask"
# The degrees of freedom above the electroweak scale, and the earlier limit in keV that arXiv:2111.09321 rescales.
ALL_STATES, EARLIER_LIMIT_KEV = 106.75, 5.3


def values(model: Scenario, **point: float) -> dict[str, float]:
    """Return the observables of a point by name."""
    row = model.evaluate(model.theta(point)[None])[0][0]
    return dict(zip((item.name for item in model.observables), row.tolist(), strict=True))


@cache
def line_warmness(name: str) -> float:
    """Return the mass in keV of the thermal relic as warm as the 7 keV of the line, by the operator of its row."""
    _, lepton, chirality, *_ = LINES[name]
    point = {
        "mass": signals.LINE_MASS,
        "coupling": signals.line_coupling(lepton=lepton, chirality=chirality) / FERMI_CONSTANT,
        "reheating_temperature": line_reheating(lepton, chirality, REHEATING[name][0]),
    }
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality, pion_form_factor="none")
    return values(model, **point)["wdm_equivalent_mass_keV"]


@cache
def leptoquark_values(statistics: str) -> dict[str, float]:
    """Return the observables of 7 keV from decays of a leptoquark of 1 TeV."""
    model = scenario("leptoquark-mediator", statistics=statistics)
    return values(model, mass=signals.LINE_MASS, g_chi=1e-11, g_sm=1e-3, mediator_mass=1e3,
                  reheating_temperature=1e7)  # fmt: skip


def statistics_on_coupling() -> float:
    """Return g_χ with quantum statistics over that without, at the same abundance."""
    return 1.0 / math.sqrt(leptoquark_values("quantum")["statistics_factor"])


def earlier_bound() -> float:
    """Return the least mass in keV from decays with Maxwell-Boltzmann statistics under the earlier limit."""
    cooling = (ENTROPY_STATES_TODAY / ALL_STATES) ** (1.0 / 3.0)
    return least_mass(EARLIER_LIMIT_KEV, math.sqrt(whole_history("mb", "mb")[2]) * cooling)


@cache
def without_kinetic_equilibrium() -> float:
    """Return Ωh² of freeze-out at M = 0.18 GeV followed momentum by momentum, over that of eq. (2.1)."""
    resolved, plain = (
        values(
            scenario("lepton-pion", production="freeze-out", kinetic=kinetic, statistics="mb", pion_form_factor="none"),
            mass=0.18, coupling=22.3,
        )["omega_h2"]
        for kinetic in ("resolved", "equilibrium")
    )  # fmt: skip
    return resolved / plain


CLAIMS = (
    *(
        claim(
            id=f"thermal-line-warmness-{name}", place="section 4.3",
            statement=f"7 keV of the line, {LINES[name][0]}: mass of the thermal relic as warm, keV",
            paper_value=above(f"allowed: > {LYMAN_ALPHA_KEV}", LYMAN_ALPHA_KEV),
            compute=partial(line_warmness, name), tolerance=1.0, expected=DIFFERS, why=EXCLUDED,
        )
        for name in LINES
    ),
    claim(
        id="thermal-line-warmness-leptoquark", place="section 4.3",
        statement="7 keV from decays of a leptoquark: mass of the thermal relic as warm, keV",
        paper_value=above(f"allowed: > {LYMAN_ALPHA_KEV}", LYMAN_ALPHA_KEV),
        compute=lambda: leptoquark_values("quantum")["wdm_equivalent_mass_keV"], tolerance=1.0, expected=DIFFERS,
        why=EXCLUDED,
    ),
    claim(
        id="thermal-colder-decays", place="footnote 1",
        statement="⟨p/T⟩ from decays with m_Y = m_X/2 over that with light daughters",
        paper_value=below("colder: < 1", 1.0),
        compute=lambda: whole_history("mb", "mb", 0.0, 0.5)[1] / whole_history("mb", "mb")[1], tolerance=1.0,
        expected=AGREES, why="momenta scale with 1 - m_Y²/m_X² exactly",
    ),
    claim(
        id="thermal-mediator-coupling-statistics", place="(3.21)",
        statement="g_χ with Bose and Fermi statistics over that without",
        paper_value=number("1", 1.0), compute=statistics_on_coupling, tolerance=1.06, expected=AGREES,
        why="Pauli blocking of the quark takes 10.5 % of the yield",
    ),
    claim(
        id="thermal-kinetic-equilibrium", place="(2.1)",
        statement="Ωh² of freeze-out at M = 0.18 GeV without kinetic equilibrium over that with",
        paper_value=number("1: f ∝ f_eq", 1.0), compute=without_kinetic_equilibrium, tolerance=1.2, expected=DIFFERS,
        why="nothing keeps χ at the momenta of equilibrium: slow χ decouple first, fast ones react more",
    ),
    claim(
        id="thermal-decays-least-mass", place="beyond the paper",
        statement="least mass from decays, limit of 5.3 keV, keV",
        paper_value=number("15 (arXiv:2111.09321)", 15.0), compute=earlier_bound, tolerance=1.07, expected=AGREES,
        why="equal ⟨v²⟩; 15.0 where transfer functions agree at a quarter of the power",
    ),
)  # fmt: skip
