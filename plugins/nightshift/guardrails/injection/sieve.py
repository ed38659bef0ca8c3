"""Tells in a few passes over a text which phrases and combinations can occur in it. Nearly every text has few."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import cached_property

from nightshift.guardrails.injection.scripts import Script, by_script
from nightshift.guardrails.injection.searching import Alphabet, PatternSet, Searchable

# What RE2 has to count while it reads. Such patterns stand in a set of their own: a set remembers every mixture of
# what is half-seen of each pattern, and builds what it remembers while it reads.
_COUNTS = re.compile(r"\{\d|\[\^|\.\*")


class Sieve:
    """Of each of `needs` all patterns must occur. `pooled` are those that join the words of many languages."""

    def __init__(self, needs: Sequence[Sequence[str]], pooled: Container[str], alphabet: Alphabet) -> None:
        self._places: dict[str, int] = {}
        self._needs = [frozenset(self._places.setdefault(one, len(self._places)) for one in some) for some in needs]
        self._pooled, self._alphabet = pooled, alphabet
        self._waiting: list[list[int]] = [[] for _ in self._places]
        for index, places in enumerate(self._needs):
            self._waiting[max(places)].append(index)

    def passed(self, text: Searchable, encoded: bytes) -> list[int]:
        """Which of the needs are met, in their order."""
        seen: list[int] = []
        for patterns in self._english:
            seen += patterns.seen(encoded)
        for patterns in self._foreign[text.script]:
            seen += patterns.seen(text.searched)
        if not seen:
            return seen
        present = frozenset(seen)
        waiting, needs = self._waiting, self._needs
        return sorted([index for place in present for index in waiting[place] if needs[index] <= present])

    @cached_property
    def _english(self) -> list[PatternSet[int]]:
        plain: dict[int, bytes] = {}
        counting: dict[int, bytes] = {}
        for pattern, place in self._places.items():
            if pattern not in self._pooled:
                (counting if _COUNTS.search(pattern) else plain)[place] = self._alphabet.encoded(pattern)
        return [PatternSet(plain, Script.ASCII), PatternSet(counting, Script.ASCII)]

    @cached_property
    def _foreign(self) -> list[list[PatternSet[int]]]:
        """For each script the sets that a text in it is searched with; each is compiled when one is."""
        pooled: list[dict[int, str]] = [{} for _ in Script]
        for pattern, place in self._places.items():
            if pattern in self._pooled:
                for script, alternatives in by_script(pattern).items():
                    pooled[script][place] = alternatives
        for_all, latin, other = (PatternSet(some) for some in pooled)
        return [[PatternSet(pooled[Script.ASCII], Script.ASCII)], [for_all, latin], [for_all, latin, other]]
