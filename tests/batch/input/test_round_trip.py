"""Any table of texts comes back as it was written, whatever the format and wherever the slices are cut."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.batch.input.columns import ColumnMapping
from nightshift.batch.input.slices import InputSlice
from nightshift.errors import InvalidInput

COLUMNS = ColumnMapping("id", {"question": "q", "more": "m"}, "ref")

_awkward = st.sampled_from(
    [
        "",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        ",",
        ";",
        "\t",
        "\ufeff",
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\u2028",
        "\x85",
        "\x0b",
        " ",
    ]
)
_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_text = st.lists(_awkward | st.text(_characters, max_size=5), max_size=4).map("".join)
_tables = st.lists(st.tuples(_text.filter(bool), _text, _text, _text), min_size=1, max_size=12)


@pytest.mark.parametrize("extension", ["csv", "jsonl", "parquet"])
@settings(max_examples=80, deadline=None)
@given(table=_tables, slice_rows=st.integers(1, 5), limit=st.sampled_from([3, 1000]))
def test_every_text_survives_in_order_with_consecutive_row_numbers(
    read: Any, write: Any, extension: str, table: list[tuple[str, ...]], slice_rows: int, limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{extension}"
        write(path, ["id", "q", "m", "ref"], table)
        index, rows = read(path, COLUMNS, slice_rows, slices=limit, chunk_rows=2)
        content = path.read_bytes()
    expected = [
        (number, row[0], {"question": row[1], "more": row[2]}, row[3], None) for number, row in enumerate(table, 1)
    ]
    assert [tuple(row) for row in rows] == expected
    assert index.rows == len(table) == sum(part.rows for part in index.slices)
    assert index.digest == hashlib.sha256(content).hexdigest()
    assert len(index.slices) <= limit
    assert [part.number for part in index.slices] == list(range(len(index.slices)))
    assert [InputSlice.from_json(part.to_json()) for part in index.slices] == list(index.slices)


@pytest.mark.parametrize("extension", ["csv", "jsonl", "parquet"])
def test_a_folder_is_one_table_and_one_digest(read: Any, write: Any, tmp_path: Path, extension: str) -> None:
    tables = [[(f"{name}{row}", "q", "m", "r") for row in range(7)] for name in "abc"]
    paths = [tmp_path / f"{name}.{extension}" for name in "abc"]
    for path, table in zip(paths, tables, strict=True):
        write(path, ["id", "q", "m", "ref"], table)
    index, rows = read(tmp_path, COLUMNS, 3)
    assert [row.request_id for row in rows] == [row[0] for table in tables for row in table]
    assert [row.row_number for row in rows] == list(range(1, 22))
    assert index.digest == hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    assert [part.rows for part in index.slices] == [3, 3, 1] * 3


@pytest.mark.parametrize("extension", ["csv", "jsonl", "parquet"])
def test_slices_grow_when_there_would_be_too_many(read: Any, write: Any, tmp_path: Path, extension: str) -> None:
    write(tmp_path / f"t.{extension}", ["id", "q", "m", "ref"], [(f"r{row}", "q", "m", "r") for row in range(500)])
    index, rows = read(tmp_path, COLUMNS, 1, slices=10)
    assert 5 <= len(index.slices) <= 10
    assert [row.request_id for row in rows] == [f"r{row}" for row in range(500)]


def test_more_files_than_slices_are_refused(read: Any, write: Any, tmp_path: Path) -> None:
    for name in "abc":
        write(tmp_path / f"{name}.csv", ["id", "q", "m", "ref"], [("1", "2", "3", "4")])
    with pytest.raises(InvalidInput, match=r"too many files.*value: 3; limit: '2 files'"):
        read(tmp_path, COLUMNS, 1, slices=2)


_pieces = st.sampled_from(
    [b'"', b",", b"\n", b"\r", b"\r\n", b"x", b'""', b" ", b"{", b"}", b'{"id":1,"q":2}', b"\xc3\xa4"]
)


@pytest.mark.parametrize(
    ("extension", "header"), [("csv", b"id,q,m,ref\n1,2,3,4\n"), ("jsonl", b'{"id":1,"q":2,"m":3,"ref":4}\n')]
)
@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(_pieces, max_size=40), slice_rows=st.integers(1, 4))
def test_garbage_is_one_error_or_rows_that_do_not_depend_on_the_slices(
    read: Any, extension: str, header: bytes, pieces: list[bytes], slice_rows: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{extension}"
        path.write_bytes(header + b"".join(pieces))
        try:
            _, whole = read(path, COLUMNS, 1000)
        except InvalidInput as error:
            refusal: InvalidInput | None = error
            whole = sliced = []
        else:
            refusal, (_, sliced) = None, read(path, COLUMNS, slice_rows, chunk_rows=1)
    assert refusal is None or "never closed" in refusal.problem
    assert sliced == whole
    assert [row.row_number for row in whole] == list(range(1, len(whole) + 1))
