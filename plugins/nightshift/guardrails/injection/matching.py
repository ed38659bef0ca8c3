"""Finds phrases and combinations of words in one pass over a text, and locates only what that pass has seen."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import re2

from nightshift.guardrails.injection.phrases import Phrase
from nightshift.guardrails.injection.searching import Alphabet, Pattern, Searchable
from nightshift.guardrails.injection.sieve import Sieve

Span = tuple[int, int]

# A phrase that is repeated a thousand times says no more than one that is repeated twenty times.
_MOST = 20
_MOST_WORDS = 2_000
_FEW_WORDS = r"""[ ,:'"“‘(-]{0,3}(?:[\w']+[ ,:'"“‘(-]{1,3}){0,4}?"""
_ENDS = re.compile(r"[.!?\n。！？।؟]")


class Combination(NamedTuple):
    """Kinds of words that mean something together: each near the first, within one sentence, in this order or any."""

    rule: str
    weight: float
    kinds: tuple[str, ...]
    ordered: bool
    reach: int = 80


class Found(NamedTuple):
    rule: str
    start: int
    end: int
    weight: float


class Matcher:
    """The rules, compiled as texts need them."""

    def __init__(self, phrases: Iterable[Phrase], words: dict[str, str], combinations: Iterable[Combination]) -> None:
        self._phrases = tuple(phrases)
        self._words = words
        self._combinations = tuple(combinations)
        self._pooled = {pattern for pattern in words.values() if not pattern.isascii()}
        self._own: dict[str, re2._Regexp] = {}
        self._foreign: dict[str, Pattern] = {}

    @cached_property
    def _alphabet(self) -> Alphabet:
        return Alphabet(_expanded(phrase.pattern + phrase.trigger) for phrase in self._phrases)

    @cached_property
    def _sieve(self) -> Sieve:
        triggers = [(phrase.trigger or phrase.pattern).split(" && ") for phrase in self._phrases]
        words = [[self._words[kind] for kind in combination.kinds] for combination in self._combinations]
        needs = [[_expanded(pattern) for pattern in some] for some in (*triggers, *words)]
        return Sieve(needs, {_expanded(pattern) for pattern in self._pooled}, self._alphabet)

    def found(self, text: Searchable) -> Iterator[Found]:
        encoded = self._alphabet.encoded(text.text)
        met = self._sieve.passed(text, encoded)
        first = bisect_left(met, len(self._phrases))
        for index in met[:first]:
            yield from self._located(self._phrases[index], encoded)
        spans: dict[str, list[Span]] = {}
        for index in met[first:]:
            combination = self._combinations[index - len(self._phrases)]
            for kind in combination.kinds:
                if kind not in spans:
                    spans[kind] = self._spans(self._words[kind], text, encoded)
            yield from _meetings(combination, [spans[kind] for kind in combination.kinds], text.text)

    def _located(self, phrase: Phrase, encoded: bytes) -> list[Found]:
        matches = islice(self._compiled(phrase.pattern).finditer(encoded), _MOST)
        return [Found(phrase.rule, match.start(), match.end(), phrase.weight) for match in matches]

    def _spans(self, words: str, text: Searchable, encoded: bytes) -> list[Span]:
        if words not in self._pooled:
            matches = self._compiled(words).finditer(encoded)
        else:
            if words not in self._foreign:
                self._foreign[words] = Pattern(_expanded(words))
            matches = self._foreign[words].of(text.script).finditer(text.searched)
        return [match.span() for match in islice(matches, _MOST_WORDS)]

    def _compiled(self, source: str) -> re2._Regexp:
        if source not in self._own:
            self._own[source] = self._alphabet.compiled(_expanded(source))
        return self._own[source]


def _expanded(pattern: str) -> str:
    """Ready to compile, and normalised as the texts are that it is compared with."""
    normalised = unicodedata.normalize("NFKC", pattern)
    return normalised.replace("{g}", r"[^.!?\n]{0,60}?").replace("{w}", _FEW_WORDS)


def _meetings(combination: Combination, spans: list[list[Span]], text: str) -> Iterator[Found]:
    count = 0
    for start, end in spans[0]:
        met = [(start, end)]
        for others in spans[1:]:
            other = _nearest(others, met[-1] if combination.ordered else met[0], combination, text)
            if other is None:
                break
            met.append(other)
        else:
            yield Found(combination.rule, min(s for s, _ in met), max(e for _, e in met), combination.weight)
            count += 1
            if count == _MOST:
                return


def _nearest(others: list[Span], anchor: Span, combination: Combination, text: str) -> Span | None:
    """The first of the others that stands in reach of the anchor and in the same sentence."""
    lowest = anchor[0] if combination.ordered else anchor[0] - combination.reach
    at = bisect_left(others, (lowest, 0))
    while at < len(others) and others[at][0] <= anchor[1] + combination.reach:
        other = others[at]
        between = text[min(anchor[1], other[1]) : max(anchor[0], other[0])]
        if other != anchor and not _ENDS.search(between):
            return other
        at += 1
    return None
