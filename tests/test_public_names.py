"""What files of users import stays where it is, and the version is one."""

import re
import tomllib
from pathlib import Path

import pytest

import relicfit

ROOT = Path(__file__).resolve().parents[1]
# A name that goes from here breaks somebody's model, limit, sampler or script: it needs a line in CHANGELOG.md.
PUBLIC = {
    "relicfit": (
        "__version__ bestfit calibrate cite claims compare explain figure load merge model new plot point report run "
        "scan status table"
    ),
    "relicfit.errors": "UserError",
    "relicfit.options": "Choices Option Whole check_options option",
    "relicfit.solver": (
        "Curve Evolution Flag Observable Parameter Scenario Status constants kernel option scenario "
        "scenario_class scenario_names"
    ),
    "relicfit.solver.scenario": (
        "Curve Evolution Flag Observable Parameter Scenario scenario scenario_class scenario_names"
    ),
    "relicfit.solver.constants": "PLANCK_MASS",
    "relicfit.solver.momentum.observables": "MOMENTUM_OBSERVABLES",
    "relicfit.solver.momentum.sources": "momentum_columns momentum_today",
    "relicfit.solver.numerics.kernel": "kernel",
    "relicfit.solver.numerics.status": "Status",
    "relicfit.likelihoods": (
        "Likelihood Measurement TheoryError likelihood likelihood_class likelihood_names"
    ),
    "relicfit.likelihoods.limits": "gaussian half_gaussian marginalised_bound only_physical smeared_step",
    "relicfit.priors": "JointPrior",
    "relicfit.infer.samplers": (
        "Diagnostics Draws Expected Probe Sampler SamplerSettings Session Standing StartError WeightedRun "
        "effective_sample_size from_weighted kish rhat"
    ),
}


@pytest.mark.parametrize("module", PUBLIC)
def test_names_that_users_import_are_there(module):
    code = f"from {module} import {', '.join(PUBLIC[module].split())}"
    exec(code, {})


def test_the_version_is_one():
    with open(ROOT / "pyproject.toml", "rb") as file:
        declared = tomllib.load(file)["project"]["version"]
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    latest = re.search(r"^## \[(\d.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {declared, cited[1], latest[1]} == {relicfit.__version__}
