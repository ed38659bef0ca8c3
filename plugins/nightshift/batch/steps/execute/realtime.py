"""Has a shard answered request by request, where there is no batch API or too little for one.

The rows go in lots. A lot that is answered is one file in the lake: the checkpoint. That a lot is begun is written
down first; of one that was begun and never written, nobody knows what was executed. A provider that knows idempotency
keys is asked again with the same keys; for any other the rows are in doubt, and never asked of the same tier again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from nightshift.batch.capacity import rates
from nightshift.batch.capacity.concurrency import AdaptiveLimit
from nightshift.batch.capacity.limits import find_rates
from nightshift.batch.capacity.off_peak import find_window
from nightshift.batch.capacity.starting import plan_start
from nightshift.batch.job import Deployment, ResolvedJob, Route
from nightshift.batch.services import Services
from nightshift.batch.shards.lease import LONGEST_HANDOVER, is_handing_over, this_worker
from nightshift.batch.shards.planning import estimate
from nightshift.batch.steps.execute.asking import Asking, Lot, Pace, Request
from nightshift.batch.steps.execute.attempts import move, read_shard
from nightshift.batch.steps.execute.lots import COMPLETED, REFUSED, STOPPED, LotFiles, requests_of
from nightshift.batch.steps.execute.quotas import claim_room, is_cancelling
from nightshift.batch.steps.execute.reroute import NEVER_SUBMITTED, deployment_of, next_deployment, route_of
from nightshift.errors import NightshiftError, ProviderRefused, RateLimited, StateConflict
from nightshift.storage.tables import Shard, ShardState

log = logging.getLogger(__name__)

# What a request takes until the work itself has shown it: only to judge whether it can wait for the off-peak window.
SECONDS_PER_REQUEST = 3.0
# How long a provider may be silent where nobody takes over. Whoever runs the step tries again, with longer pauses.
MOMENTS = timedelta(seconds=5)
LEASE_RENEWAL = LONGEST_HANDOVER / 5
LONGEST_NAP = 30.0  # seconds; the rate's window is a minute


def is_realtime(services: Services, shard_id: str) -> bool:
    """Whether a shard is answered request by request."""
    return read_shard(services, shard_id).mode == "realtime"


async def answer_shard(services: Services, shard_id: str) -> None:
    """Returns when the shard can be collected. Raises RateLimited where it has to wait for its window or for room."""
    shard = await asyncio.to_thread(read_shard, services, shard_id)
    if shard.state in (ShardState.COLLECTED, ShardState.ANSWERED):
        return
    job = services.job(shard.run_id)
    if await asyncio.to_thread(_begin, services, job, shard):
        await _Answering(services, job, shard).run()


def stop_answering(services: Services, shard_id: str) -> None:
    """What is answered by now is all that will be: the run is cancelled. Refused while another worker is at it."""
    shard = read_shard(services, shard_id)
    _check_free(shard, datetime.now(UTC))
    LotFiles(services, shard).write_end(STOPPED, "the run was cancelled")
    move(services, shard, state=ShardState.ANSWERED)


def _begin(services: Services, job: ResolvedJob, shard: Shard) -> bool:
    now = datetime.now(UTC)
    if shard.state == ShardState.PLANNED and now >= job.deadline:
        move(services, shard, state=ShardState.COLLECTED, outcome=NEVER_SUBMITTED, collected_at=now)
        log.warning("shard %s: the deadline passed before it was begun", shard.shard_id)
        return False
    if shard.not_before is not None and now < shard.not_before:
        wait = (shard.not_before - now).total_seconds()
        raise RateLimited(f"shard {shard.shard_id}: it is not due yet", retry_after_seconds=wait)
    _check_free(shard, now)
    _check_window(services, job, shard, shard.requests, now)
    lease = {"state": ShardState.ANSWERING, "lease_owner": this_worker(), "leased_at": now, "not_before": None}
    if shard.state == ShardState.ANSWERING:  # it has its place already
        move(services, shard, **lease)
    else:
        claim_room(services, shard, now, lease)
    return True


def _check_free(shard: Shard, now: datetime) -> None:
    if is_handing_over(shard.lease_owner, shard.leased_at, now):
        raise StateConflict(
            f"shard {shard.shard_id} is being answered by another worker ({shard.lease_owner}); it writes a checkpoint "
            "every few minutes at most: try again then"
        )


def _check_window(services: Services, job: ResolvedJob, shard: Shard, left: int, now: datetime) -> None:
    """Raises RateLimited where what is left can wait for off-peak hours. The sandbox is never busy."""
    deployment, route = deployment_of(job, shard), route_of(job, shard)
    window = None if deployment.sandboxed else find_window(deployment.provider, deployment.region)
    plan = plan_start(
        now,
        deadline=job.deadline,
        needed=_needed(deployment, left),
        window=window,
        realtime_cost=estimate(job, route, left, shard.request_bytes * left // shard.requests),
        batch_cost=None if deployment.batch_price is None else estimate(
            job, Route(route.tier, route.deployment, "batch"), left, shard.request_bytes * left // shard.requests
        ),
    )  # fmt: skip
    if plan.start_at > now:
        move(services, shard, not_before=plan.start_at, lease_owner=None, plan=plan.reason)
        wait = (plan.start_at - now).total_seconds()
        raise RateLimited(f"shard {shard.shard_id}: {plan.reason}", retry_after_seconds=wait)
    if window is not None:
        shard.plan = plan.reason


def _needed(deployment: Deployment, requests: int) -> timedelta:
    parallel = deployment.capabilities.realtime.max_concurrency
    limits = find_rates(deployment.provider, deployment.region, deployment.model)
    seconds = requests * SECONDS_PER_REQUEST / parallel
    if limits.requests_per_minute is not None:
        seconds = max(seconds, requests * 60 / limits.requests_per_minute)
    return timedelta(seconds=seconds)


@dataclass
class _Answering:
    """One worker's way through the lots of a shard."""

    services: Services
    job: ResolvedJob
    shard: Shard

    def __post_init__(self) -> None:
        self.deployment = deployment_of(self.job, self.shard)
        self.limits = find_rates(self.shard.provider, self.shard.region, self.shard.model)
        self._lots = LotFiles(self.services, self.shard)
        falls_back = next_deployment(self.job, self.shard) is not None
        patience = timedelta(minutes=self.job.tier_policy.fallback_after_minutes) if falls_back else MOMENTS
        limit = AdaptiveLimit(self.deployment.capabilities.realtime.max_concurrency)
        self._pace = Pace(limit, patience, self.job.deadline, falls_back)
        self._scope = rates.scope_of(self.shard.provider, self.shard.region, self.shard.model)
        self.provider = self.services.provider(self.shard.provider, self.shard.region)
        self._begun_earlier = self.shard.lots
        self._shares = False  # several rows share a request

    async def run(self) -> None:
        """Raises ProviderUnavailable where nobody answers and no other deployment is left; nothing is lost by then."""
        outcome, message, left = COMPLETED, "", self.shard.requests
        for number, requests in enumerate(self._requests()):
            if not await asyncio.to_thread(self._is_open, number, requests):
                left -= len(requests)
                continue
            if reason := await asyncio.to_thread(self._why_not_now):
                outcome, message = STOPPED, reason
                break
            await asyncio.to_thread(_check_window, self.services, self.job, self.shard, left, datetime.now(UTC))
            await self._wait_for_room(len(requests))
            lot = await self._ask(number, requests)
            left -= len(requests)
            if lot.stopped_by is None:
                continue
            if self._may_go_on(lot.stopped_by):
                await asyncio.to_thread(self._interrupt, number, lot)
                raise lot.stopped_by
            self._doubt_what_was_begun(number, requests, lot)
            lot.in_doubt += lot.unheard
            await asyncio.to_thread(self._lots.write, number, lot)
            outcome, message = self._ending(lot.stopped_by)
            break
        await asyncio.to_thread(self._lots.write_end, outcome, message)
        await asyncio.to_thread(move, self.services, self.shard, state=ShardState.ANSWERED)

    def _why_not_now(self) -> str | None:
        """Why nothing more is asked."""
        if datetime.now(UTC) >= self.job.deadline:
            return "the deadline passed"
        with self.services.database.transaction() as session:
            return "the run is being cancelled" if is_cancelling(session, self.job.run_id) else None

    def _may_go_on(self, error: NightshiftError) -> bool:
        """Whether these requests can be asked here later: the provider is only silent, and there is time."""
        has_time = datetime.now(UTC) < self.job.deadline
        return has_time and not isinstance(error, ProviderRefused) and next_deployment(self.job, self.shard) is None

    def _ending(self, error: NightshiftError) -> tuple[str, str]:
        """A refusal, or silence where another deployment can take over, ends the work here for good."""
        return (STOPPED if datetime.now(UTC) >= self.job.deadline else REFUSED), str(error)

    def _interrupt(self, number: int, lot: Lot) -> None:
        """What a lot has brought is kept. The rest may be asked again: with its keys, or because it was never sent."""
        self._lots.write(number, lot, interrupted=True)
        begun = number + 1 if self.deployment.capabilities.realtime.repeatable else number
        move(self.services, self.shard, lots=max(begun, self._begun_earlier), lease_owner=None)

    def _doubt_what_was_begun(self, number: int, requests: list[Request], lot: Lot) -> None:
        """An earlier worker may have had rows answered that cannot be asked with their keys any more."""
        if number < self._begun_earlier:
            told = self._rows_of(lot.lines) | set(lot.in_doubt)
            lot.in_doubt += [request.row_number for request in requests if request.row_number not in told]

    def _rows_of(self, lines: list[bytes]) -> set[int]:
        return {int(found.custom_id) for line in lines if (found := self.provider.parse(line)) is not None}

    def _requests(self) -> Iterator[list[Request]]:
        """Lot by lot. Their size is the job's, so that every worker cuts the same lots."""
        size = self.deployment.capabilities.realtime.checkpoint_requests
        found = requests_of(self.services, self.shard)
        self._shares = bool(found.bundles)
        with self.services.lake.open(self.shard.request_uri) as file:
            rows = (Request(number, line) for number, line in zip(found.numbers, file, strict=True))
            while lot := list(islice(rows, size)):
                yield lot

    def _is_open(self, number: int, requests: list[Request]) -> bool:
        """Whether a lot is still to be asked; takes out of it what was answered before an interruption."""
        if self._lots.is_answered(number):
            return False
        settled = self._lots.settled(number, self.provider)
        requests[:] = [request for request in requests if request.row_number not in settled]
        begun = number < self.shard.lots
        if not begun or self.deployment.capabilities.realtime.repeatable:
            return True
        self._lots.write(number, Lot(in_doubt=[request.row_number for request in requests]))
        return False

    async def _wait_for_room(self, requests: int) -> None:
        """The requests and tokens per minute that all tasks of all runs share."""
        call = self.job.bundled_call if self._shares else self.job.call
        most = call(self.deployment).max_output_tokens
        tokens = self.shard.estimated_tokens * requests // self.shard.requests + requests * most
        while (wait := await asyncio.to_thread(self._take, requests, tokens)) > 0:
            if datetime.now(UTC) >= self.job.deadline:
                return
            await asyncio.sleep(min(wait, LONGEST_NAP))

    def _take(self, requests: int, tokens: int) -> float:
        with self.services.database.transaction() as session:
            now = datetime.now(UTC)
            return rates.take(session, self._scope, self.limits, requests=requests, tokens=tokens, now=now)

    async def _ask(self, number: int, requests: list[Request]) -> Lot:
        await asyncio.to_thread(
            move, self.services, self.shard, lots=max(self.shard.lots, number + 1), leased_at=datetime.now(UTC)
        )
        asking = Asking(self.provider, self.deployment, self.shard.digest, self._pace, self._hold)
        alive = asyncio.create_task(self._stay_alive())
        try:
            await asking.run(requests)
        except BaseException:  # cancelled, or something unforeseen: what was answered is paid for
            await self._leave(alive)
            await asyncio.shield(asyncio.to_thread(self._interrupt, number, asking.lot))
            raise
        await self._leave(alive)
        if asking.lot.stopped_by is None:
            await asyncio.to_thread(self._lots.write, number, asking.lot)
        return asking.lot

    async def _stay_alive(self) -> None:
        """A lot may take longer than a lease is trusted by workers of other machines."""
        while True:
            await asyncio.sleep(LEASE_RENEWAL.total_seconds())
            await asyncio.to_thread(move, self.services, self.shard, leased_at=datetime.now(UTC))

    async def _leave(self, alive: asyncio.Task[None]) -> None:
        """Raises StateConflict where another worker has taken the shard over meanwhile."""
        alive.cancel()
        await asyncio.wait([alive])
        if not alive.cancelled() and (error := alive.exception()) is not None:
            raise error

    def _hold(self, until: datetime) -> None:
        """What a provider asked of us holds for all tasks that ask it."""
        with self.services.database.transaction() as session:
            rates.pause(session, self._scope, until)
