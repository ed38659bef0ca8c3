"""`read_slice`: the rows of one slice in chunks, with memory bounded by the chunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nightshift.batch.input import csv_table, json_lines, parquet_table
from nightshift.batch.input.access import opened
from nightshift.batch.input.cells import InputRow
from nightshift.batch.input.columns import ColumnMapping, InputLimits
from nightshift.batch.input.slices import InputSlice
from nightshift.errors import InvalidInput

__all__ = ["InputRow", "read_slice"]

_READERS = {"csv": csv_table.read, "jsonl": json_lines.read, "parquet": parquet_table.read}


def read_slice(
    part: InputSlice,
    columns: ColumnMapping,
    limits: InputLimits | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> Iterator[list[InputRow]]:
    """Raises `InvalidInput` when the file is not the one that was indexed."""
    limits = limits or InputLimits()
    rows = 0
    with opened(part.uri, storage_options or {}) as stream:
        size = stream.seek(0, 2)
        if size != part.file_bytes:
            raise _changed(part, f"{size:,} bytes instead of {part.file_bytes:,}")
        stream.seek(0)
        try:
            for chunk in _READERS[part.format](stream, part, columns, limits):
                rows += len(chunk)
                yield chunk
        except UnicodeDecodeError:
            raise _changed(part, "it is no longer valid UTF-8") from None
    if rows != part.rows:
        raise _changed(part, f"{rows:,} rows instead of {part.rows:,} from row {part.first_row:,} on")


def _changed(part: InputSlice, difference: str) -> InvalidInput:
    return InvalidInput(
        f"the file was changed while the run used it ({difference})",
        field="input.uri",
        value=part.uri,
        way_out="start the run again, on a file that nobody writes to",
    )
