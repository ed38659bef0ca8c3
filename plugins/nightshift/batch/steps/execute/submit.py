"""Hands a shard over to a provider's batch API, exactly once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nightshift.batch.services import Services
from nightshift.batch.shards.lease import is_handing_over, this_worker
from nightshift.batch.steps.execute.attempts import move, read_shard
from nightshift.batch.steps.execute.quotas import claim_room
from nightshift.batch.steps.execute.reroute import NEVER_SUBMITTED, deployment_of, passed_on
from nightshift.errors import ProviderRefused, ProviderUnavailable, RateLimited, StateConflict
from nightshift.providers.port import BatchProvider, Handover
from nightshift.storage.tables import Shard, ShardState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Submitted:
    """Where a shard's batch is."""

    run_id: str
    shard_id: str
    provider: str
    region: str
    batch_id: str


def submit_shard(services: Services, shard_id: str) -> Submitted | None:
    """The batch of a shard: handed over now, or found again when an earlier try handed it over.

    None where there is no batch to wait for: after the deadline what nobody waits for any more is not asked, and a
    shard that its provider does not take is passed on to the tier's next deployment (`open_attempt` names it).
    """
    shard = read_shard(services, shard_id)
    if shard.state == ShardState.COLLECTED:
        return None
    if shard.batch_id is None:
        # Before anything that lets the shard be passed on: a provider that refuses to tell may have accepted it.
        earlier = _find_earlier(services, shard, datetime.now(UTC)) if shard.state == ShardState.SUBMITTING else None
        try:
            _submit(services, shard, earlier)
        except RateLimited:
            raise
        except (ProviderRefused, ProviderUnavailable) as error:
            if not passed_on(services, shard, error):
                raise
            return None
    return _submitted(shard)


def attach_shard(services: Services, shard_id: str) -> Submitted | None:
    """The batch of a shard that may have been handed over, or None; submits nothing."""
    shard = read_shard(services, shard_id)
    if shard.batch_id is None and shard.state == ShardState.SUBMITTING:
        batch_id = _find_earlier(services, shard, datetime.now(UTC))
        if batch_id is None:
            return None
        move(services, shard, state=ShardState.SUBMITTED, batch_id=batch_id)
    return _submitted(shard)


def _submitted(shard: Shard) -> Submitted | None:
    if shard.batch_id is None:
        return None
    return Submitted(shard.run_id, shard.shard_id, shard.provider, shard.region, shard.batch_id)


def _submit(services: Services, shard: Shard, batch_id: str | None) -> None:
    """`batch_id` is the batch of an earlier try, where there was one and the provider knows it."""
    provider, now = services.batches(shard.provider, shard.region), datetime.now(UTC)
    if batch_id is None and now >= services.job(shard.run_id).deadline:
        _give_up(services, shard, now)
        return
    if shard.state != ShardState.SUBMITTING:
        _check_due(shard, now)
        # Asked of a new shard too: a provider that is away or refuses us is found out before anything is in doubt.
        batch_id = provider.find(shard.digest, now)
    if batch_id is None:
        batch_id = _hand_over(services, provider, shard, now)
    move(services, shard, state=ShardState.SUBMITTED, batch_id=batch_id, unavailable_since=None)
    log.info("shard %s is batch %s", shard.shard_id, batch_id)


def _hand_over(services: Services, provider: BatchProvider, shard: Shard, now: datetime) -> str:
    since = shard.submitting_since or now
    claim_room(services, shard, now, {
        "state": ShardState.SUBMITTING, "submitting_since": since, "lease_owner": this_worker(), "leased_at": now,
    })  # fmt: skip
    target = deployment_of(services.job(shard.run_id), shard).target
    with services.lake.open(shard.request_uri) as requests:
        try:
            return provider.submit(requests, Handover(target, shard.digest, shard.run_id))
        except ProviderUnavailable:
            # An upload takes its time: how long the provider may take to list the batch counts from now on.
            move(services, shard, leased_at=datetime.now(UTC))
            raise


def give_up(services: Services, shard_id: str) -> None:
    """A shard that no provider has, and that none is to get any more."""
    _give_up(services, read_shard(services, shard_id), datetime.now(UTC))


def _give_up(services: Services, shard: Shard, now: datetime) -> None:
    move(services, shard, state=ShardState.COLLECTED, outcome=NEVER_SUBMITTED, collected_at=now)
    log.warning("shard %s is not submitted any more", shard.shard_id)


def _find_earlier(services: Services, shard: Shard, now: datetime) -> str | None:
    """Somebody meant to submit and did not write down the end: the provider knows whether it happened."""
    if is_handing_over(shard.lease_owner, shard.leased_at, now):
        raise StateConflict(f"shard {shard.shard_id} is being handed over by another worker ({shard.lease_owner})")
    assert shard.submitting_since is not None
    assert shard.leased_at is not None
    if shard.lease_owner != this_worker():  # it died, nobody knows when: until just now, for all we know
        move(services, shard, lease_owner=this_worker(), leased_at=now)
    found = services.batches(shard.provider, shard.region).find(shard.digest, shard.submitting_since)
    limits = deployment_of(services.job(shard.run_id), shard).capabilities.batch
    lag = limits.listing_lag_seconds if limits is not None else 0.0
    shown_after = shard.leased_at + timedelta(seconds=lag)
    if found is None and now < shown_after:
        raise RateLimited(
            f"shard {shard.shard_id}: a batch may have been accepted that the provider does not list yet",
            retry_after_seconds=(shown_after - now).total_seconds(),
        )
    return found


def _check_due(shard: Shard, now: datetime) -> None:
    if shard.not_before is not None and now < shard.not_before:
        wait = (shard.not_before - now).total_seconds()
        raise RateLimited(f"shard {shard.shard_id}: it is not due yet", retry_after_seconds=wait)
