"""The comparator `embedding`: two answers whose texts are near each other and that differ in nothing that tells."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from nightshift.batch.agreement.telling_words import may_agree
from nightshift.errors import BudgetExceeded, Misconfigured, ProviderUnavailable
from nightshift.similarity.embedding import Embedding
from nightshift.similarity.matching import REFUSED, Matcher
from nightshift.tiering.answers.features import refuses

log = logging.getLogger(__name__)

MOST_FAILURES = 3  # batches of pairs in a row, every text tried several times: the provider is down


class EmbeddingAgreement:
    """An `Agreement`. `similarity` is the least cosine at which two answers agree.

    Answers whose embeddings cannot be had do not agree. None are asked for after the deadline, nor after MOST_FAILURES.
    """

    def __init__(self, embedding: Embedding, similarity: float, deadline: datetime | None = None) -> None:
        self._matcher, self._similarity, self._deadline = Matcher(embedding), similarity, deadline
        self._failures = 0  # in a row

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        alike = [not refuses(one) and not refuses(other) and may_agree(one, other) for one, other in pairs]
        equal = [one.strip() == other.strip() for one, other in pairs]
        asked = [place for place in range(len(pairs)) if alike[place] and not equal[place]]
        cosines = dict(zip(asked, self._cosines([pairs[place] for place in asked]), strict=True))
        return [alike[place] and (equal[place] or cosines[place] >= self._similarity) for place in range(len(pairs))]

    def _cosines(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        if self._failures >= MOST_FAILURES or (self._deadline is not None and datetime.now(UTC) >= self._deadline):
            return [REFUSED] * len(pairs)
        try:
            found: list[float] = self._matcher.cosines(pairs).tolist()
        except (ProviderUnavailable, Misconfigured, BudgetExceeded) as error:
            self._failures += 1
            # By their contract, messages of providers name neither texts nor credentials.
            log.warning("no embeddings for %d pairs of answers, which do not agree: %s", len(pairs), error)
            return [REFUSED] * len(pairs)
        self._failures = 0
        return found
