"""The alert before a deadline is lost: raised once, when most of a run's time is used up and the run is unfinished."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nightshift.batch.services import Services
from nightshift.storage.tables import Run, RunState, Shard, ShardState

log = logging.getLogger(__name__)

# Three quarters: of a night of eight hours two are left, in which a run can be mended, moved or given up.
WARNING_SHARE = 0.75
_FINAL = (RunState.PUBLISHED, RunState.REFUSED, RunState.CANCELLED)
_LONGEST_NAP = 60.0  # seconds; then the clock is read again, which may have been set


def warning_at(admitted: datetime, deadline: datetime) -> datetime:
    """The instant at which WARNING_SHARE of the time is used up."""
    return admitted + WARNING_SHARE * (deadline - admitted)


async def alert_when_due(services: Services, run_id: str) -> str | None:
    """Waits for the warning instant of a run and raises its alert then. Never blocks the event loop.

    None for a run that is over by then. One that is not admitted has no record yet to write to: only the log says so.
    """
    due = await asyncio.to_thread(_due_at, services, run_id)
    if due is None:
        return None
    while (left := (due - datetime.now(UTC)).total_seconds()) > 0:
        await asyncio.sleep(min(left, _LONGEST_NAP))
    return await asyncio.to_thread(raise_alert, services, run_id, datetime.now(UTC))


def raise_alert(services: Services, run_id: str, now: datetime) -> str | None:
    """Writes down what is unfinished and returns it; None for a run that is over. A second call changes nothing."""
    with services.database.transaction() as session:
        run = session.get(Run, run_id)
        if run is None or run.state in _FINAL:
            return None
        if run.deadline_alert is not None:
            return run.deadline_alert
        alert = _sentence(run, _what_is_left(session, run), now)
        unsaid = update(Run).where(Run.run_id == run_id, Run.deadline_alert.is_(None))
        is_first = session.execute(unsaid.values(deadline_alert=alert)).rowcount  # type: ignore[attr-defined]
    if is_first:
        log.warning("run %s: %s", run_id, alert)
    return alert


def _due_at(services: Services, run_id: str) -> datetime | None:
    with services.database.transaction() as session:
        run = session.get(Run, run_id)
    if run is None:
        log.warning("run %s: most of its time is used up and it is not admitted", run_id)
        return None
    return None if run.state in _FINAL else warning_at(run.created_at, run.deadline)


def _sentence(run: Run, left: str, now: datetime) -> str:
    used, given = _shown(now - run.created_at), _shown(run.deadline - run.created_at)
    return (
        f"{used} of {given} are used up and {left}; what is not answered by {run.deadline:%Y-%m-%d %H:%M} UTC is "
        f"dead-lettered; way out: `nightshift batch status {run.run_id}`, or `nightshift batch cancel {run.run_id}`"
    )


def _what_is_left(session: Session, run: Run) -> str:
    if not run.waves_planned and run.awaited_run_id:
        return f"it waits for the answers of run {run.awaited_run_id}, which asks the same rows"
    if not run.waves_planned:
        return "the rows are not yet in request files"
    shards = session.scalars(select(Shard).where(Shard.run_id == run.run_id).order_by(Shard.attempt)).all()
    left = [shard for shard in shards if shard.state != ShardState.COLLECTED]
    if not left:
        return "the results are not published, although no request file is open"
    # Attempts at the rows of one request file follow one another: the first open one says who has it.
    holders = {(shard.wave, shard.number): f"{shard.provider}/{shard.region}" for shard in reversed(left)}
    rows = f"{_requests(left):,} of {_requests([shard for shard in shards if shard.attempt == 1]):,} rows"
    by_holder = ", ".join(f"{name} {count}" for name, count in sorted(Counter(holders.values()).items()))
    files = len({(shard.wave, shard.number) for shard in shards})
    return f"{len(holders)} of {files} request files are unfinished ({rows}): {by_holder}"


def _requests(shards: Sequence[Shard]) -> int:
    return sum(shard.requests for shard in shards)


def _shown(time: timedelta) -> str:
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min" if minutes else f"{hours} h"
    return f"{minutes} min {seconds:02} s" if minutes and seconds else f"{minutes} min" if minutes else f"{seconds} s"
