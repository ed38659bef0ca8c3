"""Random values beside a word that says little (`key: ...`) or behind a sentence (`the token from Ann: ...`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nightshift.guardrails.secrets.plausible import is_placeholder, looks_drawn, looks_random
from nightshift.guardrails.secrets.words import NO_SECRET
from nightshift.guardrails.verdict import Hit

_DRAWN = r"[\"'`(]?(?P<value>[A-Za-z0-9+/_-]{16,256}={0,2})(?![\w+/=:-]|\.\w)"
_KEY = re.compile(
    rf"(?<![A-Za-z])(?P<name>keys?|auth)[\"'`]?(?:[ ]{{0,3}}(?::=|=>|[:=])[ ]{{0,3}}|[ ](?:is|was)[ ]?:?[ ]){_DRAWN}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    rf"\b(?P<name>key|token|secret|password|credentials?)(?:[ ][A-Za-z'’-]{{1,16}}){{1,6}}:[ ]{{0,2}}{_DRAWN}",
    re.IGNORECASE,
)
# MAPS_KEY=, REDIS_AUTH=: what is set for a process.
_SETTING = re.compile(rf"(?<=[A-Z0-9])_(?P<name>KEY|AUTH)[ ]?=[ ]?{_DRAWN}")


@dataclass(frozen=True, slots=True)
class UnnamedKeys:
    gate: str
    expression: re.Pattern[str]

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((self.gate + r"[\"'`(]?[A-Za-z0-9+/_-]{8}",),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in self.expression.finditer(text):
            if _is_secret(match):
                yield Hit("SECRET", *match.span("value"), 0.7)


def _is_secret(match: re.Match[str]) -> bool:
    value, end = match["value"], match.end("name")
    if is_placeholder(value) or NO_SECRET.search(match.string, max(0, end - 24), end):
        return False
    return looks_random(value) if match.re is _SETTING else looks_drawn(value)


UNNAMED = (
    UnnamedKeys(r"(?:key|auth)s?[\"'`]?(?: *(?::=|=>|[:=]) *| (?:is|was) ?:? )", _KEY),
    UnnamedKeys(r"(?:key|token|secret|password|credentials?) [a-z '’-]+: *", _SENTENCE),
    UnnamedKeys(r"_(?:key|auth) ?= ?", _SETTING),
)
