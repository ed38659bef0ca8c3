"""A provider's own guardrail as a check, in any direction: what our small models do not see, asked over the network."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from functools import partial

from nightshift.errors import AnswerLost, NightshiftError
from nightshift.guardrails.remote import ModerationBooks, Tally, unanswered
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit
from nightshift.providers.port import Moderation, Moderator, Speaker, Target

log = logging.getLogger(__name__)

ENTITY = "MODERATION"
TEXTS_PER_LOT = 256  # paid for together: one entry in the books for each text would cost more than the text
MOST_KEPT = 200_000  # verdicts, some 150 bytes each: the rows of a shard, with room for bundles
_UNNAMED = re.compile(r"[^A-Z0-9]+")


class ModerationCheck:
    """Hits on what the provider flags: the likeliest category; with `threshold`, every category that reaches it.

    Verdicts are kept as long as the check, by digest: a shard whose answers are written twice is asked and paid once.
    """

    def __init__(
        self,
        moderator: Moderator,
        target: Target,
        threshold: float | None,
        speaker: Speaker,
        concurrency: int = 8,
        books: ModerationBooks | None = None,
    ) -> None:
        self._moderator, self._target, self._books = moderator, target, books
        self._threshold, self._speaker, self._concurrency = threshold, speaker, concurrency
        self._what = f"moderation by {target.model}"
        self._kept: dict[bytes, tuple[Hit, ...]] = {}

    def detect(self, batch: Batch) -> list[list[Hit]]:
        digests = {text: _digest(text) for text in batch.texts if text.strip()}
        hits = {text: list(self._kept[digest]) for text, digest in digests.items() if digest in self._kept}
        asked = [text for text in digests if text not in hits]
        for start in range(0, len(asked), TEXTS_PER_LOT):
            lot = asked[start : start + TEXTS_PER_LOT]
            for text, answer in zip(lot, self._answers(lot), strict=True):
                hits[text] = self._hits(text, answer)
                if not isinstance(answer, NightshiftError) and len(self._kept) < MOST_KEPT:
                    self._kept[digests[text]] = tuple(hits[text])
        return [hits.get(text, []) for text in batch.texts]

    def _answers(self, lot: list[str]) -> list[Moderation | NightshiftError]:
        if self._books is None:
            return self._asked(lot, None)
        try:
            with self._books.lot(lot) as tally:
                return self._asked(lot, tally)
        except NightshiftError as error:  # by their contract, messages name no texts
            log.warning("%s: %d texts could not be checked: %s", self._what, len(lot), error)
            return [error] * len(lot)

    def _asked(self, lot: list[str], tally: Tally | None) -> list[Moderation | NightshiftError]:
        from nightshift.guardrails.asking import ask_each

        return ask_each(lot, partial(self._ask, tally), self._concurrency, self._what)

    async def _ask(self, tally: Tally | None, text: str) -> Moderation:
        try:
            (verdict,) = await self._moderator.moderate([text], self._target, self._speaker)
        except AnswerLost:
            if tally is not None:
                await asyncio.to_thread(tally.lost, text)
            raise
        if tally is not None:
            tally.answered(text)
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


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _hit(length: int, category: str, score: float) -> Hit:
    """`hate/threatening`, `CONTENT:OVERALL` and `topic Loans` as the names of entities."""
    name = _UNNAMED.sub("_", category.upper()).strip("_")
    return Hit(f"{ENTITY}_{name}" if name else ENTITY, 0, length, score)
