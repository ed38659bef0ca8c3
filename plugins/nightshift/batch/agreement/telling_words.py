"""What must be equal in two answers in prose before their likeness counts: a cosine hardly sees any of it.

Where this cannot tell, the answers are kept apart: then a better model is asked. Other languages than English, and
answers without a sentence, agree only where they are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from nightshift.guardrails.answers.wording import numbers
from nightshift.similarity import words
from nightshift.similarity.meaning import MOST_CHARACTERS, is_english
from nightshift.similarity.normal_form import normal_form, plain_signs
from nightshift.similarity.tokens import Kind, Token, tokens

_STEM = 5  # beginnings of words are compared: return, returns and returned are one
_DENYING = words.listed("not no never none nothing nobody nowhere neither nor without unless except only")
_SMALL_WORDS = (
    words.ENGLISH
    | words.AUXILIARIES
    | words.ARTICLES
    | words.listed(
        """
        i we he she they yes no not so in on as or but an also please then here there when while after before because
        however therefore sure certainly some any both all one never none nothing neither nor without unless except
        """
    )
)
_MEASURES = words.listed(
    """
    second minute hour day week month quarter year decade century business calendar mile yard inch foot feet pound
    ounce gallon ton percent thousand million billion trillion degree celsius fahrenheit euro dollar cent yen franc
    kilometer meter centimeter millimeter kilogram gram milligram liter milliliter daily weekly monthly yearly annual
    """
)
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_OPPOSITES = words.listed(
    """
    yes/no true/false right/wrong more/less more/fewer most/least always/never before/after above/below
    over/under up/down high/low higher/lower increase/decrease increased/reduced rise/fall rises/falls
    gain/loss profit/loss buy/sell hot/cold warm/cool old/new older/newer early/late earlier/later first/last
    left/right inside/outside open/closed open/close opens/closes on/off enable/disable allow/forbid
    allowed/forbidden allowed/prohibited allow/prevent permit/prohibit accept/reject accepted/rejected
    accepted/declined approve/deny approved/denied include/exclude included/excluded include/omit
    optional/required optional/mandatory free/charged paid/unpaid start/stop start/end begin/end starts/ends
    minimum/maximum best/worst better/worse good/bad big/small large/small long/short longer/shorter fast/slow
    faster/slower near/far same/different all/none everyone/nobody pass/fail passed/failed win/lose won/lost
    male/female north/south east/west positive/negative public/private sender/recipient buyer/seller
    import/export credit/debit safe/dangerous cheap/expensive cheaper/dearer present/absent full/empty
    success/failure succeed/fail morning/evening today/tomorrow yesterday/tomorrow
    """
)
_LIST_MARK = re.compile(r"^[ \t]*(?:\(?\d{1,3}[.):]|[-*•#>]+)[ \t]+", re.MULTILINE)
_MARKS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")  # of emphasis, in Markdown
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non")


class _Telling(NamedTuple):
    fixed: tuple[str, ...]  # numbers, names in code, quotes and addresses, in order, each once
    measures: frozenset[str]
    denied: frozenset[str]
    names: tuple[str, ...]  # what has a capital and is no small word, in order, each once
    words: tuple[str, ...]  # all stems, in order


def may_agree(one: str, other: str) -> bool:
    """Whether nothing that tells two answers apart is different in these."""
    if max(len(one), len(other)) > MOST_CHARACTERS or not (is_english(one) and is_english(other)):
        return normal_form(one) == normal_form(other)
    first, second = _telling(one), _telling(other)
    return (
        first[:3] == second[:3]
        and _names_in_order(first, second)
        and _names_in_order(second, first)
        and not _opposed(first.words, second.words)
    )


def _telling(text: str) -> _Telling:
    plain = _MARKS.sub("", _LIST_MARK.sub("", plain_signs(text)))
    found = list(tokens(plain))
    written = [token for token in found if token.kind is Kind.WORD]
    parts = [part for token in written for part in words.CONTRACTIONS.get(token.text.lower(), token.text).split()]
    return _Telling(
        _in_order(_fixed(plain, found)),
        frozenset(_measures(found)),
        frozenset(_denied([part.lower() for part in parts])),
        _in_order(_stem(token.text) for token in written if _is_name(token.text)),
        tuple(_stem(part) for part in parts),
    )


def _fixed(plain: str, found: list[Token]) -> Iterable[str]:
    told = [(piece.start, piece.key) for piece in numbers(plain)]
    for token in found:
        lower = token.text.lower()
        if token.kind is Kind.FIXED:
            told.append((token.start, token.text))
        elif token.kind is Kind.WORD and (value := words.NUMBERS.get(lower, words.TENS.get(lower))) is not None:
            told.append((token.start, str(value)))
    return (key for _, key in sorted(told))


def _measures(found: list[Token]) -> Iterable[str]:
    """Units, by their names; one or two letters are a unit only after a number."""
    before: Token | None = None
    for token in found:
        if token.text in _SIGNS:
            yield _SIGNS[token.text]
        elif token.kind is Kind.WORD:
            counted = before is not None and before.kind is Kind.NUMBER
            named = words.UNITS.get(token.text) if counted or len(token.text) > 2 else None
            name = _singular(words.american(token.text.lower()) if named is None else _SIGNS.get(named, named))
            if name in _MEASURES:
                yield name
        before = token


def _singular(word: str) -> str:
    return word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")


def _denied(parts: list[str]) -> Iterable[str]:
    """The first word of content after each denial; the denial itself where none follows."""
    for place, part in enumerate(parts):
        if part in _DENYING:
            yield next((_stem(after) for after in parts[place + 1 :] if after not in _SMALL_WORDS), part)


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and word.lower().split("'")[0] not in _SMALL_WORDS


def _names_in_order(one: _Telling, other: _Telling) -> bool:
    """Whether the other text has all names of the one, and in this order: who beats whom is told by nothing else."""
    places = [other.words.index(name) if name in other.words else -1 for name in one.names]
    return -1 not in places and places == sorted(places)


def _opposed(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    first, second = frozenset(one) - frozenset(other), frozenset(other) - frozenset(one)
    if any((a in first and b in second) or (b in first and a in second) for a, b in _OPPOSITE_STEMS):
        return True
    return bool(_with_prefixes(first) & second or _with_prefixes(second) & first)


def _with_prefixes(stems: frozenset[str]) -> frozenset[str]:
    """What the opposites of words begin with that are made by a prefix: safe, unsafe."""
    return frozenset((prefix + stem)[:_STEM] for prefix in _PREFIXES for stem in stems)


def _in_order(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _stem(word: str) -> str:
    return words.american(word.lower())[:_STEM]


_OPPOSITE_STEMS = [(_stem(one), _stem(other)) for one, other in (pair.split("/") for pair in sorted(_OPPOSITES))]
