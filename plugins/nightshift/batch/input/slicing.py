"""`index`: one streaming pass over the input that counts its rows, hashes its bytes, checks it and cuts it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from nightshift.batch.input import csv_table, json_lines, parquet_table
from nightshift.batch.input.access import opened
from nightshift.batch.input.catalogue import InputFile
from nightshift.batch.input.columns import MEBIBYTE, ColumnMapping, InputLimits
from nightshift.batch.input.slices import InputSlice, SliceCollector
from nightshift.errors import InvalidInput

__all__ = ["InputIndex", "InputSlice", "index"]

_CUTS = {"csv": csv_table.cut, "jsonl": json_lines.cut, "parquet": parquet_table.cut}


@dataclass(frozen=True, slots=True)
class InputIndex:
    """`digest` is the SHA-256 over the bytes of all files in order."""

    rows: int
    digest: str
    slices: tuple[InputSlice, ...]


def index(
    files: Sequence[InputFile],
    *,
    columns: ColumnMapping,
    slice_rows: int,
    limits: InputLimits | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> InputIndex:
    """Raises `InvalidInput` for every fault of a whole file, so that no row of a broken input is ever handed out."""
    limits = limits or InputLimits()
    _refuse_too_many(files, limits)
    digest = hashlib.sha256()
    collector = SliceCollector(slice_rows, limits.slices)
    rows = 0
    for file in files:
        _refuse_empty(file)
        before = rows
        for part in _cut(file, digest, columns, slice_rows, limits, storage_options or {}):
            collector.add(replace(part, first_row=before + part.first_row))
            rows += part.rows
    if not rows:
        raise _no_rows(files)
    return InputIndex(rows, digest.hexdigest(), collector.finished())


def _cut(
    file: InputFile,
    digest: hashlib._Hash,
    columns: ColumnMapping,
    slice_rows: int,
    limits: InputLimits,
    storage_options: Mapping[str, Any],
) -> Iterator[InputSlice]:
    with opened(file.uri, storage_options) as stream:
        hashed = stream
        if file.format == "parquet":
            # Parquet is read from its end; its bytes are hashed in a pass of their own.
            while data := stream.read(MEBIBYTE):
                digest.update(data)
            stream.seek(0)
        else:
            hashed = cast(BinaryIO, _Hashed(stream, digest))
        yield from _CUTS[file.format](hashed, file, columns=columns, slice_rows=slice_rows, limits=limits)


class _Hashed:
    """Hashes what is read, in the order of reading."""

    def __init__(self, stream: BinaryIO, digest: hashlib._Hash) -> None:
        self._stream, self._digest = stream, digest

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._digest.update(data)
        return data


def _refuse_too_many(files: Sequence[InputFile], limits: InputLimits) -> None:
    if len(files) > limits.slices:
        raise InvalidInput(
            "the input has too many files",
            field="input.uri",
            value=len(files),
            limit=f"{limits.slices:,} files",
            way_out="merge the small files, or run one job for each part of them",
        )


def _refuse_empty(file: InputFile) -> None:
    if not file.size_bytes:
        raise InvalidInput(
            "the file is empty",
            field="input.uri",
            value=file.uri,
            limit="at least 1 row",
            way_out="check the export that wrote it, or remove the file",
        )


def _no_rows(files: Sequence[InputFile]) -> InvalidInput:
    return InvalidInput(
        "the input has no rows",
        field="input.uri",
        value=files[0].uri if len(files) == 1 else [file.uri for file in files[:3]],
        limit="at least 1 row (a header or a blank line is none)",
        way_out="check the export that wrote it",
    )
