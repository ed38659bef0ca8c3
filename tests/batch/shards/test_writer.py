"""Request files hold every row once, in order, and stop exactly at the provider's limits."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.batch.services import Services
from nightshift.batch.shards.encoding import as_bytes, encode
from nightshift.batch.shards.writer import RequestFiles, WrittenFile, rows_uri
from nightshift.errors import InvalidInput
from nightshift.providers.port import Capabilities, RequestTemplate
from nightshift.storage.database import Database
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


def write(folder: Path, tables: list[pa.Table], requests: int = 10**6, size: int = 10**9) -> list[WrittenFile]:
    files = RequestFiles(_services(folder), _root(folder), TEMPLATE, Capabilities(requests, size, 24))
    for item in tables:
        files.add(item)
    return files.finish()


def _services(folder: Path) -> Services:
    def nobody(name: str) -> Any:
        raise AssertionError("writing files asks no provider")

    return Services(Database("sqlite://"), FileLake(folder.as_uri()), provider=nobody, sandboxed=nobody)


def _root(folder: Path) -> str:
    return f"{folder.as_uri()}/shards"


def content(folder: Path, file: WrittenFile) -> bytes:
    return (folder / "shards" / Path(file.uri).name).read_bytes()


@given(st.lists(TEXTS, min_size=1, max_size=20), st.integers(1, 2))
def test_the_lines_are_the_naive_ones(texts: list[str], chunks: int) -> None:
    lines = encode(table(texts, first=7, chunks=chunks), TEMPLATE)
    expected = [naive(number + 7, text) for number, text in enumerate(texts)]
    assert bytes(as_bytes(lines)) == b"".join(expected)
    for number, text in enumerate(texts):
        line = bytes(as_bytes(lines.slice(number, 1)))
        assert line == expected[number]
        assert json.loads(line) == {"custom_id": str(number + 7), "body": {"content": text}}


@settings(max_examples=60, deadline=None)
@given(
    batches=st.lists(st.lists(TEXTS, max_size=8), max_size=4),
    requests=st.integers(1, 9),
    size=st.integers(450, 900),
    chunks=st.integers(1, 2),
)
def test_nothing_is_lost_or_doubled_and_no_limit_is_passed(
    batches: list[list[str]], requests: int, size: int, chunks: int
) -> None:
    tables, expected, first = [], [], 0
    for texts in batches:
        tables.append(table(texts, first, chunks))
        expected += [naive(first + number, text) for number, text in enumerate(texts)]
        first += len(texts)
    with tempfile.TemporaryDirectory() as name:
        files = write(Path(name), tables, requests, size)
        contents = [content(Path(name), file) for file in files]
    assert b"".join(contents) == b"".join(expected)
    for place, (file, found) in enumerate(zip(files, contents, strict=True)):
        assert 0 < file.requests == found.count(b"\n") <= requests
        assert file.request_bytes == len(found) <= size
        assert file.content_digest == hashlib.sha256(found).hexdigest()
        if place + 1 < len(files):  # the next row would not have fitted
            following = contents[place + 1].split(b"\n")[0] + b"\n"
            assert file.requests == requests or len(found) + len(following) > size


@pytest.mark.parametrize(
    ("rows", "limit", "expected"), [(6, 3, [3, 3]), (7, 3, [3, 3, 1]), (2, 3, [2]), (3, 1, [1, 1, 1])]
)
def test_a_file_is_full_at_the_request_limit(tmp_path: Path, rows: int, limit: int, expected: list[int]) -> None:
    files = write(tmp_path, [table(["x"] * rows)], requests=limit)
    assert [file.requests for file in files] == expected


@pytest.mark.parametrize(("spare", "expected"), [(0, [2, 2]), (-1, [1, 1, 1, 1]), (1, [2, 2])])
def test_a_file_is_full_at_the_byte_limit(tmp_path: Path, spare: int, expected: list[int]) -> None:
    files = write(tmp_path, [table(["x"] * 4)], size=2 * len(naive(0, "x")) + spare)
    assert [file.requests for file in files] == expected


def test_a_file_goes_on_over_tables(tmp_path: Path) -> None:
    files = write(tmp_path, [table(["a", "b"]), table([], first=2), table(["c", "d"], first=2)], requests=3)
    assert [(file.requests, file.first_row, file.last_row) for file in files] == [(3, 0, 2), (1, 3, 3)]


def test_the_row_numbers_stand_beside_the_file(tmp_path: Path) -> None:
    (file,) = write(tmp_path, [table(["a", "b"], first=5).take([0, 1]), table(["ü"], first=9)])
    numbers = pq.read_table(tmp_path / "shards" / Path(rows_uri(file.uri)).name)
    assert numbers.to_pydict() == {"row_number": [5, 6, 9]}
    assert (file.first_row, file.last_row, file.user_bytes) == (5, 9, len('"a""b""\\u00fc"'))


def test_no_rows_are_no_files(tmp_path: Path) -> None:
    assert write(tmp_path, [table([])]) == []
    assert write(tmp_path, []) == []


@pytest.mark.parametrize("before", [0, 2])
def test_a_row_that_no_batch_can_hold_is_named(tmp_path: Path, before: int) -> None:
    texts = ["small"] * before + ["CANARY" * 100]
    with pytest.raises(InvalidInput) as raised:
        write(tmp_path, [table(texts, first=40)], size=300)
    error = raised.value
    assert error.field == "input"
    assert error.value == f"row {40 + before}: {len(naive(40 + before, texts[-1]))} bytes"
    assert error.limit == "300 bytes"
    assert error.way_out
    assert "CANARY" not in str(error)
