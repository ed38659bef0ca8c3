"""How much of an answer stands in its sources, by words. Finds inventions, not wrong conclusions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nightshift.guardrails.answers import wording
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Hit

Reported = Literal["share", "numbers", "names"]
FEWEST_WORDS = 5  # an answer with fewer content words has no share worth the name


@dataclass(frozen=True)
class _Given:
    """What the model could know."""

    content: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]
    nouns_have_capitals: bool

    @classmethod
    def to(cls, subject: Subject) -> _Given:
        texts = list(dict.fromkeys(text for text in (*subject.sources, subject.prompt) if text))
        known = [*texts, subject.system] if subject.system else texts
        return cls(
            frozenset(piece.key for text in texts for piece in wording.content_words(text)),
            frozenset(word for text in known for word in wording.words(text)),
            frozenset(
                key
                for text in known
                for key in (*(piece.key for piece in wording.numbers(text)), *wording.written_numbers(text))
            ),
            wording.capitalises_nouns("\n".join(subject.sources)),
        )


class Groundedness:
    """Hits on an answer of whose content words less than `least_share` was given, and on what was not."""

    def __init__(self, least_share: float = 0.5, report: tuple[Reported, ...] = ("share", "numbers", "names")) -> None:
        self._least, self._report = least_share, frozenset(report)

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [list(self._compare(subject)) if any(subject.sources) else [] for subject in batch.subjects]

    def _compare(self, subject: Subject) -> Iterator[Hit]:
        given, answer = _Given.to(subject), subject.text
        if "share" in self._report:
            yield from self._share(answer, given.content)
        if "numbers" in self._report:
            found = wording.numbers(answer)
            yield from (_hit("UNGROUNDED_NUMBER", piece) for piece in found if piece.key not in given.numbers)
        if "names" in self._report:
            found = wording.names(answer, of_several_words=given.nouns_have_capitals)
            yield from (_hit("UNGROUNDED_NAME", piece) for piece in found if piece.key not in given.words)

    def _share(self, answer: str, given: frozenset[str]) -> Iterator[Hit]:
        stand = [piece.key in given for piece in wording.content_words(answer)]
        if len(stand) >= FEWEST_WORDS and sum(stand) < self._least * len(stand):
            yield Hit("UNGROUNDED", 0, len(answer), 1 - sum(stand) / len(stand))


def _hit(entity: str, piece: wording.Piece) -> Hit:
    return Hit(entity, piece.start, piece.end)
