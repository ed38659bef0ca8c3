"""What data stewards decided about rows that a guardrail held back. Append-only: a decision is never changed."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Digest, Identifier, Instant, Name


class Decision(StrEnum):
    """`release` lets a row's content through the rules that held it back; `reject` refuses it for good."""

    RELEASE = "release"
    REJECT = "reject"


class ReviewDecision(Base):
    """One held-back row of one run. It counts for all rows of the application with the same content."""

    __tablename__ = "review_decisions"

    run_id: Mapped[Identifier] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    request_id: Mapped[str] = mapped_column(Text)
    input_digest: Mapped[Digest]  # of the row's variables as they came
    policy: Mapped[Digest]  # under which it was held back
    rules: Mapped[list[Any]] = mapped_column(JSON)  # ids of the rules that held it back
    decision: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[Name]
    decided_at: Mapped[Instant]
    next_run_id: Mapped[Identifier | None]  # the run in which a released row continues
