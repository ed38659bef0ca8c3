"""Arrow columns as text: which types have a text form, and the text of each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def without_text_form(schema: pa.Schema) -> dict[str, str]:
    """Name and type of every column that cannot become text: lists, structs, maps, bytes."""
    return {field.name: str(field.type) for field in schema if not _has_text_form(_value_type(field.type))}


def _value_type(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _has_text_form(kind: pa.DataType) -> bool:
    from pyarrow import types

    known = (
        _is_text, types.is_boolean, types.is_integer, types.is_floating, types.is_decimal, types.is_date,
        types.is_time, types.is_timestamp, types.is_null,
    )  # fmt: skip
    return any(check(kind) for check in known)


def _is_text(kind: pa.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _plain_values(cells: pa.Array) -> pa.Array:
    import pyarrow as pa

    return cells.dictionary if pa.types.is_dictionary(cells.type) else cells


def longest_cell(cells: pa.Array) -> int:
    """In bytes of UTF-8; anything that is not text is short."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = _plain_values(cells)
    if not _is_text(values.type):
        return 0
    if pa.types.is_string_view(values.type):
        values = values.cast(pa.large_string())
    return pc.max(pc.binary_length(values)).as_py() or 0


def invalid_text(cells: pa.Array) -> int | None:
    """The position of the first cell that is not UTF-8; Arrow itself does not look when it reads."""
    import pyarrow as pa

    values = _plain_values(cells)
    if not _is_text(values.type):
        return None
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return next((place for place in range(len(cells)) if not _decodes(cells[place])), None)
    return None


def _decodes(cell: Any) -> bool:
    try:
        cell.as_py()
    except UnicodeDecodeError:
        return False
    return True


def as_texts(cells: pa.Array) -> list[Any]:
    """The text of each cell, None where it has no value, a float where the number is not finite."""
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type):
        values = as_texts(cells.dictionary)
        return [None if index is None else values[index] for index in cells.indices.to_pylist()]
    kind = cells.type
    if pa.types.is_floating(kind):
        return _float_texts(cells)
    if pa.types.is_decimal(kind):
        return [None if value is None else format(value, "f") for value in cells.to_pylist()]
    if pa.types.is_temporal(kind):
        cells = _iso_texts(cells)
    texts: list[Any] = (cells if _is_text(cells.type) else cells.cast(pa.string())).to_pylist()
    return texts


def _float_texts(cells: pa.Array) -> list[Any]:
    """As JSON writes them. NaN is how data frames write a missing number."""
    import math

    import pyarrow as pa

    if not pa.types.is_float64(cells.type):
        # Through text: 0.1 in 32 bits is 0.1 to its author, not 0.10000000149011612.
        cells = cells.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    return [
        None if value is None or math.isnan(value) else (repr(value) if math.isfinite(value) else value)
        for value in cells.to_pylist()
    ]


def _iso_texts(cells: pa.Array) -> pa.Array:
    """ISO 8601, in UTC where the column has a time zone (needs no time zone database, fits any year)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zone = ""
    if pa.types.is_timestamp(cells.type) and cells.type.tz is not None:
        cells, zone = cells.cast(pa.timestamp(cells.type.unit)), "Z"
    elif pa.types.is_date64(cells.type):
        cells = cells.cast(pa.date32())
    texts = pc.replace_substring(cells.cast(pa.string()), " ", "T", max_replacements=1)
    texts = pc.replace_substring_regex(texts, r"\.0+$", "")
    return pc.binary_join_element_wise(texts, zone, "") if zone else texts
