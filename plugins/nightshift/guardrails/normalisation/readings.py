"""All that can be read in a text: as it stands, without disguises, and what is encoded in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from nightshift.guardrails.normalisation.views import Decoded, View

# What stands before a value says what it is ("passport: ..."), and so does the word after it.
_BEFORE, _AFTER = 64, 24


class Reading(NamedTuple):
    """One text, and where a part of it stands in the original."""

    text: str
    span: Callable[[int, int], tuple[int, int]]


def readings(view: View) -> Iterator[Reading]:
    """Every reading once. A model that is talked into telling a secret is often told to encode it, too."""
    yield Reading(view.original, lambda start, end: (start, end))
    if view.plain.text != view.original:
        yield Reading(view.plain.text, view.plain.span)
    for part in (*view.decoded, *view.wordless):
        yield Reading(part.text, part.span)


class DisguisedReading(NamedTuple):
    """A text that was not sent as it reads. `span` is None for what stands beside it, and was sent as it reads."""

    text: str
    span: Callable[[int, int], tuple[int, int] | None]


def disguised_readings(view: View) -> Iterator[DisguisedReading]:
    """What the original does not show, for checks of values: what was encoded stands among its neighbours."""
    if view.unfolded.text != view.original:
        yield DisguisedReading(view.unfolded.text, view.unfolded.span)
    for part in (*view.decoded, *view.wordless):
        yield _in_its_place(part, view.original)


def _in_its_place(part: Decoded, original: str) -> DisguisedReading:
    before, after = original[max(0, part.start - _BEFORE) : part.start], original[part.end : part.end + _AFTER]
    # Invisible characters may stand inside of a word, which is no part of what they spell.
    left, right = " " * before[-1:].isalnum(), " " * after[:1].isalnum()
    begin = len(before) + len(left)
    end = begin + len(part.text)

    def span(first: int, last: int) -> tuple[int, int] | None:
        if last <= begin or first >= end:
            return None
        return part.start - max(0, len(before) - first), part.end + max(0, last - end - len(right))

    return DisguisedReading("".join((before, left, part.text, right, after)), span)
