"""The index of embedded texts. One SQL row per file of the lake, never one per text."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Digest, Instant, Uri


class EmbeddingSegment(Base):
    """Vectors that one look-up had to make, as one Parquet file."""

    __tablename__ = "embedding_segments"
    __table_args__ = (Index("ix_embedding_segments_model_created_at", "model", "created_at"),)

    segment_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    model: Mapped[Digest]  # digest over the catalogue entry and the application whose texts they are
    uri: Mapped[Uri]
    rows: Mapped[Count]
    created_at: Mapped[Instant]
