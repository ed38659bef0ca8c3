"""DuckDB for what concerns all rows of a run at once: a fixed memory limit, the rest spills to disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.storage.lake import Lake

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "256MB"


@contextmanager
def analytics(lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read and write the lake's files by the names `Lake.query_name` gives."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="nightshift-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "threads": 2,
            "temp_directory": str(Path(folder) / "spill"),
            "preserve_insertion_order": True,
        }
        with duckdb.connect(str(Path(folder) / "work.duckdb"), config=settings) as connection:
            lake.attach(connection)
            yield connection


def parquet_list(lake: Lake, uris: list[str]) -> str:
    """The SQL text of a list of files for read_parquet."""
    return "[" + ", ".join(quoted(lake.query_name(uri)) for uri in uris) + "]"


def quoted(name: object) -> str:
    """A file name as an SQL text; an apostrophe in it is doubled."""
    return "'" + str(name).replace("'", "''") + "'"
