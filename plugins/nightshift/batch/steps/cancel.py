"""cancel: ends a run that nobody wants any more. What the provider has done is booked; nothing is published."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlalchemy import select

from nightshift.batch.services import Services
from nightshift.batch.steps.execute import attach_shard, collect_shard, wait_for_batch
from nightshift.batch.steps.settle import release_rest
from nightshift.errors import InvalidSpec
from nightshift.lineage import events
from nightshift.settings import poll_seconds
from nightshift.storage.tables import Run, RunState, Shard, ShardState


def cancel(services: Services, run_id: str) -> None:
    """Cancels open batches, collects what they did, releases the rest of the reservation. Safe to run twice."""
    job = services.job(run_id)
    for shard_id in _open_shards(services, run_id):
        submitted = attach_shard(services, shard_id)
        if submitted is not None:
            provider = services.provider(submitted.provider)
            now = datetime.now(UTC)
            asyncio.run(wait_for_batch(provider, submitted.batch_id, deadline=now, poll_seconds=poll_seconds()))
            collect_shard(services, shard_id)
    with services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        if run.state == RunState.PUBLISHED:
            raise InvalidSpec(
                "the run is published", field="run_id", value=run_id, way_out="there is nothing left to cancel"
            )
        release_rest(session, job, datetime.now(UTC))
        run.state, run.finished_at = RunState.CANCELLED, datetime.now(UTC)
    events.run_failed(job, "Cancelled")


def _open_shards(services: Services, run_id: str) -> list[str]:
    with services.database.transaction() as session:
        is_open = Shard.state.in_([ShardState.SUBMITTING, ShardState.SUBMITTED])
        return list(session.scalars(select(Shard.shard_id).where(Shard.run_id == run_id, is_open)))
