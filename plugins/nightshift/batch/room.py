"""What a run's budget has room for. Shards and calls beside the rows come out of the same sum."""

from __future__ import annotations

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from nightshift.batch.job import ResolvedJob
from nightshift.storage.tables import Run, Shard, ShardState


def hold(session: Session, run_id: str) -> None:
    """Nobody else adds to what the run has promised until the end of the transaction."""
    session.execute(update(Run).where(Run.run_id == run_id).values(run_id=Run.run_id))


def left(session: Session, job: ResolvedJob, *, without: str | None = None) -> int:
    """The budget less what is spent and the most that unfinished shards and calls beside the rows may cost.

    `without` leaves a shard out. Between this and what is promised by it, the run must be held.
    """
    costs = case((Shard.state == ShardState.COLLECTED, Shard.cost), else_=Shard.estimate)
    shards = select(func.sum(costs)).where(Shard.run_id == job.run_id)
    if without is not None:
        shards = shards.where(Shard.shard_id != without)
    beside = select(Run.side_calls_promised + Run.side_calls_spent).where(Run.run_id == job.run_id)
    return job.budget - int(session.scalar(shards) or 0) - int(session.scalar(beside) or 0)
