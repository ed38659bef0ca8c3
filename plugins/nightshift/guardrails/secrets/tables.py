"""Values below a heading that announces them: `user,password` and, a line further, `bob,hunter2`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.secrets.plausible import is_placeholder, looks_chosen, looks_drawn, looks_random, looks_typed
from nightshift.guardrails.secrets.words import GATE, IS_PASSWORD, PASSWORD, SUFFIX, TOKEN, VAGUE
from nightshift.guardrails.verdict import Hit

# A table is written in lines of this length at most; longer ones are not looked at.
_LINE = 1000
_DELIMITERS = (",", "|", "\t", ";")
_HEADING = re.compile(
    rf"(?:[A-Za-z0-9]{{1,40}}[ _.-]){{0,4}}(?:[a-z0-9]{{1,40}}(?=[A-Z]))?(?i:{PASSWORD}|{TOKEN})(?i:{SUFFIX})"
)
_WORD = re.compile(rf"(?:{PASSWORD}|{TOKEN})\Z", re.IGNORECASE)
_QUOTED = re.compile(r' ?"(?:[^"]|"")*+"')
_LOGIN = re.compile(r"user|login|e-?mail|account|host|benutzer|usuario|utilisateur|utente", re.IGNORECASE)
_RESULT = re.compile(r"\bfail|\btest|\bstatus|\bresult", re.IGNORECASE)


class Columns:
    """Every line of the table, as long as its lines have as many cells as the first one."""

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((GATE,),)

    def find(self, text: str) -> Iterator[Hit]:
        first = text.find("\n", 0, _LINE)
        if first < 1:
            return
        for delimiter in _DELIMITERS:
            cells = _cells(text[:first].rstrip("\r"), delimiter)
            names = _names(cells)
            if len(cells) > 1 and names:
                yield from _below(text, first + 1, delimiter, len(cells), names)
                return


def _cells(line: str, delimiter: str) -> list[str]:
    """A delimiter between quotation marks divides nothing."""
    if '"' not in line:
        return line.split(delimiter)
    cells, at = [], 0
    while at <= len(line):
        quoted = _QUOTED.match(line, at)
        end = line.find(delimiter, quoted.end() if quoted else at)
        end = len(line) if end < 0 else end
        cells.append(line[at:end])
        at = end + 1
    return cells


def _names(cells: list[str]) -> dict[int, str]:
    """The headings that count; "" is one that may be of results or titles."""
    names = {column: name for column, cell in enumerate(cells) if (name := _heading(cell))}
    if any(map(_LOGIN.search, cells)) and not any(map(_RESULT.search, cells)):
        return names
    return {column: "" if _is_vague(name) else name for column, name in names.items()}


def _is_vague(name: str) -> bool:
    word = _WORD.search(name)
    return word is not None and VAGUE.match(name, word.start()) is not None


def _heading(cell: str) -> str:
    name = cell.strip(" \"'")
    return name if len(name) <= 40 and _HEADING.fullmatch(name) else ""


def _below(text: str, at: int, delimiter: str, width: int, names: dict[int, str]) -> Iterator[Hit]:
    for line in text[at:].splitlines(keepends=True):
        cells = _cells(line.rstrip("\r\n"), delimiter) if len(line) <= _LINE else []
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
    if not name:
        return looks_typed(value) or looks_drawn(value)
    return looks_chosen(value) if IS_PASSWORD.search(name) else looks_random(value)
