"""Code of a user is held to its contract at every evaluation, and runs in one thread unless it says otherwise."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.target.posterior import Posterior, PosteriorError

MASSES = np.array([[20.0], [300.0], [900.0]])
EVALUATE = 'return -0.5 * (observables["mass"] / 100.0 - 3.0) ** 2, {}'
SOLVE = "return theta * 1e-3, np.zeros(len(theta), dtype=np.int64)"
# The rows of the load are below, so that what is wrong above is met while sampling.
LATE = 'if np.any(observables["mass"] > 800.0):\n            '
LATE_SOLVE = "if np.any(theta > 800.0):\n            "


def posterior_of(path):
    problem = load_problem(path, [("mass", {"uniform": [10, 700]})])
    return Posterior(problem)


def test_a_likelihood_that_returns_only_the_array_gives_each_row_its_own_value(own_files):
    posterior = posterior_of(own_files((EVALUATE, EVALUATE.removesuffix(", {}"))))
    batch = posterior.evaluate(MASSES).log_likelihood
    single = [posterior.evaluate(row[None, :]).log_likelihood[0] for row in MASSES]
    assert batch.tolist() == single == pytest.approx([-3.92, 0.0, -18.0])
    flags = posterior.flags(MASSES, posterior.evaluate(MASSES).observables)
    assert list(flags) == ["heavy"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("return [0.0] * len(observables['mass'])", "evaluate returned a list"),
        ("return None", "evaluate returned None"),
        ("return 0.0, {}", r"\(float, dict\)"),
        ("return np.zeros(2), {}", r"float64 of shape \(2,\); .*\(3,\)"),
        ("return np.zeros((3, 1)), {}", r"shape \(3, 1\)"),
        ("return np.zeros(3) + 0j, {}", "complex128"),
        ("return np.zeros(3), None", r"\(ndarray, NoneType\)"),
    ],
)
def test_an_answer_of_another_form_is_refused_with_file_and_line(own_files, answer, message):
    posterior = posterior_of(own_files((EVALUATE, f"{LATE}{answer}\n        {EVALUATE}")))
    with pytest.raises(PosteriorError, match=rf"limit failed .*own\.py, line \d+: TypeError: .*{message}"):
        posterior.evaluate(MASSES)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("return None", "solve returned None"),
        ("return theta.tolist(), [0] * len(theta)", "a list of"),
        ("return theta * 1e-3, np.full(len(theta), 42)", "status 42; allowed: 0"),
        ("return theta * 1e-3, np.zeros(len(theta))", "float64 .*integers of Status"),
        ("return theta * 1j, np.zeros(len(theta), dtype=int)", "complex128"),
        ("return np.zeros((1, 2)), np.zeros(1, dtype=int)", r"shape \(1, 2\).*\(1, 1\)"),
    ],
)
def test_a_solution_of_another_form_is_refused_with_file_line_and_point(own_files, answer, message):
    posterior = posterior_of(own_files((SOLVE, f"{LATE_SOLVE}{answer}\n        {SOLVE}")))
    with pytest.raises(PosteriorError, match=rf"own failed at mass = 900: own\.py, line \d+: .*{message}"):
        posterior.evaluate(MASSES)


@pytest.mark.parametrize("test", ['p["mass"][:1] > 1.0', "1.0", '1 / 0 < p["mass"]'])
def test_a_flag_of_another_form_is_refused(own_files, test):
    late = f'({test}) if p["mass"].max() > 800.0 else p["mass"] > 500.0'
    posterior = posterior_of(own_files(('p["mass"] > 500.0', late)))
    with pytest.raises(PosteriorError, match=r"flags of own failed: own\.py, line \d+: "):
        posterior.flags(MASSES, MASSES * 1e-3)


def test_what_a_user_writes_into_rows_and_observables_reaches_nobody_else(own_files):
    posterior = posterior_of(
        own_files(
            (SOLVE, f"{LATE_SOLVE}theta *= 2.0\n        {SOLVE}"),
            (EVALUATE, f'{LATE}observables["omega_h2"][:] = 7.0\n        {EVALUATE}'),
        )
    )
    theta = MASSES.copy()
    found = posterior.evaluate(theta)
    assert np.array_equal(theta, MASSES)
    assert 7.0 not in found.observables


class Meeting:
    """Count how many threads are inside at once."""

    def __init__(self):
        self.inside, self.most, self.lock = 0, 0, threading.Lock()

    def __call__(self):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.01)
        with self.lock:
            self.inside -= 1


@pytest.mark.parametrize(("declared", "most"), [("", 1), ("    thread_safe = True\n", 4)])
@pytest.mark.parametrize("part", ["scenario", "likelihood"])
def test_user_code_runs_in_one_thread_unless_it_says_otherwise(own_files, monkeypatch, declared, most, part):
    name = 'name = "own"\n' if part == "scenario" else 'name = "limit"\n'
    other = 'name = "limit"\n' if part == "scenario" else 'name = "own"\n'
    safe = "    thread_safe = True\n"
    path = own_files((f"    {name}", f"    {name}{declared}"), (f"    {other}", f"    {other}{safe}"))
    posterior = posterior_of(path)
    meeting = Meeting()
    cls = type(posterior.scenario if part == "scenario" else posterior.likelihoods[0])
    method = "solve" if part == "scenario" else "evaluate"
    own = getattr(cls, method)

    def met(self, argument):
        meeting()
        return own(self, argument)

    monkeypatch.setattr(cls, method, met)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda row: posterior.evaluate(row[None, :]), np.repeat(MASSES, 4, axis=0)))
    assert meeting.most == most if most == 1 else meeting.most > 1
