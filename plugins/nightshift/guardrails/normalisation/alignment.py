"""Texts that were rewritten and still know where each character came from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

Edit = tuple[int, int, str]
"""``text[start:end]`` becomes the third member. Edits of one layer are sorted and do not overlap."""


class Layer:
    """How one rewriting moved positions. A replacement of the same length keeps its positions one to one.

    Most texts are never asked for a position, so the tables are built at the first question.
    """

    __slots__ = ("_edits", "_ends", "_out_ends", "_outs", "_starts")

    def __init__(self, edits: Callable[[], Sequence[Edit]]) -> None:
        self._edits: Callable[[], Sequence[Edit]] | None = edits
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._outs: list[int] = []
        self._out_ends: list[int] = []

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source of ``[start, end)``; a position inside a replacement stands for all that was replaced."""
        self._build()
        before = bisect_right(self._outs, start) - 1
        if before >= 0:
            inside = start < self._out_ends[before]
            start = self._starts[before] if inside else self._ends[before] + start - self._out_ends[before]
        before = bisect_left(self._outs, end) - 1
        if before >= 0:
            end = self._ends[before] + max(0, end - self._out_ends[before])
        return start, max(start, end)

    def _build(self) -> None:
        if self._edits is None:
            return
        moved = 0
        for start, end, new in self._edits():
            if end - start != len(new):
                self._starts.append(start)
                self._ends.append(end)
                self._outs.append(start + moved)
                moved += len(new) - (end - start)
                self._out_ends.append(end + moved)
        self._edits = None


class Aligned:
    """A text with the way back to the original that it was made from."""

    __slots__ = ("_layers", "text")

    def __init__(self, text: str, layers: tuple[Layer, ...] = ()) -> None:
        self.text = text
        self._layers = layers

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original."""
        for layer in reversed(self._layers):
            start, end = layer.span(start, end)
        return start, end

    def rewritten(self, edits: Sequence[Edit]) -> Aligned:
        if not edits:
            return self
        pieces, done, text = [], 0, self.text
        for start, end, new in edits:
            pieces.append(text[done:start])
            pieces.append(new)
            done = end
        pieces.append(text[done:])
        return self.replaced("".join(pieces), lambda: edits)

    def replaced(self, text: str, edits: Callable[[], Sequence[Edit]]) -> Aligned:
        """A rewriting whose text is known already and whose edits are only counted when a position is asked for."""
        return Aligned(text, (*self._layers, Layer(edits)))

    def substituted(self, text: str) -> Aligned:
        """A rewriting that keeps every position."""
        return self if text == self.text else Aligned(text, self._layers)

    def __repr__(self) -> str:
        return f"Aligned({len(self.text)} characters, {len(self._layers)} layers)"
