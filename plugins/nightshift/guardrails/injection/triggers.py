"""Which of many patterns occur in a text.

One RE2 set for all of them builds states for every pair of half-seen patterns: most of the time of a short run. A few
sets of patterns that have little in common build a fifth of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import re2

_MEMORY = 256 << 20
_PLAIN, _STRETCHING, _FOREIGN, _FOREIGN_LETTERS = range(4)
_STRETCH = re.compile(r"\{[0-9]")
# What an alternative can do without: groups, classes, and what is followed by a sign of repetition.
_OPTIONAL = re.compile(r"\([^()]*\)|\[[^\]]*\]|\\?.[?*{]")


class Triggers:
    """The patterns by their place. Case does not matter."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._sets: dict[int, tuple[re2.Set, list[int]]] = {}
        for place, pattern in enumerate(patterns):
            for kind, part in _parts(pattern):
                self._add(kind, part, place)
        for compiled, _ in self._sets.values():
            compiled.Compile()

    def present(self, text: str) -> frozenset[int]:
        """The places of the patterns that occur."""
        found: list[int] = []
        for kind, (compiled, places) in self._sets.items():
            if kind != _FOREIGN_LETTERS or not text.isascii():
                found += [places[index] for index in compiled.Match(text) or ()]
        return frozenset(found)

    def _add(self, kind: int, pattern: str, place: int) -> None:
        if kind not in self._sets:
            options = re2.Options()
            options.max_mem = _MEMORY
            options.log_errors = False
            self._sets[kind] = re2.Set.SearchSet(options), []
        compiled, places = self._sets[kind]
        compiled.Add("(?i)" + pattern)
        places.append(place)


def _parts(pattern: str) -> Iterator[tuple[int, str]]:
    """The pattern, or its alternatives by what a text must have for them."""
    if pattern.isascii():
        yield _STRETCHING if _STRETCH.search(pattern) else _PLAIN, pattern
        return
    parts: dict[int, list[str]] = {}
    for alternative in alternatives(pattern):
        parts.setdefault(_FOREIGN_LETTERS if _needs_letters(alternative) else _FOREIGN, []).append(alternative)
    for kind, some in parts.items():
        yield kind, "|".join(some)


def _needs_letters(alternative: str) -> bool:
    """Whether no plain ASCII text can match."""
    before, needed = "", alternative
    while needed != before:
        before, needed = needed, _OPTIONAL.sub("", needed)
    return not needed.isascii()


def alternatives(pattern: str) -> list[str]:
    """What stands between the bars that are in no group and no class."""
    found, start, depth, at, in_class = [], 0, 0, 0, False
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif in_class:
            in_class = letter != "]"
        elif letter == "[":
            in_class = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and not depth:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]
