"""When two answers are the same. Embedding and judge (batch/agreement/) stand behind a port: they need a model."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from nightshift.errors import InvalidSpec
from nightshift.tiering.answers.features import refuses
from nightshift.tiering.answers.final_value import final_number

_LABEL = re.compile(r'"(?:label|answer|category|class)"\s*:\s*"([^"]*)"', re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
# What may differ, beside marks and pictures beyond ASCII. All else counts: signs such as + and <, a minus before a
# digit, what ends a grade or a name (A-, C#), a decimal point, the stroke of a fraction.
_NOT_IN_LABELS = re.compile(
    r"""[\s_~,;:!?'"()\[\]{}*`|\\&@$€£¥%]"""
    r"|\.(?!\d)|(?<!\d)/|/(?!\d)|(?<!\w)#|(?<=\w)-(?=\w)|(?<!\w)-(?![$€£¥]?[\d.])"
)
_LONGEST_LABEL = 80  # characters; a longer answer is prose, and two proses are never the same label


class Comparator(StrEnum):
    """How two answers of a task are compared."""

    EXACT = "exact"  # the same text, apart from space around it
    NUMERIC = "numeric"  # the same final number
    LABEL = "label"  # the same short text, apart from case, accents and punctuation


class Agreement(Protocol):
    """Judges pairs of answers. An implementation that asks a model (embedding, judge):

    1. keeps the order and the number of pairs;
    2. says False where it cannot tell, so that a doubt escalates;
    3. is the same for (a, b) and (b, a).
    """

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]: ...


class TextAgreement:
    """The comparators that need no model: two answers agree where their keys are equal."""

    def __init__(self, comparator: Comparator) -> None:
        self._comparator = comparator

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        keys = [[agreement_key(self._comparator, answer) for answer in pair] for pair in pairs]
        return [one is not None and one == other for one, other in keys]


def agreement_key(comparator: Comparator, answer: str) -> bytes | None:
    """16 bytes that are equal where two answers agree; None for one that agrees with nothing: a refusal, no number."""
    text = None if refuses(answer) else _KEYS[comparator](answer)
    return None if text is None else hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def find_comparator(name: str, *, field: str) -> Comparator:
    try:
        return Comparator(name)
    except ValueError as error:
        known = ", ".join(Comparator)
        raise InvalidSpec(
            "no such comparator", field=field, value=name, limit=f"one of {known}", way_out="use one of these"
        ) from error


def _normalised(answer: str) -> str:
    named = _LABEL.search(answer)
    text = unicodedata.normalize("NFKD", named.group(1) if named else answer).casefold().translate(_DASHES)
    text = "".join(map(_of_label, text))
    return " ".join(_NOT_IN_LABELS.sub(" ", text).split())


def _of_label(letter: str) -> str:
    """Nothing for an accent or a sign that is not seen, a space for a mark or picture beyond ASCII."""
    if letter.isascii():
        return letter
    if unicodedata.combining(letter) or (kind := unicodedata.category(letter)) == "Cf":
        return ""
    return " " if kind == "So" or kind.startswith("P") else letter


def _numeric_key(answer: str) -> str | None:
    value = final_number(answer)
    return None if value is None else str(value)


def _label_key(answer: str) -> str | None:
    label = _normalised(answer)
    return label if label and len(label) <= _LONGEST_LABEL else None


_KEYS: dict[Comparator, Callable[[str], str | None]] = {
    Comparator.EXACT: lambda answer: answer.strip() or None,
    Comparator.NUMERIC: _numeric_key,
    Comparator.LABEL: _label_key,
}
