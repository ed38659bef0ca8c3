"""The models we may use: include/models/catalogue.yaml."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from pydantic import Field

from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load, unknown_name

Entry = TypeVar("Entry")


class ModelVersion(Document):
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
    max_output_tokens: int = Field(gt=0)
    family: str
    options: dict[str, str] = Field(
        default_factory=dict
    )  # settings of this deployment that only its provider understands

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


class ModerationEndpoint(Document):
    """A provider's own guardrail, as guardrail policies may ask it (`check: moderation`)."""

    model: str
    provider: str
    deployment: str | None = None
    regions: tuple[str, ...] = Field(min_length=1)
    options: dict[str, str] = Field(default_factory=dict)

    @property
    def provider_model(self) -> str:
        """What the provider calls it."""
        return self.deployment or self.model


class Catalogue(Document):
    """include/models/catalogue.yaml."""

    models: tuple[ModelVersion, ...]
    moderation: tuple[ModerationEndpoint, ...] = ()


def find_model(name: str, *, field: str) -> ModelVersion:
    """The catalogue's entry. Raises InvalidSpec naming the closest model that exists."""
    return _named(name, {item.model: item for item in _catalogue().models}, field)


def find_moderation(name: str, *, field: str) -> ModerationEndpoint:
    """The catalogue's entry below `moderation`. Raises as `find_model` does."""
    return _named(name, {item.model: item for item in _catalogue().moderation}, field)


def _catalogue() -> Catalogue:
    return load(include_folder() / "models" / "catalogue.yaml", Catalogue)


def _named(name: str, known: dict[str, Entry], field: str) -> Entry:
    if name not in known:
        raise unknown_name(name, sorted(known), field=field, where="include/models/catalogue.yaml")
    return known[name]
