"""Labelled pairs: two texts, and whether one answer serves both. JSON lines {"a", "b", "same"}."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from nightshift.errors import InvalidInput


class Pair(NamedTuple):
    """`same` as a person, or how the pair was made, says."""

    a: str
    b: str
    same: bool


def as_text(written: object) -> str | None:
    """A side of a pair that is a text."""
    return written if isinstance(written, str) else None


def read_pairs(path: Path, text_of: Callable[[object], str | None] = as_text) -> list[Pair]:
    """Every line of the file. Raises InvalidInput naming the first line that is no pair.

    `text_of` makes the text of what stands under `a` and `b`; None where that is none.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InvalidInput(
            f"cannot be read ({error.strerror})", field="pairs", value=str(path), way_out="name a file that is there"
        ) from error
    return [_pair(number, line, text_of) for number, line in enumerate(lines, 1) if line.strip()]


def _pair(number: int, line: bytes, text_of: Callable[[object], str | None]) -> Pair:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, dict):
        a, b, same = text_of(found.get("a")), text_of(found.get("b")), found.get("same")
        if a is not None and b is not None and isinstance(same, bool):
            return Pair(a, b, same)
    raise InvalidInput(
        "no labelled pair",
        field=f"pairs (line {number})",
        limit='{"a": "text", "b": "text", "same": true or false}',
        way_out="mend the line",
    )


def groups(pairs: Sequence[Pair]) -> list[int]:
    """One number per pair, equal for pairs that have a text in common, directly or through others."""
    root: dict[str, str] = {}

    def find(text: str) -> str:
        while root.setdefault(text, text) != text:
            root[text] = root[root[text]]
            text = root[text]
        return text

    for pair in pairs:
        root[find(pair.a)] = find(pair.b)
    return _numbered(find(pair.a) for pair in pairs)


def _numbered(names: Iterable[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in names]
