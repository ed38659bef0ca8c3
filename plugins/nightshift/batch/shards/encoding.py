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
    numbers = pc.cast(pc.cast(table["row_number"], pa.string()), large)
    parts: list[Any] = [
        pa.scalar(template.before_id, large),
        numbers,
        pa.scalar(template.before_user, large),
        pc.cast(table["user_json"], large),
        pa.scalar(template.after, large),
        pa.scalar("", large),
    ]
    lines = pc.binary_join_element_wise(*parts)
    return lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines


def as_bytes(lines: pa.LargeStringArray) -> memoryview:
    """The lines one after the other, as they stand in memory."""
    import numpy as np

    ends = np.frombuffer(lines.buffers()[1], dtype=np.int64)
    start, end = ends[lines.offset], ends[lines.offset + len(lines)]
    return memoryview(lines.buffers()[2])[start:end]
