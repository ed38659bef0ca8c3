"""Calls beside the rows: what judges, moderation and embeddings cost a run, and what judges said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_SUMS = ("side_calls_promised", "side_calls_spent")


def upgrade() -> None:
    op.create_table(
        "side_calls",
        sa.Column("run_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("questions", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("open_tries", sa.Integer(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_side_calls_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_side_calls")),
    )
    for name in _SUMS:
        op.add_column("runs", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in _SUMS:
        op.drop_column("runs", name)
    op.drop_table("side_calls")
