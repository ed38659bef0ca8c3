"""Request files hold every row once, ascending, and stop exactly at the provider's limits."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.batch.services import Services
from nightshift.batch.shards.planning import BYTES_PER_TOKEN
from nightshift.batch.shards.writer import RequestFiles, WrittenFile, rows_uri
from nightshift.errors import InvalidInput
from nightshift.model_registry.capabilities import BatchLimits
from nightshift.providers.port import RequestTemplate
from nightshift.storage.lake import FileLake

TEMPLATE = RequestTemplate('{"custom_id":"', '","body":{"content":', "}}\n")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def table(texts: list[str], first: int = 0, chunks: int = 1) -> pa.Table:
    numbers = list(range(first, first + len(texts)))
    whole = pa.table({"row_number": pa.array(numbers, pa.int64()), "user_json": [json.dumps(t) for t in texts]})
    if chunks == 1 or len(texts) < 2:
        return whole
    return pa.concat_tables([whole.slice(0, len(texts) // 2), whole.slice(len(texts) // 2)])


def naive(number: int, text: str) -> bytes:
    return f'{{"custom_id":"{number}","body":{{"content":{json.dumps(text)}}}}}\n'.encode()


def batch_limits(requests: int = 10**6, size: int = 10**9, least: int = 1) -> BatchLimits:
    return BatchLimits(
        min_requests=least,
        max_requests=requests,
        max_bytes=size,
        window_hours=24,
        listing_lag_seconds=0,
        discount=0.5,
    )


def write(
    folder: Path, tables: list[pa.Table], limits: BatchLimits | None, max_tokens: int | None = None
) -> list[WrittenFile]:
    files = RequestFiles(_services(folder), _root(folder), TEMPLATE, limits, max_tokens)
    for item in tables:
        files.add(item)
    return files.finish()


def _services(folder: Path) -> Services:
    return cast(Services, SimpleNamespace(lake=FileLake(folder.as_uri())))  # writing needs nothing else


def _root(folder: Path) -> str:
    return f"{folder.as_uri()}/shards"


def row_numbers(folder: Path, file: WrittenFile) -> list[int]:
    found = pq.read_table(folder / "shards" / Path(rows_uri(file.uri)).name)
    assert found.schema.names == ["row_number"]
    numbers: list[int] = found["row_number"].to_pylist()
    return numbers


def content(folder: Path, file: WrittenFile) -> bytes:
    return (folder / "shards" / Path(file.uri).name).read_bytes()


@settings(max_examples=60)
@given(
    batches=st.lists(st.lists(TEXTS, max_size=8), max_size=4),
    requests=st.integers(1, 9),
    size=st.integers(450, 900),
    least=st.integers(1, 5),
    chunks=st.integers(1, 2),
)
def test_nothing_is_lost_or_doubled_and_every_file_is_what_it_says(
    batches: list[list[str]], requests: int, size: int, least: int, chunks: int
) -> None:
    tables, expected, first = [], [], 0
    for texts in batches:
        tables.append(table(texts, first, chunks))
        expected += [naive(first + number, text) for number, text in enumerate(texts)]
        first += len(texts)
    with tempfile.TemporaryDirectory() as name:
        files = write(Path(name), tables, batch_limits(requests, size, min(least, requests)))
        contents = [content(Path(name), file) for file in files]
        numbers = [row_numbers(Path(name), file) for file in files]
        left = sorted(path.name for path in (Path(name) / "shards").glob("*")) if files else []
    assert [file.uri[-11:] for file in files] == [f"{number:05d}.jsonl" for number in range(len(files))]
    assert len(left) == 2 * len(files)  # nothing but request files and their row numbers
    assert sorted(number for rows in numbers for number in rows) == list(range(first))
    for file, found, rows in zip(files, contents, numbers, strict=True):
        assert rows == sorted(rows)
        assert found == b"".join(expected[number] for number in rows)
        assert 0 < file.requests == len(rows) <= requests
        assert file.request_bytes == len(found) <= size
        assert file.content_digest == hashlib.sha256(found).hexdigest()
        assert (file.first_row, file.last_row) == (rows[0], rows[-1])
        assert file.user_bytes == sum(len(expected[number]) - len(naive(number, "")) + 2 for number in rows)


@pytest.mark.parametrize(
    ("rows", "limit", "expected"), [(6, 3, [3, 3]), (7, 3, [3, 3, 1]), (2, 3, [2]), (3, 1, [1, 1, 1])]
)
def test_a_file_is_full_at_the_request_limit(tmp_path: Path, rows: int, limit: int, expected: list[int]) -> None:
    files = write(tmp_path, [table(["x"] * rows)], batch_limits(limit))
    assert [file.requests for file in files] == expected


@pytest.mark.parametrize(("spare", "expected"), [(0, [2, 2]), (-1, [1, 1, 1, 1]), (1, [2, 2])])
def test_a_file_is_full_at_the_byte_limit(tmp_path: Path, spare: int, expected: list[int]) -> None:
    files = write(tmp_path, [table(["x"] * 4)], batch_limits(size=2 * len(naive(0, "x")) + spare))
    assert [file.requests for file in files] == expected


def test_a_file_goes_on_over_tables(tmp_path: Path) -> None:
    files = write(tmp_path, [table(["a", "b"]), table([], first=2), table(["c", "d"], first=2)], batch_limits(3))
    assert [(file.requests, file.first_row, file.last_row) for file in files] == [(3, 0, 2), (1, 3, 3)]


def test_the_row_numbers_stand_beside_the_file(tmp_path: Path) -> None:
    (file,) = write(tmp_path, [table(["a", "b"], first=5).take([0, 1]), table(["ü"], first=9)], None)
    assert row_numbers(tmp_path, file) == [5, 6, 9]
    assert (file.first_row, file.last_row, file.user_bytes) == (5, 9, len('"a""b""\\u00fc"'))


def test_no_rows_are_no_files(tmp_path: Path) -> None:
    assert write(tmp_path, [table([])], None) == []
    assert write(tmp_path, [], None) == []


@pytest.mark.parametrize("before", [0, 2])
def test_a_row_that_no_batch_can_hold_is_named(tmp_path: Path, before: int) -> None:
    texts = ["small"] * before + ["CANARY" * 100]
    with pytest.raises(InvalidInput) as raised:
        write(tmp_path, [table(texts, first=40)], batch_limits(size=300))
    error = raised.value
    assert error.field == "input"
    assert error.value == f"row {40 + before}: {len(naive(40 + before, texts[-1]))} bytes"
    assert error.limit == "300 bytes"
    assert error.way_out
    assert "CANARY" not in str(error)


def test_a_quota_of_tokens_ends_a_file(tmp_path: Path) -> None:
    tokens = -(-len(naive(0, "x")) // BYTES_PER_TOKEN)
    files = write(tmp_path, [table(["x"] * 5)], batch_limits(), max_tokens=2 * tokens)
    assert [file.requests for file in files] == [2, 2, 1]


def test_a_row_above_the_quota_of_tokens_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"row 1: \d+ tokens"):
        write(tmp_path, [table(["x", "x" * 100])], None, max_tokens=30)


def test_a_last_file_too_short_for_a_batch_takes_rows_from_the_one_before(tmp_path: Path) -> None:
    texts = [str(number) for number in range(23)]
    files = write(tmp_path, [table(texts[:9]), table(texts[9:], first=9)], batch_limits(10, least=5))
    assert [row_numbers(tmp_path, file) for file in files] == [
        list(range(10)), list(range(10, 18)), list(range(18, 23))
    ]  # fmt: skip
    assert content(tmp_path, files[2]) == b"".join(naive(number, str(number)) for number in range(18, 23))


def test_rows_from_between_are_put_where_they_belong(tmp_path: Path) -> None:
    """A last file of large rows gets the smallest ones of the file before it, which were not its last."""
    texts = ["", "", "", *(["medium" * 10] * 5), "large" * 70, "", ""]
    files = write(tmp_path, [table(texts)], batch_limits(size=900, least=4))
    numbers = [row_numbers(tmp_path, file) for file in files]
    assert [len(rows) for rows in numbers] == [7, 4]
    assert numbers == [sorted(rows) for rows in numbers]
    for file, rows in zip(files, numbers, strict=True):
        assert content(tmp_path, file) == b"".join(naive(number, texts[number]) for number in rows)


def test_without_a_batch_api_a_file_ends_at_fifty_thousand_rows(tmp_path: Path) -> None:
    files = write(tmp_path, [table(["x"] * 50_001)], None)
    assert [file.requests for file in files] == [50_000, 1]
