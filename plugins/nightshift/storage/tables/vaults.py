"""The keys of what runs have masked. Without its key, a run's vault is noise: that is how it is erased."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Identifier, Instant, Name


class VaultKey(Base):
    """One run's key, wrapped by a master key. `wrapped` is null once it is destroyed."""

    __tablename__ = "vault_keys"

    run_id: Mapped[Identifier] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    master_key: Mapped[Name]
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    erased_at: Mapped[Instant | None]
