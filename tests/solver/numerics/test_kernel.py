"""The compiled-code cache: a helper changed in another file must be seen."""

import subprocess
import sys
from pathlib import Path

import relicfit.solver.numerics.kernel as kernel_module
from relicfit.solver.numerics.status import Status

HELPER = "from .numerics.kernel import kernel\n@kernel\ndef helper(x):\n    return {factor} * x\n"
CALLER = (
    "from .numerics.kernel import kernel\nfrom .helper import helper\n"
    "@kernel\ndef caller(x):\n    return helper(x) + 1.0\n"
)
PLAIN = "import numba\nkernel = numba.njit(cache=True)\n"


def small_solver(folder: Path, plain: bool) -> None:
    """Build a package with a kernel in one file and its helper in another."""
    numerics = folder / "solver" / "numerics"
    numerics.mkdir(parents=True)
    for package in (folder / "solver", numerics):
        (package / "__init__.py").write_text("")
    source = PLAIN if plain else Path(kernel_module.__file__).read_text()
    (numerics / "kernel.py").write_text(source)
    (folder / "solver" / "caller.py").write_text(CALLER)


def answer(folder: Path, factor: float) -> float:
    (folder / "solver" / "helper.py").write_text(HELPER.format(factor=factor))
    code = "from solver.caller import caller; print(caller(1.0))"
    environment = {"RELICFIT_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(folder), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def test_a_changed_helper_in_another_file_is_seen_by_a_fresh_process(tmp_path):
    small_solver(tmp_path, plain=False)
    assert answer(tmp_path, 2.0) == 3.0
    assert answer(tmp_path, 5.0) == 6.0
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_plain_caching_would_have_kept_the_old_answer(tmp_path):
    small_solver(tmp_path, plain=True)
    assert answer(tmp_path, 2.0) == 3.0
    assert answer(tmp_path, 5.0) == 3.0


def test_underflow_and_division_by_zero_are_values():
    @kernel_module.kernel
    def quotient(x):
        return 1.0 / x

    assert quotient(0.0) == float("inf")


def test_every_status_has_a_sentence_of_its_own():
    sentences = [status.sentence for status in Status]
    assert len(set(sentences)) == len(sentences)
    assert all(len(sentence) > 5 for sentence in sentences)
