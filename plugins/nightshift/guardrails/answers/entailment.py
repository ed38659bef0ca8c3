"""Whether the sources bear out what an answer says, sentence by sentence, in the eyes of a judge model."""

from __future__ import annotations

import re
from typing import NamedTuple

from nightshift.errors import NightshiftError
from nightshift.guardrails.remote import Judge, unanswered
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Hit

ENTITY = "UNSUPPORTED_CLAIM"
FEWEST_LETTERS = 5  # of a sentence that can claim anything
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:\.(?=\w)[^.!?。！？\n]+)*[.!?。！？]*")


class _Question(NamedTuple):
    claims: tuple[str, ...]
    sources: tuple[str, ...]


class Entailment:
    """Hits on sentences that the judge holds for unsupported with at least `threshold`."""

    def __init__(self, judge: Judge, threshold: float = 0.5, concurrency: int = 8) -> None:
        self._judge, self._threshold, self._concurrency = judge, threshold, concurrency

    def detect(self, batch: Batch) -> list[list[Hit]]:
        from nightshift.guardrails.asking import ask_each

        spans = [_claims(subject) for subject in batch.subjects]
        questions = [
            _Question(tuple(subject.text[start:end] for start, end in found), subject.sources) if found else None
            for subject, found in zip(batch.subjects, spans, strict=True)
        ]
        distinct = list(dict.fromkeys(question for question in questions if question is not None))
        answers = dict(zip(distinct, ask_each(distinct, self._ask, self._concurrency, "entailment"), strict=True))
        return [
            [] if question is None else self._hits(found, answers[question])
            for question, found in zip(questions, spans, strict=True)
        ]

    async def _ask(self, question: _Question) -> list[float]:
        return list(await self._judge.support(question.claims, question.sources))

    def _hits(self, spans: list[tuple[int, int]], answer: list[float] | NightshiftError) -> list[Hit]:
        if isinstance(answer, NightshiftError):
            return unanswered()
        return [
            Hit(ENTITY, start, end, 1 - support)
            for (start, end), support in zip(spans, answer, strict=True)
            if 1 - support >= self._threshold
        ]


def _claims(subject: Subject) -> list[tuple[int, int]]:
    """Where the sentences stand that can be true or false."""
    if not any(subject.sources):
        return []
    found = []
    for match in _SENTENCE.finditer(subject.text):
        sentence = match[0].strip()
        if sum(map(str.isalnum, sentence)) >= FEWEST_LETTERS and not sentence.endswith(("?", "？")):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            found.append((start, start + len(sentence)))
    return found
