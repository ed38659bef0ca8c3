"""Where a run keeps which answers agree, where that is found out by comparing them two by two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("runs", sa.Column("agreement_uris", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "agreement_uris")
