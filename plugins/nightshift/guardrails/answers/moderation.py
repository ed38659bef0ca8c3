"""A provider's own guardrail as a check, in any direction: what our small models do not see, asked over the network."""

from __future__ import annotations

import re
from functools import partial

from nightshift.errors import NightshiftError
from nightshift.guardrails.remote import unanswered
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit
from nightshift.providers.port import Moderation, Moderator, Target

ENTITY = "MODERATION"
_UNNAMED = re.compile(r"[^A-Z0-9]+")


class ModerationCheck:
    """Hits on what the provider flags: the likeliest category; with `threshold`, every category that reaches it."""

    def __init__(self, moderator: Moderator, target: Target, threshold: float | None, concurrency: int = 8) -> None:
        self._moderator, self._target = moderator, target
        self._threshold, self._concurrency = threshold, concurrency

    def detect(self, batch: Batch) -> list[list[Hit]]:
        from nightshift.guardrails.asking import ask_each

        distinct = list(dict.fromkeys(text for text in batch.texts if text.strip()))
        what = f"moderation by {self._target.model}"
        answers = dict(zip(distinct, ask_each(distinct, self._ask, self._concurrency, what), strict=True))
        hits = {text: self._hits(text, answer) for text, answer in answers.items()}
        return [hits.get(text, []) for text in batch.texts]

    async def _ask(self, text: str) -> Moderation:
        (verdict,) = await self._moderator.moderate([text], self._target)
        return verdict

    def _hits(self, text: str, answer: Moderation | NightshiftError) -> list[Hit]:
        if isinstance(answer, NightshiftError):
            return unanswered()
        told = partial(_hit, len(text))
        categories = sorted(answer.categories.items(), key=lambda item: (-item[1], item[0]))
        if self._threshold is not None:
            return [told(name, score) for name, score in categories if score >= self._threshold]
        if not answer.flagged:
            return []
        return [told(*categories[0])] if categories else [told("", 1.0)]


def _hit(length: int, category: str, score: float) -> Hit:
    """`hate/threatening`, `CONTENT:OVERALL` and `topic Loans` as the names of entities."""
    name = _UNNAMED.sub("_", category.upper()).strip("_")
    return Hit(f"{ENTITY}_{name}" if name else ENTITY, 0, length, score)
