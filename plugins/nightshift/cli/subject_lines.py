"""JSON lines to texts that can be screened. A line that cannot be read says why, and never what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from nightshift.guardrails.subjects import ORIGINS, Origin, Subject

READ_BYTES = 1 << 18  # what is screened together when input comes faster than it is screened
LONGEST_LINE = 64 << 20  # bytes; more than any text that a provider takes
_PLAIN = (str, int, type(None))  # ids that are the same after reading and writing


class Source(Protocol):
    """A binary stream."""

    def read1(self, size: int, /) -> bytes:
        """What has come, up to `size` bytes; waits only if nothing has."""
        ...


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One line of input: a subject, or what is wrong with it. `key` is its id."""

    key: Any
    subject: Subject | None = field(default=None, repr=False)
    error: str | None = None


def blocks(source: Source, usual: Origin) -> Iterator[list[SubjectLine]]:
    """The lines as they come: who waits for an answer gets it, who pipes a file gets blocks.

    `usual` is the origin of texts that name none.
    """
    number = 1
    for lines in _split(source):
        yield [read_line(place, line, usual) for place, line in enumerate(lines, number)]
        number += len(lines)


def read_line(number: int, line: bytes | None, usual: Origin) -> SubjectLine:
    """The subject of one line. `None` stands for a line that was too long to keep."""
    if line is None:
        return SubjectLine(None, error=f"line {number} is longer than {LONGEST_LINE:,} bytes; way out: split the text")
    if not line.strip():
        return SubjectLine(None, error=f"line {number} is empty")
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return SubjectLine(None, error=f"line {number} is not JSON: {error.msg} at character {error.colno}")
    if not isinstance(content, dict):
        return SubjectLine(None, error=f'line {number} is not an object; expected {{"id": ..., "text": "..."}}')
    key = content.get("id")
    if type(key) not in _PLAIN and (key := _written(key, line)) is None:
        return SubjectLine(None, error=f"line {number}: id: nested too deeply; expected a string or a number")
    if problem := _problem(content):
        return SubjectLine(key, error=f"line {number}: {problem}")
    return SubjectLine(key, _subject(content, usual))


def _split(source: Source) -> Iterator[list[bytes | None]]:
    """The lines that were completed by each read. Of a line above the limit nothing is kept but its length."""
    pieces, size = list[bytes](), 0
    while data := source.read1(READ_BYTES):
        first, *others = data.split(b"\n")
        size += len(first)
        if size <= LONGEST_LINE:
            pieces.append(first)
        else:
            pieces.clear()
        if others:
            yield [_line(pieces, size), *others[:-1]]
            pieces, size = [others[-1]], len(others[-1])
    if size:
        yield [_line(pieces, size)]


def _line(pieces: list[bytes], size: int) -> bytes | None:
    return b"".join(pieces) if size <= LONGEST_LINE else None


def _written(key: Any, line: bytes) -> Any:
    """An id as it was written (orjson reads an integer of more than 64 bits as a float); None if it cannot be."""
    import json

    try:
        if isinstance(key, float):
            key = json.loads(line, parse_int=orjson.Fragment, parse_float=orjson.Fragment)["id"]
        orjson.dumps(key)
    except (RecursionError, orjson.JSONEncodeError):
        return None
    return key


def _problem(content: dict[str, Any]) -> str | None:
    if not isinstance(content.get("text"), str):
        return f"text: {_kind(content.get('text'))}; expected a string"
    for name in ("prompt", "system"):
        if not isinstance(content.get(name), str | None):
            return f"{name}: {_kind(content[name])}; expected a string"
    sources = content.get("sources")
    if sources is None or (isinstance(sources, list) and all(isinstance(item, str) for item in sources)):
        return None
    return "sources: expected a list of strings"


def _subject(content: dict[str, Any], usual: Origin) -> Subject:
    sources = tuple(content.get("sources") or ())
    origin = _origin(content.get("origin"), usual)
    return Subject(content["text"], origin, content.get("prompt"), content.get("system"), sources)


def _origin(named: object, usual: Origin) -> Origin:
    if named is None:
        return usual
    return next((origin for origin in ORIGINS if origin == named), "document")


def _kind(value: object) -> str:
    return "missing" if value is None else type(value).__name__
