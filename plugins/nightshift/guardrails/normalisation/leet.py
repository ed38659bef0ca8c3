"""Digits and symbols that stand for letters (1gn0r3 4ll), told from product codes by known words."""

from __future__ import annotations

import re
from itertools import product

from nightshift.guardrails.normalisation.alignment import Aligned
from nightshift.guardrails.normalisation.tricks import Trick
from nightshift.guardrails.normalisation.vocabulary import FREQUENT

_TOKEN = re.compile(r"[A-Za-z0-9@$!|+€£¥]{2,20}")
_MIXED = re.compile(r"[0-9@$!|+€£¥][A-Za-z]|[A-Za-z][0-9@$!|+€£¥]")
_CODE = re.compile(r"[0-9]+[A-Za-z]{1,2}|[A-Z]+[0-9]+|[A-Z0-9]{2,4}|[A-Za-z]+[!|+]+")
_FIRST = str.maketrans("0134579@$!|+€£¥862", "oieastgasiltelybbz")
_OTHER = {"1": "il", "!": "il", "|": "il", "9": "gq", "6": "gb", "5": "s", "7": "t"}
_AMBIGUOUS = re.compile("[1!|96]")


def unleeted(text: Aligned, tricks: set[Trick]) -> Aligned:
    """Words whose digits and symbols spell a known word; in a text with several of them all such words."""
    candidates = [token for token in _TOKEN.finditer(text.text) if _MIXED.search(token.group())]
    readings = [_reading(token.group()) for token in candidates]
    evidence = sum(reading is not None and len(reading) > 2 for reading in readings)
    if not evidence:
        return text
    tricks.add("leet")
    pieces: list[str] = []
    done = 0
    for token, reading in zip(candidates, readings, strict=True):
        if reading is None and evidence > 1 and not _CODE.fullmatch(token.group()):
            reading = _guess(token.group())
        if reading is not None and (len(reading) > 2 or evidence > 1):
            pieces += (text.text[done : token.start()], _cased(reading, token.group()))
            done = token.end()
    return text.substituted("".join([*pieces, text.text[done:]]))


def _reading(token: str) -> str | None:
    """The known word that the token spells. A trailing exclamation mark may be just that."""
    lowered = token.lower()
    stem = lowered.rstrip("!|+")
    tail = lowered[len(stem) :]
    if _CODE.fullmatch(token) and len(token) < 4 and not token[0].isdigit():
        return None
    for body, rest in ((lowered, ""), (stem, tail)) if tail else ((lowered, ""),):
        if body.isalpha():
            continue
        for choice in _choices(body):
            if choice in FREQUENT:
                return choice + rest
    return None


def _choices(word: str) -> list[str]:
    places = [place.start() for place in _AMBIGUOUS.finditer(word)]
    first = word.translate(_FIRST)
    if not places or len(places) > 4:
        return [first]
    choices = []
    for letters in product(*(_OTHER[word[place]] for place in places)):
        chars = list(first)
        for place, letter in zip(places, letters, strict=True):
            chars[place] = letter
        choices.append("".join(chars))
    return choices


def _guess(token: str) -> str:
    stem = token.rstrip("!|+")
    return stem.lower().translate(_FIRST) + token[len(stem) :]


def _cased(reading: str, token: str) -> str:
    if token.isupper() and len(token) > 2:
        return reading.upper()
    return "".join(new.upper() if old.isupper() else new for new, old in zip(reading, token, strict=True))
