"""The outcome of a calibration: ranks of the truth, their tests, and the verdict in words."""

from __future__ import annotations

from dataclasses import dataclass

from ..wording import Shown, text_table
from .uniformity import Uniformity

__all__ = ["DRAWS", "FALSE_ALARM", "Calibration"]

# Posterior draws among which the truth is ranked: 64 possible ranks.
DRAWS = 63
# The share of correct run files that the verdict accuses, over all quantities together.
FALSE_ALARM = 0.01


@dataclass(frozen=True)
class Calibration(Shown):
    """Hold ranks of the truth and the verdict.

    Attributes
    ----------
    name : str
    ranks : mapping of str to list of int
        For each sampled parameter and the log-likelihood, between 0 and 63.
    tests : mapping of str to Uniformity
    prior_log_evidence : float
        ln Z with a constant likelihood; zero if all is well.
    prior_p_value : float
        Whether the posterior is then the prior, over all parameters together.
    """

    name: str
    ranks: dict[str, list[int]]
    tests: dict[str, Uniformity]
    prior_log_evidence: float
    prior_p_value: float

    @property
    def count(self) -> int:
        """The number of simulations."""
        return len(next(iter(self.ranks.values())))

    @property
    def p_value(self) -> float:
        """The smallest p-value of all quantities, corrected for their number."""
        smallest = min(test.p_value for test in self.tests.values())
        return 1.0 - (1.0 - smallest) ** len(self.tests)

    @property
    def passed(self) -> bool:
        """Whether the ranks look uniform; a correct run file fails once in a hundred times."""
        return self.p_value >= FALSE_ALARM

    def __str__(self) -> str:
        """Return the table printed on the screen."""
        cells = [("quantity", "p (ECDF band)", "p (chi-squared)")]
        cells += [
            (name, f"{test.p_ecdf:.3g}", f"{test.p_chi_squared:.3g}") for name, test in self.tests.items()
        ]
        lines = [
            f"{self.name}: {self.count} simulations from the prior, truth ranked among {DRAWS} posterior draws",
            *text_table(cells, (26, 16)),
        ]
        lines.append(
            f"constant likelihood: ln Z = {self.prior_log_evidence:+.4f}, posterior against prior p = "
            f"{self.prior_p_value:.2g}"
        )
        verdict = (
            "calibrated as far as this many simulations tell"
            if self.passed
            else "NOT CALIBRATED: prior, solver, likelihood and sampler do not fit together"
        )
        lines.append(
            f"{verdict} (p = {self.p_value:.2g} over all quantities; a correct file falls below "
            f"{FALSE_ALARM:g} once in {1 / FALSE_ALARM:.0f})"
        )
        return "\n".join(lines)
