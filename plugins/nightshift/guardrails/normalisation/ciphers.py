"""Texts written with rotated, reversed or upside-down letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from nightshift.guardrails.normalisation.codes import Candidate
from nightshift.guardrails.normalisation.confusables import FLIPPED
from nightshift.guardrails.normalisation.vocabulary import FREQUENT

_WORD = re.compile(r"[A-Za-z]+")
_RUN = re.compile(r"[\w∀⅄˥'.,!?˙¿¡ ]+")
_FLIPPED_LETTER = re.compile("[ɐɔǝɟƃɓɥᴉɾʞɯɹʇʌʍʎ]")


def rotated_texts(text: str) -> Iterator[Candidate]:
    for start, end in _stretches(text, lambda word: codecs.encode(word, "rot13")):
        yield "rot13", start, end, codecs.encode(text[start:end], "rot13")


def reversed_texts(text: str) -> Iterator[Candidate]:
    """Both readings: the whole turned round, and each word turned round where it stands."""
    for start, end in _stretches(text, lambda word: word[::-1]):
        run = text[start:end]
        yield "reversed", start, end, run[::-1]
        yield "reversed", start, end, _WORD.sub(lambda word: word.group()[::-1], run)


def flipped_texts(text: str) -> Iterator[Candidate]:
    for run in _RUN.finditer(text):
        if _FLIPPED_LETTER.search(run.group()):
            turned = run.group().translate(FLIPPED)
            yield "flipped", run.start(), run.end(), turned[::-1]
            yield "flipped", run.start(), run.end(), turned


def _stretches(text: str, decipher: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Where words are none but become known ones: runs with at least two such words and no word in clear."""
    start = end = hits = words = 0
    for word in _WORD.finditer(text):
        lowered = word.group().lower()
        is_hit = len(lowered) > 2 and lowered not in FREQUENT and decipher(lowered) in FREQUENT
        clear = len(lowered) > 1 and not is_hit and lowered in FREQUENT and decipher(lowered) not in FREQUENT
        if clear or (not hits and not is_hit):
            if _is_text(hits, words):
                yield start, end
            hits = words = 0
            continue
        if not hits:
            start = word.start()
        hits += is_hit
        words += 1
        end = word.end()
    if _is_text(hits, words):
        yield start, end


def _is_text(hits: int, words: int) -> bool:
    return hits >= 2 and hits * 5 >= words * 2
