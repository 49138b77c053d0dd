"""What all tests share: compiled kernels in one cache, no dependence on the user's folders."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The first example of a kernel compiles it: time says nothing about the claim.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bench", action="store_true", help="run the speed measurements of tests/benchmarks")
