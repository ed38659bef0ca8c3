"""`InputRow`, and the faults that make one single row unusable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from nightshift.batch.input.columns import ColumnMapping, InputLimits


class InputRow(NamedTuple):
    """`problem` says why the row cannot be used; then `variables` is empty and `request_id` the best one known."""

    row_number: int
    request_id: str
    variables: dict[str, str]
    reference: str | None = None
    problem: str | None = None


def value_keys(columns: ColumnMapping) -> list[str]:
    """The columns of a row's values: id, variables, reference. Without a reference the id fills its place."""
    return [columns.id, *columns.variables.values(), columns.reference or columns.id]


class RowMaker:
    """Makes rows out of values in the order of `value_keys`: text, boolean, whole number, None, or of no use."""

    def __init__(self, columns: ColumnMapping, limits: InputLimits) -> None:
        self._columns = columns
        self._cell_bytes = limits.cell_bytes_row
        self._names = tuple(columns.variables)
        self._has_reference = columns.reference is not None

    def row(self, number: int, values: Sequence[Any], size: int) -> InputRow:
        """`size` is an upper bound for the bytes of every value."""
        if size <= self._cell_bytes and values[0]:
            for value in values:
                if type(value) is not str:
                    break
            else:
                variables = dict(zip(self._names, values[1:], strict=False))
                return InputRow(number, values[0], variables, values[-1] if self._has_reference else None, None)
        return self._examined(number, values)

    def rejected(self, number: int, problem: str, request_id: object = None) -> InputRow:
        known, _ = self._text(request_id)
        return InputRow(number, known or f"row-{number}", {}, None, problem)

    def _examined(self, number: int, values: Sequence[object]) -> InputRow:
        request_id, *cells, reference = values
        problem = "; ".join(self._problems(request_id, cells, reference))
        if problem:
            return self.rejected(number, problem, request_id)
        texts = [_as_written(cell) or "" for cell in cells]
        variables = dict(zip(self._names, texts, strict=True))
        return InputRow(
            number, _as_written(request_id) or "", variables, _as_written(reference) if self._has_reference else None
        )

    def _problems(self, request_id: object, cells: Sequence[object], reference: object) -> Iterator[str]:
        text, fault = self._text(request_id)
        if not text:
            yield f"id: column {self._columns.id!r} {fault or 'has no value'}"
        for (variable, column), cell in zip(self._columns.variables.items(), cells, strict=True):
            text, fault = self._text(cell)
            if text is None:
                yield f"variable {variable}: column {column!r} {fault or 'has no value'}"
        _, fault = self._text(reference)
        if fault and self._has_reference:
            yield f"reference: column {self._columns.reference!r} {fault}"

    def _text(self, cell: object) -> tuple[str | None, str | None]:
        """The cell's text (None: no value) and why it cannot be used."""
        text = _as_written(cell)
        if text is None and cell is not None:
            return None, f"holds {_NAMES.get(type(cell), 'a value that is no text')}, not a text"
        # A character takes at most 4 bytes: most cells need no encoding to be known as small.
        if text is not None and len(text) * 4 > self._cell_bytes:
            size = len(text.encode("utf-8", "surrogatepass"))
            if size > self._cell_bytes:
                return None, f"is {size:,} bytes long, the limit is {self._cell_bytes:,}; shorten it or split the row"
        return text, None


_NAMES: dict[type[Any], str] = {dict: "a nested object", list: "a nested list", float: "a number that is not finite"}


def _as_written(cell: object) -> str | None:
    """Text as JSON writes it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell) if isinstance(cell, int) else None
