"""Calibration accepts what fits together and accuses what does not."""

import json
from dataclasses import replace

import pytest

from relicfit.errors import UserError
from relicfit.infer.calibration.calibrate import calibrate
from relicfit.infer.calibration.files import write_calibration
from relicfit.infer.calibration.simulate import CalibrationSettings
from relicfit.infer.problem.problem import load_problem
from relicfit.likelihoods import likelihood
from relicfit.likelihoods.planck import RelicDensity

SMALL = CalibrationSettings(live_points=40, dlogz=0.3)


def test_a_limit_is_refused_by_name(problem, tmp_path):
    both = replace(problem, likelihoods=(*problem.likelihoods, likelihood("cmb-decay")))
    with pytest.raises(UserError, match="cmb-decay cannot simulate data"):
        calibrate(both, 16, tmp_path / "out")


def test_calibration_goes_on_where_it_stopped_and_refuses_another_file(problem, tmp_path):
    out = tmp_path / "out"
    few = calibrate(problem, 3, out, SMALL)
    done = []
    more = calibrate(problem, 5, out, SMALL, report=lambda now, total: done.append(now))
    assert done == [4, 5]
    assert more.ranks["a"][:3] == few.ranks["a"]
    assert all(path.exists() for path in write_calibration(more, out))
    assert len(json.loads((out / "calibration.json").read_text())["ranks"]) == 5
    with pytest.raises(UserError, match=r"calibration\.live_points"):
        calibrate(problem, 5, out, CalibrationSettings(live_points=50))


def misscaled(monkeypatch, factor):
    own = RelicDensity.simulate

    def simulate(self, observables, rng):
        drawn = own(self, observables, rng)
        truth = float(observables["omega_h2"][0])
        return replace(drawn, measured=truth + factor * (drawn.measured - truth))

    monkeypatch.setattr(RelicDensity, "simulate", simulate)


@pytest.mark.slow
def test_a_width_wrong_by_one_half_fails_where_the_right_one_passes(problem, tmp_path, monkeypatch):
    assert calibrate(problem, 128, tmp_path / "right", SMALL).passed
    misscaled(monkeypatch, 1.5)
    assert not calibrate(problem, 128, tmp_path / "wrong", SMALL).passed


FREEZE_IN = """
scenario = "thermal-freeze-in"
[parameters]
mass = { loguniform = [0.1, 10] }
delta = 0.5
coupling = { loguniform = [1e-12, 1e-11] }
reheating_temperature = 1e3
[options]
densities = "nr"
[likelihoods]
relic-density = { theory-error = 0.3 }
[sampler]
walks = 12
"""


@pytest.mark.slow
def test_freeze_in_is_calibrated(tmp_path):
    path = tmp_path / "freeze-in.toml"
    path.write_text(FREEZE_IN)
    found = calibrate(
        load_problem(path), 64, tmp_path / "out", CalibrationSettings(live_points=60, dlogz=0.3)
    )
    assert found.passed, str(found)
    assert abs(found.prior_log_evidence) < 0.05


CONVERSION = """
scenario = "conversion-leptogenesis"
[parameters]
m_chi = { uniform = [250, 400] }
delta_m = 5.0
lambda_H = 1.0
B_1 = 0.95
coupling = { loguniform = [1e-6, 1e-5] }
i1_over_xi = { loguniform = [1e-3, 1e-1] }
[likelihoods]
relic-density = { theory-error = 0.3 }
baryon-asymmetry = {}
[sampler]
walks = 15
"""


@pytest.mark.slow
def test_conversion_leptogenesis_is_calibrated(tmp_path):
    path = tmp_path / "conversion.toml"
    path.write_text(CONVERSION)
    found = calibrate(
        load_problem(path), 64, tmp_path / "out", CalibrationSettings(live_points=60, dlogz=0.3)
    )
    assert found.passed, str(found)
    assert abs(found.prior_log_evidence) < 0.05
