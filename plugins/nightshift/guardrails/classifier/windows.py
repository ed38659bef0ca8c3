"""Long texts cut into overlapping pieces of bounded length: an attack is short, whatever it hides in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 400
_STEP = 300
_REACH = 40  # how far a cut may move to fall between two words


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of one text of a list."""

    text: int  # its place in the list
    start: int
    end: int


def windows(texts: Sequence[str]) -> list[Window]:
    """The pieces of every text, in order. A text of up to LONGEST characters is one piece; an empty text too."""
    return [Window(place, start, end) for place, text in enumerate(texts) for start, end in _cuts(text)]


def _cuts(text: str) -> list[tuple[int, int]]:
    cuts = []
    start = 0
    while start + LONGEST < len(text):
        cuts.append((start, start + LONGEST))
        space = text.find(" ", start + _STEP, start + _STEP + _REACH)
        start = space + 1 if space >= 0 else start + _STEP
    cuts.append((start, len(text)))
    return cuts
