"""Provider x fault. Whatever happens: no row is lost, none is paid for twice, and the books agree with the bill."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from tests.faults.cells import FAULTS, Cell, End, Fault
from tests.faults.columns import COLUMNS, Column
from tests.guarded_jobs import set_master_key
from tests.job_runs import Jobs, opened, questions
from tests.ladders import include

from nightshift.batch.runner import resume
from nightshift.errors import ProviderRefused, ProviderUnavailable
from nightshift.providers import registry

__all__ = ["include"]  # a fixture

pytestmark = pytest.mark.faults
CELLS = [pytest.param(fault, column, id=f"{fault.__name__}/{column.name}") for fault in FAULTS for column in COLUMNS]
FILTERED = re.compile("content.?filter|invalid_prompt|declined", re.IGNORECASE)  # each provider has its own word


@pytest.mark.parametrize(("fault", "column"), CELLS)
def test_cell(
    fault: Fault,
    column: Column,
    jobs: Jobs,
    include: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: pytest.FixtureRequest,
) -> None:
    cell = fault(column)
    if cell is None:
        record("-", record_property)
        return
    jobs.sandbox.faults(*({"provider": column.provider, **rule} for rule in cell.rules))
    if cell.end is End.REFUSED:
        _stops(jobs, column, cell, ProviderRefused)
    elif cell.end is End.OUTAGE:
        _stops(jobs, column, cell, ProviderUnavailable)
    elif cell.end is End.UNREACHABLE:
        _is_unreachable(jobs, column, cell, monkeypatch)
    else:
        jobs.run(questions(column.rows), tiers=column.provider)
    _check_end(jobs, column, cell)
    _check_money(jobs, cell)
    record(cell.end.value + (" (differs from the bill)" if cell.unbooked else ""), record_property)


def record(verdict: str, record_property: object) -> None:
    record_property("verdict", verdict)  # type: ignore[operator]  # pytest gives a function here


def _stops(jobs: Jobs, column: Column, cell: Cell, error: type[Exception]) -> None:
    with pytest.raises(error, match=cell.message) as raised:
        jobs.run(questions(column.rows), tiers=column.provider)
    assert "plus" not in str(raised.value), "a message never repeats a prompt"
    jobs.sandbox.faults()
    assert resume(jobs.services, "run-1")["state"] == "published"


def _is_unreachable(jobs: Jobs, column: Column, cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"AIRFLOW_CONN_{registry.connection_id(column.provider).upper()}"
    monkeypatch.setenv(name, column.unreachable)
    set_master_key(monkeypatch)
    with (
        opened(jobs.folder, jobs.sandbox, monkeypatch) as elsewhere,
        pytest.raises(ProviderUnavailable, match=cell.message),
    ):
        elsewhere.run(questions(column.rows), tiers=column.provider)
    monkeypatch.delenv(name)
    assert resume(jobs.services, "run-1")["state"] == "published"


def _check_end(jobs: Jobs, column: Column, cell: Cell) -> None:
    rows = jobs.results()  # checks that every input row is there once, with a status and a reason
    assert len(rows) == column.rows
    assert {row["provider"] for row in rows} == {column.provider}
    dead = [row for row in rows if row["status"] == "dead_lettered"]
    if cell.end is End.FILTERED:
        assert dead or any(row["wave"] for row in rows)
        assert all(FILTERED.search(row["reason"]) for row in dead)
        return
    assert not dead
    faulty = [row for row in rows if row["wave"] == 1]
    assert cell.end is not End.CLIMBED or faulty


def _check_money(jobs: Jobs, cell: Cell) -> None:
    bill = jobs.sandbox.bill()
    assert bill["duplicate_requests"] == 0, "a row was paid for twice"
    assert bill["requests"] == bill["unique_requests"]
    if not cell.unbooked:
        jobs.check_money()
        return
    jobs.check_books()
    jobs.check_submitted_once()
    # What no sum shows: at most the answers that the fault concerned, each at the price of the dearest row.
    rows = jobs.results()
    concerned = sum(row["wave"] == 1 for row in rows) or sum(rule.get("times", 1) for rule in cell.rules)
    assert abs(jobs.settled() - Decimal(bill["cost_usd"])) <= concerned * max(row["cost_usd"] for row in rows)
