"""The embedding model of one run, fixed at admission."""

from __future__ import annotations

from pydantic import Field

from nightshift.finops.prices import Price
from nightshift.providers.port import Target
from nightshift.similarity.embedding import TextLimits
from nightshift.storage.documents import Document


class EmbeddingInUse(Document):
    """A model of the catalogue. `sandbox` is what it answers with where it is the sandbox.

    `digest` covers the catalogue's entry and the sandbox: stand-in vectors are never compared with real ones.
    """

    model: str
    digest: str
    provider: str
    provider_model: str
    options: dict[str, str] = Field(default_factory=dict)
    region: str
    context_tokens: int
    texts_per_request: int
    price: Price
    sandbox: str | None = None

    @property
    def name(self) -> str:
        return self.model

    @property
    def target(self) -> Target:
        return Target(self.provider_model, dict(self.options))

    @property
    def limits(self) -> TextLimits:
        return TextLimits(self.context_tokens, self.texts_per_request)
