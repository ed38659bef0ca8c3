"""What all tasks together have asked of a provider in the present minute."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from nightshift.storage.tables.base import Base, Count, Instant, Name


class RateWindow(Base):
    """One scope's present window. One atomic UPDATE lets a request in only while the window has room for it."""

    __tablename__ = "rate_windows"
    scope: Mapped[Name] = mapped_column(primary_key=True)  # <provider>/<region>/<model>
    ends_at: Mapped[Instant]  # the next request after that begins a new window
    requests: Mapped[Count] = mapped_column(default=0)
    tokens: Mapped[Count] = mapped_column(default=0)
    paused_until: Mapped[Instant | None]  # the provider asked everybody to wait
