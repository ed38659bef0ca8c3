"""Canaries: strings planted in a system prompt or a document that no answer has a reason to contain."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2

from nightshift.guardrails.normalisation import view
from nightshift.guardrails.normalisation.readings import readings
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.guardrails.normalisation import View

ENTITY = "CANARY"
SHORTEST = 6  # characters of what a pattern finds in a system prompt


class Canaries:
    """Hits where one of the strings stands, or what `pattern` matches in the system prompt. Case is ignored."""

    def __init__(self, canaries: tuple[str, ...] = (), pattern: str | None = None) -> None:
        self._canaries = canaries
        self._pattern = None if pattern is None else re2.compile(pattern, _options())

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [
            self._find(batch, place, (*self._canaries, *self._planted(subject.system)))
            for place, subject in enumerate(batch.subjects)
        ]

    def _planted(self, system: str | None) -> tuple[str, ...]:
        if self._pattern is None or not system:
            return ()
        found = (match[0] for match in self._pattern.finditer(system))
        return tuple(dict.fromkeys(text for text in found if len(text) >= SHORTEST))

    def _find(self, batch: Batch, place: int, canaries: tuple[str, ...]) -> list[Hit]:
        if not canaries or not batch.texts[place]:
            return []
        return _search(batch.views[place], _expression(canaries))


def _search(answer: View, expression: Any) -> list[Hit]:
    spans = {
        reading.span(match.start(), match.end())
        for reading in readings(answer)
        for match in expression.finditer(reading.text)
    }
    return [Hit(ENTITY, start, end) for start, end in sorted(spans)]


@lru_cache(maxsize=64)
def _expression(canaries: tuple[str, ...]) -> Any:
    # As they read without disguises, too: that is what they are compared with, and digits may become letters there.
    spelled = dict.fromkeys([*canaries, *(view(canary).plain.text for canary in canaries)])
    return re2.compile("|".join(re2.escape(text) for text in spelled if len(text) >= SHORTEST), _options())


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options
