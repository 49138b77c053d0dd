"""What is wrong with a user's file is said when it is loaded, with file and line, not after hours of sampling."""

import os
import time

import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem

EVALUATE = 'return -0.5 * (observables["mass"] / 100.0 - 3.0) ** 2, {}'
SOLVE = "return theta * 1e-3, np.zeros(len(theta), dtype=np.int64)"
PARAMETER = 'Parameter("mass", "m", "GeV", "mass", 1.0, 1e4, {"uniform": [10, 1000]})'
OBSERVABLE = 'Observable("omega_h2", r"\\Omega h^2", "", "relic abundance", 0.05)'
FLAG = 'Flag("heavy", "heavy", lambda p, o: p["mass"] > 500.0)'
DEEP = "def f(n):\n            return f(n + 1)\n        f(0)\n        "

HOSTILE = {
    # What the likelihood returns.
    "a list": (EVALUATE, "return [0.0, 0.0]", "a list"),
    "nothing": (EVALUATE, "return None", "None"),
    "a number": (EVALUATE, "return 0.0, {}", r"\(float, dict\)"),
    "no flags": (EVALUATE, "return np.zeros(len(observables['mass'])), None", "NoneType"),
    "three things": (EVALUATE, "return 1, 2, 3", "tuple"),
    "complex": (EVALUATE, "return observables['mass'] + 0j, {}", "complex128"),
    "another length": (EVALUATE, "return np.zeros(5), {}", r"\(5,\)"),
    "a column": (EVALUATE, "return np.zeros((len(observables['mass']), 1)), {}", "1"),
    "a sum over the batch": (EVALUATE, "return np.full_like(observables['mass'], observables['mass'].sum()), {}",
                             "rows one by one"),
    "not a number": (EVALUATE, "return observables['mass'] * np.nan, {}", "is .*nan"),
    "infinite": (EVALUATE, "return observables['mass'] * np.inf, {}", "is .*inf"),
    "random": (EVALUATE, "return np.random.default_rng().random(len(observables['mass'])), {}",
               "different answers for the same point"),
    "a constant of a billion": (EVALUATE, "return -1e9 - observables['mass'], {}", "a constant of this size"),
    "a flag of the wrong length": (EVALUATE, "return -observables['mass'], {'far': np.ones(5, dtype=bool)}",
                                   "flag far"),
    "a flag of numbers": (EVALUATE, "return -observables['mass'], {'far': observables['mass']}", "flag far"),
    "changed observables": (EVALUATE, "observables['mass'] *= 2.0; return -observables['mass'], {}", "changes the obs"),
    "a name it did not ask for": (EVALUATE, "return -observables['masse'], {}", "KeyError"),
    "an end of the program": (EVALUATE, "import sys; sys.exit(0)", "SystemExit"),
    "another folder": (EVALUATE, f"import os; os.chdir('/'); {EVALUATE}", "working directory"),
    "endless recursion": (EVALUATE, f"{DEEP}{EVALUATE}", "RecursionError"),
    "a string as needs": ('return ("mass", "omega_h2")', 'return "mass"', "needs is 'mass'"),
    "a name with a slash": ('name = "limit"', 'name = "a/b"', "its name is 'a/b'"),
    # What the scenario returns.
    "solve: a list": (SOLVE, "return theta.tolist(), [0, 0]", "a list"),
    "solve: nothing": (SOLVE, "pass", "None"),
    "solve: observables alone": (SOLVE, "return theta * 1e-3", "array of float64"),
    "solve: status 42": (SOLVE, "return theta * 1e-3, np.full(len(theta), 42)", "status 42"),
    "solve: a status of floats": (SOLVE, "return theta * 1e-3, np.zeros(len(theta))", "integers of Status"),
    "solve: complex": (SOLVE, "return theta * 1j, np.zeros(len(theta), dtype=int)", "complex128"),
    "solve: two columns": (SOLVE, "return np.ones((len(theta), 2)), np.zeros(len(theta), dtype=int)", r"\(2, 2\)"),
    "solve: texts": (SOLVE, "return theta.astype(str), np.zeros(len(theta), dtype=int)", "<U"),
    "solve: not a number": (SOLVE, "return theta * np.nan, np.zeros(len(theta), dtype=int)",
                            "omega_h2 = nan with status OK"),
    "solve: changed rows": (SOLVE, f"theta *= 2.0; {SOLVE}", "changes the parameters"),
    "solve: a mean over the batch": (SOLVE, "return theta * 0 + theta.mean(), np.zeros(len(theta), dtype=int)",
                                     "one by one"),
    "solve: counted calls": (SOLVE, "n.append(0); return theta + len(n), np.zeros(len(theta), dtype=int)",
                             "different answers"),
    "solve: an end": (SOLVE, "raise SystemExit(3)", "SystemExit"),
    "solve: a full memory": (SOLVE, "raise MemoryError('full')", "MemoryError"),
    "a flag that raises": (FLAG, 'Flag("heavy", "heavy", lambda p, o: p["weight"] > 1.0)', "KeyError"),
    "a flag without a test": (FLAG, 'Flag("heavy", "heavy", None)', "no function"),
    # What they say of themselves.
    "a reserved name": (PARAMETER, 'Parameter("chain", "m", "GeV", "mass")', "chain: this name is reserved"),
    "a name twice": (OBSERVABLE, 'Observable("mass", "m", "", "mass")',
                     "another parameter or observable has this name"),
    "a name of two words": (PARAMETER, 'Parameter("my mass", "m", "GeV", "mass")', "letter, then letters"),
    "no tuple": (f"({PARAMETER},)", PARAMETER, "tuple of Parameter"),
    "LaTeX that cannot be set": (OBSERVABLE, r'Observable("omega_h2", r"\Omegga_{h", "", "x", 0.05)', "is no LaTeX"),
    "an empty range": (PARAMETER, 'Parameter("mass", "m", "GeV", "mass", 2.0, 1.0)', "2.0 to 1.0, is none"),
    "a default outside": (PARAMETER, 'Parameter("mass", "m", "GeV", "mass", 1.0, 2.0, None, 3.0)', "outside its range"),
    "a negative error": (OBSERVABLE, 'Observable("omega_h2", "x", "", "x", -0.05)', "theory_error of omega_h2"),
    "no texts": (OBSERVABLE, 'Observable("omega_h2", 3, "", "x", 0.05)', "symbol of omega_h2 is 3"),
    "an option with the name of a method": ('    name = "limit"\n', '    name = "limit"\n    table: float = 1.0\n',
                                            "hides what every Likelihood has"),
    # What the file does while it is read.
    "the file ends the program": ("import numpy as np", "import numpy as np\nraise SystemExit(0)", "SystemExit"),
    "the file raises": ("import numpy as np", "import numpy as np\n1 / 0", "ZeroDivisionError"),
    "the file has a null": ("import numpy as np", "import numpy as np\x00", "null"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_named_before_sampling(own_files, case, capsys):
    old, new, message = HOSTILE[case]
    changes = [(old, new)]
    if "n.append" in new:
        changes.append(("@dataclass", "n = []\n\n\n@dataclass"))
    folder = os.getcwd()
    begin = time.process_time()
    with pytest.raises(UserError, match=rf"(?s)own\.py, line [\d?]+.*{message}") as caught:
        load_problem(own_files(*changes))
    assert time.process_time() - begin < 5.0
    assert len(str(caught.value)) < 3000
    assert os.getcwd() == folder


def test_a_file_in_order_passes(own_files):
    assert load_problem(own_files()).likelihoods[0].name == "limit"


def test_a_call_that_never_comes_back_is_named_at_load(own_files, monkeypatch):
    from relicfit.infer.problem import rehearsal

    monkeypatch.setattr(rehearsal, "LEAST_SECONDS", 0.2)
    path = own_files((SOLVE, f"import time; time.sleep(3); {SOLVE}"))
    with pytest.raises(UserError, match=r"own\.py, line \d+: own, solve at mass = .*has not come back"):
        load_problem(path, [("point-time-limit", 0.2)])


@pytest.mark.parametrize(
    ("name", "raw"), [("latin", "é".encode("latin-1")), ("empty", b""), ("zip", b"PK\x03\x04")]
)
def test_a_file_that_is_no_python_is_named(own_files, name, raw):
    path = own_files()
    (path.parent / "own.py").write_bytes(raw)
    with pytest.raises(UserError, match=r"own\.py"):
        load_problem(path)
