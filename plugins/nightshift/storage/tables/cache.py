"""The index of cached answers, and who is asking for more. One SQL row per file of the lake, never one per answer."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Digest, Identifier, Instant, Name, Uri


class CacheSegment(Base):
    """The answers that one run added for one namespace, as one Parquet file."""

    __tablename__ = "cache_segments"
    __table_args__ = (Index("ix_cache_segments_namespace_expires_at", "namespace", "expires_at"),)

    run_id: Mapped[Identifier] = mapped_column(primary_key=True)
    namespace: Mapped[Digest]  # what must be equal before keys may be compared, see ResolvedJob.cache_namespace
    application: Mapped[Name]
    uri: Mapped[Uri]
    rows: Mapped[Count]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class CacheFlight(Base):
    """A run that is asking for answers which others could wait for. It ends when the run does, or with its deadline."""

    __tablename__ = "cache_flights"
    __table_args__ = (Index("ix_cache_flights_namespace_expires_at", "namespace", "expires_at"),)

    # Without gaps: who has seen all up to n becomes n + 1, and learns of a rival because the number is taken.
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    run_id: Mapped[Identifier] = mapped_column(ForeignKey("runs.run_id"), unique=True)
    namespace: Mapped[Digest]
    keys_uri: Mapped[Uri]  # the request keys that it asks, sorted
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    alert: Mapped[str | None] = mapped_column(Text)  # said in the run's summary: it asked what another one was asking
