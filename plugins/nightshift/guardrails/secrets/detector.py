"""Finds keys, tokens, passwords and private keys."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from nightshift.guardrails.disguises import find_disguised
from nightshift.guardrails.normalisation import view
from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.personal_data.prefilter import Prefilter
from nightshift.guardrails.personal_data.twins import ascii_twin, quoted_twin
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from nightshift.guardrails.subjects import Batch

    class Form(Protocol):
        """One way to write a secret. Runs only where one of its gates, expressions of RE2, occurs."""

        def gates(self) -> tuple[tuple[str, ...], ...]: ...

        def find(self, text: str) -> Iterator[Hit]: ...


class Secrets:
    """Finds secrets; a hash, a UUID, a placeholder and a sentence about passwords are none."""

    def __init__(self) -> None:
        self._prefilter = _prefilter()
        self._behind: dict[int, list[Form]] = {}
        for form in _forms():
            for (gate,) in form.gates():
                self._behind.setdefault(self._prefilter.place(gate), []).append(form)

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [find_disguised(view, self.find) for view in batch.views]

    def detect_text(self, text: str) -> list[Hit]:
        """The hits in one text, disguised ones included."""
        return find_disguised(view(text), self.find)

    def find(self, text: str) -> list[Hit]:
        """The hits in a text as it stands. None of them overlap."""
        twin, quoted = ascii_twin(text), quoted_twin(text)
        hits = self._find(twin)
        if quoted != twin:
            hits += (_without_escape(hit, quoted) for hit in self._find(quoted))
        return keep_likeliest(hits)

    def _find(self, text: str) -> list[Hit]:
        found = self._prefilter.search(text)
        likely = dict.fromkeys(form for place in found for form in self._behind[place])
        return [hit for form in likely for hit in form.find(text)]


def _without_escape(hit: Hit, text: str) -> Hit:
    """A value in front of an escaped quotation mark ends before the backslash."""
    end = hit.end
    while text.startswith(("\\", '"'), hit.end) and end > hit.start + 1 and text[end - 1] == "\\":
        end -= 1
    return replace(hit, end=end)


@cache
def _forms() -> tuple[Form, ...]:
    from nightshift.guardrails.secrets.assignments import Assignments
    from nightshift.guardrails.secrets.commands import COMMANDS
    from nightshift.guardrails.secrets.connections import CONNECTIONS
    from nightshift.guardrails.secrets.providers import KEYS
    from nightshift.guardrails.secrets.tables import Columns
    from nightshift.guardrails.secrets.unnamed import UNNAMED

    return (*KEYS, *CONNECTIONS, *COMMANDS, Assignments(), Columns(), *UNNAMED)


@cache
def _prefilter() -> Prefilter:
    return Prefilter(gate for form in _forms() for (gate,) in form.gates())
