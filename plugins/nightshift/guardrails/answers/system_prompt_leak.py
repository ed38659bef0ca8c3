"""Answers that repeat the system prompt. Finds words in their order, also encoded; a translation is not found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nightshift.guardrails.normalisation.readings import Reading, readings
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit

ENTITY = "SYSTEM_PROMPT"
LEAST_OF_SHARE = 8  # words of a short system prompt that must be repeated before its share counts
_LENGTH = 4  # words of a fingerprint
# Scripts without spaces: there a character is about half a word.
_TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_WORD, _CHARACTER = 2, 1  # halves of a word, so that sums are exact


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive words of a reading that stand in the system prompt, too."""

    start: int
    end: int
    weight: int


class SystemPromptLeak:
    """Hits on `words` words in a row; or on all that is repeated where that is at least `share` of the prompt."""

    def __init__(self, words: int = 12, share: float = 0.5, may_repeat: tuple[str, ...] = ()) -> None:
        self._weight, self._share = words * _WORD, share
        self._harmless = frozenset(gram for text in may_repeat for gram in _grams(text))

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [
            self._compare(batch, place, subject.system) if subject.system else []
            for place, subject in enumerate(batch.subjects)
        ]

    def _compare(self, batch: Batch, place: int, system: str) -> list[Hit]:
        secret = _fingerprints(system)
        if self._harmless:
            secret -= self._harmless
        if not secret:
            return []
        found = [hit for reading in readings(batch.views[place]) for hit in self._read(reading, secret)]
        return sorted(dict.fromkeys(found), key=lambda hit: (hit.start, hit.end))

    def _read(self, reading: Reading, secret: frozenset[str]) -> list[Hit]:
        grams = _grams(reading.text)
        repeated = secret.intersection(grams)
        if not repeated:
            return []
        stretches = _stretches(list(_TOKEN.finditer(reading.text)), grams, repeated)
        share = len(repeated) / len(secret)
        if share >= self._share and sum(item.weight for item in stretches) >= LEAST_OF_SHARE * _WORD:
            told = stretches
        else:
            told = [item for item in stretches if item.weight >= self._weight]
        return [Hit(ENTITY, *reading.span(item.start, item.end)) for item in told]


@lru_cache(maxsize=64)
def _fingerprints(system: str) -> frozenset[str]:
    return frozenset(_grams(system))


def _grams(text: str) -> list[str]:
    """Each word with the three that follow it."""
    words = [word.casefold() for word in _TOKEN.findall(text)]
    return list(map("\0".join, zip(*(words[offset:] for offset in range(_LENGTH)), strict=False)))


def _stretches(tokens: list[re.Match[str]], grams: list[str], repeated: set[str] | frozenset[str]) -> list[_Stretch]:
    """Where fingerprints follow each other without a gap."""
    found: list[_Stretch] = []
    first = last = -1  # tokens of the open stretch, `last` exclusive
    for place, gram in enumerate([*grams, ""]):
        if gram in repeated:
            if place > last:
                first = place
            last = place + _LENGTH
        elif first >= 0 and place >= last:
            found.append(_stretch(tokens[first:last]))
            first = last = -1
    if first >= 0:
        found.append(_stretch(tokens[first:last]))
    return found


def _stretch(tokens: list[re.Match[str]]) -> _Stretch:
    weight = sum(_CHARACTER if token[0] > "\u0e00" and len(token[0]) == 1 else _WORD for token in tokens)
    return _Stretch(tokens[0].start(), tokens[-1].end(), weight)
