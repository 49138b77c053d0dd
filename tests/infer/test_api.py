"""Every command is a verb of the package, and all verbs take the same overrides."""

import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import relicfit
from relicfit.errors import UserError
from relicfit.infer import api
from relicfit.infer.cli import COMMANDS, app
from relicfit.infer.problem import problem as problem_module

LINEAR = """
scenario = "linear-test"
[parameters]
a = { uniform = [0.01, 0.3] }
b = { loguniform = [1e-3, 1e3] }
[likelihoods]
relic-density = { theory-error = 0.1 }
[sampler]
live-points = 60
dlogz = 0.5
walks = 10
bound = "none"
"""
# How each verb that reads a run file is called, in Python and on the command line.
VERBS = {
    "run": (lambda file, **words: relicfit.run(file, progress=False, **words), []),
    "point": (relicfit.point, []),
    "scan": (lambda file, **words: relicfit.scan(file, "a", points=3, **words), ["--over", "a"]),
    "bestfit": (relicfit.bestfit, []),
    "calibrate": (lambda file, **words: relicfit.calibrate(file, 16, progress=False, **words), ["-n", "16"]),
    "model": (relicfit.model, None),
}
# A key of each kind, its value, and where it belongs in the resolved run file.
KEYS = {
    "top level": ("constraints", ["a > 0.05"], ("constraints",)),
    "setting": ("walks", 20, ("sampler", "walks")),
    "setting with its table": ("sampler.seed", 7, ("sampler", "seed")),
    "option": ("scale", 2.0, ("options", "scale")),
    "option with its table": ("options.scale", 2.0, ("options", "scale")),
    "parameter": ("b", 2.0, ("parameters", "b")),
    "parameter with its table": ("parameters.b", 2.0, ("parameters", "b")),
    "option of a likelihood": (
        "likelihoods.relic-density.theory-error",
        0.2,
        ("likelihoods", "relic-density", "theory-error"),
    ),
}


class Arrived(Exception):
    """Carry the resolved run file out of a verb before anything is computed."""


@pytest.fixture
def file(known_linear, tmp_path):
    path = tmp_path / "linear.toml"
    path.write_text(LINEAR)
    return path


@pytest.fixture
def stopped(monkeypatch):
    """Make every verb stop where its problem is complete."""

    def stop(name, model, prior, terms, sampler, sampler_class, content, path):
        raise Arrived(content)

    monkeypatch.setattr(problem_module, "Problem", stop)


def found_at(content, where):
    for name in where:
        content = content[name]
    return content


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_takes_every_kind_of_key(verb, kind, file, stopped):
    key, value, where = KEYS[kind]
    call, arguments = VERBS[verb]
    numpy_value = np.asarray(value) if isinstance(value, float) else value
    calls = [{"settings": {key: value}}, {"settings": {key: numpy_value}}]
    if key.isidentifier():
        calls.append({key: numpy_value})
    for words in calls:
        with pytest.raises(Arrived) as caught:
            call(file, **words)
        assert found_at(caught.value.args[0], where) == value
    if arguments is not None:
        text = str(value).replace("'", '"')
        done = CliRunner().invoke(app, [verb, str(file), *arguments, "--set", f"{key}={text}"])
        assert isinstance(done.exception, Arrived), done.output
        assert found_at(done.exception.args[0], where) == value


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_an_unknown_name_in_the_same_sentence(verb, file, stopped):
    with pytest.raises(UserError, match=r"scal: no setting, option or parameter .* Did you mean scale\?"):
        VERBS[verb][0](file, scal=2.0)


def test_every_command_is_a_verb_and_every_verb_is_there():
    commands = {command.__name__ for command in COMMANDS}
    assert commands | {"load", "model"} == set(api.__all__) == set(relicfit.__all__) - {"__version__"}
    assert set(relicfit.__all__) <= set(dir(relicfit))
    for name in api.__all__:
        assert getattr(relicfit, name) is getattr(api, name)
        assert getattr(api, name).__doc__


def test_verbs_are_known_to_type_checkers_without_being_loaded():
    code = (
        "import sys, relicfit\n"
        "assert 'relicfit.infer' not in sys.modules\n"
        "relicfit.run, relicfit.model, relicfit.status\n"
        "heavy = {'numba', 'scipy', 'arviz', 'matplotlib', 'dynesty', 'emcee'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        _ = relicfit.rum


def test_the_verbs_make_a_run_and_everything_that_follows_from_it(file, tmp_path):
    result = relicfit.run(file, progress=False, seed=2)
    again = relicfit.run(file, progress=False, seed=3, out=tmp_path / "again")
    assert relicfit.load(result.directory).problem.sampler.seed == 2
    assert relicfit.report(result) == result.directory / "report.html"
    assert "{dynesty," in str(relicfit.cite(result.directory))
    assert str(relicfit.cite(file)) == str(relicfit.cite(result))
    told = []
    found = relicfit.compare(
        [result, again.directory], odds="1:3", sensitivity=False, out=tmp_path / "c", tell=told.append
    )
    assert found.odds == {"linear": 1.0, "again": 3.0}
    assert any("comparison.txt" in text for text in told)
    assert relicfit.compare([result, again], sensitivity=False).members
    assert [item.state for item in relicfit.status(tmp_path).runs] == ["finished", "finished"]


def test_a_scan_is_written_where_asked(file, tmp_path):
    told = []
    found = relicfit.scan(file, "a", points=3, out=tmp_path / "scan", tell=told.append)
    assert found.fixed == {"b": pytest.approx(1.0)}
    assert len(told) == len(list((tmp_path / "scan").iterdir())) == 3


def test_a_point_prints_what_it_found():
    text = str(relicfit.point("thermal-freeze-out", mass=0.1, delta=0.4, coupling=10.0))
    for part in (
        "thermal-freeze-out",
        "mass ",
        "GeV",
        "status: solved",
        "omega_h2",
        "flags\n",
        "strong-coupling: ",
    ):
        assert part in text


def test_words_are_answered_as_texts_that_know_their_subject():
    card = relicfit.explain("relic-density")
    assert card.name == "relic-density"
    assert str(card) == repr(card)
    assert "arXiv:1807.06209" in str(card)


def test_an_unknown_figure_is_named_before_anything_is_drawn(tmp_path):
    with pytest.raises(UserError, match="Did you mean thermal-1"):
        relicfit.figure("thermal-1x", out=tmp_path / "figures")
    with pytest.raises(UserError, match=r"name one or more of conversion-1, .* or all"):
        relicfit.figure(out=tmp_path / "figures")
    assert not (tmp_path / "figures").exists()
