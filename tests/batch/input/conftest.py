"""Writes a table in each format and reads it back through index and read_slice."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.batch.input.catalogue import resolve_files
from nightshift.batch.input.columns import ColumnMapping, InputLimits
from nightshift.batch.input.rows import InputRow, read_slice
from nightshift.batch.input.slicing import InputIndex, index

COLUMNS = ColumnMapping("id", {"question": "q"}, "ref")

Read = Callable[..., tuple[InputIndex, list[InputRow]]]


def _read(path: Path | str, columns: ColumnMapping = COLUMNS, slice_rows: int = 3, **limits: int) -> Any:
    bounds = InputLimits(**limits)
    found = index(resolve_files(str(path)), columns=columns, slice_rows=slice_rows, limits=bounds)
    return found, [row for part in found.slices for chunk in read_slice(part, columns, bounds) for row in chunk]


@pytest.fixture(scope="session")
def read() -> Read:
    return _read


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if path.suffix == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([header, *rows])
        path.write_bytes(text.getvalue().encode())
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows))
    else:
        columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
        pq.write_table(pa.table(columns), path, row_group_size=4)


@pytest.fixture(scope="session")
def write() -> Callable[[Path, Sequence[str], Sequence[Sequence[str]]], None]:
    return _write
