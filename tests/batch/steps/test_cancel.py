"""A run that nobody wants any more, and one that another worker is at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.job_runs import Jobs, questions

from nightshift.batch.runner import resume
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import prepared_chunks
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.cancel import cancel
from nightshift.batch.steps.execute.attempts import shards_to_execute
from nightshift.batch.steps.execute.submit import submit_shard
from nightshift.batch.steps.pack import pack
from nightshift.batch.steps.prepare import Preparation, prepare_slice, slices_to_prepare
from nightshift.batch.steps.publish import manifest_uri
from nightshift.errors import InvalidSpec, StateConflict
from nightshift.storage.tables import RunState, Shard, ShardState


def planned(jobs: Jobs, run_id: str = "run-1") -> str:
    """A run up to the point where its only shard may be submitted."""
    job = admit(jobs.services, jobs.spec(questions(20)), run_id)
    for number in slices_to_prepare(jobs.services, run_id):
        prepare_slice(jobs.services, Preparation.of(jobs.services, job), number)
    pack(jobs.services, run_id)
    return shards_to_execute(jobs.services, run_id, 0)[0]


def take_elsewhere(jobs: Jobs, shard_id: str, at: datetime) -> None:
    """As if a worker of another machine had begun to hand the shard over."""
    with jobs.services.database.transaction() as session:
        shard = session.get_one(Shard, shard_id)
        shard.state, shard.submitting_since = ShardState.SUBMITTING, at
        shard.lease_owner, shard.leased_at = "elsewhere/1/1", at


def test_a_worker_that_was_packing_while_the_run_was_cancelled_does_not_bring_it_back(jobs: Jobs) -> None:
    job = admit(jobs.services, jobs.spec(questions(20)), "run-1")
    for number in slices_to_prepare(jobs.services, "run-1"):
        prepare_slice(jobs.services, Preparation.of(jobs.services, job), number)
    lake = CancellingLake(jobs.services, "shared.parquet")
    with pytest.raises(StateConflict, match="run-1 is cancelled: nothing more is asked"):
        pack(replace(jobs.services, lake=lake), "run-1")
    assert jobs.record().state == RunState.CANCELLED
    assert jobs.shards() == []
    assert jobs.budget().reserved == 0


class CancellingLake:
    """The lake of a run that somebody cancels just when a certain file is written."""

    def __init__(self, services: Services, last_name: str) -> None:
        self._services, self._last_name = services, last_name

    def create(self, uri: str) -> Any:
        if uri.endswith(self._last_name):
            cancel(self._services, "run-1")
        return self._services.lake.create(uri)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._services.lake, name)


def test_a_cancelled_run_books_what_was_done_publishes_nothing_and_gives_the_rest_back(jobs: Jobs) -> None:
    shard_id = planned(jobs)
    submit_shard(jobs.services, shard_id)
    cancel(jobs.services, "run-1")
    assert jobs.record().state == RunState.CANCELLED
    assert jobs.budget().reserved == 0
    assert jobs.settled() == Decimal(jobs.sandbox.bill()["cost_usd"])
    with pytest.raises(InvalidSpec, match="cancelled"):
        resume(jobs.services, "run-1")


def test_a_run_whose_batch_was_never_accepted_can_be_cancelled(jobs: Jobs) -> None:
    shard_id = planned(jobs)
    take_elsewhere(jobs, shard_id, jobs.record().created_at - timedelta(days=1))
    cancel(jobs.services, "run-1")
    assert (jobs.record().state, jobs.budget().reserved) == (RunState.CANCELLED, 0)
    assert jobs.sandbox.bill()["requests"] == 0


def test_a_published_run_cannot_be_cancelled(jobs: Jobs) -> None:
    jobs.run(questions(5))
    with pytest.raises(InvalidSpec, match="published"):
        cancel(jobs.services, "run-1")
    assert jobs.services.lake.exists(manifest_uri(jobs.services.job("run-1")))


def test_a_shard_that_another_worker_is_handing_over_is_left_to_it(jobs: Jobs) -> None:
    shard_id = planned(jobs)
    take_elsewhere(jobs, shard_id, jobs.record().created_at)
    with pytest.raises(StateConflict, match="handed over by another worker"):
        submit_shard(jobs.services, shard_id)
    assert jobs.sandbox.bill()["batches_created"] == 0


def test_rows_are_read_back_in_chunks_in_order(jobs: Jobs) -> None:
    planned(jobs)
    chunks = list(prepared_chunks(jobs.services, "run-1", ["row_number"]))
    assert [number for _, _, table in chunks for number in table["row_number"].to_pylist()] == list(range(1, 21))
    assert (chunks[0][0], chunks[-1][1]) == (1, 20)
