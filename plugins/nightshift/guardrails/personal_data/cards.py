"""Payment card numbers: the checksum, and the prefix and length of a network or a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.personal_data.checksums import digits_of, passes_luhn
from nightshift.guardrails.personal_data.shapes import Gate, has_other_label, nearness
from nightshift.guardrails.verdict import Hit

# ISO/IEC 7812: 12 to 19 digits; people write them in groups with spaces or dashes. The second shape and those
# below are the groups that are printed on cards: a number before a card or its expiry date after it must not hide it.
_CARDS = tuple(
    re.compile(rf"(?<![\d+])(?<!\d\.){shape}(?!\d|\.\d))", re.ASCII)
    for shape in (
        r"(?<!\d[ -])(?=(\d(?:[ -]?\d){11,18})(?![ -]\d)",
        r"(?=([2-6]\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{4})",
        r"(?=(3\d{3}[ -]\d{6}[ -]\d{4,5})",
        r"(?=([2-6]\d{3}\.\d{4}\.\d{4}\.\d{4})",
        r"(?=(\d{12,19})",
    )
)
_GATE = r"\d(?:[ .-]?\d){11}"
_WORDS = (
    r"\b(?:cards?|credit|debit|cc|ccn|visa|master ?card|maestro|amex|american express|discover|diners|jcb"
    r"|union ?pay|pan"
    r"|carte|tarjeta|karte|kreditkarte|cart[ãa]o|carta|kaart|kort|karta|kart\w*)\b|credit_?card|card_?n|карт"
    r"|カード|卡号|信用卡|카드"
)
# First digits of the networks with the lengths that they issue (ISO/IEC 7812 and the networks' own tables).
_NETWORKS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-59]|[689]\d)\d{11}(?:\d{2})?"  # Diners Club
    r"|(?:6011|64[4-9]\d|65\d{2})\d{12}(?:\d{3})?"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12}(?:\d{3})?|(?:1800|2131)\d{11}"  # JCB
    r"|62\d{14,17}|(?:5[06-8]|6\d)\d{14,17}"  # UnionPay, Maestro
    r"|220[0-4]\d{12}|9792\d{12}|(?:60|8[12])\d{14}"  # Mir, Troy, RuPay
)
# Groups of two digits are a row of numbers.
_PRINTED = re.compile(r"\d{3,}(?:[ -]\d{3,})*+(?:[ -]\d+)?", re.ASCII)
# Letters and digits glued to a value: `card4111...` and `4111...exp1227` are one, `de67e4111...` is a digest. `=3D`
# and `%3D` are an encoded equals sign.
_DIGEST_BEFORE = re.compile(r"(?<![=%])\d[a-f]{1,8}$", re.IGNORECASE)
_DIGEST_BEHIND = re.compile(r"[a-f]{1,8}\d", re.IGNORECASE)
_SURE, _LIKELY, _UNLIKELY = 1.0, 0.9, 0.3


class Cards:
    """Only digits whose Luhn checksum holds count, so that order numbers stay readable."""

    entities = ("CREDIT_CARD",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(_GATE),)

    def find(self, text: str) -> Iterator[Hit]:
        found = {match.span(1) for shape in _CARDS for match in shape.finditer(text)}
        for start, end in sorted(found):
            digits = digits_of(text[start:end])
            if passes_luhn(digits) and not _is_in_digest(text, start, end):
                yield Hit("CREDIT_CARD", start, end, _score(text, start, end, digits))


def _is_in_digest(text: str, start: int, end: int) -> bool:
    before = _DIGEST_BEFORE.search(text[max(0, start - 9) : start])
    return before is not None or _DIGEST_BEHIND.match(text, end) is not None


def _score(text: str, start: int, end: int, digits: str) -> float:
    is_network = _NETWORKS.fullmatch(digits) is not None
    if (is_network or _PRINTED.fullmatch(text, start, end)) and nearness(_WORDS, text, start, end):
        return _SURE
    if not is_network or has_other_label(text, start):
        return _UNLIKELY
    return _LIKELY
