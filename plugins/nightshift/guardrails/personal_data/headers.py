"""The name of the column or the parameter that a value stands in."""

from __future__ import annotations

import re

# A table is written in lines of this length at most; longer ones are not looked at.
_LINE = 1000
_NAME = 32
_DELIMITERS = (",", "|", "\t", ";")
_PARAMETER = re.compile(r"[?&]\w[\w.\[\]-]{0,40}=")


def parameter_of(before: str) -> str:
    """Of what stands before a value what is about it: in `?q=phone&t=1712345678` its own name only."""
    if "=" not in before:
        return before
    places = [match.start() for match in _PARAMETER.finditer(before)]
    return before[places[-1] :] if places else before


def is_last_parameter(after: str) -> bool:
    """Whether what stands behind a value is not the next parameter."""
    return _PARAMETER.match(after) is None


def header_of(text: str, place: int) -> str:
    """The cell of the first line above the value at `place`, and a blank; "" where the text is no table.

    Tables say what a number is in their first line only.
    """
    begin = text.rfind("\n", max(0, place - _LINE), place) + 1
    first = text.find("\n", 0, _LINE)
    if not 0 < first < begin:
        return ""
    header, row = text[:first], text[begin : begin + _LINE].split("\n", 1)[0]
    for delimiter in _DELIMITERS:
        cells = header.split(delimiter)
        if len(cells) > 1 and row.count(delimiter) >= len(cells) - 1:
            column = row.count(delimiter, 0, place - begin)
            return _name(cells[column]) if column < len(cells) else ""
    return ""


def _name(cell: str) -> str:
    """A cell that can be the name of a column, and a blank."""
    cell = cell.strip(" \"'")
    is_name = len(cell) <= _NAME and cell.count(" ") < 4 and sum(map(str.isdigit, cell)) < 3
    return cell + " " if is_name else ""
