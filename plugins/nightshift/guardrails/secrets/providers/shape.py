"""The shape of a provider's key: a prefix that no word has, an alphabet and a length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nightshift.guardrails.secrets.plausible import is_made_up
from nightshift.guardrails.verdict import Hit

WORD = "[A-Za-z0-9]"
DASHED = "[A-Za-z0-9_-]"
HEX = "[0-9a-f]"
UUID = HEX + "{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# For prefixes that an identifier may have: what a machine draws has digits, capitals and small letters.
MIXED = r"(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])"

_GATE = 8


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """`gate` is what RE2 looks for; `expression` is what is masked (its group 1 where it has one)."""

    gate: str
    expression: str

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((self.gate,),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _compiled(self.expression).finditer(text):
            start, end = match.span(1 if match.re.groups else 0)
            if not is_made_up(text[start:end]):
                yield Hit("SECRET", start, end, 1.0)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII)


def shape(prefix: str, rest: str, condition: str = "") -> ProviderKey:
    """A prefix, the characters behind it, which end where an identifier ends, and what holds for them all."""
    return ProviderKey(
        rf"(?:{prefix}){_first(rest)}", rf"(?<![A-Za-z0-9_-])(?:{prefix}){condition}(?:{rest})(?![A-Za-z0-9_-])"
    )


def _first(rest: str) -> str:
    """As many characters of the first alphabet as there are at least: enough to tell a key from a word."""
    alphabet, _, behind = rest.partition("]")
    least = re.match(r"\{(\d+)", behind)
    return f"{alphabet}]{{{min(int(least[1]), _GATE) if least else 1}}}"
