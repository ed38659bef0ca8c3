"""The present generation of a knowledge base: include/knowledge/<name>/generation.yaml."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, field_validator

from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load, unknown_name


class Generation(Document):
    """generation.yaml: whoever renews the knowledge base writes it. After `fresh_until` no answer is used again."""

    generation: str
    fresh_until: AwareDatetime | None = None

    @field_validator("generation", mode="before")
    @classmethod
    def may_be_a_number_or_a_date(cls, value: object) -> object:
        """YAML reads `7` and `2026-11-22` as something else than text."""
        return str(value) if isinstance(value, int | date) and not isinstance(value, bool) else value


class KnowledgeGeneration(Generation):
    """What a job was resolved to: the knowledge base and the state it was in."""

    name: str


def present_generation(name: str) -> KnowledgeGeneration:
    """Raises InvalidSpec where there is no such knowledge base, Misconfigured where its file cannot be read."""
    root = include_folder() / "knowledge"
    known = sorted(path.parent.name for path in root.glob("*/generation.yaml"))
    if name not in known:
        raise unknown_name(name, known, field="prompt (knowledge)", where="include/knowledge/<name>/generation.yaml")
    found = load(root / name / "generation.yaml", Generation)
    return KnowledgeGeneration(name=name, generation=found.generation, fresh_until=found.fresh_until)
