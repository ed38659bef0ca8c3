"""The migrations lead to exactly the tables that the models describe, on both databases."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from nightshift.storage.database import MIGRATIONS, Database
from nightshift.storage.tables import Base


@pytest.fixture
def empty_database(empty_database_url: str) -> Iterator[Database]:
    found = Database(empty_database_url)
    yield found
    found.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_migrated_schema_equals_the_models(empty_database: Database) -> None:
    empty_database.migrate()
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert tables(empty_database) == {*Base.metadata.tables, "alembic_version"}


def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    empty_database.migrate()
    with empty_database.engine.connect() as connection:
        first = MigrationContext.configure(connection).get_current_heads()
    empty_database.migrate()
    with empty_database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == first


def test_every_migration_can_be_taken_back(empty_database: Database) -> None:
    empty_database.migrate()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = empty_database.engine
    command.downgrade(config, "base")
    assert tables(empty_database) == {"alembic_version"}
    empty_database.migrate()
    assert set(Base.metadata.tables) <= tables(empty_database)


def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    """Every worker migrates when it opens its services, so a fresh deployment starts with a race."""
    forking = multiprocessing.get_context("fork")  # imports are done, so that the race is about migrating only
    together = forking.Barrier(4)
    racing = [forking.Process(target=_migrate_together, args=(empty_database_url, together)) for _ in range(4)]
    for process in racing:
        process.start()
    for process in racing:
        process.join(60)
    assert [process.exitcode for process in racing] == [0] * len(racing)


def _migrate_together(url: str, together: Barrier) -> None:
    database = Database(url)
    together.wait()
    database.migrate()
