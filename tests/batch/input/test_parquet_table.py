"""Parquet: types as text, damage, and cells that are too long."""

from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.errors import InvalidInput

NOON = dt.datetime(2026, 1, 5, 12, 0)


def _rows(read: Any, tmp_path: Path, table: dict[str, Any], **limits: int) -> Any:
    columns = {"id": ["a"], "ref": ["r"], **table}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet", row_group_size=3)
    return read(tmp_path / "t.parquet", **limits)[1]


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        (7, pa.int64(), "7"),
        (1.5, pa.float64(), "1.5"),
        (1.0, pa.float64(), "1.0"),
        (0.1, pa.float32(), "0.1"),
        (True, pa.bool_(), "true"),
        (decimal.Decimal("1.50"), pa.decimal128(9, 2), "1.50"),
        (decimal.Decimal("0.00000001"), pa.decimal128(9, 8), "0.00000001"),
        (dt.date(2026, 1, 5), pa.date32(), "2026-01-05"),
        (dt.date(2026, 1, 5), pa.date64(), "2026-01-05"),
        (NOON, pa.timestamp("us"), "2026-01-05T12:00:00"),
        (NOON.replace(microsecond=1000), pa.timestamp("ns"), "2026-01-05T12:00:00.001000000"),
        (NOON.replace(tzinfo=dt.UTC), pa.timestamp("us", "Europe/Berlin"), "2026-01-05T12:00:00Z"),
        (dt.time(12, 30), pa.time64("us"), "12:30:00"),
        ("text", pa.large_string(), "text"),
        ("text", pa.dictionary(pa.int32(), pa.string()), "text"),
    ],
)
def test_each_type_has_its_text(read: Any, tmp_path: Path, cell: Any, kind: pa.DataType, text: str) -> None:
    (row,) = _rows(read, tmp_path, {"q": pa.array([cell], kind)})
    assert tuple(row) == (1, "a", {"question": text}, "r", None)


@pytest.mark.parametrize(
    ("cell", "kind", "words"),
    [
        (None, pa.string(), "has no value"),
        (None, pa.null(), "has no value"),
        (float("nan"), pa.float64(), "has no value"),
        (float("inf"), pa.float64(), "not finite"),
        ("x" * 101, pa.string(), "column 'q' is 101 bytes long, the limit is 100"),
    ],
)
def test_a_bad_cell_rejects_its_row(read: Any, tmp_path: Path, cell: Any, kind: pa.DataType, words: str) -> None:
    (row,) = _rows(read, tmp_path, {"q": pa.array([cell], kind)}, cell_bytes_row=100)
    assert (row.request_id, row.variables) == ("a", {})
    assert words in row.problem


@pytest.mark.parametrize(
    ("table", "field", "words"),
    [
        ({"q": pa.array([["x"]])}, "input.variables.question", "list<"),
        ({"q": pa.array([{"x": 1}])}, "input.variables.question", "struct<"),
        ({"q": pa.array([b"x"])}, "input.variables.question", "binary"),
        ({"q": ["x"], "id": pa.array([[1]])}, "input.id", "list<"),
        ({"question": ["x"]}, "input.variables.question", "known columns"),
        ({"id": pa.array([], pa.string()), "q": pa.array([], pa.string()), "ref": pa.array([], pa.string())},
         "input.uri", "no rows"),
        ({"q": ["x" * 4000]}, "input.uri", "column 'q' holds a cell above the limit in rows 1 to 1"),
    ],
)  # fmt: skip
def test_an_unfit_table_is_one_error(read: Any, tmp_path: Path, table: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _rows(read, tmp_path, table, cell_bytes_file=1000)
    assert refused.value.field == field
    assert words in str(refused.value)
    assert "t.parquet" in str(refused.value)


def test_a_column_that_nobody_wants_may_be_of_any_type(read: Any, tmp_path: Path) -> None:
    (row,) = _rows(read, tmp_path, {"q": ["x"], "tags": pa.array([["y"]])})
    assert row.problem is None


def test_text_that_is_not_utf8_is_named_by_its_row(read: Any, tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(bytes([0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])), pa.py_buffer(b"a\xff")]
    )
    with pytest.raises(InvalidInput, match=r"row 2 of .* is not valid UTF-8"):
        _rows(read, tmp_path, {"id": ["a", "b"], "q": broken, "ref": ["", ""]})


def test_a_long_cell_is_named_by_its_place_in_the_file(read: Any, tmp_path: Path) -> None:
    table = {"id": list("abcdefg"), "q": ["x"] * 6 + ["y" * 2000], "ref": ["r"] * 7}
    with pytest.raises(InvalidInput, match=r"cell above the limit in rows 7 to 7"):
        _rows(read, tmp_path, table, cell_bytes_file=1000)


def _damaged(tmp_path: Path, damage: Any) -> Path:
    path = tmp_path / "t.parquet"
    count = 5000
    table = {"id": [str(n) for n in range(count)], "q": [f"question {n}" for n in range(count)], "ref": ["r"] * count}
    pq.write_table(pa.table(table), path)
    path.write_bytes(damage(path.read_bytes()))
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: b"PAR1",
        lambda data: data[:1000] + bytes(3000) + data[4000:],
        lambda data: b"id,q\n1,2\n",
    ],
    ids=["cut in half", "last byte lost", "only the magic", "page overwritten", "no Parquet at all"],
)
def test_a_damaged_file_is_refused_before_any_row(read: Any, tmp_path: Path, damage: Any) -> None:
    with pytest.raises(InvalidInput, match="no complete Parquet file") as refused:
        read(_damaged(tmp_path, damage))
    assert refused.value.field == "input.uri"


def test_slices_cross_row_groups(read: Any, tmp_path: Path) -> None:
    names = [f"r{n}" for n in range(11)]
    (tmp_path / "x").mkdir()
    pq.write_table(pa.table({"id": names, "q": names, "ref": names}), tmp_path / "x" / "t.parquet", row_group_size=2)
    index, rows = read(tmp_path / "x", slice_rows=5)
    assert [(part.first_row, part.start, part.end) for part in index.slices] == [(1, 0, 5), (6, 5, 10), (11, 10, 11)]
    assert [(row.row_number, row.request_id) for row in rows] == list(enumerate(names, 1))
