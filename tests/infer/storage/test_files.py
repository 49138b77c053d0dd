"""Files are whole or absent, links lead nowhere, and a picture is a picture."""

import io
import os
import threading

import matplotlib.figure
import pytest

from relicfit.infer.report.html import figure
from relicfit.infer.storage.atomic import write_atomically, write_text
from relicfit.infer.storage.reading import is_picture, read_own


@pytest.fixture
def png():
    buffer = io.BytesIO()
    matplotlib.figure.Figure().savefig(buffer, format="png")
    return buffer.getvalue()


def test_links_in_the_way_of_a_file_lead_nowhere(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    target = tmp_path / "out" / "summary.txt"
    target.parent.mkdir()
    for name in (".summary.partial.txt", "summary.txt"):
        (target.parent / name).symlink_to(victim)
    write_text(target, "new")
    assert victim.read_text() == "precious"
    assert (target.read_text(), target.is_symlink()) == ("new", False)


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(temporary):
        temporary.write_text("half")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write_atomically(path, fail)
    assert [(item.name, item.read_text()) for item in tmp_path.iterdir()] == [("a.txt", "old")]


def test_many_writers_of_one_file_do_not_disturb_each_other(tmp_path):
    path = tmp_path / "copy.py"
    failed = []

    def write(number):
        try:
            for _ in range(20):
                write_text(path, f"x = {number}\n" * 500)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(path.read_text().splitlines())) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_file_has_the_rights_that_new_files_have_here(tmp_path):
    write_text(tmp_path / "ours", "x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_links_pipes_and_folders_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "folder").mkdir()
    names = ["link", "folder", "gone"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        names.append("pipe")
    for name in names:
        with pytest.raises(OSError, match=name):
            read_own(tmp_path / name)
    assert read_own(tmp_path / "secret") == b"secret"


def test_only_a_whole_picture_is_embedded(png):
    assert is_picture(png)
    assert "data:image/png" in figure(png, "a picture")
    cut, longer, text = png[:-20], png + b"<script>", b"root:x:0:0"
    changed = png[:60] + bytes([png[60] ^ 1]) + png[61:]
    for content in (cut, longer, text, changed, b"", png[:8]):
        assert not is_picture(content)
        assert figure(content, "no picture") == ""
