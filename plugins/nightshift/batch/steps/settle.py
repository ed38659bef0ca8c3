"""settle: the reservation is released, the answers join the cache, the report is written, the lineage is complete."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nightshift.batch.cache import semantic
from nightshift.batch.cache.segments import segment, uses_cache
from nightshift.batch.cache.single_flight import land
from nightshift.batch.cache.texts import write_texts
from nightshift.batch.job import ResolvedJob
from nightshift.batch.report.render import write_report
from nightshift.batch.room import hold
from nightshift.batch.services import Services
from nightshift.batch.steps.publish import cache_uri, read_manifest
from nightshift.errors import RequestRejected
from nightshift.finops import budgets
from nightshift.finops.ledger import spent_by_run
from nightshift.lineage import events
from nightshift.storage.tables import OPEN_STATES, Run, RunState, Shard


def settle(services: Services, run_id: str) -> dict[str, Any]:
    """Closes a published run and returns its summary; a closed one only returns it."""
    job = services.job(run_id)
    manifest = read_manifest(services, job)
    summary: dict[str, Any] = manifest["summary"]
    if _is_settled(services, run_id):
        return summary
    now = datetime.now(UTC)
    write_report(services, job, manifest)
    events.run_completed(job, manifest)  # before the state changes: a kill in between repeats the event, never loses it
    rows = _cached_rows(services, run_id) if uses_cache(job, now) else 0
    if rows and semantic.is_used(job):
        write_texts(services, job, cache_uri(services, run_id))
    with services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        if run.state == RunState.PUBLISHED:
            return summary
        release_rest(session, job, now)
        land(session, run_id, now)
        if rows:
            session.add(segment(job, cache_uri(services, run_id), rows, now))
        run.state, run.summary, run.finished_at = RunState.PUBLISHED, summary, now
    return summary


def refuse(services: Services, run_id: str, error: RequestRejected) -> None:
    """Ends a run that cannot go on as asked: what it has not spent is released, nothing is published."""
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        run = session.get(Run, run_id)
        if run is None or run.state not in (RunState.ADMITTED, RunState.PREPARED) or _has_open_batches(session, run_id):
            return
        job = ResolvedJob.model_validate(run.resolution)
        release_rest(session, job, now)
        land(session, run_id, now)
        run.state, run.error, run.finished_at = RunState.REFUSED, str(error), now
    events.run_failed(job, type(error).__name__)


def _is_settled(services: Services, run_id: str) -> bool:
    with services.database.transaction() as session:
        return session.get_one(Run, run_id).state == RunState.PUBLISHED


def _has_open_batches(session: Session, run_id: str) -> bool:
    """Batches that work on must still be collected and booked: such a run can be resumed or cancelled, not refused."""
    is_open = Shard.state.in_(OPEN_STATES)
    return session.scalars(select(Shard.shard_id).where(Shard.run_id == run_id, is_open)).first() is not None


def release_rest(session: Session, job: ResolvedJob, now: datetime) -> None:
    """Close the run's reservation."""
    hold(session, job.run_id)  # what a call beside the rows costs is either in what is spent, or booked after this
    budgets.release(
        session,
        application=job.spec.application,
        run_id=job.run_id,
        period=job.period,
        reserved=job.budget,
        spent=spent_by_run(session, job.run_id),
        at=now,
    )


def _cached_rows(services: Services, run_id: str) -> int:
    import pyarrow.parquet as pq

    with services.lake.open(cache_uri(services, run_id)) as file:
        return int(pq.read_metadata(file).num_rows)
