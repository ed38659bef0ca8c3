"""Changes after which another answer is right. Each gives the changed text, or None where it has no place."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from benchmarks.semantic_cache.same import Change
from nightshift.similarity.embedding import known_words, word_vectors
from nightshift.similarity.words import SYNONYMS

_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w.,]*\d)")
_NAME = re.compile(r"(?<=[a-z,] )(?!The|This|That|And|You|For)[A-Z][a-z]{2,}\b")
_CONTENT = re.compile(r"(?<![\w'-])[a-z]{5,}(?![\w'-])")
_NEGATED = ((" is ", " is not "), (" are ", " are not "), (" can ", " cannot "), (" was ", " was not "),
            (" has ", " has no "), (" does ", " does not "), (" will ", " will not "),
            (" with ", " without "))  # fmt: skip
_OPPOSITE = (
    ("more", "less"), ("most", "least"), ("all", "some"), ("at least", "at most"), ("before", "after"),
    ("largest", "smallest"),
    ("increase", "decrease"), ("first", "last"), ("higher", "lower"), ("above", "below"), ("and", "or"),
    ("true", "false"),
    ("maximum", "minimum"), ("left", "right"), ("older", "younger"), ("each", "every other"), ("always", "often"),
    ("to", "from"), ("over", "under"), ("best", "worst"), ("twice", "half"),
)  # fmt: skip
_UNITS = (("dollars", "euros"), ("miles", "kilometers"), ("hours", "minutes"), ("days", "weeks"), ("cm", "mm"),
          ("pounds", "ounces"), ("feet", "inches"), ("years", "months"), ("$", "€"))  # fmt: skip
_TENSE = ((" is ", " was "), (" are ", " were "), (" was ", " will be "), ("can ", "should "), (" will ", " would "))
_ASKED = (("How many", "How much"), ("Who ", "When "), ("What ", "Why "), ("Where ", "When "), ("Which ", "How many "))
_OPTIONS = re.compile(r"\nA\. (?P<a>.+)\nB\. (?P<b>.+)\nC\. ")


def number(text: str, chance: random.Random) -> str | None:
    return _changed(_NUMBER, text, chance, lambda found: str(int(found) + chance.choice((1, 2, 10))))


def names_swapped(text: str, chance: random.Random) -> str | None:
    return _swapped(_NAME, text, chance)


def words_swapped(text: str, chance: random.Random) -> str | None:
    return _swapped(_CONTENT, text, chance)


def negated(text: str, chance: random.Random) -> str | None:
    if " not " in text and chance.random() < 0.5:
        return text.replace(" not ", " ", 1)
    return _one_of(_NEGATED, text, chance)


def opposite(text: str, chance: random.Random) -> str | None:
    both = [*_OPPOSITE, *((b, a) for a, b in _OPPOSITE)]
    fitting = [(a, b) for a, b in both if re.search(rf"\b{a}\b", text)]
    if not fitting:
        return None
    one, other = chance.choice(fitting)
    return re.sub(rf"\b{one}\b", other, text, count=1)


def unit(text: str, chance: random.Random) -> str | None:
    return _one_of(_UNITS, text, chance)


def tense(text: str, chance: random.Random) -> str | None:
    return _one_of(_TENSE, text, chance)


def asked_for(text: str, chance: random.Random) -> str | None:
    """Another question about the same text."""
    sentences = re.split(r"(?<=[.?!]) ", text)
    if len(sentences) > 2 and sentences[-1].endswith("?") and "\n" not in text:
        return " ".join([*sentences[:-1], "How many were there at the beginning?"])
    return _one_of(_ASKED, text, chance)


def options_swapped(text: str, _: random.Random) -> str | None:
    """`Which letter is right` has another answer then."""
    found = _OPTIONS.search(text)
    if found is None or found["a"] == found["b"]:
        return None
    return f"{text[: found.start()]}\nA. {found['b']}\nB. {found['a']}\nC. {text[found.end() :]}"


def close_word(text: str, chance: random.Random) -> str | None:
    """A word for the one whose vector is the closest: Monday for Tuesday, hot for cold."""
    return _changed(_CONTENT, text, chance, lambda found: _closest().get(found, found))


def _changed(pattern: re.Pattern[str], text: str, chance: random.Random, change: object) -> str | None:
    places = list(pattern.finditer(text))
    if not places:
        return None
    found = chance.choice(places)
    other = change(found[0])  # type: ignore[operator]
    return text[: found.start()] + other + text[found.end() :] if other != found[0] else None


def _swapped(pattern: re.Pattern[str], text: str, chance: random.Random) -> str | None:
    places = list(pattern.finditer(text))
    if len(places) < 2:
        return None
    one, other = sorted(chance.sample(places, 2), key=lambda found: found.start())
    if one[0][:3] == other[0][:3]:  # the same word, or its plural
        return None
    return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]


def _one_of(pairs: Sequence[tuple[str, str]], text: str, chance: random.Random) -> str | None:
    fitting = [(a, b) for a, b in pairs if a in text]
    if not fitting:
        return None
    one, other = chance.choice(fitting)
    return text.replace(one, other, 1)


@lru_cache(maxsize=1)
def _closest() -> dict[str, str]:
    """Of every word the closest other one that is not its inflection."""
    words = sorted(word for word in known_words() if len(word) >= 4)
    vectors = word_vectors().embed(words).vectors
    found: dict[str, str] = {}
    for start in range(0, len(words), 1000):
        near = np.argsort(-(vectors[start : start + 1000] @ vectors.T), axis=1)[:, :8]
        for word, places in zip(words[start : start + 1000], near, strict=True):
            others = (
                words[at]
                for at in places
                if words[at][:3] != word[:3] and SYNONYMS.get(words[at], words[at]) != SYNONYMS.get(word, word)
            )
            found[word] = next(others, word)
    return found


def real_neighbours(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of different questions, the closest first; every question is in one pair at most."""
    vectors = word_vectors().embed(texts).vectors
    alike = vectors @ vectors.T
    places = np.argsort(-alike, axis=None)[: 40 * len(texts)]
    pairs, taken = list[tuple[str, str]](), set[int]()
    for one, other in zip(*np.unravel_index(places, alike.shape), strict=True):
        if one >= other or {one, other} & taken or "".join(texts[one].split()) == "".join(texts[other].split()):
            continue
        taken |= {one, other}
        pairs.append((texts[one], texts[other]))
    return pairs


DIFFERENT: dict[str, Change] = {
    "number": number,
    "names swapped": names_swapped,
    "words swapped": words_swapped,
    "negated": negated,
    "opposite or quantifier": opposite,
    "unit": unit,
    "tense or modal": tense,
    "other question about the text": asked_for,
    "options swapped": options_swapped,
    "word for its closest": close_word,
}
