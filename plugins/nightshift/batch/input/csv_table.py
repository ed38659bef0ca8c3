"""CSV after RFC 4180: quoted cells with embedded line ends, doubled quotes; the delimiter is read off the header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO
from operator import itemgetter
from typing import BinaryIO

from nightshift.batch.input.catalogue import InputFile
from nightshift.batch.input.cells import InputRow, RowMaker, value_keys
from nightshift.batch.input.columns import ColumnMapping, InputLimits, check_columns
from nightshift.batch.input.slices import InputSlice
from nightshift.batch.input.text_blocks import Block, checked, line_blocks, row_too_long
from nightshift.errors import InvalidInput

DELIMITERS = (",", ";", "\t", "|")


class _Lines:
    """Feeds csv.reader one physical line at a time, so that `offset` is exact after each record."""

    def __init__(self, blocks: Iterator[Block], uri: str, limit: int) -> None:
        self._blocks, self._uri, self._limit = blocks, uri, limit
        self.offset = self.line = self.record_offset = self.record_line = 0
        self.exhausted = False

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            if not self.offset:
                self.offset = self.record_offset = block.offset
            for line in BytesIO(block.data):
                self.offset += len(line)
                self.line += 1
                if self.offset - self.record_offset > self._limit:
                    raise row_too_long(self._uri, self.record_line + 1, self.record_offset, self._limit)
                yield line.decode()
        self.exhausted = True


def _records(lines: _Lines, uri: str, delimiter: str, limits: InputLimits) -> Iterator[list[str] | str]:
    """The cells of each record, or the reason why it has none. Blank lines are no records."""
    # The field limit is one for the whole process (131,072 characters unless told). It is only ever raised: what
    # bounds a cell here is the size of its record in `_Lines`.
    csv.field_size_limit(max(csv.field_size_limit(), limits.cell_bytes_file))
    # Strict: a lenient reader would join a cell with a lost quote to its neighbours without a word.
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        lines.record_offset, lines.record_line = lines.offset, lines.line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.exhausted:
                raise _unbalanced_quote(uri, lines) from None
            yield f"the row is not valid CSV (bytes {lines.record_offset:,} to {lines.offset:,} of the file: {error})"
        else:
            if cells:
                yield cells


def _unbalanced_quote(uri: str, lines: _Lines) -> InvalidInput:
    return InvalidInput(
        f"a quote opened in the row that starts in line {lines.record_line + 1:,} is never closed",
        field="input.uri",
        value=uri,
        limit="RFC 4180: a quoted cell ends with a quote; a quote inside it is doubled",
        way_out="close the quote in that line, or write the file with a CSV library",
    )


def cut(
    stream: BinaryIO, file: InputFile, *, columns: ColumnMapping, slice_rows: int, limits: InputLimits
) -> Iterator[InputSlice]:
    """The file's slices, numbered from row 1 of this file."""
    blocks = _without_nul(checked(line_blocks(stream, file.uri, limit=limits.cell_bytes_file), file.uri), file.uri)
    first = next(blocks, None)
    if first is None:
        return
    delimiter, header = _header(first, file.uri, columns, limits)
    check_columns(header, columns, uri=file.uri)
    lines = _Lines(_chained(first, blocks), file.uri, limits.cell_bytes_file)
    records = _records(lines, file.uri, delimiter, limits)
    next(records)
    first_row, rows, start = 1, 0, lines.offset

    def part() -> InputSlice:
        end = lines.offset
        return InputSlice(0, file.uri, "csv", first_row, rows, start, end, file.size_bytes, tuple(header), delimiter)

    for _ in records:
        rows += 1
        if rows == slice_rows:
            yield part()
            first_row, rows, start = first_row + rows, 0, lines.offset
    if rows:
        yield part()


def _chained(first: Block, rest: Iterator[Block]) -> Iterator[Block]:
    yield first
    yield from rest


def _without_nul(blocks: Iterator[Block], uri: str) -> Iterator[Block]:
    for block in blocks:
        position = block.data.find(b"\0")
        if position >= 0:
            line = block.line + block.data.count(b"\n", 0, position) + 1
            raise InvalidInput(
                f"line {line:,} holds a NUL byte (byte offset {block.offset + position:,})",
                field="input.uri",
                value=uri,
                limit="text without NUL bytes",
                way_out="export the table again, or take them out: tr -d '\\000' < old > new",
            )
        yield block


def _header(first: Block, uri: str, columns: ColumnMapping, limits: InputLimits) -> tuple[str, list[str]]:
    """The delimiter is the one that shows most of the wanted columns, then the one that shows most columns."""
    wanted = set(columns.names())
    best: tuple[tuple[int, int], str, list[str]] | None = None
    for delimiter in DELIMITERS:
        lines = _Lines(iter([first]), uri, limits.cell_bytes_file)
        header = next(_records(lines, uri, delimiter, limits), None)
        if isinstance(header, list):
            score = (len(wanted.intersection(header)), len(header))
            if best is None or score > best[0]:
                best = (score, delimiter, header)
    if best is None or "\r" in "".join(best[2]):
        raise InvalidInput(
            "the header line cannot be read",
            field="input.uri",
            value=uri,
            limit="RFC 4180: lines end with CR LF or LF, quotes are balanced",
            way_out="export as CSV (UTF-8) again; if the lines end with CR alone: tr '\\r' '\\n' < old > new",
        )
    return best[1], best[2]


def read(stream: BinaryIO, part: InputSlice, columns: ColumnMapping, limits: InputLimits) -> Iterator[list[InputRow]]:
    stream.seek(part.start)
    blocks = line_blocks(stream, part.uri, limit=limits.cell_bytes_file, start=part.start, end=part.end)
    lines = _Lines(blocks, part.uri, limits.cell_bytes_file)
    rows = _Rows(part.header, columns, limits)
    chunk: list[InputRow] = []
    chunk_start = part.start
    number = part.first_row
    for record in _records(lines, part.uri, part.delimiter, limits):
        chunk.append(rows.row(number, record, lines.offset - lines.record_offset))
        number += 1
        if len(chunk) >= limits.chunk_rows or lines.offset - chunk_start >= limits.chunk_bytes:
            yield chunk
            chunk, chunk_start = [], lines.offset
    if chunk:
        yield chunk


class _Rows:
    def __init__(self, header: tuple[str, ...], columns: ColumnMapping, limits: InputLimits) -> None:
        self._maker = RowMaker(columns, limits)
        self._width = len(header)
        self._id = header.index(columns.id)
        self._values = itemgetter(*map(header.index, value_keys(columns)))

    def row(self, number: int, record: list[str] | str, size: int) -> InputRow:
        if isinstance(record, str):
            return self._maker.rejected(number, record)
        if len(record) != self._width:
            request_id = record[self._id] if self._id < len(record) else None
            problem = f"the row has {len(record):,} fields, the header has {self._width:,}"
            return self._maker.rejected(number, problem, request_id)
        return self._maker.row(number, self._values(record), size)
