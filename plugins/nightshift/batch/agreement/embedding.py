"""The comparator `embedding`: two answers whose texts are near each other and that differ in nothing that tells."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.batch.agreement.telling_words import may_agree
from nightshift.similarity.embedding import Embedding
from nightshift.similarity.matching import Matcher
from nightshift.tiering.answers.features import refuses


class EmbeddingAgreement:
    """An `Agreement`. `similarity` is the least cosine at which two answers agree."""

    def __init__(self, embedding: Embedding, similarity: float) -> None:
        self._matcher, self._similarity = Matcher(embedding), similarity

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        alike = [not refuses(one) and not refuses(other) and may_agree(one, other) for one, other in pairs]
        cosines = iter(self._matcher.cosines([pair for pair, asked in zip(pairs, alike, strict=True) if asked]))
        return [
            asked and bool(next(cosines) >= self._similarity or one.strip() == other.strip())
            for asked, (one, other) in zip(alike, pairs, strict=True)
        ]
