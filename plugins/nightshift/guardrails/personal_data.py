"""E-mail addresses and payment card numbers. Entity names are Presidio's."""

from __future__ import annotations

import re

from nightshift.guardrails.verdict import Finding

# Local part and labels are bounded as RFC 5321 and RFC 1035 bound them, so that matching stays linear.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}\b", re.IGNORECASE
)
# ISO/IEC 7812: 12 to 19 digits; people write them in groups with spaces or dashes.
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){11,18}(?![\d-]|\.\d)")
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
        return [
            Finding(self._rule, "CREDIT_CARD", match.start(), match.end())
            for match in _CARD.finditer(text)
            if passes_luhn(match.group().translate(_SEPARATORS))
        ]


def passes_luhn(digits: str) -> bool:
    """The checksum of ISO/IEC 7812-1, annex B. A row of zeros passes it arithmetically and is nobody's card."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0 and set(digits) != {"0"}
