"""Tables on disk are built once, rebuilt when damaged, and follow their sources."""

import numpy as np
import pytest

from relicfit.solver.numerics import table_store


def stored(folder, build):
    return table_store.stored_arrays(folder, "t", build)["t"]


def test_a_stored_table_is_built_once(tmp_path):
    calls = []

    def build():
        calls.append(1)
        return {"t": np.arange(1000.0)}

    for _ in range(3):
        np.testing.assert_array_equal(stored(tmp_path, build), np.arange(1000.0))
    assert len(calls) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["t.npz"]


@pytest.mark.parametrize("damage", ["truncated", "empty", "altered"])
def test_a_damaged_table_is_rebuilt(tmp_path, damage):
    stored(tmp_path, lambda: {"t": np.arange(1000.0)})
    path = tmp_path / "t.npz"
    content = bytearray(path.read_bytes())
    if damage == "altered":
        content[len(content) // 2] ^= 0xFF
    path.write_bytes({"truncated": content[: len(content) // 2], "empty": b"", "altered": content}[damage])
    rebuilt = stored(tmp_path, lambda: {"t": np.arange(1000.0)})
    np.testing.assert_array_equal(rebuilt, np.arange(1000.0))
    again = stored(tmp_path, lambda: {"t": np.zeros(1)})
    np.testing.assert_array_equal(again, np.arange(1000.0))


def test_an_interrupted_build_leaves_nothing_behind(tmp_path):
    def build():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stored(tmp_path, build)
    assert not list(tmp_path.iterdir())


def test_the_store_follows_the_sources_that_make_the_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(table_store, "cache_root", lambda: tmp_path)
    source = tmp_path / "source.py"
    source.write_text("a = 1\n")
    before = table_store.store_folder.__wrapped__((str(source),))
    assert table_store.store_folder.__wrapped__((str(source),)) == before
    source.write_text("a = 2\n")
    assert table_store.store_folder.__wrapped__((str(source),)) != before
