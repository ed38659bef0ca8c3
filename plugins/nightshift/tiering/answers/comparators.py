"""When two answers are the same. Embedding and judge stand behind a port: they need a model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from nightshift.errors import InvalidSpec
from nightshift.tiering.answers.features import refuses
from nightshift.tiering.answers.final_value import final_value

_NEAR = 1e-6  # relative; two spellings of one number, not two roundings
_LABEL = re.compile(r'"(?:label|answer|category|class)"\s*:\s*"([^"]*)"', re.IGNORECASE)
_NOT_IN_LABELS = re.compile(r"[\W_]+")
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
    """The comparators that need no model. An empty answer or a refusal agrees with nothing."""

    def __init__(self, comparator: Comparator) -> None:
        self._same = _SAME[comparator]

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        return [not refuses(one) and not refuses(two) and self._same(one, two) for one, two in pairs]


def find_comparator(name: str, *, field: str) -> Comparator:
    try:
        return Comparator(name)
    except ValueError as error:
        known = ", ".join(Comparator)
        raise InvalidSpec(
            "no such comparator", field=field, value=name, limit=f"one of {known}", way_out="use one of these"
        ) from error


def _exact(one: str, two: str) -> bool:
    return one.strip() == two.strip()


def _numeric(one: str, two: str) -> bool:
    first, second = final_value(one), final_value(two)
    if first is None or second is None:
        return False
    return abs(first - second) <= _NEAR * max(1.0, abs(first), abs(second))


def _label(one: str, two: str) -> bool:
    first, second = _normalised(one), _normalised(two)
    return bool(first) and len(first) <= _LONGEST_LABEL and first == second


def _normalised(answer: str) -> str:
    named = _LABEL.search(answer)
    text = unicodedata.normalize("NFKD", named.group(1) if named else answer).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_IN_LABELS.sub(" ", text).strip()


_SAME = {Comparator.EXACT: _exact, Comparator.NUMERIC: _numeric, Comparator.LABEL: _label}
