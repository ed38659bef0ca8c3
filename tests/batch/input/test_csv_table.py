"""CSV: dialect, what makes a row unusable, and what the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nightshift.errors import InvalidInput


def _rows(read: Any, tmp_path: Path, data: bytes, **limits: int) -> Any:
    (tmp_path / "t.csv").write_bytes(data)
    return read(tmp_path / "t.csv", **limits)[1]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_read_off_the_header(read: Any, tmp_path: Path, delimiter: str) -> None:
    data = "\ufeffid,q,ref\r\n1,=SUM(A1),@x\r\n\r\n2,-1,+1".replace(",", delimiter).encode()
    rows = _rows(read, tmp_path, data)
    assert [tuple(row) for row in rows] == [
        (1, "1", {"question": "=SUM(A1)"}, "@x", None),
        (2, "2", {"question": "-1"}, "+1", None),
    ]


def test_the_delimiter_that_shows_the_wanted_columns_wins(read: Any, tmp_path: Path) -> None:
    (row,) = _rows(read, tmp_path, b"id;q;ref;a,b,c,d,e,f\n1;two;3;4\n")
    assert (row.variables, row.problem) == ({"question": "two"}, None)


def test_quoted_line_ends_and_doubled_quotes_survive_slice_borders(read: Any, tmp_path: Path) -> None:
    cells = ["a\nb", 'say ""hi""', "x\r\ny\r\n", "", "\n\n", '""']
    data = "id,q,ref\n" + "".join(f'{number},"{cell}",\n' for number, cell in enumerate(cells))
    rows = _rows(read, tmp_path, data.encode())
    assert [row.variables["question"] for row in rows] == [cell.replace('""', '"') for cell in cells]


@pytest.mark.parametrize(
    ("line", "request_id", "words"),
    [
        (b"b,x", "b", "the row has 2 fields, the header has 3"),
        (b"b,x,y,z", "b", "the row has 4 fields, the header has 3"),
        (b",x,y", "row-2", "id: column 'id' has no value"),
        (b'b,"x" y,z', "row-2", "not valid CSV (bytes 15 to 25 of the file"),
        (b"b,x\ry,z", "row-2", "not valid CSV"),
        (b"b," + b"x" * 101 + b",z", "b", "column 'q' is 101 bytes long, the limit is 100"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_rest_goes_on(
    read: Any, tmp_path: Path, line: bytes, request_id: str, words: str
) -> None:
    _, bad, last = _rows(read, tmp_path, b"id,q,ref\na,x,y\n" + line + b"\nc,x,y\n", cell_bytes_row=100)
    assert (bad.row_number, bad.request_id, bad.variables) == (2, request_id, {})
    assert words in bad.problem
    assert tuple(last) == (3, "c", {"question": "x"}, "y", None)


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (b"", "input.uri", "the file is empty"),
        (b"id,q,ref\n", "input.uri", "no rows"),
        (b"\xef\xbb\xbf", "input.uri", "no rows"),
        (b"id,q,q,ref\n1,2,3,4\n", "input.uri", "more than one column of the same name"),
        (b"id,question,ref\n1,2,3\n", "input.variables.question", "known columns: 'id', 'question', 'ref'"),
        (b"id,q\n1,2\n", "grader.reference", "value: 'ref'"),
        (b"id,q,ref\n1,2,3\n4,\xe4,6\n", "input.uri", "line 3 is not valid UTF-8 (byte offset 17)"),
        (b"id,q,ref\n1,2,3\n4,\0,6\n", "input.uri", "line 3 holds a NUL byte (byte offset 17)"),
        ("\ufeffid,q".encode("utf-16-be"), "input.uri", "encoded as UTF-16"),
        (b'id,q,ref\n1,2,3\n4,"x,6\n7,8,9\n', "input.uri", "line 3 is never closed"),
        (b'id,"q,ref\n1,2,3\n', "input.uri", "line 1 is never closed"),
        (b"id,q,ref\r1,2,3\r", "input.uri", "the header line cannot be read"),
        (b'id,q,ref\n1,"' + b"xxxxxxxxx\n" * 40 + b'",3\n', "input.uri", "starts in line 2 (byte offset 9)"),
        (b"id,q,ref\n1," + b"x" * 400 + b",3\n", "input.uri", "starts in line 2 (byte offset 9)"),
    ],
)
def test_a_fault_of_the_file_is_one_error(read: Any, tmp_path: Path, data: bytes, field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _rows(read, tmp_path, data, cell_bytes_file=300)
    assert refused.value.field == field
    assert words in str(refused.value)
    assert "t.csv" in str(refused.value)
    assert refused.value.way_out


def test_unnamed_columns_may_repeat(read: Any, tmp_path: Path) -> None:
    (row,) = _rows(read, tmp_path, b"id,q,ref,,\n1,2,3,,\n")
    assert row.problem is None


def test_a_cell_beyond_the_standard_field_limit_of_the_csv_module_is_read(read: Any, tmp_path: Path) -> None:
    (row,) = _rows(read, tmp_path, b"id,q,ref\n1," + b"x" * 500_000 + b",3\n")
    assert len(row.variables["question"]) == 500_000
