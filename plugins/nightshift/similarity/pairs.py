"""Labelled pairs: two texts, and whether one answer serves both. JSON lines {"a", "b", "same"}."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from nightshift.errors import InvalidInput
from nightshift.tiering.json_rows import object_of, rows_of_file, shown, truth

_WAY_OUT = 'one JSON object per line: {"a": "text", "b": "text", "same": true or false}'
_TEXT = "a text, or where the prompt has several variables an object with a text for each"


class Pair(NamedTuple):
    """`same` as a person, or how the pair was made, says."""

    a: str
    b: str
    same: bool


def as_text(written: object) -> str | None:
    """A side of a pair that is a text."""
    return written if isinstance(written, str) else None


def read_pairs(path: Path, text_of: Callable[[object], str | None] = as_text) -> list[Pair]:
    """Every line of the file. Raises InvalidInput naming line and field of the first one that is no pair.

    `text_of` makes the text of what stands under `a` and `b`; None where that is none.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"cannot be read ({error.strerror})", field="pairs", value=str(path), way_out="name a file that is there"
        ) from error
    name = f"pairs {path}"
    lines = rows_of_file(content.splitlines(), name)
    return [_pair(object_of(line, name, number, _WAY_OUT), f"{name}, line {number}", text_of) for number, line in lines]


def _pair(found: Mapping[str, object], where: str, text_of: Callable[[object], str | None]) -> Pair:
    a, b, same = text_of(found.get("a")), text_of(found.get("b")), truth(found.get("same"))
    if a is None:
        raise _fault(found, "a", where, _TEXT)
    if b is None:
        raise _fault(found, "b", where, _TEXT)
    if not isinstance(same, bool):
        raise _fault(found, "same", where, "true or false, or 1 or 0")
    return Pair(a, b, same)


def _fault(found: Mapping[str, object], field: str, where: str, limit: str) -> InvalidInput:
    value = shown(found[field]) if field in found else "missing"
    return InvalidInput("no labelled pair", field=f"{where}, {field}", value=value, limit=limit, way_out=_WAY_OUT)


def distinct(pairs: Iterable[Pair]) -> list[Pair]:
    """Without repeats, whichever side comes first: what was labelled once is evidence once."""
    first: dict[tuple[frozenset[str], bool], Pair] = {}
    for pair in pairs:
        first.setdefault((frozenset((pair.a, pair.b)), pair.same), pair)
    return list(first.values())


def require_different(pairs: Sequence[Pair]) -> None:
    """Raises InvalidInput where every pair is the same: then there is no false hit to be found."""
    if all(pair.same for pair in pairs):
        raise InvalidInput(
            "no different pairs: nothing was checked",
            field="pairs",
            value=f"{len(pairs):,} pairs, all the same",
            way_out='add pairs with "same": false',
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
