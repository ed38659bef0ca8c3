"""JSON lines to texts that can be screened. A line that cannot be read says why, and never what it holds.

What is not JSON and what programs write all the same is read: NaN and infinities (as null), halves of characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from nightshift.cli.json_lines import LONGEST_LINE, Source, numbered_lines, written_id
from nightshift.guardrails.subjects import ORIGINS, Origin, Subject

# `retrieved` is what a prompt calls a document that was found for the row.
_ORIGINS: dict[str, Origin] = {**{origin: origin for origin in ORIGINS}, "retrieved": "document"}


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One line of input: a subject, or what is wrong with it. `key` is its id.

    `guessed`: it names an origin that there is not, and counts as a document.
    """

    key: Any
    subject: Subject | None = field(default=None, repr=False)
    error: str | None = None
    guessed: bool = False


def blocks(source: Source, usual: Origin) -> Iterator[list[SubjectLine]]:
    """The lines as they come, without blank ones: who waits for an answer gets it, who pipes a file gets blocks.

    `usual` is the origin of texts that name none.
    """
    for lines in numbered_lines(source):
        yield [read_line(number, line, usual) for number, line in lines if line is None or line.strip()]


def read_line(number: int, line: bytes | None, usual: Origin) -> SubjectLine:
    """The subject of one line. `None` stands for a line that was too long to keep."""
    if line is None:
        return SubjectLine(None, error=f"line {number} is longer than {LONGEST_LINE:,} bytes; way out: split the text")
    try:
        content = _content(line)
    except orjson.JSONDecodeError as error:
        return SubjectLine(None, error=f"line {number} is not JSON: {error.msg} at character {error.colno}")
    if not isinstance(content, dict):
        return SubjectLine(None, error=f'line {number} is not an object; expected {{"id": ..., "text": "..."}}')
    try:
        key = written_id(content.get("id"), line)
    except ValueError as error:
        return SubjectLine(None, error=f"line {number}: id: {error}")
    if problem := _problem(content):
        return SubjectLine(key, error=f"line {number}: {problem}")
    origin = _origin(content.get("origin"), usual)
    return SubjectLine(key, _subject(content, origin or "document"), guessed=origin is None)


def _content(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        try:
            return _forgiven(line)
        except (ValueError, RecursionError):
            raise error from None


def _forgiven(line: bytes) -> Any:
    """What Python's own JSON reads. The id is made ready for orjson, which cannot write half a character either."""
    import json

    content = json.loads(line.decode(), parse_constant=lambda _: None)
    if isinstance(content, dict):
        try:
            orjson.dumps(content.get("id"))
        except orjson.JSONEncodeError:
            content["id"] = orjson.Fragment(json.dumps(content["id"]))
    return content


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


def _subject(content: dict[str, Any], origin: Origin) -> Subject:
    sources = tuple(content.get("sources") or ())
    return Subject(content["text"], origin, content.get("prompt"), content.get("system"), sources)


def _origin(named: object, usual: Origin) -> Origin | None:
    if named is None:
        return usual
    return _ORIGINS.get(named.strip().lower()) if isinstance(named, str) else None


def _kind(value: object) -> str:
    return "missing" if value is None else type(value).__name__
