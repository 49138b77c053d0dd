"""What arXiv:2404.12428 leaves to a density matrix: coherent conversions, the initial state."""

from __future__ import annotations

import math
from functools import cache, partial

from ....solver.scenario import scenario
from ..claim import Claim, Verdict, above, between, number
from .points import viable

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2404.12428")
# The paper's slice of figure 1.
DELTA_M, B_1 = 5.0, 0.95
OBSERVED_YIELD = 0.9e-10


@cache
def coherent(m_chi: float, xi: float, **options: object) -> dict[str, float]:
    """Return the observables of the density matrix on the slice, aligned flavours with |I_1| = 1."""
    model = scenario("conversion-leptogenesis", kinetics="density-matrix", strength="width", **options)
    width = viable(m_chi, DELTA_M, B_1)["width"]
    point = {"m_chi": m_chi, "delta_m": DELTA_M, "lambda_H": 1.0, "B_1": B_1, "width": width}
    theta = model.theta({**point, "phase_2": math.pi / 4.0, "xi_12": xi})
    row = model.evaluate(theta)[0][0]
    return dict(zip((item.name for item in model.observables), row.tolist(), strict=True))


def enhancement(m_chi: float) -> float:
    """Return |Y_B| over the paper's formula far above the resonance."""
    return abs(coherent(m_chi, 1e4)["ratio_to_paper"])


def splitting_in_gev(m_chi: float) -> float:
    """Return Δm_12 that the observed asymmetry needs, from Y_B ∝ 1/ξ near the solution."""
    xi = 1e4
    for _ in range(6):
        xi *= abs(coherent(m_chi, xi)["baryon_yield"]) / OBSERVED_YIELD
    return coherent(m_chi, xi)["delta_m12"]


def start_ratio(m_chi: float) -> float:
    """Return Y_B with χ absent at the start over with χ in equilibrium at ξ = 1000."""
    return coherent(m_chi, 1e3, compare_starts=True)["start_ratio"]


CLAIMS = (
    claim(
        id="conversion-coherent-enhancement", place="conclusions",
        statement="|Y_B| of the density matrix over the paper's formula, ξ = 1e4, 300 GeV, Δm = 5 GeV, B_1 = 0.95",
        paper_value=above("scatterings may enhance the asymmetry", 1.0), compute=partial(enhancement, 300.0),
        tolerance=1.0, expected=Verdict.AGREES,
        why="scatterings produce and absorb coherent χ as decays do and are ten times as fast at sphaleron "
        "decoupling; the square of that enters", precision=1e-2,
    ),
    *(
        claim(
            id=f"conversion-coherent-splitting-{m_chi:g}", place="conclusions",
            statement=f"Δm_12 for the observed asymmetry with coherent conversions and |I_1| = 1, {m_chi:g} GeV, GeV",
            paper_value=number("~ meV", 1e-12), compute=partial(splitting_in_gev, m_chi), tolerance=3.0,
            expected=Verdict.ESTIMATE,
            why="the asymmetry falls like the inverse splitting and is hundreds of times larger", precision=1e-2,
        )
        for m_chi in (300.0, 400.0)
    ),
    claim(
        id="conversion-coherent-start", place="text after figure 1",
        statement="Y_B of the density matrix, χ absent over χ in equilibrium at the start, ξ = 1e3, 300 GeV",
        paper_value=between("largely insensitive", 0.8, 1.2), compute=partial(start_ratio, 300.0), tolerance=1.0,
        expected=Verdict.DIFFERS,
        why="charges from filling χ are not washed out by T = 132 GeV: even the sign is that of the start",
        precision=2e-2,
    ),
    claim(
        id="conversion-coherent-start-heavy", place="text after figure 1",
        statement="Y_B of the density matrix, χ absent over χ in equilibrium at the start, ξ = 1e3, 450 GeV",
        paper_value=between("largely insensitive", 0.8, 1.2), compute=partial(start_ratio, 450.0), tolerance=1.0,
        expected=Verdict.AGREES, why="decoupling is at x = 3.4, after washout has forgotten the start",
        precision=1e-2,
    ),
)  # fmt: skip
