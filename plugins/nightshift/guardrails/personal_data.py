"""E-mail addresses and payment card numbers. Entity names are Presidio's."""

from __future__ import annotations

import re

import re2

from nightshift.guardrails.verdict import Finding

# Local part and labels are bounded as RFC 5321 and RFC 1035 bound them, so that matching stays linear. No word boundary
# is asked for on either side: Chinese and Japanese write no spaces around an address.
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[a-z]{2,24}(?![a-z0-9])", re.IGNORECASE)
# ISO/IEC 7812: 12 to 19 digits; people write them in groups with spaces or dashes. The second shape and those
# below are the groups that are printed on cards: a number before a card or its expiry date after it must not hide it.
_CARDS = tuple(
    re.compile(rf"(?<![\d+]){shape}(?!\d|\.\d))")
    for shape in (
        r"(?<!\d[ -])(?=(\d(?:[ -]?\d){11,18})(?![ -]\d)",
        r"(?=([2-6]\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{4})",
        r"(?=(3\d{3}[ -]\d{6}[ -]\d{4,5})",
        r"(?=(\d{12,19})",
    )
)
# Every shape holds this, and RE2 rules most texts out with it in a fraction of the time.
_TWELVE_DIGITS = re2.compile(r"\d(?:[ -]?\d){11}")
_SEPARATORS = str.maketrans("", "", " -")


class EmailAddress:
    """Finds e-mail addresses."""

    def __init__(self, rule: str) -> None:
        self._rule = rule

    def find(self, text: str) -> list[Finding]:
        if "@" not in text:
            return []
        return [Finding(self._rule, "EMAIL_ADDRESS", match.start(), match.end()) for match in _EMAIL.finditer(text)]


class CreditCard:
    """Finds card numbers; only digits whose Luhn checksum holds count, so that order numbers stay readable."""

    def __init__(self, rule: str) -> None:
        self._rule = rule

    def find(self, text: str) -> list[Finding]:
        if _TWELVE_DIGITS.search(text) is None:
            return []
        hits = {
            match.span(1)
            for shape in _CARDS
            for match in shape.finditer(text)
            if passes_luhn(match[1].translate(_SEPARATORS))
        }
        return [Finding(self._rule, "CREDIT_CARD", start, end) for start, end in sorted(hits)]


def passes_luhn(digits: str) -> bool:
    """The checksum of ISO/IEC 7812-1, annex B. A row of zeros passes it arithmetically and is nobody's card."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0 and set(digits) != {"0"}
