"""Runs of the same rows at the same time pay once: the first one asks, the others wait for its answers.

A flight is an SQL row: a run, and the file of the request keys that it asks. A run that waits has none, so no two runs
wait for each other. The number of a flight is the lock: see `take_off`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nightshift.batch.analytics import analytics, parquet_list
from nightshift.batch.cache.keys import key_parts
from nightshift.batch.cache.segments import readable_namespaces, uses_cache
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import committing_plan
from nightshift.errors import AskedElsewhere, StateConflict
from nightshift.settings import poll_seconds
from nightshift.storage.lake import Lake
from nightshift.storage.tables import CacheFlight, Run

log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """The flights up to number `newest`, and those of other runs among them whose answers this run may use."""

    newest: int
    others: Sequence[CacheFlight]


@dataclass(frozen=True)
class Departure:
    """What a run is about to ask, once nobody else up to flight number `seen` asks the same."""

    keys_uri: str
    keys: int
    seen: int
    alert: str | None = None


class _Overtaken(Exception):
    """Another run took off in the meantime; its keys must be compared first."""


def look(services: Services, job: ResolvedJob, now: datetime) -> Seen:
    """The flights in the air. To be called before the cache is read: who lands in between is found there."""
    with services.database.transaction() as session:
        newest = _newest(session)
        query = _readable(job).where(CacheFlight.number <= newest, CacheFlight.ended_at.is_(None))
        return Seen(newest, session.scalars(query.where(CacheFlight.expires_at > now)).all())


def check_awaited(services: Services, job: ResolvedJob, now: datetime) -> None:
    """Raises AskedElsewhere as long as the run that this one has been waiting for is at it, and there is time."""
    with services.database.transaction() as session:
        awaited = session.get_one(Run, job.run_id).awaited_run_id
        is_open = (CacheFlight.ended_at.is_(None), CacheFlight.expires_at > now)
        found = session.scalar(select(CacheFlight.number).where(CacheFlight.run_id == awaited, *is_open))
    if found is not None and now < waits_until(job):
        raise AskedElsewhere(f"run {awaited} is still asking the same rows", poll_seconds())


def prepare_departure(services: Services, job: ResolvedJob, keys_uri: str, seen: Seen) -> Departure | None:
    """Raises AskedElsewhere where a flight has any of these keys. None where there is nothing to wait for here."""
    keys = _rows(services.lake, keys_uri)
    if not keys or not uses_cache(job, datetime.now(UTC)):
        return None
    return _compared(services, job, Departure(keys_uri, keys, seen.newest), seen)


def take_off(
    services: Services, job: ResolvedJob, departure: Departure | None, commit: Callable[[Session], None]
) -> None:
    """Runs `commit` in the transaction that opens the flight.

    The flight's number is the next one to the newest that was looked at. Two runs that looked at the same moment want
    the same number: one gets it, the other compares its keys with that flight's and tries again.
    """
    while True:
        try:
            with committing_plan(services, job.run_id) as session:
                if departure is not None:
                    _open_flight(session, job, departure)
                session.get_one(Run, job.run_id).awaited_run_id = None
                commit(session)
        except _Overtaken:
            assert departure is not None
            departure = _compared(services, job, departure, _look_again(services, job, departure.seen))
        else:
            return


def land(session: Session, run_id: str, at: datetime) -> None:
    """Ends the run's flight, if it has one, together with the run."""
    is_open = (CacheFlight.run_id == run_id, CacheFlight.ended_at.is_(None))
    session.execute(update(CacheFlight).where(*is_open).values(ended_at=at))


def alert_of(session: Session, run_id: str) -> str | None:
    """What the run's summary must say about rows that it paid for although another run was asking them."""
    return session.scalar(select(CacheFlight.alert).where(CacheFlight.run_id == run_id))


def waits_until(job: ResolvedJob) -> datetime:
    """As long as there is time for its own batch afterwards; where a batch may take all the time, for half of it."""
    limits = (item.capabilities.batch for item in job.tiers[0].deployments)
    window = timedelta(hours=max((batch.window_hours for batch in limits if batch is not None), default=0))
    return max(job.deadline - window, job.admitted_at + (job.deadline - job.admitted_at) / 2)


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(CacheFlight.number))) or 0


def _readable(job: ResolvedJob) -> Select[CacheFlight]:
    is_readable = CacheFlight.namespace.in_(readable_namespaces(job))
    return select(CacheFlight).where(is_readable, CacheFlight.run_id != job.run_id)


def _look_again(services: Services, job: ResolvedJob, seen: int) -> Seen:
    """The flights that took off since; those that have landed too, because our cache was read before."""
    with services.database.transaction() as session:
        if session.scalar(select(CacheFlight.number).where(CacheFlight.run_id == job.run_id)):
            raise StateConflict(f"run {job.run_id}: another worker has planned this wave")
        newest = _newest(session)
        return Seen(newest, session.scalars(_readable(job).where(CacheFlight.number.between(seen + 1, newest))).all())


def _open_flight(session: Session, job: ResolvedJob, departure: Departure) -> None:
    if _newest(session) != departure.seen:
        raise _Overtaken
    session.add(
        CacheFlight(
            number=departure.seen + 1,
            run_id=job.run_id,
            namespace=job.cache_namespace,
            keys_uri=departure.keys_uri,
            created_at=datetime.now(UTC),
            expires_at=job.deadline,
            alert=departure.alert,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise _Overtaken from error


def _compared(services: Services, job: ResolvedJob, departure: Departure, seen: Seen) -> Departure:
    """The departure, now that these flights were looked at too. Raises AskedElsewhere while there is time to wait."""
    now, alert = datetime.now(UTC), departure.alert
    for flight in seen.others:
        shared = _shared_keys(services.lake, departure, flight.keys_uri)
        if not shared:
            continue
        if now < waits_until(job):
            _note_awaited(services, job.run_id, flight.run_id)
            raise AskedElsewhere(f"run {flight.run_id} is asking {shared:,} of the same rows", poll_seconds())
        alert = (
            f"{shared:,} rows were asked although run {flight.run_id} was asking them too: "
            "waiting any longer for its answers would have endangered the deadline"
        )
    return replace(departure, seen=seen.newest, alert=alert)


def _note_awaited(services: Services, run_id: str, other: str) -> None:
    with services.database.transaction() as session:
        session.get_one(Run, run_id).awaited_run_id = other
    log.info("run %s waits for the answers of run %s, which asks the same rows", run_id, other)


def _shared_keys(lake: Lake, departure: Departure, other_uri: str) -> int:
    """How many keys stand in both files."""
    if not lake.exists(other_uri):
        log.warning("%s is no longer in the lake: nobody can wait for the answers of that run", other_uri)
        return 0
    mine, other = (f"read_parquet({parquet_list(lake, [uri])})" for uri in (departure.keys_uri, other_uri))
    total = 0
    with analytics(lake) as engine:
        for in_part in key_parts(departure.keys):
            keys = f"SELECT request_key FROM {{}} WHERE {in_part('request_key')}"
            query = f"SELECT count(*) FROM ({keys.format(mine)}) SEMI JOIN ({keys.format(other)}) USING (request_key)"
            total += engine.execute(query).fetchall()[0][0]
    return total


def _rows(lake: Lake, uri: str) -> int:
    import pyarrow.parquet as pq

    with lake.open(uri) as file:
        return int(pq.read_metadata(file).num_rows)
