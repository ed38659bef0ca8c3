"""What a job was admitted with: how many rows share a request, and at which models."""

from __future__ import annotations

from pydantic import Field

from nightshift.storage.documents import Document

MOST_ROWS = 32


class Bundling(Document):
    """`models` are asked in bundles, others row by row."""

    rows: int = Field(ge=2, le=MOST_ROWS)
    models: tuple[str, ...] = Field(min_length=1)

    def covers(self, model: str) -> bool:
        return model in self.models
