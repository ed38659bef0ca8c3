"""Every key that a segment answers is found once, whatever the number of keys, parts and segments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.batch import schemas
from nightshift.batch.analytics import analytics
from nightshift.batch.cache.keys import KEYS_PER_PART, key_parts
from nightshift.batch.cache.lookup import Cached, find_cached
from nightshift.storage.lake import FileLake


def key(name: object) -> bytes:
    return sha256(str(name).encode()).digest()[:16]


class Cache:
    """Segments by hand, and the tables that packing makes."""

    def __init__(self, lake: FileLake, engine: duckdb.DuckDBPyConnection) -> None:
        self.lake, self.engine, self.segments = lake, engine, list[str]()

    def add(self, answers: dict[Any, str], **columns: Any) -> None:
        """A segment in front of those before it: the newest comes first."""
        rows = [{"request_key": key(name), "answer": text, "paid": 7} | columns for name, text in answers.items()]
        uri = self.lake.child(f"segment-{len(self.segments)}.parquet")
        with self.lake.create(uri) as path:
            pq.write_table(pa.Table.from_pylist(rows, schema=schemas.cached()), path)
        self.segments.insert(0, uri)

    def rows(self, names: list[Any], repeated: tuple[int, ...] = ()) -> None:
        """Rows 1, 2, ... of a run, each with the key of its name."""
        pending = pa.table(
            {
                "row_number": list(range(1, len(names) + 1)),
                "request_id": [str(name) for name in names],
                "request_key": [key(name) for name in names],
            }
        )
        self.engine.register("given", pending)
        self.engine.execute("CREATE TABLE pending AS SELECT * FROM given")
        self.engine.execute("CREATE TABLE repeated (row_number BIGINT, first_row BIGINT)")
        for number in repeated:
            self.engine.execute("INSERT INTO repeated VALUES (?, 1)", [number])
        self.engine.execute(
            "CREATE TABLE leaders AS SELECT request_key, min(row_number) AS leader "
            "FROM pending ANTI JOIN repeated USING (row_number) GROUP BY request_key"
        )

    def look_up(self, **bounds: int) -> Cached:
        return find_cached(self.engine, self.lake, self.lake.child("packed"), self.segments, **bounds)

    def answers(self, found: Cached) -> dict[int, tuple[str, int]]:
        """Row -> answer and what it saves; each file is sorted, and no row is in two of them."""
        rows: list[dict[str, Any]] = []
        for place in range(found.files):
            with self.lake.open(self.lake.child("packed", f"cached-{place:05d}.parquet")) as file:
                part = pq.read_table(file).to_pylist()
            assert [row["row_number"] for row in part] == sorted(row["row_number"] for row in part)
            rows += part
        assert len({row["row_number"] for row in rows}) == len(rows) == found.rows
        return {row["row_number"]: (row["answer"], row["paid"]) for row in rows}


@pytest.fixture
def cache(lake: FileLake) -> Iterator[Cache]:
    with analytics(lake) as engine:
        yield Cache(lake, engine)


def test_each_row_gets_the_answer_to_its_key(cache: Cache) -> None:
    cache.add({"a": "A", "b": "B", "x": "X"})
    cache.rows(["b", "c", "a"])
    assert cache.answers(cache.look_up()) == {1: ("B", 7), 3: ("A", 7)}


def test_the_first_segment_wins(cache: Cache) -> None:
    cache.add({"a": "old", "b": "B"})
    cache.add({"a": "new"})
    cache.rows(["a", "b"])
    assert cache.answers(cache.look_up()) == {1: ("new", 7), 2: ("B", 7)}


def test_of_equal_rows_only_the_first_saves_money_and_a_repeated_id_gets_nothing(cache: Cache) -> None:
    cache.add({"a": "A"})
    cache.rows(["a", "a", "a"], repeated=(2,))
    assert cache.answers(cache.look_up()) == {1: ("A", 7), 3: ("A", 0)}


def test_nothing_is_written_where_nothing_is_found(cache: Cache) -> None:
    cache.add({"a": "A"})
    cache.rows(["b"])
    assert cache.look_up() == Cached(0, 0)
    assert not cache.lake.exists(cache.lake.child("packed"))


def test_an_empty_cache_and_a_run_without_rows(cache: Cache) -> None:
    cache.rows([])
    assert cache.look_up() == Cached(0, 0)


def test_a_segment_of_an_earlier_version_may_lack_a_column(cache: Cache) -> None:
    cache.add({"a": "A"})
    cache.add({"b": "B"})
    with cache.lake.open(cache.segments[1]) as file:
        earlier = pq.read_table(file).drop_columns(["findings"])
    with cache.lake.create(cache.segments[1]) as path:
        pq.write_table(earlier, path)
    cache.rows(["a", "b"])
    assert cache.answers(cache.look_up()) == {1: ("A", 7), 2: ("B", 7)}


@pytest.mark.parametrize("at_once", [1, 4, 64])
@pytest.mark.parametrize("keys_per_part", [50, 1_000])
def test_parts_and_groups_find_what_a_dictionary_finds(cache: Cache, at_once: int, keys_per_part: int) -> None:
    chance = random.Random(5)
    known: dict[int, str] = {}
    for number in range(9):
        answers = {name: f"{name} of {number}" for name in chance.sample(range(600), 80)}
        cache.add(answers)
        known |= answers
    names = chance.choices(range(900), k=700)
    cache.rows(names)
    found = cache.answers(cache.look_up(keys_per_part=keys_per_part, segments_at_once=at_once))
    assert {row: answer for row, (answer, _) in found.items()} == {
        row: known[name] for row, name in enumerate(names, 1) if name in known
    }
    hits = {row[0] for row in cache.engine.execute("SELECT request_key FROM hits").fetchall()}
    assert hits == {key(name) for name in names if name in known}


@pytest.mark.parametrize("count", [0, 1, 2_000_000, 2_000_001, 50_000_000])
def test_every_key_is_in_exactly_one_part(count: int) -> None:
    parts = list(key_parts(count))
    assert len(parts) == max(1, -(-count // KEYS_PER_PART))
    edges = [bytes(16), b"\xff" * 16, b"\x7f\xff" + b"\xff" * 14, b"\x80" + bytes(15), *(key(n) for n in range(200))]
    with duckdb.connect() as engine:
        for edge in edges:
            conditions = " + ".join(f"({in_part('k')})::INTEGER" for in_part in parts)
            assert engine.execute(f"SELECT {conditions} FROM (SELECT ?::BLOB AS k)", [edge]).fetchone() == (1,)
