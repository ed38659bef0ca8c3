"""JSON lines to texts that can be screened. A line that cannot be read says why, and never what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from nightshift.cli.json_lines import LONGEST_LINE, Source, numbered_lines
from nightshift.guardrails.subjects import ORIGINS, Origin, Subject

_PLAIN = (str, int, type(None))  # ids that are the same after reading and writing


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
    for lines in numbered_lines(source):
        yield [read_line(number, line, usual) for number, line in lines]


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
