"""Outcome rows that runs and files bring, and the weights that are trained on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "outcome_sets",
        sa.Column("set_id", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.String(length=200), nullable=True),
        sa.Column("application", sa.String(length=200), nullable=False),
        sa.Column("prompt", sa.String(length=200), nullable=False),
        sa.Column("prompt_version", sa.String(length=200), nullable=False),
        sa.Column("prompt_digest", sa.String(length=64), nullable=True),
        sa.Column("light_model", sa.String(length=200), nullable=False),
        sa.Column("premium_model", sa.String(length=200), nullable=False),
        sa.Column("sandbox", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sampled_rows", sa.BigInteger(), nullable=False),
        sa.Column("graded_rows", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_outcome_sets_run_id_runs")),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_outcome_sets")),
    )
    op.create_index("ix_outcome_sets_application_created_at", "outcome_sets", ["application", "created_at"])
    op.create_table(
        "tier_models",
        sa.Column("application", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sandbox", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("compared_with", sa.String(length=64), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application", "kind", "digest", name=op.f("pk_tier_models")),
    )
    adopted = sa.text("state = 'adopted'")
    op.create_index(
        "uq_tier_models_adopted",
        "tier_models",
        ["application", "kind", "sandbox"],
        unique=True,
        sqlite_where=adopted,
        postgresql_where=adopted,
    )


def downgrade() -> None:
    op.drop_table("tier_models")
    op.drop_table("outcome_sets")
