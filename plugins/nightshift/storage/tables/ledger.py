"""Budgets and the append-only, double-entry ledger."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Identifier, Instant, Name, Picodollars


class Budget(Base):
    """What one application may spend in one period. One atomic UPDATE lets a reservation in only below the cap."""

    __tablename__ = "budgets"
    application: Mapped[Name] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)  # YYYY-MM, UTC
    cap: Mapped[Picodollars]
    reserved: Mapped[Picodollars] = mapped_column(default=0)
    spent: Mapped[Picodollars] = mapped_column(default=0)


class LedgerEntry(Base):
    """One side of a transfer; the two sides of a transfer sum to zero.

    `transfer` names the event (``settle:<shard_id>``) and is unique per account, so writing an event twice is
    refused by the database and not by our care.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (UniqueConstraint("transfer", "account"),)

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    transfer: Mapped[Identifier]
    kind: Mapped[str] = mapped_column(String(10))  # reserve, settle, release, adjust
    account: Mapped[Identifier]
    amount: Mapped[Picodollars]
    run_id: Mapped[Identifier] = mapped_column(index=True)
    at: Mapped[Instant]
