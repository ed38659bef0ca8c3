"""The next deployment of the tier takes over what one refuses, or what one that is down cannot take."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from nightshift.batch.bundling.membership import read_requests
from nightshift.batch.job import Deployment, ResolvedJob, Route
from nightshift.batch.services import Services
from nightshift.batch.shards.again import next_attempts
from nightshift.batch.shards.writer import rows_uri
from nightshift.batch.steps.execute.attempts import last_attempt_number, move
from nightshift.batch.steps.execute.quotas import DoesNotFit, check_affordable
from nightshift.errors import NightshiftError, ProviderRefused, RateLimited, StateConflict
from nightshift.storage.tables import Shard, ShardState

log = logging.getLogger(__name__)

NEVER_SUBMITTED = "never_submitted"
PASSED_ON = "passed_on"
_LONGEST_PAUSE = timedelta(minutes=1)


def route_of(job: ResolvedJob, shard: Shard) -> Route:
    """How the rows of a shard are asked."""
    return Route(job.tier_index(shard.tier), shard.deployment, "batch" if shard.mode == "batch" else "realtime")


def deployment_of(job: ResolvedJob, shard: Shard) -> Deployment:
    return job.deployment(route_of(job, shard))


def next_deployment(job: ResolvedJob, shard: Shard) -> int | None:
    """The place of the deployment that takes over; None after the last one."""
    following = shard.deployment + 1
    return following if following < len(job.tiers[job.tier_index(shard.tier)].deployments) else None


def passed_on(services: Services, shard: Shard, error: NightshiftError) -> bool:
    """Whether another deployment takes the whole shard. Only for one of which nothing was accepted.

    A provider that refuses is left at once, one that does not answer after a while: until then this raises RateLimited,
    which lets the shard wait. A shard that may have been accepted is never passed on: it could be paid for twice.
    """
    job, now = services.job(shard.run_id), datetime.now(UTC)
    following = next_deployment(job, shard)
    refused = isinstance(error, ProviderRefused)
    in_doubt = shard.state == ShardState.SUBMITTING and not refused
    if following is None or in_doubt:
        return False
    if not refused:
        _wait_for_it(services, job, shard, now, error)
    rows = sorted(read_requests(services, rows_uri(shard.request_uri)).rows)
    attempts = reroute(services, job, shard, rows, following, str(error))
    try:
        _commit(services, job, shard, attempts, now)
    except DoesNotFit:
        log.warning("shard %s: %s does not fit the budget", shard.shard_id, attempts[0].model)
        return False
    log.warning("shard %s: %s; %s takes over", shard.shard_id, error, attempts[0].model)
    return True


def reroute(
    services: Services,
    job: ResolvedJob,
    shard: Shard,
    rows: list[int],
    deployment: int,
    why: str,
    alone: frozenset[int] = frozenset(),
) -> list[Shard]:
    """Attempts at `rows` on another deployment of the tier, not yet in the database."""
    taken = deployment_of(job, shard)
    reason = f"{taken.provider}/{taken.region} did not take it: {why}"
    first = last_attempt_number(services, shard) + 1
    return next_attempts(
        services, job, shard, rows, first_attempt=first, deployment=deployment, reason=reason, alone=alone
    )


def _wait_for_it(services: Services, job: ResolvedJob, shard: Shard, now: datetime, error: NightshiftError) -> None:
    if shard.unavailable_since is None:
        move(services, shard, unavailable_since=now)
    assert shard.unavailable_since is not None
    patience = timedelta(minutes=job.tier_policy.fallback_after_minutes)
    left = shard.unavailable_since + patience - now
    if left > timedelta(0) and now < job.deadline:
        pause = min(left, _LONGEST_PAUSE).total_seconds()
        raise RateLimited(
            f"{error}; the next deployment takes over in {left.total_seconds():.0f} s", retry_after_seconds=pause
        ) from error


def _commit(services: Services, job: ResolvedJob, shard: Shard, attempts: list[Shard], now: datetime) -> None:
    shard_id = shard.shard_id
    try:
        with services.database.transaction() as session:
            check_affordable(session, job, shard, attempts, 0)
            shard.state, shard.outcome, shard.collected_at = ShardState.COLLECTED, PASSED_ON, now
            session.add(shard)
            session.add_all(attempts)
    except (IntegrityError, StaleDataError) as error:
        raise StateConflict(f"shard {shard_id} was moved on by another process") from error
