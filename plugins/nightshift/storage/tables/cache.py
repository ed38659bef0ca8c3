"""The index of cached answers. One SQL row per segment of the lake, never one per answer."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Digest, Identifier, Instant, Name, Uri


class CacheSegment(Base):
    """The answers that one run added for one namespace, as one Parquet file."""

    __tablename__ = "cache_segments"
    __table_args__ = (Index("ix_cache_segments_namespace_expires_at", "namespace", "expires_at"),)

    run_id: Mapped[Identifier] = mapped_column(primary_key=True)
    namespace: Mapped[
        Digest
    ]  # application, prompt digest, policy digest: what must be equal before keys may be compared
    application: Mapped[Name]
    uri: Mapped[Uri]
    rows: Mapped[Count]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
