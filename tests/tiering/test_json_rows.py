"""Lines of JSON: what is no JSON line says what it is; the task of a row is called the same wherever it is read."""

from __future__ import annotations

import codecs
import gzip

import pytest

from nightshift.errors import InvalidInput
from nightshift.tiering.json_rows import object_of, rows_of_file, task_of

LINE = b'{"prompt": "x"}\n'


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert list(rows_of_file([codecs.BOM_UTF8 + LINE, b" \n", LINE], "rows.jsonl")) == [(1, LINE), (3, LINE)]
    assert list(rows_of_file([codecs.BOM_UTF8 + b"\n", LINE], "rows.jsonl")) == [(2, LINE)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(LINE, mtime=0), "rows: a gzip file, not JSON lines; way out: unpack it: gunzip"),
        (b"PAR1\x15\x04", "rows: a Parquet file, not JSON lines; way out: .*read_parquet"),
        (b"PK\x03\x04", "rows: a ZIP or Excel file"),
        (LINE.decode().encode("utf-16"), "rows: UTF-16, not JSON lines; way out: write it as UTF-8"),
        (LINE.decode().encode("utf-16-le"), "rows: UTF-16"),
    ],
)
def test_another_kind_of_file_is_named(content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        list(rows_of_file([content], "rows"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"prompt": "ü"}'.encode("latin-1"), "rows, line 1: not UTF-8 at byte 13; way out: .*iconv -f LATIN1"),
        (b"prompt,light_correct", "rows, line 1: CSV by its looks, not JSON lines; way out: .*read_csv"),
        (b'{"prompt": "a, b", "more": Infinity}', "rows, line 1, more: Infinity is no number in JSON"),
        (b'{"prompt": "a, b"', "rows, line 1: not JSON: "),
        (b"[" * 100_000, "rows, line 1: not JSON: "),
    ],
)
def test_a_line_that_is_no_json_is_told(line: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        object_of(line, "rows", 1, "mend it")


@pytest.mark.parametrize(
    ("row", "task"),
    [
        ({"prompt_name": "n", "prompt_version": "1.0.0", "task": "t"}, "n@1.0.0"),
        ({"prompt_name": "n", "prompt_version": None}, "n"),
        ({"prompt_version": "1.0.0", "task": 7, "subject": "s"}, "7"),
        ({"task": None, "benchmark": "b", "subject": "s"}, "b"),
        ({"task": "", "benchmark": "b", "subject": "s"}, "s"),
        ({"prompt": "x"}, ""),
    ],
)
def test_what_names_a_task(row: dict[str, object], task: str) -> None:
    assert task_of(row) == task
