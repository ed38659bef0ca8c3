"""Texts that are longer or shorter than they should be."""

from __future__ import annotations

from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit


class TextLength:
    """Hits when a text has more than `most` characters, or less than `least`."""

    def __init__(self, most: int | None, least: int | None = None) -> None:
        self._most, self._least = most, least

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [self._measure(len(text)) for text in batch.texts]

    def _measure(self, length: int) -> list[Hit]:
        if self._most is not None and length > self._most:
            return [Hit("TEXT_LENGTH", self._most, length)]
        return [Hit("TEXT_LENGTH", 0, length)] if self._least is not None and length < self._least else []
