"""A shape of personal data: how it is written, its checksum, and the words that make a weak shape likely."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from nightshift.guardrails.personal_data.checksums import checksum
from nightshift.guardrails.personal_data.field_names import as_words
from nightshift.guardrails.personal_data.headers import header_of, is_last_parameter, parameter_of
from nightshift.guardrails.personal_data.prefilter import compile_words
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    import re2

# A label stands near its value: "passport number (as printed): X1234567".
BEFORE = 64
AFTER = 24
# What a word nearby adds. A nearer one adds a little more: "passport 123456789, account 987654321".
BOOST = 0.5
_PER_CHARACTER = 0.001
# A year may stand between a label and its value; a number with more digits took the label for itself.
_DIGITS_BETWEEN = 4
# A label right before a number says what it is: an order, not a card.
OTHER_LABEL = (
    r"(?:\b(?:order|invoice|ticket|tracking|shipment|parcel|isbn|issn|ean|upc|gtin|barcode|serial|sku|part|imei"
    r"|batch|lot"
    r"|model|ref|reference|commit|build|version|item|product|article|catalog(?:ue)?|case|rma|po|job|request|trace|span"
    r"|transaction|row|line|timestamp|epoch|coordinates?|bestellung|commande|pedido|ordine|factura|rechnung|facture"
    r"|sendung|artikel|seriennummer|auftrag)"
    r"(?:[ _-]?(?:number|num|no|nr|id|code|key|ref))?\b\.?|订单号?|注文番号|주문번호|货号)[\"']?[ ]?(?:is|was"
    r"|ist)?[ ]?[:=#]*[ ]?[\"'(]?[A-Z]{0,4}[-# ]?$"
)


class Gate(NamedTuple):
    """Expressions of RE2. A gate is open where the shape occurs in the text, and one of the words if there are any."""

    shape: str
    words: str = ""


class Recognizer(Protocol):
    """Finds one kind of thing. Runs only where one of its gates is open."""

    @property
    def entities(self) -> tuple[str, ...]: ...

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        """Where a score of `threshold` is possible at all."""
        ...

    def find(self, text: str) -> Iterator[Hit]: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """A recognizer made of an expression that `re` and RE2 read alike (no look-around).

    `score` is that of the shape alone, after its checksum; `context` are words that raise it.
    """

    entity: str
    expression: str
    score: float
    check: str = ""
    context: str = ""

    @property
    def entities(self) -> tuple[str, ...]:
        return (self.entity,)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(self.expression, self.context if self.score < threshold else ""),)

    def find(self, text: str) -> Iterator[Hit]:
        passes: Callable[[str], bool] | None = checksum(self.check) if self.check else None
        for match in compiled(self.expression).finditer(text):
            start, end = match.span()
            if is_glued(text, start, end) or (passes is not None and not passes(match[0])):
                continue
            yield Hit(self.entity, start, end, min(self.score + self._boost(text, start, end), 1.0))

    def _boost(self, text: str, start: int, end: int) -> float:
        if not self.context or has_other_label(text, start):
            return 0.0
        return nearness(self.context, text, start, end)


@cache
def compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII | re.IGNORECASE)


@cache
def words(expression: str) -> re2._Regexp:
    return compile_words(expression)


def nearness(context: str, text: str, start: int, end: int) -> float:
    """What the words around a place add to a score: 0 where there are none, or where other numbers stand between."""
    before = header_of(text, start) + parameter_of(text[max(0, start - BEFORE) : start])
    for named in dict.fromkeys((before, as_words(before))):
        label = last_end(words(context), named)
        if label and sum(map(str.isdigit, named[label:])) <= _DIGITS_BETWEEN:
            return BOOST - _PER_CHARACTER * (len(named) - label)
    after = text[end : end + AFTER].split("\n", 1)[0]
    match = words(context).search(after) if is_last_parameter(after) else None
    if match is None or any(map(str.isdigit, after[: match.start()])):
        return 0.0
    return float(BOOST - _PER_CHARACTER * (BEFORE + match.start()))


def last_end(expression: re2._Regexp, text: str) -> int:
    """Where the last match ends; 0 where there is none."""
    end = 0
    for match in expression.finditer(text):
        end = match.end()
    return end


def has_other_label(text: str, start: int) -> bool:
    """Whether a label right before a number says that it is an order, a serial number, a version, ..."""
    return words(OTHER_LABEL).search(text[max(0, start - 40) : start]) is not None


_JOINTS = "-./_+"
# "SSN No.123-45-6789"
_ABBREVIATION = re.compile(r"(?<![A-Za-z0-9])(?:no|nr|nro|num|n)\.$", re.IGNORECASE)


def is_glued(text: str, start: int, end: int) -> bool:
    """Whether a value is only a part of a longer identifier: `a1-123456789`, `123456789-x`, `1.123456789`."""
    is_word_before = start > 1 and text[start - 1] in _JOINTS and _is_word(text[start - 2])
    if is_word_before and not _ABBREVIATION.search(text[max(0, start - 5) : start]):
        return True
    return end + 1 < len(text) and text[end] in _JOINTS and _is_word(text[end + 1])


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
