"""Single flight: which rows a run is asking, so that another run waits for its answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "cache_flights",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.String(length=200), nullable=False),
        sa.Column("namespace", sa.String(length=64), nullable=False),
        sa.Column("keys_uri", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alert", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_cache_flights_run_id_runs")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cache_flights")),
        sa.UniqueConstraint("run_id", name=op.f("uq_cache_flights_run_id")),
    )
    op.create_index("ix_cache_flights_namespace_expires_at", "cache_flights", ["namespace", "expires_at"])
    op.add_column("runs", sa.Column("awaited_run_id", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "awaited_run_id")
    op.drop_index("ix_cache_flights_namespace_expires_at", table_name="cache_flights")
    op.drop_table("cache_flights")
