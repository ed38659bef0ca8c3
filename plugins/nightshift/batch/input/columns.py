"""Which columns a job reads, how large they may be, and whether a file's columns are fit for it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nightshift.errors import InvalidInput

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """`variables` maps a prompt variable to its column; `reference` is the column that only a grader sees."""

    id: str
    variables: Mapping[str, str]
    reference: str | None = None

    def wanted(self) -> Iterator[tuple[str, str]]:
        """Every wanted column as (field of the job spec, column name)."""
        yield "input.id", self.id
        for variable, column in self.variables.items():
            yield f"input.variables.{variable}", column
        if self.reference is not None:
            yield "grader.reference", self.reference

    def names(self) -> list[str]:
        """The wanted columns, each once."""
        return list(dict.fromkeys(column for _, column in self.wanted()))


@dataclass(frozen=True, slots=True)
class InputLimits:
    """`cell_bytes_row` rejects one row; `cell_bytes_file` (one cell, or one row of a text file) refuses the input.

    Both are sizes in UTF-8. No model of today takes a megabyte of text in one request, so neither limit costs a usable
    row; a cell beyond the second one nearly always is a lost quote or a lost line end.
    """

    cell_bytes_row: int = MEBIBYTE
    cell_bytes_file: int = 16 * MEBIBYTE
    slices: int = 1000  # one mapped task each; Airflow's [core] max_map_length is 1,024
    chunk_rows: int = 2000
    chunk_bytes: int = 4 * MEBIBYTE
    sampled_rows: int = 1000


def check_columns(
    names: Sequence[str], columns: ColumnMapping, *, uri: str, types: Mapping[str, str] | None = None
) -> None:
    """Refuses duplicated, missing and wrongly typed columns. `types` names those columns that cannot become text."""
    _refuse_duplicates(names, uri)
    for field, column in columns.wanted():
        if column not in names:
            raise _missing(field, column, names, uri)
        if types and column in types:
            raise InvalidInput(
                f"column {column!r} of {uri} is of a type that has no agreed text form",
                field=field,
                value=types[column],
                limit="text, number, boolean, date or time",
                way_out="write the column as text, for example as a JSON string, or map another column",
            )


def _refuse_duplicates(names: Sequence[str], uri: str) -> None:
    # Spreadsheets pad the header with unnamed columns; nobody can map those, so they are no ambiguity.
    twice = sorted(name for name, count in Counter(names).items() if count > 1 and name)
    if twice:
        raise InvalidInput(
            f"{uri} has more than one column of the same name",
            field="input.uri",
            value=twice,
            limit="each column name once",
            way_out="rename the columns so that the mapping says which one is meant",
        )


def _missing(field: str, column: str, names: Sequence[str], uri: str) -> InvalidInput:
    close = difflib.get_close_matches(column, names, n=1)
    return InvalidInput(
        f"{uri} has no such column",
        field=field,
        value=column,
        limit=f"known columns: {', '.join(map(repr, names))}",
        way_out=f"did you mean {close[0]!r}?" if close else "map one of the known columns, or add the column",
    )
