"""What the server remembers, in one SQLite file and a folder of files, so that it survives a restart.

One connection behind a lock: every statement is short, the answers are written by threads, never by the event loop.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from nightshift.sandbox.usage import JsonObject

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, created_at INTEGER NOT NULL,
    filename TEXT NOT NULL, purpose TEXT NOT NULL, expires_at INTEGER
);
CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, wire TEXT NOT NULL, plan TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS charges (
    day INTEGER NOT NULL, batch_id TEXT NOT NULL, model TEXT NOT NULL, mode TEXT NOT NULL,
    requests INTEGER NOT NULL, row_errors INTEGER NOT NULL, first_seen INTEGER NOT NULL, distinct_here INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    input_characters INTEGER NOT NULL, output_characters INTEGER NOT NULL,
    input_cost INTEGER NOT NULL, cached_cost INTEGER NOT NULL, output_cost INTEGER NOT NULL,
    PRIMARY KEY (day, batch_id, model, mode)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (digest BLOB PRIMARY KEY) WITHOUT ROWID;
"""
_NAME = "sandbox.db"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A stored file; its content lies in the folder under its id."""

    id: str
    bytes: int
    created_at: int
    filename: str
    purpose: str
    expires_at: int | None = None

    def wire(self) -> JsonObject:
        """The file object of the API."""
        return {"object": "file", "status": "processed", "status_details": None, **asdict(self)}


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch: the object of the API, and what only the server knows about it (durations, planned faults)."""

    number: int
    wire: JsonObject
    plan: JsonObject


@dataclass(slots=True)
class Charge:
    """What was served to one batch or by one call, and its cost in units of 1e-12 USD."""

    day: int
    batch_id: str
    model: str
    mode: str
    requests: int = 0
    row_errors: int = 0
    first_seen: int = 0
    distinct_here: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    input_characters: int = 0
    output_characters: int = 0
    input_cost: int = 0
    cached_cost: int = 0
    output_cost: int = 0


@dataclass(slots=True)
class Outcome:
    """Everything that one run of a batch leaves behind; stored in one transaction or not at all."""

    charge: Charge
    digests: set[bytes] = field(default_factory=set)
    files: list[FileRecord] = field(default_factory=list)


def new_id(prefix: str) -> str:
    """An identifier such as OpenAI's."""
    return f"{prefix}{uuid.uuid4().hex}"


class Store:
    """Files, batches and charges of one provider's part of the sandbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(folder / _NAME, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.row_factory = sqlite3.Row
        # A killed process loses nothing with synchronous=OFF; only a crash of the machine could, and then nobody minds.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;" + _TABLES)

    def close(self) -> None:
        """Releases the database."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._db.execute(sql, tuple(parameters)).fetchall()

    def clear(self) -> None:
        """Forgets everything."""
        with self._transaction() as db:
            for table in ("files", "batches", "charges", "seen"):
                db.execute(f"DELETE FROM {table}")
        shutil.rmtree(self._files)
        self._files.mkdir()

    def sweep(self) -> None:
        """Removes result files that an interrupted run left behind; only for the one process that serves."""
        known = {record.id for record in self.files()}
        for path in self._files.iterdir():
            if path.name not in known:
                path.unlink()

    # files

    def path(self, file_id: str) -> Path:
        """Where a file's content lies."""
        return self._files / file_id

    def add_file(self, record: FileRecord) -> None:
        """Makes a file visible whose content is already in place."""
        with self._transaction() as db:
            _insert_file(db, record)

    def file(self, file_id: str) -> FileRecord | None:
        """A file by its id."""
        found = self.files("WHERE id = ?", (file_id,))
        return found[0] if found else None

    def files(self, clause: str = "", parameters: Iterable[Any] = ()) -> list[FileRecord]:
        """Files that a clause selects."""
        columns = "id, bytes, created_at, filename, purpose, expires_at"
        return [FileRecord(*row) for row in self.rows(f"SELECT {columns} FROM files {clause}", parameters)]

    def delete_file(self, file_id: str) -> bool:
        """Removes a file; False if there was none."""
        with self._transaction() as db:
            deleted = db.execute("DELETE FROM files WHERE id = ?", (file_id,)).rowcount == 1
        if deleted:
            self.path(file_id).unlink(missing_ok=True)
        return deleted

    # batches

    def add_batch(self, wire: JsonObject, plan: JsonObject) -> None:
        """Stores a new batch."""
        with self._transaction() as db:
            values = (wire["id"], _dump(wire), _dump(plan))
            db.execute("INSERT INTO batches (id, wire, plan) VALUES (?, ?, ?)", values)

    def batch(self, batch_id: str) -> BatchRecord | None:
        """A batch by its id."""
        found = self.batches("WHERE id = ?", (batch_id,))
        return found[0] if found else None

    def batches(self, clause: str = "", parameters: Iterable[Any] = ()) -> list[BatchRecord]:
        """Batches that a clause selects."""
        rows = self.rows(f"SELECT seq, wire, plan FROM batches {clause}", parameters)
        return [BatchRecord(row["seq"], orjson.loads(row["wire"]), orjson.loads(row["plan"])) for row in rows]

    def change_batch(self, batch_id: str, change: Callable[[BatchRecord], None]) -> BatchRecord | None:
        """Reads, changes and writes a batch in one transaction; None if there is no such batch."""
        with self._transaction() as db:
            return self._change(db, batch_id, change)

    def finish_batch(self, batch_id: str, outcome: Outcome, change: Callable[[BatchRecord], None]) -> bool:
        """Files, charge and final state at once; False if the batch is gone (the sandbox was reset meanwhile)."""
        with self._transaction() as db:
            if self._change(db, batch_id, change) is None:
                return False
            for record in outcome.files:
                _insert_file(db, record)
            _insert_charge(db, outcome.charge, outcome.digests)
        return True

    def _change(
        self, db: sqlite3.Connection, batch_id: str, change: Callable[[BatchRecord], None]
    ) -> BatchRecord | None:
        record = self.batch(batch_id)
        if record is None:
            return None
        change(record)
        values = (_dump(record.wire), _dump(record.plan), batch_id)
        db.execute("UPDATE batches SET wire = ?, plan = ? WHERE id = ?", values)
        return record

    # charges

    def add_charge(self, charge: Charge, digest: bytes) -> None:
        """Bills one call outside of any batch."""
        with self._transaction() as db:
            _insert_charge(db, charge, {digest})


def _insert_file(db: sqlite3.Connection, record: FileRecord) -> None:
    columns = "id, bytes, created_at, filename, purpose, expires_at"
    db.execute(f"INSERT INTO files ({columns}) VALUES (?, ?, ?, ?, ?, ?)", astuple(record))


def _insert_charge(db: sqlite3.Connection, charge: Charge, digests: set[bytes]) -> None:
    if charge.requests == charge.row_errors == 0:
        return
    before = db.total_changes
    # In key order the inserts walk the tree once instead of jumping through it.
    db.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((digest,) for digest in sorted(digests)))
    charge.first_seen = db.total_changes - before
    charge.distinct_here = len(digests)
    values = asdict(charge)
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in list(values)[4:])
    marks = ", ".join(f":{name}" for name in values)
    sql = f"INSERT INTO charges ({', '.join(values)}) VALUES ({marks}) ON CONFLICT DO UPDATE SET {sums}"
    db.execute(sql, values)


def _dump(content: JsonObject) -> str:
    return orjson.dumps(content).decode()
