"""A model that a run asks beside its rows, fixed at admission."""

from __future__ import annotations

from pydantic import Field

from nightshift.finops.prices import Price
from nightshift.providers.port import Target
from nightshift.storage.documents import Document


class ModelInUse(Document):
    """An entry of the catalogue, where it is asked. `sandbox` is what it answers with where it is the sandbox."""

    model: str
    digest: str
    provider: str
    provider_model: str
    options: dict[str, str] = Field(default_factory=dict)
    region: str
    price: Price
    sandbox: str | None = None

    @property
    def target(self) -> Target:
        return Target(self.provider_model, dict(self.options))
