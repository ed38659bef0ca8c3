"""cancel: ends a run that nobody wants any more. What the provider has done is booked; nothing is published."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlalchemy import select

from nightshift.batch.cache.single_flight import land
from nightshift.batch.services import Services
from nightshift.batch.steps.execute.collect import collect_shard
from nightshift.batch.steps.execute.realtime import is_realtime, stop_answering
from nightshift.batch.steps.execute.submit import attach_shard, give_up
from nightshift.batch.steps.execute.wait import wait_for_batch
from nightshift.batch.steps.settle import release_rest
from nightshift.errors import InvalidSpec
from nightshift.lineage import events
from nightshift.settings import poll_seconds
from nightshift.storage.tables import OPEN_STATES, Run, RunState, Shard


def cancel(services: Services, run_id: str) -> None:
    """Cancels open batches, collects what they did, releases the rest of the reservation. Safe to run twice.

    Raises StateConflict while a worker is still at a shard in real time; it stops at its next checkpoint.
    """
    job = services.job(run_id)
    _stop_asking(services, run_id)
    for shard_id in _open_shards(services, run_id):
        if is_realtime(services, shard_id):
            stop_answering(services, shard_id)
            collect_shard(services, shard_id)
        elif (submitted := attach_shard(services, shard_id)) is not None:
            provider = services.batches(submitted.provider, submitted.region)
            now = datetime.now(UTC)
            asyncio.run(wait_for_batch(provider, submitted.batch_id, deadline=now, poll_seconds=poll_seconds()))
            collect_shard(services, shard_id)
        else:
            give_up(services, shard_id)
    with services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        release_rest(session, job, datetime.now(UTC))
        land(session, run_id, datetime.now(UTC))
        run.state, run.finished_at = RunState.CANCELLED, datetime.now(UTC)
    events.run_failed(job, "Cancelled")


def _open_shards(services: Services, run_id: str) -> list[str]:
    with services.database.transaction() as session:
        is_open = Shard.state.in_(OPEN_STATES)
        return list(session.scalars(select(Shard.shard_id).where(Shard.run_id == run_id, is_open)))


def _stop_asking(services: Services, run_id: str) -> None:
    """From now on no worker hands a shard over, and one that asks in real time stops at its next checkpoint."""
    with services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        if run.state == RunState.PUBLISHED:
            raise InvalidSpec(
                "the run is published", field="run_id", value=run_id, way_out="there is nothing left to cancel"
            )
        run.state = RunState.CANCELLING
