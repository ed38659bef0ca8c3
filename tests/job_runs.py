"""The main job on the local runner against a real sandbox process, and the money check that every run must pass."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select
from tests.shared_sandbox import Sandbox

from nightshift.batch.runner import run_job
from nightshift.batch.services import Services, open_services
from nightshift.batch.spec import JobSpec, parse_spec
from nightshift.finops.money import to_dollars
from nightshift.storage.tables import Budget, LedgerEntry, Run, Shard, SideCall

LIGHT, PREMIUM = "gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"
STATUSES = {"answered", "rejected", "quarantined", "dead_lettered"}
SLICE_ROWS = 30


@dataclass
class Jobs:
    """Writes inputs and specs, runs them, and reads what came out."""

    folder: Path
    sandbox: Sandbox
    services: Services

    def write(self, rows: list[dict[str, Any]] | str | bytes, name: str = "rows.jsonl") -> Path:
        path = self.folder / name
        if isinstance(rows, list):
            rows = "".join(json.dumps(row) + "\n" for row in rows)
        path.write_bytes(rows.encode() if isinstance(rows, str) else rows)
        return path

    def content(self, rows: list[dict[str, Any]] | Path, **changes: Any) -> dict[str, Any]:
        """A job spec as its author writes it; a change to None leaves the key out."""
        path = rows if isinstance(rows, Path) else self.write(rows)
        written: dict[str, Any] = {
            "prompt": "grade_school_math@production",
            "input": {"uri": str(path), "id": "id", "variables": {"question": "question"}},
            "application": "math-tutor",
            "budget_usd": "5.00",
            "deadline": "8h",
            **changes,
        }
        return {name: value for name, value in written.items() if value is not None}

    def spec(self, rows: list[dict[str, Any]] | Path, **changes: Any) -> JobSpec:
        return parse_spec(self.content(rows, **changes))

    def run(self, rows: list[dict[str, Any]] | Path, run_id: str = "run-1", **changes: Any) -> dict[str, Any]:
        return run_job(self.services, self.spec(rows, **changes), run_id)

    def record(self, run_id: str = "run-1") -> Run:
        with self.services.database.transaction() as session:
            return session.get_one(Run, run_id)

    def shards(self, run_id: str = "run-1") -> list[Shard]:
        with self.services.database.transaction() as session:
            return list(session.scalars(select(Shard).where(Shard.run_id == run_id).order_by(Shard.shard_id)))

    def budget(self) -> Budget:
        with self.services.database.transaction() as session:
            return session.scalars(select(Budget)).one()

    def ledger(self) -> list[LedgerEntry]:
        with self.services.database.transaction() as session:
            return list(session.scalars(select(LedgerEntry)))

    def results(self, run_id: str = "run-1") -> list[dict[str, Any]]:
        """The published rows, once it is sure that every input row came out exactly once and in input order."""
        run = self.record(run_id)
        with self.services.lake.open(f"{run.output_uri}/results.parquet") as file:
            rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
        assert [row["row_number"] for row in rows] == list(range(1, run.input_rows + 1))
        assert {row["status"] for row in rows} <= STATUSES
        assert all((row["status"] == "answered") == (row["answer"] is not None) for row in rows)
        assert all((row["status"] == "answered") == (row["reason"] is None) for row in rows)
        return rows

    def settled(self) -> Decimal:
        return to_dollars(sum(entry.amount for entry in self.ledger() if entry.kind == "settle" and entry.amount > 0))

    def beside(self) -> Decimal:
        """What calls beside the rows cost."""
        with self.services.database.transaction() as session:
            return to_dollars(sum(session.scalars(select(SideCall.cost))))

    def check_books(self, *run_ids: str) -> None:
        """Receipts and calls beside the rows, ledger and budget agree to the picodollar, whatever the bill says."""
        costs = [row["cost_usd"] for run_id in run_ids or ("run-1",) for row in self.results(run_id)]
        assert sum(costs, Decimal(0)) + self.beside() == self.settled()
        assert sum(entry.amount for entry in self.ledger()) == 0
        assert (to_dollars(self.budget().spent), self.budget().reserved) == (self.settled(), 0)

    def check_money(self, *run_ids: str) -> None:
        """The books, and the bill too: to the picodollar, and no shard submitted twice."""
        self.check_books(*run_ids)
        assert self.settled() == Decimal(self.sandbox.bill()["cost_usd"])
        self.check_submitted_once()

    def check_submitted_once(self) -> None:
        submitted = Counter(batch["metadata"]["nightshift_shard"] for batch in self.sandbox.batches())
        assert set(submitted.values()) <= {1}, "a shard was submitted twice"

    def check_nothing_happened(self) -> None:
        """Nothing was asked, published or left reserved."""
        assert self.sandbox.bill()["requests"] == 0
        assert not (self.folder / "out").exists()
        assert not (self.folder / "home" / "lake" / "published").exists()
        with self.services.database.transaction() as session:
            assert all(budget.reserved == budget.spent == 0 for budget in session.scalars(select(Budget)))


def questions(count: int, first: int = 1) -> list[dict[str, Any]]:
    """Rows that differ, so that nothing is shared."""
    return [
        {"id": f"q{number}", "question": f"What is {number} plus {number * 7}?"}
        for number in range(first, first + count)
    ]


@pytest.fixture
def jobs(
    own_home: Path,
    tmp_path: Path,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Jobs]:
    """SQLite and a lake of files in the test's own home, against the shared sandbox."""
    own_home.mkdir()
    shutil.copy(request.getfixturevalue("_migrated_sqlite"), own_home / "nightshift.db")
    with opened(tmp_path, sandbox, monkeypatch) as found:
        yield found


@contextmanager
def opened(folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """Jobs with what the settings name, against one sandbox."""
    monkeypatch.setenv("NIGHTSHIFT_SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("NIGHTSHIFT_POLL_SECONDS", "0.02")
    monkeypatch.setenv("NIGHTSHIFT_SLICE_ROWS", str(SLICE_ROWS))
    services = open_services()
    yield Jobs(folder, sandbox, services)
    services.database.close()
