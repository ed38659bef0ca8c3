"""Engines and transactions on SQLite and PostgreSQL, with the same meaning on both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from nightshift.errors import Misconfigured

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """Our own state. Opened once per process; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _create_engine(url)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing: commits at the end of the block, rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the database to the present tables; does nothing where it already is."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()


def _create_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unsupported("this text") from None  # the text may carry a password
    if parsed.get_backend_name() == "sqlite":
        return _create_sqlite_engine(url, parsed.database)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
    raise _unsupported(repr(parsed.get_backend_name()))


def _unsupported(what: str) -> Misconfigured:
    return Misconfigured(
        f"NIGHTSHIFT_DATABASE_URL: {what} is not supported; use sqlite:///path/to/file or postgresql://user@host/name"
    )


def _create_sqlite_engine(url: str, path: str | None) -> Engine:
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # hide_parameters: an error message must not carry the prompt that a run was resolved to.
    engine = create_engine(url, connect_args={"timeout": 60}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")  # a committed intent must survive a power cut
        connection.execute("PRAGMA foreign_keys=ON")
        connection.isolation_level = None

    # Take the write lock at the start: a read that later writes would fail with SQLITE_BUSY instead of waiting.
    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@retry(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    stop=stop_after_delay(60),
    wait=wait_random(0, 0.05),
    reraise=True,
)
def _switch_to_wal(connection: Any) -> None:
    # The one statement that does not wait for SQLite's busy timeout: processes that open a new file at the same
    # instant get "database is locked". Once the file is in WAL mode it does nothing.
    connection.execute("PRAGMA journal_mode=WAL")
