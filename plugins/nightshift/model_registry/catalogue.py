"""The models we may use: include/models/catalogue.yaml."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field

from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load, unknown_name

Provider = Literal["openai"]


class ModelVersion(Document):
    """One model version as its provider names it. Aliases that move (`gpt-4o`) are not versions."""

    model: str
    provider: Provider
    regions: tuple[str, ...] = Field(min_length=1)  # where the provider processes requests to it
    context_tokens: int = Field(gt=0)
    max_output_tokens: int = Field(gt=0)
    family: str

    @property
    def digest(self) -> str:
        """Identifies the entry as it was used: any change of it is another digest."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Catalogue(Document):
    """include/models/catalogue.yaml."""

    models: tuple[ModelVersion, ...]


def find_model(name: str, *, field: str) -> ModelVersion:
    """The catalogue's entry. Raises InvalidSpec naming the closest model that exists."""
    models = {item.model: item for item in load(include_folder() / "models" / "catalogue.yaml", Catalogue).models}
    if name not in models:
        raise unknown_name(name, sorted(models), field=field, where="include/models/catalogue.yaml")
    return models[name]
