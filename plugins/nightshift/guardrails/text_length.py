"""Texts that are longer than a prompt should carry."""

from __future__ import annotations

from nightshift.guardrails.verdict import Finding


class TextLength:
    """Hits when a text has more than `most` characters."""

    def __init__(self, rule: str, most: int) -> None:
        self._rule, self._most = rule, most

    def find(self, text: str) -> list[Finding]:
        if len(text) <= self._most:
            return []
        return [Finding(self._rule, "TEXT_LENGTH", self._most, len(text))]
