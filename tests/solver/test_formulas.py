import doctest
import importlib
import subprocess
import sys

import pytest

import relicfit.solver
from relicfit.solver import formulas

DOCUMENTED = (
    "formulas",
    "approximations",
    "scenarios.lepton_pion.estimates",
    "scenarios.lepton_pion.signals",
    "scenarios.two_state.mediation",
)


@pytest.mark.parametrize("name", formulas.formula_names())
def test_every_formula_is_importable_by_name_and_says_what_it_returns(name):
    found = getattr(relicfit.solver, name)
    assert callable(found)
    assert found.__doc__


@pytest.mark.parametrize("module", DOCUMENTED)
def test_examples_in_the_docstrings_hold(module):
    failed, tried = doctest.testmod(importlib.import_module(f"relicfit.solver.{module}"))
    assert failed == 0
    assert tried > 0


def test_unknown_names_are_missing_attributes_and_submodules_stay_modules():
    with pytest.raises(AttributeError, match="no attribute 'matched_yeild'"):
        _ = relicfit.solver.matched_yeild
    from relicfit.solver import cosmology

    assert cosmology.hubble(1.0) > 0.0


def test_importing_the_solver_loads_nothing_heavy():
    code = "import sys, relicfit.solver; print([m for m in ('numba', 'scipy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
