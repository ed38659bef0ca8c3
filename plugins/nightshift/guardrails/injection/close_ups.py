"""The sentences that the rules hit, each read as a text of its own: what stands around an attack does not hide it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nightshift.guardrails.injection.plain import is_plain_within
from nightshift.guardrails.injection.rules import RuleHit
from nightshift.guardrails.normalisation import View

_ENDS = re.compile(r"-->|[.!?؟](?=[\s\"')\]]|$)|[。！？।\n]")
_REACH = 200  # characters that a sentence has on either side of a hit at most
_LONGEST = 400
_WEAKEST = 0.5
_NEARLY_ALL = 0.8  # a sentence that is this much of a text tells no more than the text


@dataclass(frozen=True, slots=True)
class CloseUp:
    """A piece of an undisguised text and what the rules say of it, from 0 to 1."""

    start: int
    end: int
    evidence: float
    is_plain: bool


def close_ups(view: View, hits: Iterable[RuleHit]) -> list[CloseUp]:
    """In the order of the text. Sentences that overlap are one as long as it stays short."""
    text = view.plain.text
    return [
        CloseUp(start, end, max(hit.weight for hit in some), is_plain_within(some, end - start))
        for start, end, some in _sentences(text, hits)
        if end - start < _NEARLY_ALL * len(text)
    ]


def _sentences(text: str, hits: Iterable[RuleHit]) -> list[tuple[int, int, list[RuleHit]]]:
    found: list[tuple[int, int, list[RuleHit]]] = []
    for start, end, hit in _single(text, hits):
        if found and start < found[-1][1] and max(end, found[-1][1]) - found[-1][0] <= _LONGEST:
            first, last, before = found.pop()
            found.append((first, max(end, last), [*before, hit]))
        else:
            found.append((start, end, [hit]))
    return found


def _single(text: str, hits: Iterable[RuleHit]) -> Iterator[tuple[int, int, RuleHit]]:
    placed = [(hit.said, hit) for hit in hits if hit.said and hit.weight >= _WEAKEST]
    for (start, end), hit in sorted(placed, key=lambda pair: pair[0]):
        begin = _begin(text, start)
        yield begin, min(_end(text, end), begin + _LONGEST), hit


def _begin(text: str, start: int) -> int:
    begin = max(0, start - _REACH)
    for mark in _ENDS.finditer(text, begin, start):
        begin = mark.end()
    while begin < start and text[begin].isspace():
        begin += 1
    return begin


def _end(text: str, end: int) -> int:
    last = min(len(text), end + _REACH)
    mark = _ENDS.search(text, max(0, end - 1), last)
    return end + len(text[end : mark.end() if mark else last].rstrip())
