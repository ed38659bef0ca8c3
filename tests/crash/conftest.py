"""How many points are killed at, and the tally at the end of the report."""

from __future__ import annotations

from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-points", action="store_true", help="kill at every point of every scenario; takes an hour")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line per test: how many kills, and what they left behind."""
    reports = (report for found in terminalreporter.stats.values() for report in found)
    for report in reports:
        if getattr(report, "when", None) == "teardown":
            for name, value in report.user_properties:
                if name == "kills":
                    terminalreporter.write_line(value)
