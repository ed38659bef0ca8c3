"""The embedding model of one run, fixed at admission."""

from __future__ import annotations

from nightshift.batch.model_in_use import ModelInUse
from nightshift.similarity.embedding import TextLimits


class EmbeddingInUse(ModelInUse):
    """`digest` covers the catalogue's entry and the sandbox: stand-in vectors are never compared with real ones."""

    context_tokens: int
    texts_per_request: int

    @property
    def name(self) -> str:
        return self.model

    @property
    def limits(self) -> TextLimits:
        return TextLimits(self.context_tokens, self.texts_per_request)
