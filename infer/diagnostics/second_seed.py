"""A second run with another seed: the test of a quoted evidence error that needs no theory."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ..samples.nested_run import WeightedRun
from .verdict import Diagnostics

__all__ = ["ALLOWED_SIGMA", "SeedComparison", "compare_seeds", "with_second_seed"]

# Correct errors are exceeded by this many standard deviations in one comparison of 370.
ALLOWED_SIGMA = 3.0


@dataclass(frozen=True)
class SeedComparison:
    """Hold two evidences of one problem and how far apart they are, in their quoted errors."""

    log_evidence: tuple[float, float]
    error: tuple[float, float]

    @property
    def pull(self) -> float:
        """The difference over its quoted error."""
        scale = math.hypot(*self.error)
        difference = self.log_evidence[1] - self.log_evidence[0]
        if difference == 0.0:
            return 0.0
        return difference / scale if scale > 0.0 else math.copysign(math.inf, difference)

    @property
    def agrees(self) -> bool:
        """Whether the quoted errors cover the difference."""
        return abs(self.pull) <= ALLOWED_SIGMA


def compare_seeds(first: WeightedRun, second: WeightedRun) -> SeedComparison:
    """Compare the evidences of two runs that differ by their seed alone."""
    return SeedComparison(
        (first.log_evidence, second.log_evidence), (first.log_evidence_error, second.log_evidence_error)
    )


def with_second_seed(diagnostics: Diagnostics, found: SeedComparison) -> Diagnostics:
    """Add what the second seed says to the verdict on the first."""
    problems, remarks = list(diagnostics.problems), list(diagnostics.remarks)
    difference = found.log_evidence[1] - found.log_evidence[0]
    text = (
        f"a second seed gives ln Z = {found.log_evidence[1]:.2f} +- {found.error[1]:.2f}, "
        f"{difference:+.2f} or {abs(found.pull):.1f} quoted errors from the first"
    )
    if found.agrees:
        remarks.append(text)
    else:
        problems.append(
            f"{text}: the quoted error is too small; raise sampler.live-points and sampler.walks until "
            "two seeds agree"
        )
    numbers = diagnostics.numbers | {
        "second_seed_log_evidence": found.log_evidence[1],
        "second_seed_log_evidence_error": found.error[1],
        "second_seed_pull": found.pull,
    }
    return replace(diagnostics, converged=not problems, problems=problems, remarks=remarks, numbers=numbers)
