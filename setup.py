"""What a build adds to `pyproject.toml`: the git revision of the sources, which a wheel cannot ask git for."""

from __future__ import annotations

import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
NAME = "revision.txt"


def revision() -> str:
    """Return the revision of the checkout, with "+" if it has changes; that of the source package outside of one."""
    try:
        top, head = git("rev-parse", "--show-toplevel", "HEAD").split()
        if Path(top).resolve() == ROOT:
            return head + ("+" if git("status", "--porcelain", "--untracked-files=no").strip() else "")
    except (OSError, ValueError, subprocess.SubprocessError):
        pass
    carried = ROOT / NAME
    return carried.read_text(encoding="ascii").strip() if carried.exists() else ""


def git(*arguments: str) -> str:
    """Return what git says."""
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=10, check=True
    )
    return done.stdout


class BuildWithRevision(build_py):
    """Put the revision beside the modules of a wheel, and leave this file out, which lies among them."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """Return the modules of a package."""
        return [item for item in super().find_package_modules(package, package_dir) if item[1] != "setup"]

    def run(self) -> None:
        """Build."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "relicfit" / NAME
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(revision(), encoding="ascii")


class SourcesWithRevision(sdist):
    """Put the revision into a source package."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Fill the folder of the package."""
        super().make_release_tree(base_dir, files)
        (Path(base_dir) / NAME).write_text(revision(), encoding="ascii")


setup(cmdclass={"build_py": BuildWithRevision, "sdist": SourcesWithRevision})
