"""Constants: one value per name, in the whole package."""

import ast
import math
import re
from collections import defaultdict
from pathlib import Path

import pytest

import relicfit
from relicfit.solver import constants
from relicfit.solver.scenarios.conversion.rates import electroweak

ROOT = Path(relicfit.__file__).parent
ROOMS = ("infer", "likelihoods", "priors", "solver")
CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")


def constants_of(text):
    """Return the values of constants in the text of a module: floats, in terms of earlier ones."""
    known = {}
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        (target,) = node.targets
        if isinstance(target, ast.Name) and CAPITALS.fullmatch(target.id):
            try:
                value = eval(ast.unparse(node.value), {"math": math, "__builtins__": {}}, known)
            except (NameError, TypeError, AttributeError):
                continue
            if isinstance(value, float):
                known[target.id] = value
    return known


def shared_names_with_two_values(texts):
    """Return the names of the solver's constants that have another value anywhere."""
    values, solver = defaultdict(set), set()
    for room, text in texts:
        for name, value in constants_of(text).items():
            values[name].add(value)
            if room == "solver":
                solver.add(name)
    return sorted(name for name in solver if len(values[name]) > 1)


def test_no_name_of_a_constant_of_the_solver_has_two_values():
    texts = [
        (room, path.read_text(encoding="utf-8")) for room in ROOMS for path in (ROOT / room).rglob("*.py")
    ]
    assert len(texts) > 100
    assert shared_names_with_two_values(texts) == []


def test_a_second_value_would_be_noticed():
    first = ("solver", "import math\nALPHA = 1.0 / 137.0\nSQUARED = 4.0 * math.pi * ALPHA")
    second = ("likelihoods", "ALPHA = 1.0 / 128.0")
    assert shared_names_with_two_values([first, first]) == []
    assert shared_names_with_two_values([first, second]) == ["ALPHA"]


def test_rounded_inputs_of_the_tree_level_scheme_are_near_the_measured_values():
    assert pytest.approx(constants.FERMI_CONSTANT, rel=1e-5) == electroweak.ROUNDED_FERMI_CONSTANT
    assert pytest.approx(constants.TAU_MASS, rel=1e-4) == electroweak.ROUNDED_TAU_MASS
    assert pytest.approx(constants.HIGGS_MASS, rel=2.1e-3) == electroweak.ROUNDED_HIGGS_MASS
    # The running of the coupling to the Z mass makes up for 7 %: two quantities, not two values of one.
    assert pytest.approx(1.07, abs=0.005) == electroweak.ALPHA_MZ / constants.ALPHA
