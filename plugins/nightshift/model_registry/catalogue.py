"""The models we may use: include/models/catalogue.yaml."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TypeVar

from pydantic import Field

from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load, unknown_name

Entry = TypeVar("Entry")


class PricedModel(Document):
    """One model version at one provider. Aliases that move (`gpt-4o`) are not versions.

    `model` is our name for it, `deployment` the provider's where that is another (a deployment's name, an endpoint's
    id), `price_as` the name that the price list uses.
    """

    model: str
    provider: str
    deployment: str | None = None
    price_as: str | None = None
    regions: tuple[str, ...] = Field(min_length=1)  # where the provider processes requests to it
    context_tokens: int = Field(gt=0)

    @property
    def digest(self) -> str:
        """Identifies the entry as it was used: any change of it is another digest."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def provider_model(self) -> str:
        """What the provider calls it."""
        return self.deployment or self.model

    @property
    def priced_model(self) -> str:
        """What the price list calls it."""
        return self.price_as or self.provider_model


class ModelVersion(PricedModel):
    """One model that answers."""

    max_output_tokens: int = Field(gt=0)
    family: str
    options: dict[str, str] = Field(
        default_factory=dict
    )  # settings of this deployment that only its provider understands


class EmbeddingModel(PricedModel):
    """One model that makes vectors of texts of at most `context_tokens`."""

    texts_per_request: int = Field(default=256, ge=1, le=256)
    options: dict[str, str] = Field(default_factory=dict)


class ModerationEndpoint(Document):
    """A provider's own guardrail, as guardrail policies may ask it (`check: moderation`).

    Priced by begun units of text, each text for itself; 0 is free of charge, and without a price no ledger sees it.
    Where the size of the units is published is said beside the entries.
    """

    model: str
    provider: str
    deployment: str | None = None
    regions: tuple[str, ...] = Field(min_length=1)
    options: dict[str, str] = Field(default_factory=dict)
    usd_per_1000_units: Decimal | None = Field(default=None, ge=0)
    characters_per_unit: int = Field(default=1_000, ge=1)

    @property
    def provider_model(self) -> str:
        """What the provider calls it."""
        return self.deployment or self.model


class Catalogue(Document):
    """include/models/catalogue.yaml."""

    models: tuple[ModelVersion, ...]
    embeddings: tuple[EmbeddingModel, ...] = ()
    moderation: tuple[ModerationEndpoint, ...] = ()


def find_model(name: str, *, field: str) -> ModelVersion:
    """The catalogue's entry. Raises InvalidSpec naming the closest model that exists."""
    return _named(name, {item.model: item for item in _catalogue().models}, field)


def find_embedding_model(name: str, *, field: str) -> EmbeddingModel:
    """The catalogue's entry below `embeddings`. Raises as `find_model` does."""
    return _named(name, {item.model: item for item in _catalogue().embeddings}, field)


def find_moderation(name: str, *, field: str) -> ModerationEndpoint:
    """The catalogue's entry below `moderation`. Raises as `find_model` does."""
    return _named(name, {item.model: item for item in _catalogue().moderation}, field)


def priced_moderation() -> frozenset[str]:
    """Names of the entries below `moderation` that have a price, if only 0."""
    return frozenset(item.model for item in _catalogue().moderation if item.usd_per_1000_units is not None)


def _catalogue() -> Catalogue:
    return load(include_folder() / "models" / "catalogue.yaml", Catalogue)


def _named(name: str, known: dict[str, Entry], field: str) -> Entry:
    if name not in known:
        raise unknown_name(name, sorted(known), field=field, where="include/models/catalogue.yaml")
    return known[name]
