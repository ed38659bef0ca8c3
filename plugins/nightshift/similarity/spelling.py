"""A slip of the pen: an unknown word that one usual mistake away is a known one.

Changes of other letters stay apart: nitrite is not nitrate, ethyl not methyl, prostrate not prostate.
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

_VOWELS = frozenset("aeiouy")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEAST_SWAPPED = 5
_LEAST_LOST = 7


def _near() -> dict[str, str]:
    near: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            below = _ROWS[number + 1][max(place - 1, 0) : place + 1] if number + 1 < len(_ROWS) else ""
            above = _ROWS[number - 1][place : place + 2] if number else ""
            near[letter] = beside + below + above
    return near


_NEAR = _near()


class Spelling:
    """What is known: the words of a vocabulary, in lower case."""

    def __init__(self, words: Set[str]) -> None:
        self._words = words
        self.meant = lru_cache(maxsize=20_000)(self._meant)

    def knows(self, word: str) -> bool:
        """The word or what it is the plural of."""
        return word in self._words or (word.endswith("s") and word[:-1] in self._words)

    def _meant(self, word: str) -> tuple[str, ...]:
        """The known words that an unknown one may have been meant to be."""
        if len(word) < _LEAST_SWAPPED or not word.isascii() or not word.isalpha() or self.knows(word):
            return ()
        return tuple(sorted(other for other in _mistaken(word) if self.knows(other)))


def _mistaken(word: str) -> set[str]:
    """What one mistake turns into `word`; the first letter is hardly ever wrong."""
    found = set()
    for place in range(1, len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        if letter == before[-1]:
            found.add(before + after)  # doubled
        found.add(before + before[-1] + word[place:])  # single for double
        if place > 1:
            found.add(before[:-1] + letter + before[-1] + after)  # swapped
        if len(word) + 1 >= _LEAST_LOST:
            found |= {before + lost + word[place:] for lost in "abcdefghijklmnopqrstuvwxyz"}
        if len(word) >= _LEAST_LOST:
            found |= {before + other + after for other in _NEAR[letter] if not {letter, other} <= _VOWELS}
    found.discard(word)
    return found
