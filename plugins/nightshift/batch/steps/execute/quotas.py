"""Whether there is room for one more shard: at the provider, and in the budget."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from nightshift.batch.capacity import rates
from nightshift.batch.capacity.limits import find_quotas
from nightshift.batch.job import ResolvedJob
from nightshift.batch.room import hold, left
from nightshift.batch.services import Services
from nightshift.errors import InvalidSpec, RateLimited, StateConflict
from nightshift.settings import poll_seconds
from nightshift.storage.tables import OPEN_STATES, Run, RunState, Shard

# After its deadline a batch is cancelled and collected; one that still stands a day later has been given up.
FORGOTTEN = timedelta(days=1)


def claim_room(services: Services, shard: Shard, now: datetime, values: dict[str, Any]) -> None:
    """Move a shard to a state that counts against its provider's quotas. Raises RateLimited where they are used up."""
    limits, shard_id = find_quotas(shard.provider, shard.region), shard.shard_id
    try:
        with services.database.transaction() as session:
            # Whoever claims first holds the scope's row until the end of the transaction; nobody counts beside it.
            rates.hold(session, f"{shard.provider}/{shard.region}")
            _check_run(session, shard.run_id)
            if limits.concurrent_shards is not None:
                _check(
                    _open(session, shard, now, func.count()), 1, limits.concurrent_shards, shard, "unfinished shards"
                )
            if limits.enqueued_tokens is not None:
                queued = _open(session, shard, now, func.sum(Shard.estimated_tokens))
                _check(queued, shard.estimated_tokens, limits.enqueued_tokens, shard, "enqueued tokens")
            for name, value in values.items():
                setattr(shard, name, value)
            session.add(shard)
    except StaleDataError as error:
        raise StateConflict(f"shard {shard_id} was moved on by another process") from error


def is_cancelling(session: Session, run_id: str) -> bool:
    """Whether nothing more is to be asked for a run."""
    return session.get_one(Run, run_id).state in (RunState.CANCELLING, RunState.CANCELLED)


def _check_run(session: Session, run_id: str) -> None:
    if is_cancelling(session, run_id):
        raise InvalidSpec(
            "the run is being cancelled", field="run_id", value=run_id, way_out="start a new run for what is missing"
        )


class DoesNotFit(Exception):
    """What should be asked next may cost more than the run has left."""


def check_affordable(session: Session, job: ResolvedJob, shard: Shard, attempts: list[Shard], cost: int) -> None:
    """Raises DoesNotFit where attempts do not fit beside what is spent and what all else may still cost.

    `cost` is what `shard` itself turned out to cost. Holds the run's row, so that nobody else adds to it meanwhile.
    """
    if not attempts:
        return
    hold(session, job.run_id)
    if cost + sum(attempt.estimate for attempt in attempts) > left(session, job, without=shard.shard_id):
        raise DoesNotFit


def _open(session: Session, shard: Shard, now: datetime, measure: Any) -> int:
    """Over all other unfinished shards of the provider's region. A run that nobody resumes does not count for ever."""
    others = (Shard.provider == shard.provider, Shard.region == shard.region, Shard.shard_id != shard.shard_id)
    over = [RunState.PUBLISHED, RunState.REFUSED, RunState.CANCELLED]
    alive = (Shard.state.in_(OPEN_STATES), Run.deadline > now - FORGOTTEN, Run.state.not_in(over))
    return int(session.scalar(select(measure).select_from(Shard).join(Run).where(*others, *alive)) or 0)


def _check(used: int, asked: int, limit: int, shard: Shard, what: str) -> None:
    # A shard that is larger than the whole quota goes alone, or it would never go.
    if used and used + asked > limit:
        raise RateLimited(
            f"shard {shard.shard_id}: {shard.provider}/{shard.region} has {used} {what} of at most {limit}",
            retry_after_seconds=max(poll_seconds(), 1.0),
        )
