"""Erases what a run has kept of its rows: the key, the pages on which a steward saw originals, the outcome rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from nightshift.batch.outcomes.sets import forget
from nightshift.batch.review.next_run import released_uri
from nightshift.batch.review.sheet import blank_sheet
from nightshift.batch.services import Services
from nightshift.batch.vault import FINAL_STATES, destroy_key
from nightshift.errors import StateConflict
from nightshift.storage.tables import ReviewDecision, Run


def erase(services: Services, run_id: str) -> datetime:
    """When the key was destroyed. Published results stay as they are; safe to run twice.

    Raises StateConflict while the run goes on, or one that reads rows which were released from it.
    """
    next_run_ids = _next_run_ids(services, run_id)
    _check_finished(services, run_id, next_run_ids)
    erased_at = destroy_key(services, run_id)
    blank_sheet(services, run_id, erased_at)
    forget(services, run_id)
    for name in next_run_ids:
        if services.lake.exists(released_uri(services, run_id, name)):
            with services.lake.create(released_uri(services, run_id, name)) as path:
                path.write_bytes(b"")
    return erased_at


def _next_run_ids(services: Services, run_id: str) -> list[str]:
    query = select(ReviewDecision.next_run_id).where(ReviewDecision.run_id == run_id).distinct()
    with services.database.transaction() as session:
        return [name for name in session.scalars(query) if name is not None]


def _check_finished(services: Services, run_id: str, next_run_ids: list[str]) -> None:
    with services.database.transaction() as session:
        for name in next_run_ids:
            going_on = select(Run.run_id).where(
                Run.run_id.startswith(name, autoescape=True), Run.state.not_in(FINAL_STATES)
            )
            if other := session.scalars(going_on).first():
                raise StateConflict(f"the run {other} reads rows that were released from {run_id}; wait for its end")
