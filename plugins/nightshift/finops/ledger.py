"""The append-only, double-entry record of money. Every transfer has two entries that sum to zero."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nightshift.storage.tables import LedgerEntry

Kind = Literal["reserve", "settle", "release", "adjust"]


def record(
    session: Session, transfer: str, kind: Kind, run_id: str, source: str, target: str, amount: int, at: datetime
) -> None:
    """Move `amount` picodollars from `source` to `target`. A transfer that exists already violates a constraint."""
    for account, signed in ((source, -amount), (target, amount)):
        session.add(LedgerEntry(transfer=transfer, kind=kind, account=account, amount=signed, run_id=run_id, at=at))


def spent_by_run(session: Session, run_id: str) -> int:
    """Picodollars settled for a run so far."""
    total = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        LedgerEntry.run_id == run_id, LedgerEntry.kind == "settle", LedgerEntry.amount > 0
    )
    return int(session.execute(total).scalar_one())
