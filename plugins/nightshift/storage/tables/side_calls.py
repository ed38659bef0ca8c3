"""What runs ask models beside their rows: judges, moderation, embeddings. Digests and figures, never a text."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Digest, Identifier, Instant, Name, Picodollars


class SideCallState(StrEnum):
    """`begun` may have been executed; `failed` brought nothing; for a `refused` one the budget had no room."""

    BEGUN = "begun"
    ENDED = "ended"
    FAILED = "failed"
    REFUSED = "refused"


class SideCall(Base):
    """One question to a model, or one lot of texts. `key` is the digest of purpose and question; a lot's begins so."""

    __tablename__ = "side_calls"

    run_id: Mapped[Identifier] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    key: Mapped[Digest] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    model: Mapped[Name]
    state: Mapped[str] = mapped_column(String(20))
    questions: Mapped[Count]  # texts of a lot; 1 of a single question
    tries: Mapped[int]
    open_tries: Mapped[int] = mapped_column(default=0)  # of which nobody knows the end: going on, cut off, or lost
    promised: Mapped[Picodollars]  # the most that tries without an answer may cost, or may have cost
    cost: Mapped[Picodollars]
    numbers: Mapped[list[Any] | None] = mapped_column(JSON)  # what a judge said; null where it gave no verdict
    begun_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
