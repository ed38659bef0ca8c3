"""What must hold after every run, however often its workers were killed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.crash.stage import RUN_ID, Attempt

from nightshift.batch.answers.reading import LOST
from nightshift.batch.answers.splitting import split_uri
from nightshift.batch.shards.writer import rows_uri
from nightshift.finops.money import to_dollars
from nightshift.storage.database import Database
from nightshift.storage.tables import Budget, LedgerEntry, Run, Shard, ShardState

VARYING = ("provider_batch_id", "provider_request_id")  # what names one batch or another
REPEATABLE = "oci_genai"  # knows idempotency keys
DECIDED_BEFORE = ("rejected", "quarantined")


@dataclass(frozen=True)
class Outcome:
    """What one run left behind: the published rows, the shards, each shard's answers, the provider's bill."""

    rows: list[dict[str, Any]]
    shards: list[Shard]
    answers: dict[str, list[dict[str, Any]]]
    bill: dict[str, Any]

    def published(self) -> list[dict[str, Any]]:
        return [{name: value for name, value in row.items() if name not in VARYING} for row in self.rows]

    def fates(self) -> list[str]:
        """What does not depend on who answered: whether a row was asked at all."""
        return [row["status"] if row["status"] in DECIDED_BEFORE else "asked" for row in self.rows]

    def unheard_of(self, provider: str) -> int:
        """How many requests a provider billed whose answers nobody has."""
        heard = sum(_heard(shard, self.answers[shard.shard_id]) for shard in self.shards if shard.provider == provider)
        billed: int = self.bill["by_provider"][provider]["requests"]
        return billed - heard


def outcome(attempt: Attempt) -> Outcome:
    """Reads everything; the published files are whole."""
    with _database(attempt) as session:
        folder = _path(session.get_one(Run, RUN_ID).output_uri)
        shards = list(session.scalars(select(Shard)))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert hashlib.sha256((folder / "results.parquet").read_bytes()).hexdigest() == manifest["results"]["sha256"]
    answers = {shard.shard_id: _answers(shard) for shard in shards}
    return Outcome(pq.read_table(folder / "results.parquet").to_pylist(), shards, answers, attempt.stage.bill())


def check(attempt: Attempt, reference: Outcome | None) -> Outcome:
    """Nothing lost, nothing paid twice, nothing half-published."""
    found = outcome(attempt)
    assert [row["row_number"] for row in found.rows] == list(range(1, attempt.stage.scenario.rows + 1))
    assert all((row["status"] == "answered") == (row["answer"] is not None) for row in found.rows)
    assert all((row["status"] == "answered") == (row["reason"] is None) for row in found.rows)
    _check_books(attempt, found)
    _check_asked_once(found)
    _check_bill(attempt, found)
    if reference is not None:
        assert found.fates() == reference.fates()
    if reference is not None and not attempt.stage.scenario.moving:
        assert found.published() == reference.published()
        assert found.bill["requests"] == reference.bill["requests"]
        assert found.bill["batches_created"] == reference.bill["batches_created"]
    return found


def _check_books(attempt: Attempt, found: Outcome) -> None:
    """Receipts, ledger and budget agree, whatever the provider says."""
    with _database(attempt) as session:
        entries = session.scalars(select(LedgerEntry)).all()
        budget = session.scalars(select(Budget)).one()
    settled = sum(entry.amount for entry in entries if entry.kind == "settle" and entry.amount > 0)
    assert sum(entry.amount for entry in entries) == 0
    assert to_dollars(settled) == sum((row["cost_usd"] for row in found.rows), Decimal(0))
    assert (budget.spent, budget.reserved) == (settled, 0)
    assert settled == sum(shard.cost for shard in found.shards)
    assert {shard.state for shard in found.shards} == {ShardState.COLLECTED}


def _check_asked_once(found: Outcome) -> None:
    """No batch was submitted twice, no request was billed twice, no row was answered by two of a tier's deployments."""
    submitted = Counter(batch["metadata"]["nightshift_shard"] for batch in found.bill["by_batch"].values())
    assert set(submitted.values()) <= {1}, "a shard was submitted twice"
    assert found.bill["duplicate_requests"] == 0, "a row was billed twice"
    asked = Counter((answer["row_number"], answer["tier"]) for answers in found.answers.values() for answer in answers)
    assert set(asked.values()) <= {1}, "a tier has two answers for a row"


def _check_bill(attempt: Attempt, found: Outcome) -> None:
    """Each provider's bill is what was booked, but for answers of one lot that a killed worker took with it."""
    for provider, bill in found.bill["by_provider"].items():
        shards = [shard for shard in found.shards if shard.provider == provider]
        lost = [
            (shard, answer) for shard in shards for answer in found.answers[shard.shard_id] if answer["reason"] == LOST
        ]
        for shard, answer in lost:
            _check_lost(shard, answer, found.rows[answer["row_number"] - 1])
        unheard = found.unheard_of(provider)
        difference = Decimal(bill["cost_usd"]) - to_dollars(sum(shard.cost for shard in shards))
        assert 0 <= unheard <= len(lost) <= attempt.stage.scenario.lots.get(provider, 0), provider
        dearest = max((shard.estimate / shard.requests for shard, _ in lost), default=0)
        assert 0 <= difference <= to_dollars(int(unheard * dearest)), provider


def _check_lost(shard: Shard, answer: dict[str, Any], row: dict[str, Any]) -> None:
    """What may be billed unheard is never asked of that tier again: it climbs, or is dead-lettered with the reason."""
    assert shard.mode == "realtime"
    assert shard.provider != REPEATABLE or shard.outcome == "refused", "it could have been asked again with its key"
    if row["status"] == "dead_lettered":
        assert LOST in row["reason"]
    else:
        assert row["wave"] > answer["wave"]


def _heard(shard: Shard, answers: list[dict[str, Any]]) -> int:
    """How many requests of a shard have an answer, or an end without one: rows that share a request count once."""
    if "request" not in pq.read_schema(_path(rows_uri(shard.request_uri))).names:
        return sum(answer["reason"] != LOST for answer in answers)
    shares = _path(split_uri(shard.answers_uri)) if shard.answers_uri else None
    split = pq.read_table(shares, columns=["provider_request_id"]).to_pylist() if shares and shares.exists() else []
    return len({answer["provider_request_id"] for answer in [*answers, *split]} - {None})


def _answers(shard: Shard) -> list[dict[str, Any]]:
    columns = ["row_number", "wave", "tier", "reason", "provider_request_id"]
    return pq.read_table(_path(shard.answers_uri), columns=columns).to_pylist() if shard.answers_uri else []


def _path(uri: str) -> Path:
    return Path(url2pathname(urlsplit(uri).path))


@contextmanager
def _database(attempt: Attempt) -> Iterator[Session]:
    database = Database(f"sqlite:///{attempt.home / 'nightshift.db'}")
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()
