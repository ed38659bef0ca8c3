"""Finds personal data that has a shape: numbers, addresses and ids. Names of people and places are in names.py."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from nightshift.guardrails.disguises import find_disguised
from nightshift.guardrails.normalisation import view
from nightshift.guardrails.personal_data.emphasis import without_emphasis
from nightshift.guardrails.personal_data.field_names import as_words
from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.personal_data.prefilter import Prefilter
from nightshift.guardrails.personal_data.shapes import Recognizer
from nightshift.guardrails.personal_data.twins import ascii_twin
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch


class PersonalData:
    """Finds the `entities` (all where None) that score at least `score_threshold`; `noted` ones hide no others."""

    def __init__(
        self,
        entities: frozenset[str] | None = None,
        score_threshold: float = 0.5,
        noted: frozenset[str] = frozenset(),
    ) -> None:
        self._threshold, self._noted = score_threshold, noted
        chosen = [item for item in recognizers() if entities is None or not entities.isdisjoint(item.entities)]
        gates = [(item, gate) for item in chosen for gate in item.gates(score_threshold)]
        # Two passes: words are looked for only where a shape needs them, and fewer states are quicker to build.
        self._shapes = Prefilter(gate.shape for _, gate in gates)
        self._words = Prefilter(gate.words for _, gate in gates if gate.words)
        self._gates: dict[int, list[tuple[Recognizer, int | None]]] = {}
        for item, gate in gates:
            needed = self._words.place(gate.words) if gate.words else None
            self._gates.setdefault(self._shapes.place(gate.shape), []).append((item, needed))

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [find_disguised(view, self.find, self._noted) for view in batch.views]

    def detect_text(self, text: str) -> list[Hit]:
        """The hits in one text, disguised ones included."""
        return find_disguised(view(text), self.find, self._noted)

    def find(self, text: str) -> list[Hit]:
        """The hits in a text as it stands. None of them overlap, but what is `noted`."""
        twin = without_emphasis(ascii_twin(text))
        likely = self._likely(twin)
        if not likely:
            return []
        hits = (hit for item in likely for hit in item.find(twin) if hit.score >= self._threshold)
        return keep_likeliest(hits, self._noted)

    def _likely(self, text: str) -> list[Recognizer]:
        """The recognizers that may find something: each once and always in the same order."""
        gates = [gate for shape in sorted(self._shapes.search(text)) for gate in self._gates[shape]]
        words: set[int | None] = {None}
        if any(needed is not None for _, needed in gates):
            for named in dict.fromkeys((text, as_words(text))):
                words.update(self._words.search(named))
        return list(dict.fromkeys(item for item, needed in gates if needed in words))


@cache
def recognizers() -> Sequence[Recognizer]:
    """All there are."""
    from nightshift.guardrails.personal_data import (
        americas_africa,
        asia_pacific,
        companies,
        europe,
        finance,
        licences,
        passports,
        united_states,
    )
    from nightshift.guardrails.personal_data.bic import Bics
    from nightshift.guardrails.personal_data.cards import Cards
    from nightshift.guardrails.personal_data.iban import Ibans
    from nightshift.guardrails.personal_data.internet import ChatLinks, MailAddresses, Urls
    from nightshift.guardrails.personal_data.ip_addresses import IpAddresses
    from nightshift.guardrails.personal_data.phones import Phones

    tables = (finance, passports, licences, companies, united_states, europe, asia_pacific, americas_africa)
    return (
        Urls(),
        MailAddresses(),
        IpAddresses(),
        Ibans(),
        Bics(),
        Cards(),
        Phones(),
        ChatLinks(),
        *(row for table in tables for row in table.SHAPES),
    )


def entity_names() -> frozenset[str]:
    """The entities that can be asked for."""
    return frozenset(name for item in recognizers() for name in item.entities)
