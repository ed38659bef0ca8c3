"""Memory does not follow the size of the input. Each case runs in its own process, whose peak is measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

MEBIBYTE = 1024 * 1024

PROGRAM = """
import resource, sys
import pyarrow.parquet, fsspec.implementations.local
from nightshift.batch.input.catalogue import resolve_files
from nightshift.batch.input.columns import ColumnMapping
from nightshift.batch.input.rows import read_slice
from nightshift.batch.input.slicing import index
from nightshift.errors import InvalidInput

peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
columns = ColumnMapping("id", {"q": "q"})
before, rows = peak(), 0
try:
    for part in index(resolve_files(sys.argv[1]), columns=columns, slice_rows=10_000).slices:
        rows += sum(map(len, read_slice(part, columns)))
except InvalidInput as error:
    print(error, file=sys.stderr)
print(rows, peak() - before)
"""


def _measure(path: Path) -> tuple[int, int, str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True)
    rows, growth = done.stdout.split()
    return int(rows), int(growth), done.stderr


def _huge_json(path: Path) -> None:
    path.write_bytes(b'{"id": "a", "q": "' + b"x" * 100 * MEBIBYTE + b'"}\n')


def _huge_csv(path: Path) -> None:
    path.write_bytes(b'id,q\na,"' + b"text text\n" * (10 * MEBIBYTE) + b'"\n')


def _huge_parquet(path: Path) -> None:
    pq.write_table(pa.table({"id": ["a", "b"], "q": ["x" * 100 * MEBIBYTE, "y"]}), path)


@pytest.mark.parametrize(
    ("name", "write"), [("t.jsonl", _huge_json), ("t.csv", _huge_csv), ("t.parquet", _huge_parquet)]
)
def test_a_cell_of_100_megabytes_is_refused_without_reading_it_whole(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    write(tmp_path / name)
    rows, growth, message = _measure(tmp_path / name)
    assert rows == 0
    assert "above the limit" in message
    assert "16,777,216 bytes" in message
    assert growth < 80


def test_one_long_document_in_thousands_of_rows_is_not_decoded_for_all_of_them_at_once(tmp_path: Path) -> None:
    document = "x" * 500_000
    table = {"id": [str(n) for n in range(3000)], "q": pa.array([document] * 3000).dictionary_encode()}
    pq.write_table(pa.table(table), tmp_path / "t.parquet")
    rows, growth, _ = _measure(tmp_path / "t.parquet")
    assert rows == 3000
    assert growth < 500


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv"])
def test_forty_megabytes_of_text_need_no_more_memory_than_a_few_blocks(tmp_path: Path, name: str) -> None:
    line = '{"id": "a", "q": "%s"}\n' if name.endswith("jsonl") else "a,%s\n"
    header = "" if name.endswith("jsonl") else "id,q\n"
    (tmp_path / name).write_text(header + (line % ("word " * 80)) * 100_000)
    rows, growth, _ = _measure(tmp_path / name)
    assert rows == 100_000
    assert growth < 40
