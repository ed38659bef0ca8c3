"""Parquet: row groups are streamed batch by batch; only the wanted columns are decoded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from nightshift.batch.input.catalogue import InputFile
from nightshift.batch.input.cells import InputRow, RowMaker, value_keys
from nightshift.batch.input.columns import MEBIBYTE, ColumnMapping, InputLimits, check_columns
from nightshift.batch.input.parquet_text import as_texts, invalid_text, longest_cell, without_text_form
from nightshift.batch.input.slices import InputSlice
from nightshift.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

SHORT_TEXT = 16 * 1024


def cut(
    stream: BinaryIO, file: InputFile, *, columns: ColumnMapping, slice_rows: int, limits: InputLimits
) -> Iterator[InputSlice]:
    """The file's slices, numbered from row 1 of this file; every wanted cell has been decoded and checked once."""
    with _readable(file.uri):
        table = _open(stream)
        schema = table.schema_arrow
        check_columns(schema.names, columns, uri=file.uri, types=without_text_form(schema))
        _refuse_huge_averages(table, file.uri, columns, limits)
        first_row = 1
        for batch in _batches(stream, table, range(table.num_row_groups), columns, limits):
            _check_cells(batch, file.uri, columns, limits, first_row)
            first_row += batch.num_rows
        total = table.metadata.num_rows
    for start in range(0, total, slice_rows):
        end = min(start + slice_rows, total)
        yield InputSlice(0, file.uri, "parquet", start + 1, end - start, start, end, file.size_bytes)


def read(stream: BinaryIO, part: InputSlice, columns: ColumnMapping, limits: InputLimits) -> Iterator[list[InputRow]]:
    with _readable(part.uri):
        table = _open(stream)
        groups, position = _overlapping(table, part)
        number = part.first_row
        for batch in _batches(stream, table, groups, columns, limits):
            first, last = max(part.start - position, 0), min(part.end - position, batch.num_rows)
            position += batch.num_rows
            if first < last:
                chunk = _rows(batch.slice(first, last - first), number, columns, limits)
                number += len(chunk)
                yield chunk
            if position >= part.end:
                return


@contextmanager
def _readable(uri: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        # Arrow reports damage as either of these; a fault of the storage would have stopped the hashing before.
        raise InvalidInput(
            f"is no complete Parquet file ({type(error).__name__})",
            field="input.uri",
            value=uri,
            limit="a Parquet file that ends with its footer and whose pages can be decoded",
            way_out="write or upload the file again; parquet-tools or duckdb show what is left of it",
        ) from error


def _open(stream: BinaryIO) -> pq.ParquetFile:
    import pyarrow.parquet as pq

    return pq.ParquetFile(stream, buffer_size=MEBIBYTE, pre_buffer=False)


def _batches(
    stream: BinaryIO, table: pq.ParquetFile, groups: range, columns: ColumnMapping, limits: InputLimits
) -> Iterator[pa.RecordBatch]:
    for number in groups:
        group = table.metadata.row_group(number)
        average = group.total_byte_size / max(group.num_rows, 1)
        repeated = _longest_repeated(stream, table, number, columns)
        # All rows of a batch may be the longest one: that case gets more room, but is bounded too.
        rows = min(limits.chunk_rows, limits.chunk_bytes / max(average, 1), 16 * limits.chunk_bytes / max(repeated, 1))
        yield from table.iter_batches(
            batch_size=max(1, int(rows)), row_groups=[number], columns=columns.names(), use_threads=False
        )


def _longest_repeated(stream: BinaryIO, table: pq.ParquetFile, group: int, columns: ColumnMapping) -> int:
    """The longest text of the row group's dictionaries: a long document that thousands of rows share.

    The sizes in the metadata count it once; decoded it takes its length in every row.
    """
    import pyarrow.parquet as pq

    texts = _dictionary_columns(table, group, columns)
    if not texts:
        return 0
    encoded = pq.ParquetFile(
        stream, metadata=table.metadata, read_dictionary=texts, buffer_size=MEBIBYTE, pre_buffer=False
    )
    batch = next(encoded.iter_batches(batch_size=1, row_groups=[group], columns=texts, use_threads=False), None)
    return 0 if batch is None else sum(map(longest_cell, batch.columns))


def _dictionary_columns(table: pq.ParquetFile, group: int, columns: ColumnMapping) -> list[str]:
    """Columns of text whose dictionary could hold a text long enough to matter."""
    metadata, wanted = table.metadata.row_group(group), set(columns.names())
    chunks = [metadata.column(index) for index in range(metadata.num_columns)]
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.path_in_schema in wanted
        and chunk.physical_type == "BYTE_ARRAY"
        and chunk.has_dictionary_page
        and chunk.total_uncompressed_size > SHORT_TEXT
    ]


def _overlapping(table: pq.ParquetFile, part: InputSlice) -> tuple[range, int]:
    """The row groups that the slice touches, and the row offset at which the first of them starts."""
    first = last = position = offset = 0
    for group in range(table.num_row_groups):
        following = position + table.metadata.row_group(group).num_rows
        if following <= part.start:
            first, offset = group + 1, following
        if position < part.end:
            last = group + 1
        position = following
    return range(first, last), offset


def _refuse_huge_averages(table: pq.ParquetFile, uri: str, columns: ColumnMapping, limits: InputLimits) -> None:
    """Where the metadata alone proves that a cell is too long, not one page of it is decoded."""
    wanted = set(columns.names())
    row = 1
    for number in range(table.num_row_groups):
        group = table.metadata.row_group(number)
        for index in range(group.num_columns):
            chunk = group.column(index)
            if (
                chunk.path_in_schema in wanted
                and chunk.total_uncompressed_size > limits.cell_bytes_file * max(1, group.num_rows) + MEBIBYTE
            ):
                raise _too_long(uri, chunk.path_in_schema, row, row + group.num_rows - 1, limits)
        row += group.num_rows


def _check_cells(batch: pa.RecordBatch, uri: str, columns: ColumnMapping, limits: InputLimits, first_row: int) -> None:
    last_row = first_row + batch.num_rows - 1
    for name in columns.names():
        cells = batch.column(batch.schema.get_field_index(name))
        broken = invalid_text(cells)
        if broken is not None:
            raise InvalidInput(
                f"row {first_row + broken:,} of {uri} is not valid UTF-8",
                field="input.uri",
                value=uri,
                limit=f"column {name!r} is declared as text, which is UTF-8",
                way_out="write the column again from text decoded with its real encoding",
            )
        if longest_cell(cells) > limits.cell_bytes_file:
            raise _too_long(uri, name, first_row, last_row, limits)


def _too_long(uri: str, column: str, first: int, last: int, limits: InputLimits) -> InvalidInput:
    return InvalidInput(
        f"column {column!r} holds a cell above the limit in rows {first:,} to {last:,}",
        field="input.uri",
        value=uri,
        limit=f"{limits.cell_bytes_file:,} bytes",
        way_out="split or drop that row",
    )


def _rows(batch: pa.RecordBatch, number: int, columns: ColumnMapping, limits: InputLimits) -> list[InputRow]:
    row = RowMaker(columns, limits).row
    cells = {name: batch.column(batch.schema.get_field_index(name)) for name in columns.names()}
    texts = {name: as_texts(column) for name, column in cells.items()}
    size = max(longest_cell(column) for column in cells.values())
    values = zip(*(texts[key] for key in value_keys(columns)), strict=True)
    return [row(number + index, each, size) for index, each in enumerate(values)]
