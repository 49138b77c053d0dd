"""A result folder agrees with itself, or what does not agree is named; only what is ours is replaced."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.comparison.evidences import compare_results
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.report.run_page import run_report
from relicfit.infer.results.folder import load
from relicfit.infer.run.execute import execute

OLD = Path(__file__).with_name("data") / "version-0.1.0"


@pytest.fixture(scope="module")
def written(tmp_path_factory, small_run_file):
    """The folder of a run, and its run file."""
    place = tmp_path_factory.mktemp("written")
    file = place / "small.toml"
    file.write_text(small_run_file.format(sampler="live-points = 40\ndlogz = 0.5\nwalks = 8\nseed = 3"))
    execute(load_problem(file), place / "small", progress=False)
    return place


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "copy")) / "small"


def test_a_folder_as_it_was_written_agrees(folder):
    found = load(folder)
    assert {"posterior.nc", "run.toml", "diagnostics.json", "summary.csv"} <= set(found.manifest.digests)
    assert found.data["posterior"].sizes["draw"] > 10
    assert "<h2>The answer</h2>" in run_report(found)


def test_a_changed_byte_anywhere_in_the_draws_is_noticed(folder):
    path = folder / "posterior.nc"
    content = path.read_bytes()
    for place in np.linspace(0, len(content) - 1, 12).astype(int):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(UserError, match=r"posterior\.nc"):
            load(folder)
    path.write_bytes(content)
    load(folder)


def test_checksums_in_the_file_tell_where_it_travels_alone(folder):
    import h5py

    with h5py.File(folder / "posterior.nc") as file:
        assert all(file["posterior"][name].fletcher32 for name in ("mass", "coupling"))


@pytest.mark.parametrize("name", ["run.toml", "diagnostics.json", "summary.csv", "summary.txt", "corner.png"])
def test_an_edited_file_is_named(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UserError, match=f"do not belong together: {name} is not the one"):
        compare_results([folder, folder], sensitivity=False)


def edited(folder, name, old, new):
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    "edit",
    [
        lambda manifest: manifest.update(digests={}),
        lambda manifest: manifest["digests"].pop("diagnostics.json"),
        lambda manifest: manifest["versions"].update(relicfit="0.3.0"),
        lambda manifest: manifest.pop("seal"),
    ],
)
def test_an_edited_manifest_is_named(folder, edit):
    described = json.loads((folder / "manifest.json").read_text())
    edit(described)
    (folder / "manifest.json").write_text(json.dumps(described))
    with pytest.raises(UserError, match=r"do not belong together: manifest\.json is not the one"):
        load(folder)


@pytest.mark.parametrize("form", [2, 3])
def test_an_edited_evidence_and_another_run_file_are_named_without_digests(folder, form):
    described = json.loads((folder / "manifest.json").read_text())
    del described["digests"], described["seal"]
    described["format"] = form
    (folder / "manifest.json").write_text(json.dumps(described))
    load(folder)
    before = (folder / "diagnostics.json").read_text()
    numbers = json.loads(before)
    numbers["numbers"]["log_evidence"] += 0.3
    (folder / "diagnostics.json").write_text(json.dumps(numbers))
    with pytest.raises(UserError, match=r"log_evidence is -?\d.* in posterior\.nc and"):
        load(folder)
    (folder / "diagnostics.json").write_text(before)
    edited(folder, "run.toml", "delta = 0.5", "delta = 0.6")
    with pytest.raises(
        UserError, match=r"run\.toml and the run file inside posterior\.nc differ in parameters"
    ):
        load(folder)


def test_the_oldest_folders_are_checked_too(tmp_path):
    old = Path(shutil.copytree(OLD, tmp_path / "old"))
    load(old)
    edited(old, "diagnostics.json", '"log_evidence": -3', '"log_evidence": -1')
    with pytest.raises(UserError, match="log_evidence"):
        load(old)


def test_links_of_others_are_not_followed(folder, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes((folder / "corner.png").read_bytes())
    for name in ("corner.png", "choices.png"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(secret)
    (folder / "choices.txt").write_text("choices")
    assert "What the modelling choices" not in run_report(load(folder))
    assert "Marginal posterior: contours" not in run_report(load(folder))
    (folder / "run.toml").rename(tmp_path / "run.toml")
    (folder / "run.toml").symlink_to(tmp_path / "run.toml")
    with pytest.raises(UserError, match=r"run\.toml: missing or damaged"):
        load(folder)


def test_a_result_does_not_take_the_place_of_the_run_file(written, tmp_path):
    file = tmp_path / "run.toml"
    shutil.copy(written / "small.toml", file)
    before = file.read_bytes()
    for overwrite in (False, True):
        with pytest.raises(UserError, match=r"run\.toml: a result in .* would take its place"):
            execute(load_problem(file), tmp_path, overwrite=overwrite, progress=False)
    assert file.read_bytes() == before


def test_files_with_our_names_that_we_did_not_write_stay(written, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    for name in ("run.log", "summary.csv", "report.html"):
        (place / name).write_text("mine")
    with pytest.raises(UserError, match=r"summary\.csv.*nothing here says that this program has written it"):
        execute(load_problem(written / "small.toml"), place, overwrite=True, progress=False)
    assert {path.name for path in place.iterdir()} == {"run.log", "summary.csv", "report.html"}


def test_what_somebody_has_worked_on_is_set_aside(folder):
    (folder / "summary.txt").write_text("with my notes")
    (folder / ".env").write_text("mine")
    execute(load_problem(folder.parent / "small.toml"), folder, overwrite=True, progress=False)
    assert (folder / "summary.txt.before").read_text() == "with my notes"
    assert (folder / ".env").read_text() == "mine"
    assert load(folder).converged in (True, False)


def test_sixty_mutations_of_a_result_are_all_named(folder):
    rng = np.random.default_rng(4)
    names = [
        "posterior.nc", "run.toml", "diagnostics.json", "summary.csv", "summary.txt", "corner.png", "manifest.json",
    ]  # fmt: skip
    for number in range(63):
        path = folder / names[number % len(names)]
        content = path.read_bytes()
        place = int(rng.integers(len(content)))
        changes = {
            "flipped": content[:place]
            + bytes([content[place] ^ (1 << rng.integers(8))])
            + content[place + 1 :],
            "cut": content[:place],
            "longer": content + content[:1],
            "of zeros": bytes(len(content)),
        }
        how = list(changes)[int(rng.integers(len(changes)))]
        path.write_bytes(changes[how])
        with pytest.raises(UserError) as caught:
            load(folder)
        (sentence,) = caught.value.problems
        assert path.name in sentence, (path.name, how, sentence)
        assert len(sentence) < 1000
        path.write_bytes(content)
    load(folder)
