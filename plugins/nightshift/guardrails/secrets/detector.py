"""Finds keys, tokens, passwords and private keys."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nightshift.guardrails.disguises import find_disguised
from nightshift.guardrails.normalisation import view
from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.personal_data.prefilter import Prefilter
from nightshift.guardrails.personal_data.twins import ascii_twin
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
        text = ascii_twin(text)
        found = self._prefilter.search(text)
        if not found:
            return []
        likely = dict.fromkeys(form for place in found for form in self._behind[place])
        return keep_likeliest(hit for form in likely for hit in form.find(text))


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
