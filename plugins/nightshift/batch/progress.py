"""How far a run is, read from the database: what `nightshift batch status` and the progress line show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from nightshift.batch.services import Services
from nightshift.storage.tables import Run, Shard, ShardState, Slice


@dataclass(frozen=True)
class Progress:
    """Rows by how far they are; `cost` in picodollars; `error` says why a run was refused."""

    state: str
    rows: int
    screened: int
    cached: int
    submitted: int
    collected: int
    published: int
    cost: int
    error: str | None
    deadline_alert: str | None


def progress_of(services: Services, run_id: str) -> Progress | None:
    """None while the run is not admitted."""
    is_submitted = Shard.state.in_(
        [ShardState.SUBMITTED, ShardState.ANSWERING, ShardState.ANSWERED, ShardState.COLLECTED]
    )
    submitted = case((is_submitted, Shard.requests), else_=0)
    with services.database.transaction() as session:
        run = session.get(Run, run_id)
        if run is None:
            return None
        screened = session.scalar(
            select(func.sum(Slice.rows)).where(Slice.run_id == run_id, Slice.prepared_uri.is_not(None))
        )
        totals = session.execute(
            select(func.sum(submitted), func.sum(Shard.answered), func.sum(Shard.cost)).where(Shard.run_id == run_id)
        ).one()
        return Progress(
            state=run.state,
            rows=run.input_rows,
            screened=int(screened or 0),
            cached=run.cached_rows,
            submitted=int(totals[0] or 0),
            collected=int(totals[1] or 0),
            published=run.published_rows,
            cost=int(totals[2] or 0) + run.side_calls_spent,
            error=run.error,
            deadline_alert=run.deadline_alert,
        )
