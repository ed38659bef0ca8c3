"""A table of rows to request lines, without touching single rows in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightshift.providers.port import RequestTemplate

if TYPE_CHECKING:
    import pyarrow as pa


def encode(table: pa.Table, template: RequestTemplate) -> pa.LargeStringArray:
    """One request line per row of `table` (row_number, user_json), in its order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    large = pa.large_string()
    parts: list[Any] = [
        pa.scalar(template.before_id, large),
        _ids(table, template),
        pa.scalar(template.before_user, large),
        _user_texts(table, template),
        pa.scalar(template.after, large),
        pa.scalar("", large),
    ]
    lines = pc.binary_join_element_wise(*parts)
    return lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines


def _ids(table: pa.Table, template: RequestTemplate) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = pc.cast(pc.cast(table["row_number"], pa.string()), pa.large_string())
    return pc.utf8_lpad(numbers, template.id_digits, padding="0") if template.id_digits else numbers


def _user_texts(table: pa.Table, template: RequestTemplate) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not template.bare_user:
        return pc.cast(table["user_json"], pa.large_string())
    # By bytes, because counting characters takes ten times as long; the quotes are one byte each.
    without_quotes = pc.binary_slice(pc.cast(table["user_json"], pa.large_binary()), 1, -1)
    return pc.cast(without_quotes, pa.large_string())


def as_bytes(lines: pa.LargeStringArray) -> memoryview:
    """The lines one after the other, as they stand in memory."""
    import numpy as np

    ends = np.frombuffer(lines.buffers()[1], dtype=np.int64)
    start, end = ends[lines.offset], ends[lines.offset + len(lines)]
    return memoryview(lines.buffers()[2])[start:end]
