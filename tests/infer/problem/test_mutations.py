"""No file, however wrong, gives a traceback, an answer longer than a screen, or a wait."""

import random
import time
import tomllib
from pathlib import Path

import pytest

from relicfit.errors import UserError
from relicfit.infer.comparison.run_file import load_comparison
from relicfit.infer.problem.problem import Problem, load_problem
from relicfit.tests.infer.problem.mutations import mutated

RUNS = Path(__file__).resolve().parents[3] / "runs"
LONGEST_ANSWER = 3000
LONGEST_WAIT = 5.0


def answer_to(path, load):
    """Return what the loading of a file says, empty where it loads."""
    try:
        found = load(path)
    except UserError as error:
        return str(error)
    assert isinstance(found, Problem | dict)
    return ""


def check(count, seed, tmp_path):
    rng = random.Random(seed)
    files = [
        (text, tomllib.loads(text), load_comparison if "[models." in text else load_problem)
        for text in (path.read_text() for path in sorted(RUNS.glob("*.toml")))
        if ".py:" not in text
    ]
    assert len(files) > 5
    path = tmp_path / "mutated.toml"
    wrong = 0
    for number in range(count):
        text, content, load = rng.choice(files)
        path.write_bytes(mutated(text, content, rng))
        # Of this process: others of a busy machine are no fault of the file.
        begin = time.process_time()
        try:
            answer = answer_to(path, load)
        except BaseException as error:
            raise AssertionError(f"number {number} of seed {seed}: {path.read_bytes()[:3000]!r}") from error
        assert time.process_time() - begin < LONGEST_WAIT, path.read_bytes()[:3000]
        assert len(answer) <= LONGEST_ANSWER
        wrong += bool(answer)
    # Most mutations are mistakes: a file that loads whatever it says would pass as well.
    assert wrong > 0.4 * count


def test_three_hundred_mutated_files_are_loaded_or_answered(tmp_path):
    check(300, 1, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_ten_thousand_mutated_files_are_loaded_or_answered(tmp_path, seed):
    check(1000, seed, tmp_path)
