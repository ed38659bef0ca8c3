"""Four providers: deployments, real time, fallback; rates that tasks share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _shard_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("deployment", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("mode", sa.String(length=10), nullable=False, server_default="batch"),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("route_reason", sa.Text(), nullable=True),
        sa.Column("estimated_tokens", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("unavailable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lots", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    with op.batch_alter_table("shards") as shards:
        for column in _shard_columns():
            shards.add_column(column)
    op.add_column("runs", sa.Column("deadline_alert", sa.Text(), nullable=True))
    op.create_table(
        "rate_windows",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_rate_windows")),
    )


def downgrade() -> None:
    op.drop_table("rate_windows")
    op.drop_column("runs", "deadline_alert")
    with op.batch_alter_table("shards") as shards:
        for column in reversed(_shard_columns()):
            shards.drop_column(column.name)
