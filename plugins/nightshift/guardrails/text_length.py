"""Texts that are longer than they should be."""

from __future__ import annotations

from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit


class TextLength:
    """Hits when a text has more than `most` characters."""

    def __init__(self, most: int) -> None:
        self._most = most

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [[Hit("TEXT_LENGTH", self._most, len(text))] if len(text) > self._most else [] for text in batch.texts]
