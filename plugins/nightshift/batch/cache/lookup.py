"""Bulk look-up: all keys of a run against the segments that it may read, within analytics.MEMORY_LIMIT.

Every part of the key space reads each segment once for its keys and, where there are hits, once for their answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from nightshift.batch.analytics import parquet_list, quoted
from nightshift.batch.cache.keys import KEYS_PER_PART, key_parts
from nightshift.storage.lake import Lake

if TYPE_CHECKING:
    import duckdb

SEGMENTS_AT_ONCE = 64  # files that are open at the same time


class Cached(NamedTuple):
    """How many rows need not be asked, and how many files `cached-<number>.parquet` hold their answers."""

    rows: int
    files: int


def find_cached(
    engine: duckdb.DuckDBPyConnection,
    lake: Lake,
    folder: str,
    segments: list[str],
    *,
    keys_per_part: int = KEYS_PER_PART,
    segments_at_once: int = SEGMENTS_AT_ONCE,
) -> Cached:
    """Makes the table `hits` (request_key, leader) and, in `folder`, the files of the answers, sorted by row_number.

    Reads the tables `pending`, `repeated` and `leaders` of steps/pack.py. Of several answers to one key the one from
    the first segment is taken.
    """
    engine.execute("CREATE TABLE hits (request_key BLOB, leader BIGINT)")
    rows = files = 0
    groups = [segments[first : first + segments_at_once] for first in range(0, len(segments), segments_at_once)]
    for reads in _reads(engine, lake, groups, keys_per_part):
        if not _find(engine, *reads):
            continue
        rows += _count(engine, "wanted")
        with lake.create(f"{folder}/cached-{files:05d}.parquet") as path:
            engine.execute(f"COPY ({_answers(*reads)}) TO {quoted(path)} (FORMAT parquet)")
        files += 1
    return Cached(rows, files)


class _Read(NamedTuple):
    """Some segments, and the SQL condition for the part of the key space that is looked up in them."""

    files: str
    in_part: str


def _reads(
    engine: duckdb.DuckDBPyConnection, lake: Lake, groups: list[list[str]], keys_per_part: int
) -> Iterator[_Read]:
    """Makes the table `unanswered` for each part of the key space, then leads through the segments in their order."""
    if not groups:
        return
    # union_by_name: a segment of an earlier version of the platform may lack a column.
    files = [f"read_parquet({parquet_list(lake, group)}, union_by_name = true)" for group in groups]
    for in_part in key_parts(_count(engine, "leaders"), keys_per_part):
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE unanswered AS "
            f"SELECT request_key, leader FROM leaders WHERE {in_part('request_key')}"
        )
        for number, group in enumerate(files):
            if number:
                engine.execute(
                    "CREATE OR REPLACE TEMP TABLE unanswered AS FROM unanswered ANTI JOIN hits USING (leader)"
                )
            yield _Read(group, in_part("request_key"))


def _find(engine: duckdb.DuckDBPyConnection, files: str, in_part: str) -> bool:
    """Adds to `hits` which of `unanswered` the segments answer; `wanted` has the rows that get these answers."""
    engine.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE found AS
            SELECT leader, any_value(entry.request_key) AS request_key, min(place) AS place
            FROM (SELECT request_key, file_index AS place FROM {files} WHERE {in_part}) entry
            JOIN unanswered ON unanswered.request_key = entry.request_key
            GROUP BY leader;
        """
    )
    if not _count(engine, "found"):
        return False
    engine.execute(
        f"""
        INSERT INTO hits SELECT request_key, leader FROM found;
        CREATE OR REPLACE TEMP TABLE wanted AS
            SELECT row_number, row_number = leader AS pays, row.request_key, place
            FROM (SELECT * FROM pending ANTI JOIN repeated USING (row_number) WHERE {in_part}) row
            JOIN found ON found.request_key = row.request_key;
        """
    )
    return True


def _answers(files: str, in_part: str) -> str:
    """SQL: each wanted row with its answer."""
    return (
        # Equal rows would have been paid for once: only the first of them saves what its answer cost.
        "SELECT row_number, entry.* EXCLUDE (place) REPLACE (CASE WHEN pays THEN paid ELSE 0 END AS paid) "
        f"FROM (SELECT *, file_index AS place FROM {files} WHERE {in_part}) entry "
        "JOIN wanted ON wanted.request_key = entry.request_key AND wanted.place = entry.place "
        "ORDER BY row_number"
    )


def _count(engine: duckdb.DuckDBPyConnection, table: str) -> int:
    found = engine.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
