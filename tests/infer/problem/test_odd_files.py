"""Odd files and odd values: each is answered with a sentence that fits on a screen and names its place."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import relicfit
from relicfit.errors import LONGEST_NAME, UserError, did_you_mean
from relicfit.infer.comparison.run_file import load_comparison
from relicfit.infer.point import evaluate_point
from relicfit.infer.problem.overrides import parse_override
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.run.execute import execute
from relicfit.infer.run.folder import output_directory

GOOD = """scenario = "thermal-freeze-out"
[parameters]
mass = { loguniform = [0.1, 10] }
delta = 0.5
coupling = { loguniform = [1e-8, 1e-3] }
[likelihoods]
relic-density = { theory-error = 0.3 }
"""
PARENT = str(Path(relicfit.__file__).resolve().parent.parent)


def assert_matches(text, message):
    assert re.search(message, text, re.DOTALL), text


def answer(tmp_path, text, load=load_problem, overrides=()):
    path = tmp_path / "odd.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    begin = time.process_time()
    with pytest.raises(UserError) as caught:
        load(path, *([list(overrides)] if overrides else []))
    assert time.process_time() - begin < 5.0
    assert len(str(caught.value)) <= 3000
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("9" * 5000, "not valid TOML.*digits"),
        ("0x" + "f" * 5000, "whole number does not fit into 64 bits"),
        ("[" * 2000 + "]" * 2000, "nested deeper than 16 levels"),
        ("[" * 300 + "]" * 300, "nested deeper than 16 levels"),
        ('"' + "x" * 1_000_000 + '"', "characters"),
    ],
    ids=["decimal", "hexadecimal", "depth", "less-depth", "text"],
)
def test_values_beyond_all_sizes_are_named(tmp_path, value, message):
    assert_matches(answer(tmp_path, GOOD.replace("delta = 0.5", f"delta = {value}")), message)


def test_a_key_of_ten_megabytes_is_answered_at_once(tmp_path):
    told = answer(tmp_path, GOOD + '"' + "k" * 10_000_000 + '" = {}\n')
    assert "likelihoods.kkk" in told
    assert "characters ..." in told
    assert did_you_mean("relic-densit" + "y" * LONGEST_NAME, ["relic-density"]) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace('"thermal-freeze-out"', '"a\\u0000.py:X"'), "scenario: .*cannot be read .*null"),
        (GOOD.replace('"thermal-freeze-out"', '["a"]'), r"scenario: found \['a'\]"),
        (GOOD + '[sources]\n"a.py" = 3\n', r"sources\.a\.py: found 3"),
        ("scenario: thermal-freeze-out\nparameters:\n  mass: 1\n", "looks like YAML"),
        ('{"scenario": "thermal-freeze-out"}', "looks like JSON"),
        (b"\xff\xfe" + GOOD.encode("utf-16-le"), "not UTF-8 text"),
    ],
)
def test_what_is_no_run_file_is_said(tmp_path, text, message):
    assert_matches(answer(tmp_path, text), message)


@pytest.mark.parametrize("table", ["parameters", "options", "sampler", "likelihoods"])
def test_a_number_in_the_place_of_a_table_is_said_also_under_an_override(tmp_path, table):
    text = f'{table} = 3\nscenario = "thermal-freeze-out"\n'
    assert f"{table}: found 3" in answer(tmp_path, text)
    overrides = [("mass", 1.0), ("accuracy", 1e-3), ("seed", 2), ("likelihoods.relic-density.error", 1.0)]
    assert f"{table} is 3, not a table" in answer(tmp_path, text, overrides=overrides)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[shared]\nparameters = 3\n", r"shared\.parameters: found 3"),
        ("[models.a]\nfile = 3\n", "models.a: file: found 3"),
        ("[models.a]\noptions = [1]\n", r"models\.a: options: found \[1\]"),
    ],
)
def test_a_comparison_file_answers_the_same(tmp_path, text, message):
    models = "[models.a]\n" * ("[models.a]" not in text) + "[models.b]\n"
    assert_matches(answer(tmp_path, text + models, load_comparison), message)


def test_a_constraint_with_an_infinite_power_is_read(tmp_path):
    path = tmp_path / "power.toml"
    path.write_text('constraints = ["(-mass)**(1e200*1e200) < 1"]\n' + GOOD)
    assert load_problem(path).prior.can_exclude


def test_a_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_problem(path).scenario.name == "thermal-freeze-out"


@pytest.mark.parametrize("value", ["9" * 6000, "[" * 3000], ids=["digits", "brackets"])
def test_an_override_beyond_all_sizes_is_refused(value):
    with pytest.raises(UserError, match="not valid TOML"):
        parse_override(f"delta={value}")


@pytest.mark.parametrize("value", [10**5000, [[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]], ids=["size", "depth"])
def test_values_beyond_all_sizes_are_refused_from_python_too(value):
    with pytest.raises(UserError, match=r"64 bits|nested deeper"):
        problem_from({"scenario": "thermal-freeze-out", "parameters": {"mass": value}})


@pytest.mark.parametrize("sampler", ["dynesty", "emcee"])
def test_nothing_to_sample_is_refused(tmp_path, sampler):
    text = GOOD.replace("{ loguniform = [0.1, 10] }", "1.0").replace("{ loguniform = [1e-8, 1e-3] }", "1e-5")
    path = tmp_path / "fixed.toml"
    path.write_text(f'{text}[sampler]\nname = "{sampler}"\n')
    with pytest.raises(UserError, match="every parameter is fixed"):
        execute(load_problem(path), tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_a_name_with_a_point_keeps_it_in_its_folder(tmp_path):
    for name, folder in (("mchi_0.5", "mchi_0.5-result"), ("mchi_0.5.toml", "mchi_0.5"), ("a", "a-result")):
        path = tmp_path / name
        path.write_text(GOOD)
        assert output_directory(load_problem(path)).name == folder


def test_a_name_no_file_can_have_is_answered():
    with pytest.raises(UserError, match="unknown scenario"):
        evaluate_point("x" * 5000)


@pytest.mark.parametrize(("threads", "code"), [("", 0), (" ", 0), ("two", 2), ("-1", 2), ("9" * 9, 2)])
def test_the_number_of_threads_in_the_environment_is_read_or_named(threads, code):
    command = (
        "import sys; sys.argv = ['relicfit', 'point', 'thermal-freeze-out']\n"
        "from relicfit.infer.cli import main\nmain()"
    )
    environment = os.environ | {"RELICFIT_THREADS": threads, "PYTHONPATH": PARENT}
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 2
    assert ("RELICFIT_THREADS" in done.stderr) == (code == 2)
    assert "Traceback" not in done.stderr


def test_a_script_without_a_guard_is_told_of_it(tmp_path):
    (tmp_path / "run.toml").write_text(GOOD)
    script = tmp_path / "script.py"
    script.write_text("import relicfit\nrelicfit.run('run.toml', executor='processes', workers=1)\n")
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": PARENT}, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 1
    assert 'if __name__ == "__main__":' in done.stderr.splitlines()[-1]
