"""Runs the six steps to the end in one process, without Airflow. Called again for the same run, it resumes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import tenacity

from nightshift.batch.deadline import alert_when_due
from nightshift.batch.services import Services
from nightshift.batch.spec import JobSpec
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.escalate import escalate
from nightshift.batch.steps.execute.attempts import shards_to_execute
from nightshift.batch.steps.execute.collect import collect_shard
from nightshift.batch.steps.execute.realtime import answer_shard, is_realtime
from nightshift.batch.steps.execute.submit import submit_shard
from nightshift.batch.steps.execute.wait import wait_for_batch
from nightshift.batch.steps.pack import pack
from nightshift.batch.steps.prepare import Preparation, prepare_slice, slices_to_prepare
from nightshift.batch.steps.publish import publish
from nightshift.batch.steps.settle import refuse, settle
from nightshift.errors import AskedElsewhere, NightshiftError, RateLimited, RequestRejected
from nightshift.settings import poll_seconds

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds after a failure
GRACE = timedelta(minutes=10)  # after the deadline there is still something to find again and to collect
LONGEST_WAIT = 300.0  # seconds; a provider that asks for more is asked again then


def run_job(services: Services, spec: JobSpec, run_id: str) -> dict[str, Any]:
    """The summary of the published run. Raises RequestRejected for a run that ends refused."""
    admit(services, spec, run_id)
    return resume(services, run_id)


def resume(services: Services, run_id: str) -> dict[str, Any]:
    """Continue an admitted run from whatever it had reached."""
    try:
        return _to_the_end(services, run_id)
    except RequestRejected as error:
        refuse(services, run_id, error)
        raise


def _to_the_end(services: Services, run_id: str) -> dict[str, Any]:
    job = services.job(run_id)
    if slices := slices_to_prepare(services, run_id):
        preparation = Preparation.of(services, job)
        for number in slices:
            prepare_slice(services, preparation, number)
    _pack(services, run_id)
    asyncio.run(_execute_waves(services, run_id, len(job.tiers)))
    publish(services, run_id)
    return settle(services, run_id)


def _pack(services: Services, run_id: str) -> None:
    """Waits for a run that is asking the same rows; how long it may wait, the step knows."""
    while True:
        try:
            return pack(services, run_id)
        except AskedElsewhere as error:
            time.sleep(error.retry_after_seconds)  # between two looks at a run that takes minutes to hours


async def _execute_waves(services: Services, run_id: str, waves: int) -> None:
    alert = asyncio.create_task(alert_when_due(services, run_id))
    try:
        for wave in range(waves):
            await _execute_wave(services, run_id, wave)
            await asyncio.to_thread(escalate, services, run_id, wave)
    finally:
        alert.cancel()
        with suppress(asyncio.CancelledError):
            await alert


async def _execute_wave(services: Services, run_id: str, wave: int) -> None:
    """All shards of a wave: batches run side by side, while files are handed over and read one at a time."""
    one_at_a_time = asyncio.Lock()
    deadline = services.job(run_id).deadline

    async def patiently(step: Callable[[], Awaitable[Any]]) -> Any:
        """Repeat a step while its error says that a retry helps; the steps themselves make repeating safe."""
        async for attempt in _retrying(deadline):
            with attempt:
                return await step()

    async def in_turn(step: Callable[[Services, str], Any], shard_id: str) -> Any:
        async with one_at_a_time:
            return await asyncio.to_thread(step, services, shard_id)

    async def follow(shard_id: str | None) -> None:
        while shard_id is not None:
            if is_realtime(services, shard_id):
                await patiently(partial(answer_shard, services, shard_id))
            elif submitted := await patiently(partial(in_turn, submit_shard, shard_id)):
                provider = services.batches(submitted.provider, submitted.region)
                await wait_for_batch(provider, submitted.batch_id, deadline, poll_seconds())
            shard_id = await patiently(partial(in_turn, collect_shard, shard_id))

    try:
        async with asyncio.TaskGroup() as group:
            for shard_id in shards_to_execute(services, run_id, wave):
                group.create_task(follow(shard_id))
    except BaseExceptionGroup as several:
        # The first one stopped the others; what they had submitted is found again when the run resumes.
        raise several.exceptions[0] from several


def _retrying(deadline: datetime) -> tenacity.AsyncRetrying:
    tries = _Tries(deadline)
    return tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, NightshiftError) and error.retryable),
        wait=tries.pause,
        stop=tries.are_over,
        reraise=True,
    )


class _Tries:
    """Counts the failures of one step. Waiting for room is none: the provider said when, and there is a deadline."""

    def __init__(self, deadline: datetime) -> None:
        self._deadline, self._failures = deadline, 0

    def are_over(self, state: tenacity.RetryCallState) -> bool:
        if isinstance(_error(state), RateLimited):
            return datetime.now(UTC) >= self._deadline + GRACE
        self._failures += 1
        return self._failures >= TRIES

    def pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds; random, so that shards which failed together do not come back together."""
        error = _error(state)
        if isinstance(error, RateLimited) and error.retry_after_seconds is not None:
            return min(error.retry_after_seconds, LONGEST_WAIT)
        return random.uniform(0, min(FIRST_PAUSE * 2**self._failures, LONGEST_PAUSE))


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
