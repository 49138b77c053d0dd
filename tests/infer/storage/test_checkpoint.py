"""A checkpoint comes back as it was, and one made by somebody else runs nothing and is refused in a sentence."""

import enum
import hashlib
import json
import os
import pickle
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.samplers.nested.sampling import CLASSES
from relicfit.infer.samplers.session import Session
from relicfit.infer.storage.checkpoint import MAGIC, Checkpoint, Displaced
from relicfit.infer.storage.graph import Known, decode, encode


class Thing:
    def method(self):
        return "own"


class Pair(NamedTuple):
    first: float
    second: list


class Stage(enum.Enum):
    EARLY = 1
    LATE = 2


KNOWN = Known({"sum": sum}, (Thing, Pair, Stage))


@pytest.fixture
def checkpoint(tmp_path):
    found = Checkpoint(tmp_path / "run" / "checkpoint")
    found.create({"whose": "this run"})
    return found


def test_every_kind_of_value_comes_back_with_its_type_and_its_bits(checkpoint):
    thing = Thing()
    thing.rng = np.random.Generator(np.random.PCG64(7))
    thing.rng.random(3)
    shared = [np.array([0.1, np.nan]), float("inf"), -0.0]
    state = {
        "thing": thing, "again": thing, "shared": (shared, shared), 3: {1.5, "x"}, "pair": Pair(0.1, [1, 2]),
        "floats": [0.1] * 9, "numpy": [np.float64(0.2)] * 9, "rows": [np.arange(3.0) + i for i in range(5)],
        "scalar": np.int32(5), "stage": Stage.LATE, "bytes": b"\x00\xff", "function": sum, "none": None,
        "flags": np.array([True, False]), "big": 2**200, "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    }  # fmt: skip
    checkpoint.save(state, KNOWN)
    found = Checkpoint(checkpoint.folder).load(KNOWN)
    assert list(found) == list(state)
    assert found["thing"] is found["again"]
    assert found["shared"][0] is found["shared"][1]
    assert found["thing"].rng.random() == thing.rng.random()
    assert str(found["shared"][0][2]) == "-0.0"
    assert (found["pair"], found["stage"], found["function"]) == (Pair(0.1, [1, 2]), Stage.LATE, sum)
    assert {type(item) for item in found["numpy"]} == {np.float64}
    assert {type(item) for item in found["floats"]} == {float}
    assert np.array_equal(np.array(found["rows"]), np.array(state["rows"]))
    assert (found["big"], found["bytes"], found[3]) == (2**200, b"\x00\xff", {1.5, "x"})
    # Sums over rows and over columns round differently.
    assert found["columns"].flags.f_contiguous
    assert np.array_equal(found["columns"], state["columns"])
    assert found["scalar"].dtype == np.int32


def test_what_is_neither_plain_nor_known_is_not_written(checkpoint):
    for value in (object(), lambda: 1, np.array([object()]), Thing):
        with pytest.raises(TypeError, match="no place in a checkpoint"):
            checkpoint.save({"value": value})


def sealed(checkpoint, payload, name="state"):
    """Put a record into a checkpoint as somebody does who knows how."""
    owner = hashlib.sha256((checkpoint.folder / "header.json").read_bytes()).digest()
    (checkpoint.folder / name).write_bytes(MAGIC + owner + hashlib.sha256(owner + payload).digest() + payload)


def graph(root, *nodes, content=b""):
    text = json.dumps({"root": root, "nodes": nodes}).encode()
    return len(text).to_bytes(8, "little") + text + content


class Evil:
    def __init__(self, action):
        self.action = action

    def __reduce__(self):
        return self.action


def crafted(mark):
    command = f"touch {mark}"
    from numpy.testing._private import utils

    code = f"import os; os.system('{command}')"
    replaced = ["dict", [["method", [2]]]], ["known", "sum"]
    dotted = b"\x80\x04\x8c\x05numpy\x8c\x13f2py.os.system\x93."
    deep = b'{"root": ' + b"[" * 100_000 + b"]" * 100_000 + b', "nodes": []}'
    many = b'{"root": 1' + b"0" * 100_000 + b', "nodes": []}'
    return {
        "a pickle of a command": pickle.dumps(Evil((os.system, (command,)))),
        "a pickle of a helper of numpy": pickle.dumps(Evil((utils.runstring, (code, {})))),
        "a pickle of a dotted name": dotted,
        "a pickle that writes a file": pickle.dumps(Evil((np.savetxt, (str(mark), [1.0])))),
        "an unknown class": graph([0], ["object", "os:system", [1]], ["dict", []]),
        "a dotted class": graph([0], ["object", f"{__name__}:Thing.method", [1]], ["dict", []]),
        "an unknown function": graph([0], ["known", "os.system"]),
        "an unknown kind": graph([0], ["__class__", 1]),
        "a method replaced": graph([0], ["object", f"{__name__}:Thing", [1]], *replaced),
        "ten gigabytes": graph([0], ["array", "<f8", [1_250_000_000], 0, 10_000_000_000]),
        "a shape of ten gigabytes": graph([0], ["array", "<f8", [1_250_000_000], 0, 8], content=b"\0" * 8),
        "an array of objects": graph([0], ["array", "|O", [1], 0, 8], content=b"\0" * 8),
        "a node that is not there": graph([7]),
        "a tuple that holds itself": graph([0], ["tuple", [[0]]]),
        "a list in the place of entries": graph([0], ["list", [1, 2]]),
        "a hundred thousand lists": len(deep).to_bytes(8, "little") + deep,
        "a number of a hundred thousand digits": len(many).to_bytes(8, "little") + many,
        "nothing": b"",
    }  # fmt: skip


CRAFTED = list(crafted("MARK"))


@pytest.mark.parametrize("case", CRAFTED)
def test_a_crafted_state_runs_nothing_and_is_refused_in_a_sentence(case, checkpoint, tmp_path):
    mark = tmp_path / "owned"
    sealed(checkpoint, crafted(mark)[case])
    with pytest.raises(UserError) as caught:
        Session(checkpoint).load(KNOWN, {"thing": Thing})
    (sentence,) = caught.value.problems
    assert "not a checkpoint of this program" in sentence
    assert len(sentence) < 600
    assert not mark.exists()


def test_the_classes_of_dynesty_do_not_import_or_call_by_name():
    known = Known({}, CLASSES)
    for name in ("dynesty.utils:RunRecord.append", "dynesty.pool:Pool", "numpy:ndarray", "builtins:getattr"):
        with pytest.raises(ValueError, match="KeyError"):
            decode(graph([0], ["object", name, [1]], ["dict", []]), known)
    assert decode(encode({"a": [1, 2.5, "x"]})) == {"a": [1, 2.5, "x"]}


def test_state_and_blocks_of_another_run_are_refused_also_of_the_same_file(checkpoint, tmp_path):
    checkpoint.save({"from": "the first"})
    checkpoint.save_block(0, {"x": np.arange(3.0)})
    other = Checkpoint(tmp_path / "other" / "checkpoint")
    other.create({"whose": "this run"})
    for name in ("state", "block-00000"):
        (other.folder / name).write_bytes((checkpoint.folder / name).read_bytes())
    for read in (other.load, lambda: other.load_block(0)):
        with pytest.raises(UserError, match=r"belongs to another run than header\.json"):
            read()


def test_a_run_that_has_lost_its_folder_to_another_writes_no_more(checkpoint):
    checkpoint.save({"from": "the first"})
    Checkpoint(checkpoint.folder).create({"whose": "another"})
    before = sorted(checkpoint.folder.iterdir())
    for write in (lambda: checkpoint.save({"from": "the first"}), lambda: checkpoint.save_block(0, {})):
        with pytest.raises(Displaced, match="another run has begun here"):
            write()
    assert sorted(checkpoint.folder.iterdir()) == before


def test_a_run_that_begins_anew_does_not_take_up_a_state(checkpoint):
    checkpoint.save({"from": "an earlier run"})
    assert Session(checkpoint, continued=False).load() is None
    assert Session(checkpoint, continued=True).load() == {"from": "an earlier run"}


def test_only_files_of_a_checkpoint_are_removed_with_it(checkpoint):
    mine = [checkpoint.folder / name for name in (".env", "block-party.txt", "state.txt", "notes")]
    for path in mine:
        path.write_text("mine")
    checkpoint.save({})
    checkpoint.save_block(3, {})
    checkpoint.create({"whose": "a new run"})
    checkpoint.remove()
    assert sorted(checkpoint.folder.iterdir()) == sorted(mine)


def test_a_checkpoint_whose_removal_is_cut_short_is_none(checkpoint, monkeypatch):
    checkpoint.create({"whose": "this run"})
    checkpoint.save({"step": 1})
    checkpoint.save_block(0, {"rows": [1.0]})
    unlink = Path.unlink

    def killed(path, missing_ok=False):
        unlink(path, missing_ok=missing_ok)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.remove()
    assert not checkpoint.exists
