"""Solver calls per effective sample, with and without measured coordinates: counts, not times."""

from __future__ import annotations

from pathlib import Path

import pytest

from relicfit.infer.config import load_problem
from relicfit.infer.run import execute

pytestmark = pytest.mark.slow

RUN_FILE = Path(__file__).resolve().parents[2] / "runs" / "conversion-leptogenesis.toml"
MEASURED = {"relic-density": "coupling", "baryon-asymmetry": "i1_over_xi"}
# The error of the calculation as the scenario states it, and as small as the measurements' own.
ERRORS = {
    "stated": [],
    "1 %": [
        ("likelihoods.relic-density", {"theory-error": 0.0}),
        ("likelihoods.baryon-asymmetry", {"theory-factor": 1.0}),
    ],
}


def test_solver_calls_per_effective_sample(table, tmp_path):
    rows = [("errors", "sampler", "coordinates", "calls", "effective", "calls / effective", "ln Z")]
    for errors, overrides in ERRORS.items():
        for sampler in ({"name": "dynesty"}, {"name": "emcee", "max-steps": 3000}):
            for measured in (MEASURED, {}):
                settings = sampler | {"seed": 1, "measured": measured}
                task = load_problem(RUN_FILE, [*overrides, ("sampler", settings)])
                folder = tmp_path / f"{errors}-{sampler['name']}-{len(measured)}"
                result = execute(task, folder, progress=False)
                numbers = result.diagnostics["numbers"]
                calls, size = numbers["likelihood_calls"], numbers["effective_sample_size"]
                rows.append(
                    (
                        errors,
                        sampler["name"],
                        "measured" if measured else "raw",
                        calls,
                        f"{size:.0f}{'' if result.converged else ' (not converged)'}",
                        f"{calls / size:.1f}",
                        f"{numbers['log_evidence']:.2f} +- {numbers['log_evidence_error']:.2f}"
                        if "log_evidence" in numbers
                        else "",
                    )
                )
    table("Six parameters, both measurements, collider limits", rows)
