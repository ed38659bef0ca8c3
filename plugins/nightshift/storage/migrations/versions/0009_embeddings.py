"""The embedding cache: which files of the lake hold the vectors of an embedding model."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "embedding_segments",
        sa.Column("segment_id", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_embedding_segments")),
    )
    op.create_index("ix_embedding_segments_model_created_at", "embedding_segments", ["model", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_embedding_segments_model_created_at", table_name="embedding_segments")
    op.drop_table("embedding_segments")
