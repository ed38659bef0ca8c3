"""What a reader gets: the text as it was sent, as it reads when nothing is disguised, and what is hidden in it."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.guardrails.normalisation.alignment import Aligned
from nightshift.guardrails.normalisation.tricks import Encoding, Trick


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text that stood encoded in ``original[start:end]``. It has no finer positions than that."""

    kind: Encoding
    text: str
    start: int
    end: int
    depth: int = 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.start, self.end


_NO_TRICKS: frozenset[Trick] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """One text and its readings.

    `unfolded` is `plain` with its white space as it was sent: tables and lines mean something to who looks for values.
    `wordless` was decoded as well, and is no language: numbers, keys, addresses.
    """

    original: str
    plain: Aligned
    unfolded: Aligned
    decoded: tuple[Decoded, ...] = ()
    tricks: frozenset[Trick] = _NO_TRICKS
    wordless: tuple[Decoded, ...] = ()

    @property
    def is_disguised(self) -> bool:
        """Whether more can be read than what was sent. Piled-up white space hides nothing."""
        return bool(self.decoded or self.wordless) or self.unfolded.text != self.original
