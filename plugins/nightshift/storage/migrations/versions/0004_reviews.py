"""Reviews: what data stewards decided about rows that were held back; where a shard's answers are as they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "review_decisions",
        sa.Column("run_id", sa.String(length=200), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_run_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_review_decisions_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "row_number", name=op.f("pk_review_decisions")),
    )
    op.add_column("shards", sa.Column("result_uris", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("shards", "result_uris")
    op.drop_table("review_decisions")
