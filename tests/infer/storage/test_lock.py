"""One writer for a folder, wherever the others are and whatever the file system can do."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from relicfit.errors import UserError
from relicfit.infer.storage import lock as locking
from relicfit.infer.storage import process as processes
from relicfit.infer.storage.lock import LOCK, SILENCE, locked

HOLD = """
import sys, time
from pathlib import Path
from relicfit.infer.storage.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Start a process that holds the lock of a folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def written_by(tmp_path, **entries):
    own = {"process": os.getpid(), "birth": processes.birth_of(os.getpid()), "host": socket.gethostname(),
           "namespace": processes.namespace(), "since": "2026-01-01T00:00:00+00:00", "token": "x"}  # fmt: skip
    (tmp_path / LOCK).write_text(json.dumps(own | entries))


def test_a_second_writer_is_told_who_writes_and_one_that_was_killed_is_followed(tmp_path, holder, capsys):
    with pytest.raises(
        UserError, match=rf"process {holder.pid} on {socket.gethostname()} writes here since 20"
    ):
        locked(tmp_path).__enter__()
    holder.kill()
    holder.wait()
    with locked(tmp_path):
        assert f"process {holder.pid}" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_a_killed_writer_that_its_parent_has_not_buried_is_dead(tmp_path, holder):
    holder.kill()
    time.sleep(0.2)
    with locked(tmp_path):
        pass


def test_a_number_that_another_process_has_got_since_is_not_the_writer(tmp_path, capsys):
    if not processes.birth_of(os.getpid()):
        pytest.skip("this machine does not tell when a process was born")
    written_by(tmp_path, birth="1")
    with locked(tmp_path):
        assert "has ended" in capsys.readouterr().err
    written_by(tmp_path)
    with pytest.raises(UserError, match=f"process {os.getpid()}"):
        locked(tmp_path).__enter__()


@pytest.mark.parametrize("where", [{"host": "elsewhere"}, {"namespace": "pid:[1]"}])
def test_a_writer_elsewhere_lives_as_long_as_it_touches_its_lock(tmp_path, where):
    written_by(tmp_path, process=1, **where)
    with pytest.raises(UserError, match="writes here"):
        locked(tmp_path).__enter__()
    long_ago = time.time() - 2.0 * SILENCE
    os.utime(tmp_path / LOCK, (long_ago, long_ago))
    with locked(tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", '{"process": "x"}'])
def test_a_lock_that_says_nothing_is_waited_for_and_then_given_up(tmp_path, text):
    (tmp_path / LOCK).write_text(text)
    with pytest.raises(UserError, match="writes here"):
        locked(tmp_path).__enter__()
    os.utime(tmp_path / LOCK, (0, 0))
    with locked(tmp_path):
        pass


def test_without_hard_links_the_lock_is_made_all_the_same(tmp_path, monkeypatch):
    def no_links(*arguments):
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", no_links)
    with locked(tmp_path):
        with pytest.raises(UserError, match="writes here"):
            locked(tmp_path).__enter__()
        assert [path.name for path in tmp_path.iterdir()] == [LOCK]
    assert not any(tmp_path.iterdir())


def test_a_lock_taken_over_by_another_is_left_to_it(tmp_path):
    with locked(tmp_path):
        written_by(tmp_path, token="another")
    assert json.loads((tmp_path / LOCK).read_text())["token"] == "another"


def test_of_two_that_find_a_dead_lock_one_gets_it(tmp_path, monkeypatch):
    written_by(tmp_path, process=2**22 + 1)
    real = locking._take_away

    def slower(path, dead):
        written_by(tmp_path, token="the faster one")
        return real(path, dead)

    monkeypatch.setattr(locking, "_take_away", slower)
    with pytest.raises(UserError, match="writes here"):
        locked(tmp_path).__enter__()
    assert json.loads((tmp_path / LOCK).read_text())["token"] == "the faster one"
