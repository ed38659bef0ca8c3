"""SIGKILL of the worker at every call through the ports and at random instants, then resume: nothing lost or doubled.

The points are counted in a run that nobody kills: commits and lake writes inside the worker, provider requests in a
proxy in front of the sandbox.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
import pyarrow.parquet as pq
import pytest
import yaml
from sqlalchemy import select
from tests.crash.killing_proxy import KillingProxy

from nightshift.finops.money import to_dollars
from nightshift.sandbox import control
from nightshift.sandbox.service import Options
from nightshift.storage.database import Database
from nightshift.storage.tables import Budget, LedgerEntry, Run, Shard

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "include" / "samples" / "support_tickets.jsonl"
ROWS, SLICE_ROWS, RANDOM_KILLS = 45, 15, 50
# The first batch expires half done, so that salvage and the second attempt are among what is killed.
FAULTS = [{"fault": "expire_batch", "share": 0.5, "times": 1}]


class Zygote:
    """The process that forks the workers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, command: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def wait(self) -> int:
        return int(self._answer()["status"])

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@dataclass
class Attempt:
    """One run of the small job in a home of its own, with as many workers as it takes."""

    stage: Stage
    home: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.environment = {
            "NIGHTSHIFT_HOME": str(self.home),
            "NIGHTSHIFT_SANDBOX_URL": self.stage.proxy.url,
            "NIGHTSHIFT_SLICE_ROWS": str(SLICE_ROWS),
            "NIGHTSHIFT_POLL_SECONDS": "0.05",
        }
        self.stage.reset_provider()

    def work(self, die_at: int | None = None) -> int:
        """Start a worker and wait for its end; returns its exit code, -9 when it was killed."""
        self.start(die_at)
        return self.stage.zygote.wait()

    def start(self, die_at: int | None = None) -> int:
        command = {
            "environment": self.environment,
            "spec": str(self.stage.spec),
            "run_id": "crash",
            "record": str(self.home / "points.txt"),
            "log": str(self.home / "worker.log"),
            "die_at": die_at,
        }
        worker = self.stage.zygote.start(command)
        self.stage.proxy.aim(worker)
        return worker

    def points(self) -> list[str]:
        return (self.home / "points.txt").read_text().splitlines()

    @property
    def log(self) -> str:
        return (self.home / "worker.log").read_text()[-3000:]


@dataclass
class Stage:
    """Everything that outlives one run."""

    zygote: Zygote
    proxy: KillingProxy
    sandbox: str
    spec: Path

    def reset_provider(self) -> None:
        httpx.post(f"{self.sandbox}/sandbox/reset").raise_for_status()
        httpx.post(f"{self.sandbox}/sandbox/faults", json=FAULTS).raise_for_status()

    def bill(self) -> dict[str, Any]:
        content: dict[str, Any] = httpx.get(f"{self.sandbox}/sandbox/bill").json()
        return content


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("crash")
    rows = SAMPLE.read_text().splitlines(keepends=True)[25 : 25 + ROWS]  # has duplicates, a broken and hostile rows
    (folder / "tickets.jsonl").write_text("".join(rows))
    spec = yaml.safe_load((SAMPLE.parent / "support_tickets.job.yaml").read_text())
    spec["input"]["uri"] = "tickets.jsonl"
    (folder / "job.yaml").write_text(yaml.safe_dump(spec))
    sandbox = control.start(folder / "sandbox", 0, Options(None, None, 0.0))
    proxy, zygote = KillingProxy(sandbox.url), Zygote()
    yield Stage(zygote, proxy, sandbox.url, folder / "job.yaml")
    zygote.close()
    proxy.close()
    control.stop(folder / "sandbox")


@dataclass(frozen=True)
class Reference:
    """The run that nobody killed."""

    points: list[str]
    requests: list[str]
    rows: list[dict[str, Any]]
    bill: dict[str, Any]
    seconds: float


