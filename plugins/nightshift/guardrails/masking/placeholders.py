"""Placeholders of one run. Tasks that work side by side agree on them without speaking to each other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

# 60 bits: among a million values of one entity, two share a placeholder with odds of one to two million.
_LETTERS = 12
# Written with or without separators, these are the same number.
_SEPARATED = frozenset({"PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN"})
_SEPARATORS = re.compile(r"[\s().\-/]+")

PLACEHOLDER = re.compile(rf"\[[A-Z][A-Z_]*_[A-Z2-7]{{{_LETTERS}}}(?:\.\d+)?\]")


class Placeholders:
    """The placeholders of one row. `[EMAIL_ADDRESS_K3F2...]` carries a keyed digest of the value and so tells nothing.

    Spellings of one value share the digest. Where a row has several, later ones are numbered (`.2`), so that each can
    be restored as it was written.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._spellings: dict[str, list[str]] = {}

    def __call__(self, entity: str, value: str) -> str:
        name = f"{entity}_{self._digest(entity, value)}"
        spellings = self._spellings.setdefault(name, [])
        if value not in spellings:
            spellings.append(value)
        place = spellings.index(value)
        return f"[{name}.{place + 1}]" if place else f"[{name}]"

    def _digest(self, entity: str, value: str) -> str:
        message = f"{entity}\x00{_canonical(entity, value)}".encode(errors="surrogatepass")
        return base64.b32encode(hmac.digest(self._key, message, hashlib.sha256))[:_LETTERS].decode()


def _canonical(entity: str, value: str) -> str:
    if entity == "SECRET":
        return value
    if entity in _SEPARATED:
        return _SEPARATORS.sub("", value).casefold()
    return " ".join(value.casefold().split())
