"""What a wheel holds: the package without its tests, with the revision it was built of."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from relicfit.infer.storage import revision as sources

ROOT = Path(sources.__file__).resolve().parents[2]


def test_outside_a_checkout_the_revision_of_the_build_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    assert sources.revision() == ""
    (tmp_path / "revision.txt").write_text("0123abc+\n")
    assert sources.revision() == "0123abc+"


@pytest.mark.slow
def test_a_wheel_holds_the_package_and_its_revision(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir",
         str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert archive.read("relicfit/revision.txt").decode() == sources.revision()
    assert {"relicfit/py.typed", "relicfit/infer/references.bib", "relicfit/solver/network/driver.py"} <= set(
        names
    )
    assert not [name for name in names if "/tests/" in name or name == "relicfit/setup.py"]
