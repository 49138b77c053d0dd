"""Angles and parameters of few values, through the samplers."""

import numpy as np
import pytest

import relicfit

MODEL = """
from dataclasses import dataclass
import numpy as np
from relicfit.likelihoods import Likelihood
from relicfit.solver import Observable, Parameter, Scenario

@dataclass(frozen=True)
class Ring(Scenario):
    name = "ring"
    summary = "An angle and a number."
    source = "a test"

    @property
    def parameters(self):
        return (Parameter("phase", "p", "", "an angle", -10, 10), Parameter("n", "n", "", "a number", 0, 10))

    @property
    def observables(self):
        return (Observable("height", "h", "", "near the ends of the angle, highest at n = 2"),)

    def solve(self, theta):
        height = 8.0 * np.cos(theta[:, 0] - np.pi) - (theta[:, 1] - 2.0) ** 2
        return height[:, None], np.zeros(len(theta), dtype=np.int64)

@dataclass(frozen=True)
class Height(Likelihood):
    name = "height"
    summary = "The height itself."
    source = "a test"
    validity = "everywhere"
    grade = "D"

    @property
    def needs(self):
        return ("height",)

    def evaluate(self, predictions):
        return predictions["height"]
"""


@pytest.mark.parametrize("sampler", ["nautilus", pytest.param("dynesty", marks=pytest.mark.slow), "emcee"])
def test_a_mode_across_the_ends_and_some_values(tmp_path, sampler):
    (tmp_path / "ring.py").write_text(MODEL)
    (tmp_path / "run.toml").write_text(
        'scenario = "ring.py:Ring"\n[parameters]\n'
        "phase = { uniform = [-3.141592653589793, 3.141592653589793], periodic = true }\n"
        "n = { choice = [1, 2, 4] }\n"
        f'[likelihoods]\n"ring.py:Height" = {{}}\n[sampler]\nname = "{sampler}"\nseed = 1\n'
        + ("effective-samples = 2000\n" if sampler == "nautilus" else "")
    )
    result = relicfit.run(tmp_path / "run.toml", out=tmp_path / "out")
    n = result.posterior["n"].to_numpy().ravel()
    weights = np.exp(-((np.array([1.0, 2.0, 4.0]) - 2.0) ** 2))
    shares = [(n == value).mean() for value in (1.0, 2.0, 4.0)]
    assert sum(shares) == 1.0
    np.testing.assert_allclose(shares, weights / weights.sum(), atol=0.05)
    phase = result.posterior["phase"].to_numpy().ravel()
    assert 0.4 < (phase > 0.0).mean() < 0.6
    assert (np.abs(phase) > 1.5).mean() > 0.95
    if sampler != "emcee":
        exact = np.log(np.i0(8.0)) + np.log(weights.mean())
        assert result.log_evidence == pytest.approx(exact, abs=4.0 * result.log_evidence_error + 0.02)
