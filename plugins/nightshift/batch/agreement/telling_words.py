"""What must be equal in two answers in prose before their likeness counts: a cosine hardly sees any of it.

Closed lists say what may differ; every other word counts. One answer may say more than the other, but the words of the
shorter one must all be in the longer one, in the same order: who pays whom is told by nothing else.
Where this cannot tell, the answers are kept apart: then a better model is asked. Other languages than English, and
answers without a sentence, agree only where they are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nightshift.guardrails.answers.wording import numbers
from nightshift.similarity import words
from nightshift.similarity.meaning import MOST_CHARACTERS, is_english
from nightshift.similarity.normal_form import normal_form, plain_signs
from nightshift.similarity.tokens import Kind, Token, tokens

# What turns or narrows what follows, so that an answer with one of these says something else than one without.
_TURNING = words.listed(
    """
    not no never none nothing nobody nowhere neither nor without unless except only or if but though although instead
    hardly scarcely barely rarely seldom almost nearly partly allegedly supposedly reportedly possibly perhaps maybe
    sometimes fail fails failed refuse refuses refused deny denies denied stop stops stopped cease ceases ceased false
    falsely untrue wrong wrongly incorrect incorrectly by from against
    """
)
_MODES = {
    mode: name
    for name, modes in {
        "must": "must shall should need needs ought",
        "may": "may can could might",
        "will": "will would",
        "was": "was were did had",
    }.items()
    for mode in modes.split()
}
# What two wordings of one statement may have or lack. Prepositions and pronouns are not here: they say who does what.
_FILLING = (
    words.ARTICLES
    | words.AUXILIARIES
    | words.listed(
        """
        and that this these those there here it its be been being of so then also please sure certainly yes however
        therefore
        """
    )
)
_NEVER_NAMES = words.ENGLISH | _FILLING | _TURNING | words.listed("i we he she they in on as an when while because any")
_NEVER_NAMES |= words.listed("some both all one")
_MEASURES = words.listed(
    """
    second minute hour day week month quarter year decade century business calendar mile yard inch foot feet pound
    ounce gallon ton percent thousand million billion trillion degree celsius fahrenheit euro dollar cent yen franc
    kilometer meter centimeter millimeter kilogram gram milligram liter milliliter daily weekly monthly yearly annual
    """
)
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_PUNCTUATION = frozenset(".,;:!?'\"-()[]{}…*#_`/|&•")
_LIST_MARK = re.compile(r"^[ \t]*(?:\(?\d{1,3}[.):]|[-*•#>]+)[ \t]+", re.MULTILINE)
_MARKS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")  # of emphasis, in Markdown


class _Telling(NamedTuple):
    """All in the order of the text, and as often as they are there."""

    fixed: tuple[str, ...]  # numbers, signs, letters that name something, names in code, quotes and addresses
    measures: tuple[str, ...]
    turned: tuple[str, ...]
    modes: frozenset[str]
    names: tuple[str, ...]  # what has a capital and is no small word
    content: tuple[str, ...]  # all other words that count, names among them


def may_agree(one: str, other: str) -> bool:
    """Whether nothing that tells two answers apart is different in these."""
    if max(len(one), len(other)) > MOST_CHARACTERS or not (is_english(one) and is_english(other)):
        return normal_form(one) == normal_form(other)
    first, second = _telling(one), _telling(other)
    if first[:4] != second[:4] or not (_has_names(first, second) and _has_names(second, first)):
        return False
    shorter, longer = sorted((first.content, second.content), key=len)
    return _follow(shorter, longer)


def _telling(text: str) -> _Telling:
    plain = _MARKS.sub("", _LIST_MARK.sub("", plain_signs(text)))
    found = list(tokens(plain))
    measures = dict(_measures(found))
    letters = _letters(found)
    written = [
        token
        for place, token in enumerate(found)
        if token.kind is Kind.WORD and place not in measures and place not in letters and _number(token) is None
    ]
    parts = [
        part for token in written for part in words.CONTRACTIONS.get(token.text.lower(), token.text.lower()).split()
    ]
    return _Telling(
        tuple(_fixed(plain, found, letters)),
        tuple(measures.values()),
        tuple(_turned(parts)),
        frozenset(_MODES[part] for part in parts if part in _MODES),
        tuple(_stem(token.text) for token in written if _is_name(token.text)),
        tuple(_stem(part) for part in parts if part not in _FILLING and part not in _MODES),
    )


def _fixed(plain: str, found: list[Token], letters: frozenset[int]) -> Iterator[str]:
    told = [(piece.start, piece.key) for piece in numbers(plain)]
    for place, token in enumerate(found):
        if token.kind is Kind.FIXED or place in letters or _is_telling_sign(found, place):
            told.append((token.start, token.text))
        elif (value := _number(token)) is not None:
            told.append((token.start, value))
    return (key for _, key in sorted(told))


def _is_telling_sign(found: list[Token], place: int) -> bool:
    token = found[place]
    if token.text == "-" and place + 1 < len(found):  # minus five, but not 2024-05, nor from 3 - 5
        after, begins = found[place + 1], place == 0 or found[place - 1].end < token.start
        return begins and after.kind is Kind.NUMBER and after.start == token.end
    return token.kind is Kind.SIGN and token.text not in _PUNCTUATION and token.text not in _SIGNS


def _number(token: Token) -> str | None:
    lower = token.text.lower()
    value = words.NUMBERS.get(lower, words.TENS.get(lower)) if token.kind is Kind.WORD else None
    return None if value is None else str(value)


def _letters(found: list[Token]) -> frozenset[int]:
    """Places of capital letters that name something: plan A, answer B. `A refund` and `I` are words."""
    letters = [place for place, token in enumerate(found) if len(token.text) == 1 and token.text.isupper()]
    return frozenset(place for place in letters if found[place].text not in "AI" or _is_label(found, place))


def _is_label(found: list[Token], place: int) -> bool:
    if found[place].text == "I":
        return False
    follows = place > 0 and found[place - 1].kind is Kind.WORD
    return follows or place + 1 == len(found) or found[place + 1].kind is not Kind.WORD


def _measures(found: list[Token]) -> Iterator[tuple[int, str]]:
    """Place and name of units; one or two letters are a unit only after a number."""
    before: Token | None = None
    for place, token in enumerate(found):
        if token.text in _SIGNS:
            yield place, _SIGNS[token.text]
        elif token.kind is Kind.WORD:
            counted = before is not None and before.kind is Kind.NUMBER
            named = words.UNITS.get(token.text) if counted or len(token.text) > 2 else None
            name = _singular(words.american(token.text.lower()) if named is None else _SIGNS.get(named, named))
            if name in _MEASURES:
                yield place, name
        before = token


def _singular(word: str) -> str:
    return word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")


def _turned(parts: list[str]) -> Iterator[str]:
    """The first word of content after each word that turns; this word itself where none follows."""
    for place, part in enumerate(parts):
        if part in _TURNING:
            yield next((_stem(after) for after in parts[place + 1 :] if after not in _NEVER_NAMES), part)


def _is_name(word: str) -> bool:
    lower = word.lower()
    is_small = lower in words.CONTRACTIONS or lower.split("'")[0] in _NEVER_NAMES
    return len(word) > 1 and word[0].isupper() and not is_small


def _has_names(one: _Telling, other: _Telling) -> bool:
    """Whether all names of the other text are in the one, however they are written there."""
    return set(other.names) <= set(one.content)


def _follow(shorter: Sequence[str], longer: Iterable[str]) -> bool:
    """Whether the words of the shorter text are in the longer one in the same order."""
    left = iter(longer)
    return all(word in left for word in shorter)


def _stem(word: str) -> str:
    """Without the ending of a plural or a tense: returns, returned and return are one, employer and employee two."""
    stem = words.american(word.lower()).removesuffix("'s").removesuffix("'")
    for ending in ("ing", "ed", "s"):
        if stem.endswith(ending) and len(stem) - len(ending) > 2 and not stem.endswith(("ss", "us", "is")):
            stem = stem.removesuffix(ending)
            break
    if stem.endswith("i"):  # tried
        return stem[:-1] + "y"
    if stem.endswith("ie"):  # tries
        return stem[:-2] + "y"
    stem = stem.removesuffix("e")
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem
