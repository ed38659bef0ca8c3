"""Which answers a run may use again: one file of the lake per run that paid for them, found by namespace."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.model_registry.applications import sharing_with
from nightshift.storage.tables import CacheSegment

log = logging.getLogger(__name__)


def uses_cache(job: ResolvedJob, at: datetime) -> bool:
    """Whether answers may be kept and used again: not where the prompt forbids it or its knowledge is out of date."""
    return job.prompt.config.cache_days > 0 and _fresh_until(job, at) > at


def readable_namespaces(job: ResolvedJob) -> list[str]:
    """The job's own namespace, and those of applications that share their answers with it.

    Read from the policies now, not at admission: who withdraws the permission is heard at once.
    """
    reader = job.spec.application
    return [job.cache_namespace, *(job.cache_namespace_of(owner) for owner in sharing_with(reader))]


def fresh_segments(services: Services, job: ResolvedJob, at: datetime) -> list[str]:
    """URIs of the segments whose answers this job may use, newest first."""
    if not uses_cache(job, at):
        return []
    readable = CacheSegment.namespace.in_(readable_namespaces(job))
    with services.database.transaction() as session:
        found = (
            select(CacheSegment.uri)
            .where(readable, CacheSegment.expires_at > at)
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
        expires_at=_fresh_until(job, at),
    )


def _fresh_until(job: ResolvedJob, at: datetime) -> datetime:
    """Until when an answer of this instant stays fresh."""
    kept_until = at + timedelta(days=job.prompt.config.cache_days)
    knowledge = job.knowledge_generation
    limit = knowledge.fresh_until if knowledge else None
    return min(kept_until, limit) if limit else kept_until
