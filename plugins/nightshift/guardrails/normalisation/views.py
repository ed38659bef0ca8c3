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
    """One text and its readings."""

    original: str
    plain: Aligned
    decoded: tuple[Decoded, ...] = ()
    tricks: frozenset[Trick] = _NO_TRICKS
