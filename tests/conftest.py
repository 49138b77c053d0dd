"""What all tests share: compiled kernels in one cache, no dependence on the user's folders."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bench", action="store_true", help="run the speed measurements of tests/benchmarks")
