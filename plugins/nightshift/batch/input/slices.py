"""`InputSlice`: one contiguous part of one file, small enough to travel through XCom; and the merging of neighbours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from nightshift.batch.input.catalogue import Format


@dataclass(frozen=True, slots=True)
class InputSlice:
    """`start` and `end` are byte offsets for csv and jsonl and row offsets for parquet; `end` is excluded.

    `number` counts from 0, `first_row` from 1 over the whole input. `file_bytes` tells a file that was changed since.
    """

    number: int
    uri: str
    format: Format
    first_row: int
    rows: int
    start: int
    end: int
    file_bytes: int
    header: tuple[str, ...] = ()
    delimiter: str = ","

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields: dict[str, Any] = json.loads(text)
        return cls(**{**fields, "header": tuple(fields["header"])})


class SliceCollector:
    """Ends with at most `most` slices by letting them grow; holds a small multiple of that on the way."""

    def __init__(self, slice_rows: int, most: int) -> None:
        self._slice_rows, self._most = slice_rows, most
        self._slices: list[InputSlice] = []

    def add(self, part: InputSlice) -> None:
        self._slices.append(part)
        if len(self._slices) > 4 * self._most:
            self._shrink(2 * self._most)

    def finished(self) -> tuple[InputSlice, ...]:
        self._shrink(self._most)
        return tuple(replace(part, number=number) for number, part in enumerate(self._slices))

    def _shrink(self, most: int) -> None:
        if len(self._slices) > most:
            self._slices = _merged(self._slices, self._slice_rows)
        while len(self._slices) > most:
            self._slice_rows *= 2
            self._slices = _merged(self._slices, self._slice_rows)


def _merged(slices: Iterable[InputSlice], rows: int) -> list[InputSlice]:
    merged: list[InputSlice] = []
    for part in slices:
        last = merged[-1] if merged else None
        if last is not None and last.uri == part.uri and last.rows + part.rows <= rows:
            merged[-1] = replace(last, rows=last.rows + part.rows, end=part.end)
        else:
            merged.append(part)
    return merged
