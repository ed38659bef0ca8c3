"""What runs and files have taught: the index of outcome rows, and the weights that were trained on them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Digest, Document, Identifier, Instant, Name, Uri


class OutcomeSet(Base):
    """The outcome rows of one run or one imported file: one file in the lake, never one SQL row per outcome.

    `set_id` is the run's id, or `file:<digest>`. A set without rows was looked at and taught nothing, or was erased.
    """

    __tablename__ = "outcome_sets"
    __table_args__ = (Index("ix_outcome_sets_application_created_at", "application", "created_at"),)

    set_id: Mapped[Identifier] = mapped_column(primary_key=True)
    run_id: Mapped[Identifier | None] = mapped_column(ForeignKey("runs.run_id"))
    application: Mapped[Name]
    prompt: Mapped[Name]
    prompt_version: Mapped[Name]
    prompt_digest: Mapped[Digest | None]  # null: rows of a file about a prompt that was not here when it came
    light_model: Mapped[Name]
    premium_model: Mapped[Name]
    sandbox: Mapped[str] = mapped_column(Text, default="")  # what the sandbox answered with; empty for real models
    rows: Mapped[Count]
    sampled_rows: Mapped[Count]  # asked at all tiers whatever the light answer was; they come first in the file
    graded_rows: Mapped[Count]  # judged against a reference
    uri: Mapped[Uri | None]
    created_at: Mapped[Instant]


class ModelState(StrEnum):
    """`candidate` waits for a decision; of one kind, application and sandbox at most one is `adopted`."""

    CANDIDATE = "candidate"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class TierModel(Base):
    """Trained weights of one application; the file is in the lake. Its card holds figures and digests, no text."""

    __tablename__ = "tier_models"
    __table_args__ = (
        Index(
            "uq_tier_models_adopted",
            "application",
            "kind",
            "sandbox",
            unique=True,
            sqlite_where=text("state = 'adopted'"),
            postgresql_where=text("state = 'adopted'"),
        ),
    )

    application: Mapped[Name] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # difficulty or verifier
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    sandbox: Mapped[str] = mapped_column(Text, default="")  # whose answers it was trained on; empty for real models
    uri: Mapped[Uri]
    card: Mapped[Document]
    compared_with: Mapped[str | None] = mapped_column(String(64))  # digest of the weights it was compared with
    statement: Mapped[str | None] = mapped_column(Text)  # what the comparison found; null before it
    state: Mapped[str] = mapped_column(String(20))
    decided_by: Mapped[Name | None]
    decided_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
