"""JSON lines: one object per line; blank lines are skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from operator import itemgetter
from typing import BinaryIO

import orjson

from nightshift.batch.input.catalogue import InputFile
from nightshift.batch.input.cells import InputRow, RowMaker, value_keys
from nightshift.batch.input.columns import ColumnMapping, InputLimits, check_columns
from nightshift.batch.input.slices import InputSlice
from nightshift.batch.input.text_blocks import checked, line_blocks
from nightshift.errors import InvalidInput


def cut(
    stream: BinaryIO, file: InputFile, *, columns: ColumnMapping, slice_rows: int, limits: InputLimits
) -> Iterator[InputSlice]:
    """The file's slices, numbered from row 1 of this file."""
    sample = _Sample(file, columns, limits)
    first_row, rows, start, end = 1, 0, None, 0
    for block in checked(line_blocks(stream, file.uri, limit=limits.cell_bytes_file), file.uri):
        lines = BytesIO(block.data).readlines()
        sample.take(lines)
        start, end = block.offset if start is None else start, block.offset
        for some, length in _runs(lines, slice_rows, rows):
            rows, end = rows + some, end + length
            if rows == slice_rows:
                yield InputSlice(0, file.uri, "jsonl", first_row, rows, start, end, file.size_bytes)
                first_row, rows, start = first_row + rows, 0, end
    sample.finish()
    if rows and start is not None:
        yield InputSlice(0, file.uri, "jsonl", first_row, rows, start, end, file.size_bytes)


def _runs(lines: list[bytes], slice_rows: int, rows: int) -> Iterator[tuple[int, int]]:
    """Rows and bytes of each run of lines, cut where a slice is full; `rows` are in the slice already."""
    position = 0
    while position < len(lines):
        run = lines[position : position + slice_rows - rows]
        position += len(run)
        some = len(run) - sum(map(bytes.isspace, run))
        yield some, sum(map(len, run))
        rows = (rows + some) % slice_rows


class _Sample:
    """The first rows' columns. One that no sampled row has is missing; absent in single rows is those rows' problem."""

    def __init__(self, file: InputFile, columns: ColumnMapping, limits: InputLimits) -> None:
        self._file, self._columns = file, columns
        self._left = limits.sampled_rows
        self._rows = 0
        self._objects = False
        self._names: dict[str, None] = {}

    def take(self, lines: list[bytes]) -> None:
        if not self._left:
            return
        for line in lines:
            if not line.isspace():
                self._look_at(line)
                if not self._left:
                    self._check()
                    return

    def finish(self) -> None:
        if self._left and self._rows:
            self._check()

    def _look_at(self, line: bytes) -> None:
        self._left -= 1
        self._rows += 1
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            return  # this row's own problem, unless all of them are like it
        if isinstance(record, dict):
            self._objects = True
            self._names.update(dict.fromkeys(record))

    def _check(self) -> None:
        if not self._objects:
            raise InvalidInput(
                f"none of the first {self._rows:,} rows is a JSON object",
                field="input.uri",
                value=self._file.uri,
                limit="JSON lines: one object in each line",
                way_out="write one object per line; for one large JSON array: jq -c '.[]' old.json > new.jsonl",
            )
        check_columns(list(self._names), self._columns, uri=self._file.uri)


def read(stream: BinaryIO, part: InputSlice, columns: ColumnMapping, limits: InputLimits) -> Iterator[list[InputRow]]:
    rows = _Rows(columns, limits)
    number = part.first_row
    stream.seek(part.start)
    for block in line_blocks(stream, part.uri, limit=limits.cell_bytes_file, start=part.start, end=part.end):
        lines = [line for line in BytesIO(block.data).readlines() if not line.isspace()]
        for first in range(0, len(lines), limits.chunk_rows):
            chunk = lines[first : first + limits.chunk_rows]
            yield [rows.row(number + index, line) for index, line in enumerate(chunk)]
            number += len(chunk)


class _Rows:
    def __init__(self, columns: ColumnMapping, limits: InputLimits) -> None:
        self._maker = RowMaker(columns, limits)
        self._keys = value_keys(columns)
        self._values = itemgetter(*self._keys)

    def row(self, number: int, line: bytes) -> InputRow:
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            return self._maker.rejected(number, f"the line is not valid JSON (position {error.pos:,})")
        if type(record) is not dict:
            return self._maker.rejected(number, "the line is not a JSON object")
        try:
            values = self._values(record)
        except KeyError:
            values = [record.get(key) for key in self._keys]
        if float in map(type, values):
            # A float forgets how the number was written, and a whole number beyond 64 bits becomes one.
            record = json.loads(line, parse_float=str, parse_int=str)
            values = [record.get(key) for key in self._keys]
        return self._maker.row(number, values, len(line))
