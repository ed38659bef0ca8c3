"""The fixtures of whole runs, and the matrix at the end of the report."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table
from tests.faults.cells import FAULTS
from tests.faults.columns import COLUMNS
from tests.job_runs import jobs

__all__ = ["jobs"]  # a fixture


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Fault x provider, as far as cells were run."""
    verdicts: dict[str, dict[str, str]] = defaultdict(dict)
    for kind in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(kind, []):
            if "tests/faults/" not in report.nodeid or (report.when != "call" and kind != "error"):
                continue
            fault, _, column = report.nodeid.partition("[")[2].rstrip("]").partition("/")
            found = dict(report.user_properties).get("verdict")
            verdicts[fault][column] = found if kind == "passed" and found else "FAILED"
    if not verdicts:
        return
    table = Table(title="Rows lost 0, paid twice 0, books equal to the bill; a cell says how the run ended")
    table.add_column("fault")
    for column in COLUMNS:
        table.add_column(column.name)
    order = [fault.__name__ for fault in FAULTS]
    for fault, cells in sorted(verdicts.items(), key=lambda item: order.index(item[0])):
        table.add_row(fault.replace("_", " "), *(cells.get(column.name, "") for column in COLUMNS))
    Console(width=160).print(table)
