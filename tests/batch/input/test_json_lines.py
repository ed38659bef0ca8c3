"""JSON lines: what makes a row unusable, and what the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nightshift.errors import InvalidInput

GOOD = b'{"id": "a", "q": "hello", "ref": "1"}\n'


def _rows(read: Any, tmp_path: Path, data: bytes, **limits: int) -> Any:
    (tmp_path / "t.jsonl").write_bytes(data)
    return read(tmp_path / "t.jsonl", **limits)[1]


def _refused(read: Any, tmp_path: Path, data: bytes, **limits: int) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        _rows(read, tmp_path, data, **limits)
    return refused.value


def test_blank_lines_bom_and_carriage_returns_are_no_rows(read: Any, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b"\r\n \n\n" + GOOD * 3 + b"\n\n" + GOOD.rstrip()
    rows = _rows(read, tmp_path, data)
    assert [(row.row_number, row.request_id, row.problem) for row in rows] == [(n, "a", None) for n in range(1, 6)]


@pytest.mark.parametrize(
    ("line", "request_id", "words"),
    [
        (b"{not json", "row-2", "not valid JSON"),
        (b'["a", "b"]', "row-2", "not a JSON object"),
        (b'{"q": "x"}', "row-2", "id: column 'id' has no value"),
        (b'{"id": null, "q": "x"}', "row-2", "id: column 'id' has no value"),
        (b'{"id": "", "q": "x"}', "row-2", "id: column 'id' has no value"),
        (b'{"id": {"a": 1}, "q": "x"}', "row-2", "id: column 'id' holds a nested object"),
        (b'{"id": "b"}', "b", "variable question: column 'q' has no value"),
        (b'{"id": "b", "q": null}', "b", "variable question: column 'q' has no value"),
        (b'{"id": "b", "q": ["x"]}', "b", "variable question: column 'q' holds a nested list"),
        (b'{"id": "b", "q": "x", "ref": {}}', "b", "reference: column 'ref' holds a nested object"),
        (b'{"id": "b", "q": "\\ud800"}', "row-2", "not valid JSON"),
        (b'{"id": "b", "q": "' + b"x" * 101 + b'"}', "b", "column 'q' is 101 bytes long, the limit is 100"),
        ('{"id": "b", "q": "%s"}' % ("ä" * 51), "b", "column 'q' is 102 bytes long, the limit is 100"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_rest_goes_on(
    read: Any, tmp_path: Path, line: bytes | str, request_id: str, words: str
) -> None:
    data = GOOD + (line if isinstance(line, bytes) else line.encode()) + b"\n" + GOOD
    first, bad, last = _rows(read, tmp_path, data, cell_bytes_row=100)
    assert (first.problem, last.problem, last.row_number) == (None, None, 3)
    assert (bad.row_number, bad.request_id, bad.variables, bad.reference) == (2, request_id, {}, None)
    assert words in bad.problem


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"1", "1"), (b"1.5", "1.5"), (b"1.50", "1.50"), (b"true", "true"), (b"false", "false"), (b"1e5", "1e5"),
        (b"123456789012345678901234567890", "123456789012345678901234567890"), (b'"1.50"', "1.50"), (b'""', ""),
    ],
)  # fmt: skip
def test_numbers_and_booleans_become_text_as_the_file_writes_them(
    read: Any, tmp_path: Path, value: bytes, text: str
) -> None:
    (row,) = _rows(read, tmp_path, b'{"id": 7, "q": %s, "ref": 42}' % value)
    assert tuple(row) == (1, "7", {"question": text}, "42", None)


def test_an_absent_or_null_reference_is_no_problem(read: Any, tmp_path: Path) -> None:
    rows = _rows(read, tmp_path, GOOD + b'{"id": "b", "q": "x"}\n{"id": "c", "q": "x", "ref": null}')
    assert [(row.reference, row.problem) for row in rows] == [("1", None), (None, None), (None, None)]


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (b"", "input.uri", "the file is empty"),
        (b"\n \n", "input.uri", "no rows"),
        (b'{"id": "a", "ref": "1"}\n' * 3, "input.variables.question", "known columns: 'id', 'ref'"),
        (b'{"id": "a", "q_": "x", "ref": ""}\n', "input.variables.question", "did you mean 'q_'?"),
        (b'{"ID": "a", "q": "x", "ref": ""}\n', "input.id", "value: 'id'"),
        (b'[{"id": "a"},\n{"id": "b"}]\n', "input.uri", "none of the first 2 rows is a JSON object"),
        (GOOD * 2 + b'{"id": "\xff"}\n', "input.uri", "line 3 is not valid UTF-8 (byte offset 84)"),
        ("\ufeff{}".encode("utf-16-le"), "input.uri", "encoded as UTF-16"),
        (GOOD + b" " * 400 + GOOD, "input.uri", "starts in line 2 (byte offset 38)"),
    ],
)
def test_a_fault_of_the_file_is_one_error(read: Any, tmp_path: Path, data: bytes, field: str, words: str) -> None:
    error = _refused(read, tmp_path, data, cell_bytes_file=300)
    assert error.field == field
    assert words in str(error)
    assert "t.jsonl" in str(error)
    assert error.way_out


def test_a_column_that_only_later_rows_have_is_missing_in_the_sampled_ones(read: Any, tmp_path: Path) -> None:
    data = b'{"id": "a", "ref": "1"}\n' * 5 + GOOD
    assert _refused(read, tmp_path, data, sampled_rows=5).field == "input.variables.question"
    assert [row.problem is None for row in _rows(read, tmp_path, data, sampled_rows=6)] == [False] * 5 + [True]
