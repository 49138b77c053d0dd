"""Branches are named by the slope of the abundance at the draws, with their shares of posterior and evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.infer.diagnostics.branches import branches_of
from relicfit.infer.problem.problem import problem_from
from relicfit.infer.samples.draws import Draws
from relicfit.infer.target.posterior import Posterior

CONTENT = {
    "scenario": "thermal-freeze-in",
    "options": {"d_sm": 75},
    "parameters": {
        "mass": 1.0,
        "delta": 0.5,
        "coupling": {"loguniform": [1e-12, 1e-3]},
        "reheating_temperature": 100.0,
    },
    "likelihoods": {"relic-density": {"theory-error": 0.3}},
}


def draws_at(posterior, couplings):
    cube = posterior.prior.to_unit(posterior.prior.complete(np.asarray(couplings)[:, None]))
    logl, blobs = posterior.on_cube(cube)
    return Draws(cube[None], blobs[None], logl[None], cube[0], float(logl[0]))


def test_weak_couplings_freeze_in_and_strong_ones_freeze_out():
    posterior = Posterior(problem_from(CONTENT))
    # Of 100 draws 70 lie far below the coupling that thermalises, 30 far above.
    found = branches_of(posterior, draws_at(posterior, [1e-11] * 70 + [1e-5] * 30), -2.0)
    assert [branch.name for branch in found] == ["freeze-in", "freeze-out"]
    assert [branch.mass for branch in found] == pytest.approx([0.7, 0.3])
    assert sum(math.exp(branch.log_evidence) for branch in found) == pytest.approx(math.exp(-2.0))


def test_without_an_evidence_masses_alone_are_given():
    posterior = Posterior(problem_from(CONTENT))
    (only,) = branches_of(posterior, draws_at(posterior, [1e-11] * 5))
    assert only.log_evidence is None
    assert only.mass == 1.0


def test_a_fixed_coupling_has_no_branches():
    content = CONTENT | {
        "parameters": CONTENT["parameters"] | {"coupling": 1e-9, "mass": {"uniform": [0.5, 2.0]}}
    }
    posterior = Posterior(problem_from(content))
    logl, blobs = posterior.on_cube(np.full((3, 1), 0.5))
    draws = Draws(np.full((1, 3, 1), 0.5), blobs[None], logl[None], np.full(1, 0.5), 0.0)
    assert branches_of(posterior, draws) == []
