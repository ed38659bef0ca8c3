"""Which attempt of a shard is to be executed, and how a shard moves from state to state."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from nightshift.batch.services import Services
from nightshift.errors import StateConflict
from nightshift.storage.tables import Shard, ShardState


def shards_to_execute(services: Services, run_id: str, wave: int) -> list[str]:
    """The attempt to begin with of every shard of a wave that is not collected."""
    with services.database.transaction() as session:
        pending = select(Shard.number, Shard.shard_id).where(
            Shard.run_id == run_id, Shard.wave == wave, Shard.state != ShardState.COLLECTED
        )
        found = session.execute(pending.order_by(Shard.number, Shard.attempt.desc())).all()
    # The last one of a number stays: its first open attempt. Attempts of one shard follow one another.
    return list({number: shard_id for number, shard_id in found}.values())


def open_attempt(services: Services, shard_id: str) -> str | None:
    """The first attempt at the rows of a shard that is not collected; None where all are."""
    shard = read_shard(services, shard_id)
    with services.database.transaction() as session:
        pending = select(Shard.shard_id).where(
            Shard.run_id == shard.run_id,
            Shard.wave == shard.wave,
            Shard.number == shard.number,
            Shard.state != ShardState.COLLECTED,
        )
        return session.scalars(pending.order_by(Shard.attempt)).first()


def last_attempt_number(services: Services, shard: Shard) -> int:
    """The highest attempt number that exists for the rows of a shard."""
    with services.database.transaction() as session:
        highest = select(func.max(Shard.attempt)).where(
            Shard.run_id == shard.run_id, Shard.wave == shard.wave, Shard.number == shard.number
        )
        return int(session.execute(highest).scalar_one())


def read_shard(services: Services, shard_id: str) -> Shard:
    with services.database.transaction() as session:
        return session.get_one(Shard, shard_id)


def move(services: Services, shard: Shard, **values: object) -> None:
    """Change a shard that nobody else has changed since it was read; the version column decides."""
    shard_id = shard.shard_id  # after a rollback the object can no longer be read
    for name, value in values.items():
        setattr(shard, name, value)
    try:
        with services.database.transaction() as session:
            session.add(shard)
    except StaleDataError as error:
        raise StateConflict(f"shard {shard_id} was moved on by another process") from error
