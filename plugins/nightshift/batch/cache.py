"""Answers that were paid for before: one segment of the lake per run, found by namespace, joined in bulk."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.storage.tables import CacheSegment

log = logging.getLogger(__name__)


def fresh_segments(services: Services, job: ResolvedJob, at: datetime) -> list[str]:
    """URIs of the segments whose answers this job may use, newest first."""
    with services.database.transaction() as session:
        found = (
            select(CacheSegment.uri)
            .where(CacheSegment.namespace == job.cache_namespace, CacheSegment.expires_at > at)
            .order_by(CacheSegment.created_at.desc())
        )
        uris = list(session.scalars(found))
    kept = [uri for uri in uris if services.lake.exists(uri)]
    if len(kept) < len(uris):
        log.warning(
            "%d cache segments are no longer in the lake; their answers are asked for again", len(uris) - len(kept)
        )
    return kept


def segment(job: ResolvedJob, uri: str, rows: int, at: datetime) -> CacheSegment:
    """The index entry for the answers that this run paid for."""
    return CacheSegment(
        run_id=job.run_id,
        namespace=job.cache_namespace,
        application=job.spec.application,
        uri=uri,
        rows=rows,
        created_at=at,
        expires_at=at + timedelta(days=job.prompt.config.cache_days),
    )
