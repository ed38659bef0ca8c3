"""Values below a heading that announces them: `user,password` and, a line further, `bob,hunter2`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.secrets.plausible import is_placeholder, looks_chosen, looks_random
from nightshift.guardrails.secrets.words import GATE, IS_PASSWORD, PASSWORD, SUFFIX, TOKEN
from nightshift.guardrails.verdict import Hit

# A table is written in lines of this length at most; longer ones are not looked at.
_LINE = 1000
_DELIMITERS = (",", "|", "\t", ";")
_HEADING = re.compile(
    rf"(?:[A-Za-z0-9]{{1,40}}[ _.-]){{0,4}}(?:[a-z0-9]{{1,40}}(?=[A-Z]))?(?i:{PASSWORD}|{TOKEN})(?i:{SUFFIX})"
)


class Columns:
    """Every line of the table, as long as its lines have as many cells as the first one."""

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((GATE,),)

    def find(self, text: str) -> Iterator[Hit]:
        first = text.find("\n", 0, _LINE)
        if first < 1:
            return
        for delimiter in _DELIMITERS:
            cells = text[:first].rstrip("\r").split(delimiter)
            names = {column: name for column, cell in enumerate(cells) if (name := _heading(cell))}
            if len(cells) > 1 and names:
                yield from _below(text, first + 1, delimiter, len(cells), names)
                return


def _heading(cell: str) -> str:
    name = cell.strip(" \"'")
    return name if len(name) <= 40 and _HEADING.fullmatch(name) else ""


def _below(text: str, at: int, delimiter: str, width: int, names: dict[int, str]) -> Iterator[Hit]:
    for line in text[at:].splitlines(keepends=True):
        cells = line.rstrip("\r\n").split(delimiter) if len(line) <= _LINE else []
        if len(cells) == width:
            place = at
            for column, cell in enumerate(cells):
                value = cell.strip(" \"'")
                if column in names and _is_value(names[column], value):
                    start = place + cell.index(value)
                    yield Hit("SECRET", start, start + len(value), 0.85)
                place += len(cell) + 1
        at += len(line)


def _is_value(name: str, value: str) -> bool:
    if not 4 <= len(value) <= 512 or " " in value or is_placeholder(value) or not any(map(str.isalnum, value)):
        return False
    return looks_chosen(value) if IS_PASSWORD.search(name) else looks_random(value)