@pytest.fixture(scope="module")
def reference(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    attempt = Attempt(stage, tmp_path_factory.mktemp("reference") / "home")
    stage.proxy.arm(None, "before")
    began = time.monotonic()
    assert attempt.work() == 0, attempt.log
    seconds = time.monotonic() - began
    check(attempt, None)
    return Reference(attempt.points(), list(stage.proxy.requests), published(attempt), stage.bill(), seconds)


def published(attempt: Attempt) -> list[dict[str, Any]]:
    """The published rows, without what names one batch or another."""
    rows = pq.read_table(output(attempt) / "results.parquet").to_pylist()
    return [{name: value for name, value in row.items() if name not in VARYING} for row in rows]


VARYING = ("provider_batch_id", "provider_request_id")


def output(attempt: Attempt) -> Path:
    database = Database(f"sqlite:///{attempt.home / 'nightshift.db'}")
    try:
        with database.transaction() as session:
            return Path(url2pathname(urlsplit(session.get_one(Run, "crash").output_uri).path))
    finally:
        database.close()


def check(attempt: Attempt, reference: Reference | None) -> None:
    """Nothing lost, nothing paid twice, nothing half-published."""
    folder = output(attempt)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert hashlib.sha256((folder / "results.parquet").read_bytes()).hexdigest() == manifest["results"]["sha256"]
    rows = pq.read_table(folder / "results.parquet").to_pylist()
    assert [row["row_number"] for row in rows] == list(range(1, ROWS + 1))
    bill = attempt.stage.bill()
    check_money(attempt, rows, bill)
    submitted = Counter(batch["metadata"]["nightshift_shard"] for batch in bill["by_batch"].values())
    assert set(submitted.values()) == {1}, "a shard was submitted twice"
    if reference is not None:
        assert published(attempt) == reference.rows
        assert bill["requests"] == reference.bill["requests"]
        assert bill["batches_created"] == reference.bill["batches_created"]


def check_money(attempt: Attempt, rows: list[dict[str, Any]], bill: dict[str, Any]) -> None:
    database = Database(f"sqlite:///{attempt.home / 'nightshift.db'}")
    with database.transaction() as session:
        entries = session.scalars(select(LedgerEntry)).all()
        budget = session.scalars(select(Budget)).one()
        shards = session.scalars(select(Shard)).all()
    database.close()
    settled = sum(entry.amount for entry in entries if entry.kind == "settle" and entry.amount > 0)
    assert sum(entry.amount for entry in entries) == 0
    assert to_dollars(settled) == sum((row["cost_usd"] for row in rows), Decimal(0)) == Decimal(bill["cost_usd"])
    assert (budget.spent, budget.reserved) == (settled, 0)
    assert sum(shard.answered for shard in shards) == bill["requests"]


def test_killed_before_and_after_every_commit_and_lake_write(
    stage: Stage, reference: Reference, tmp_path: Path
) -> None:
    assert len(reference.points) > 60
    for point, name in enumerate(reference.points):
        stage.proxy.arm(None, "before")
        attempt = Attempt(stage, tmp_path / f"point-{point}")
        assert attempt.work(die_at=point) == -signal.SIGKILL, f"not killed at {name}: {attempt.log}"
        assert attempt.work() == 0, f"not resumed after a kill at {name}: {attempt.log}"
        check(attempt, reference)
    print(f"\nkilled at {len(reference.points)} commits and lake writes: rows lost 0, shards submitted twice 0")


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_provider_request(stage: Stage, reference: Reference, tmp_path: Path, when: str) -> None:
    assert any("POST /v1/batches" in request for request in reference.requests)
    for number, name in enumerate(reference.requests):
        stage.proxy.arm(number, when)
        attempt = Attempt(stage, tmp_path / f"request-{number}")
        if attempt.work() == 0:
            continue  # fewer polls than in the reference run: the batch was done sooner
        stage.proxy.arm(None, "before")
        assert attempt.work() == 0, f"not resumed after a kill {when} {name}: {attempt.log}"
        check(attempt, reference)
    print(f"\nkilled {when} {len(reference.requests)} provider requests: rows lost 0, shards submitted twice 0")


def test_killed_at_random_instants(stage: Stage, reference: Reference, tmp_path: Path) -> None:
    chance, killed, attempts, longest = random.Random(20261122), 0, 0, reference.seconds
    while killed < RANDOM_KILLS:
        attempts += 1
        assert attempts < 4 * RANDOM_KILLS, f"only {killed} of {attempts} workers were killed before they had ended"
        stage.proxy.arm(None, "before")
        attempt = Attempt(stage, tmp_path / f"instant-{attempts}")
        began = time.monotonic()
        timer = threading.Timer(chance.uniform(0, longest), _kill, [attempt.start()])
        timer.start()
        if stage.zygote.wait() == -signal.SIGKILL:
            killed += 1
        else:  # it was done before its instant came: draw from what a run takes now
            longest = min(longest, time.monotonic() - began)
        timer.cancel()
        assert attempt.work() == 0, attempt.log
        check(attempt, reference)
    print(f"\nkilled at {killed} random instants: rows lost 0, shards submitted twice 0")


def _kill(worker: int) -> None:
    try:
        os.kill(worker, signal.SIGKILL)
    except ProcessLookupError:
        return  # it was done sooner than the reference run
