"""How many of the points are killed at."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-points", action="store_true", help="kill at every point of every scenario; takes hours")
