"""Runs, slices and shards: what the batch job must remember to survive a kill at any instant."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Digest, Document, Identifier, Instant, Name, Picodollars, Uri


class RunState(StrEnum):
    """Where a run stands. `published`, `refused` and `cancelled` are final; any other may be resumed.

    In a `cancelling` run nothing more is asked.
    """

    ADMITTED = "admitted"
    PREPARED = "prepared"
    PUBLISHED = "published"
    REFUSED = "refused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class ShardState(StrEnum):
    """Where one attempt at one shard stands.

    `submitting` is the intent record: whoever finds it must first ask the provider whether the batch exists.
    `answering` is its counterpart for requests in real time: `lots` says how far they were asked.
    """

    PLANNED = "planned"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    ANSWERING = "answering"
    ANSWERED = "answered"
    COLLECTED = "collected"


OPEN_STATES = (ShardState.SUBMITTING, ShardState.SUBMITTED, ShardState.ANSWERING, ShardState.ANSWERED)


class Run(Base):
    """One job from admission to settlement."""

    __tablename__ = "runs"
    __table_args__ = (
        # A folder is published to once; a refused or cancelled run never publishes.
        Index(
            "uq_runs_output_uri",
            "output_uri",
            unique=True,
            sqlite_where=text("state NOT IN ('refused', 'cancelled')"),
            postgresql_where=text("state NOT IN ('refused', 'cancelled')"),
        ),
    )

    run_id: Mapped[Identifier] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    application: Mapped[Name]
    resolution: Mapped[Document]  # the immutable job: spec, versions, digests, prices
    deadline: Mapped[Instant]
    output_uri: Mapped[Uri]
    input_rows: Mapped[Count]
    created_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
    summary: Mapped[Document | None]
    error: Mapped[str | None] = mapped_column(Text)
    cached_rows: Mapped[Count] = mapped_column(default=0)
    deduplicated_rows: Mapped[Count] = mapped_column(default=0)
    published_rows: Mapped[Count] = mapped_column(default=0)
    packed_uri: Mapped[Uri | None]  # the folder of what packing found
    awaited_run_id: Mapped[Identifier | None]  # the run that asks the same rows, while this one waits for its answers
    cached_files: Mapped[int] = mapped_column(default=0)  # how many files of cached answers are in it
    waves_planned: Mapped[int] = mapped_column(default=0)  # waves whose shards are final in the table
    agreement_uris: Mapped[list[Any] | None] = mapped_column(JSON)  # files of answers that agree, one per compared wave
    deadline_alert: Mapped[str | None] = mapped_column(Text)  # what was unfinished when most of the time was used up
    # Of the table side_calls, kept here so that a claim need not add it up.
    side_calls_promised: Mapped[Picodollars] = mapped_column(default=0)  # the most that calls without an end may cost
    side_calls_spent: Mapped[Picodollars] = mapped_column(default=0)


class Slice(Base):
    """A contiguous range of input rows that one task prepares."""

    __tablename__ = "slices"

    run_id: Mapped[Identifier] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)  # where its rows stand in the input, as InputSlice.to_json writes it
    first_row: Mapped[Count]
    rows: Mapped[Count]
    prepared_uri: Mapped[Uri | None]
    rejected: Mapped[Count] = mapped_column(default=0)
    quarantined: Mapped[Count] = mapped_column(default=0)
    gate: Mapped[list[Any] | None] = mapped_column(JSON)  # what the input gate counted in the slice


class Shard(Base):
    """One attempt to have one request file answered by one model."""

    __tablename__ = "shards"
    __table_args__ = (Index("ix_shards_run_wave", "run_id", "wave"),)

    shard_id: Mapped[Identifier] = mapped_column(primary_key=True)  # <run_id>/w<wave>/<number>/a<attempt>
    run_id: Mapped[Identifier] = mapped_column(ForeignKey("runs.run_id"))
    wave: Mapped[int]
    number: Mapped[int]
    attempt: Mapped[int]
    tier: Mapped[Name]
    model: Mapped[Name]
    provider: Mapped[Name]
    region: Mapped[Name]
    deployment: Mapped[int] = mapped_column(default=0)  # its place in the tier's list
    mode: Mapped[str] = mapped_column(String(10), default="batch")  # batch or realtime
    plan: Mapped[str | None] = mapped_column(Text)  # why in this way and at this time, and what the other would cost
    route_reason: Mapped[str | None] = mapped_column(Text)  # why an earlier deployment did not answer these rows
    digest: Mapped[Digest]  # carried in the provider's batch metadata: our idempotency key
    request_uri: Mapped[Uri]
    requests: Mapped[Count]
    request_bytes: Mapped[Count]
    first_row: Mapped[Count]
    last_row: Mapped[Count]
    estimate: Mapped[Picodollars]  # the most that this attempt may cost
    estimated_tokens: Mapped[Count] = mapped_column(default=0)  # of its input: what it counts against quotas
    tries: Mapped[int] = mapped_column(default=1)  # how often these rows were asked of this deployment, this included
    unavailable_since: Mapped[Instant | None]  # since when the provider does not answer
    lots: Mapped[int] = mapped_column(default=0)  # lots of real-time requests that were begun
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column()  # optimistic lock, kept by the mapper
    submitting_since: Mapped[Instant | None]  # when somebody first meant to submit it
    lease_owner: Mapped[Name | None]  # who is handing it over, see batch.shards.lease
    leased_at: Mapped[Instant | None]
    not_before: Mapped[Instant | None]  # the provider asked to come back later
    batch_id: Mapped[Name | None]
    outcome: Mapped[Name | None]  # the provider's last word: completed, expired, cancelled, failed
    answers_uri: Mapped[Uri | None]
    result_uris: Mapped[list[Any] | None] = mapped_column(JSON)  # the provider's result lines, kept as they came
    answered: Mapped[Count] = mapped_column(default=0)
    cost: Mapped[Picodollars] = mapped_column(default=0)
    input_tokens: Mapped[Count] = mapped_column(default=0)
    output_tokens: Mapped[Count] = mapped_column(default=0)
    collected_at: Mapped[Instant | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here
