"""The words, numbers and names of a text, in a form in which two texts can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from nightshift.guardrails.personal_data.twins import ascii_twin

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,'\u2019\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)?")
_LIST_MARK = re.compile(r"^[ \t]*\(?(\d{1,3})[.):][ \t]", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2,}")
# Beginnings of words are compared, so that deliver, delivery and delivered are one.
_STEM = 5
_SHORTEST = 4  # letters of a word that says what a text is about; nearly all shorter ones hold sentences together
_FUNCTION = """
    that this with from your have will would could should there their which been were when what they them then than
    these those about into also here each such very more most some only over after before because while where does
    oder aber auch nicht eine einen einem einer sind wird werden wurde haben kann können dass diese dieser dieses
    nach über unter beim noch sich ihre ihren ihnen sein seine durch wenn weil dann mehr sowie bitte
    dans avec pour votre vous nous sont être cette mais plus elle leur tout comme sans sous entre
    para como pero este esta esto estos estas desde sobre entre cuando también usted ustedes tiene más porque
    della delle degli nella sono questo questa come anche dalla però alla
    para você uma isso este esta pelo pela também mais como quando
    deze voor niet maar naar wordt zijn hebben kunt
"""
_FUNCTION_WORDS = frozenset(_FUNCTION.split())
# What people write out. Twelve is where style guides begin to use digits.
_WRITTEN = {
    word: number
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
        "zero um dois três quatro cinco seis sete oito nove dez onze doze",
    )
    for number, word in enumerate(words.split())
} | {"eine": 1, "einen": 1, "une": 1, "una": 1, "uma": 1}


class Piece(NamedTuple):
    """A part of a text and the key by which it is compared."""

    key: str
    start: int
    end: int


def content_words(text: str) -> Iterator[Piece]:
    """Words that say what a text is about; of scripts without spaces, pairs of characters."""
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        if len(word) >= _SHORTEST and word not in _FUNCTION_WORDS and not _UNSPACED.match(word):
            yield Piece(word[:_STEM], match.start(), match.end())
    for match in _UNSPACED.finditer(text):
        for place in range(match.start(), match.end() - 1):
            yield Piece(text[place : place + 2], place, place + 2)


def numbers(text: str) -> Iterator[Piece]:
    """Numbers without their separators. The number of an item of a list is none of the text's."""
    twin = ascii_twin(text)
    marks = {match.start(1) for match in _LIST_MARK.finditer(twin)}
    for match in _NUMBER.finditer(twin):
        if match.start() not in marks:
            yield Piece(_plain(match[0]), match.start(), match.end())


def written_numbers(text: str) -> Iterator[str]:
    """Keys of the small numbers that stand there as words."""
    return (str(_WRITTEN[word]) for word in (match[0].casefold() for match in _WORD.finditer(text)) if word in _WRITTEN)


def words(text: str) -> Iterator[str]:
    """Keys of all words."""
    return (match[0].casefold()[:_STEM] for match in _WORD.finditer(text))


def names(text: str, *, of_several_words: bool = False) -> Iterator[Piece]:
    """Words with a capital within a sentence; only those that follow each other where all nouns have one."""
    capitals = [match for match in _within_sentences(text) if _is_capital(match[0])]
    for match in _in_rows(text, capitals) if of_several_words else capitals:
        yield Piece(match[0].casefold()[:_STEM], match.start(), match.end())


def capitalises_nouns(text: str) -> bool:
    """Whether a text is written as German is: every sixth word within its sentences has a capital."""
    found = _within_sentences(text)
    return sum(_is_capital(match[0]) for match in found) * 6 > len(found)


def _within_sentences(text: str) -> list[re.Match[str]]:
    return [match for match in _WORD.finditer(text) if not _begins_sentence(text, match.start())]


def _is_capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper()


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 6) : start].rstrip(" \t\"'“”„«»‘’(*_#>-•")
    return not before or before[-1] in ".!?:;…\n|"


def _in_rows(text: str, capitals: list[re.Match[str]]) -> list[re.Match[str]]:
    rows: dict[int, re.Match[str]] = {}
    for first, second in pairwise(capitals):
        if text[first.end() : second.start()] in (" ", " & ", "\u00a0"):
            rows |= {first.start(): first, second.start(): second}
    return list(rows.values())


def _plain(number: str) -> str:
    """`1,234.50`, `1.234,5` and `1234.5` are one."""
    whole, fraction = re.sub(r"['\u2019\u00a0\u202f ]", "", number), ""
    separators = [char for char in whole if char in ".,"]
    if separators:
        last = max(whole.rfind("."), whole.rfind(","))
        grouped = len(whole) - last == 4 and (len(set(separators)) == 1) and whole[:last].lstrip("0") != ""
        if not grouped:
            whole, fraction = whole[:last], whole[last + 1 :].rstrip("0")
    digits = whole.replace(".", "").replace(",", "").lstrip("0") or "0"
    return f"{digits}.{fraction}" if fraction else digits
