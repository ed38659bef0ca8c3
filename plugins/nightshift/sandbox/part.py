"""One provider's part of the server: its store, its routes, its work in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nightshift.sandbox.store import Store

if TYPE_CHECKING:
    from starlette.routing import Route


class Part(Protocol):
    """The sandbox is a list of these, all behind one port; their paths do not collide."""

    @property
    def provider(self) -> str: ...

    @property
    def store(self) -> Store: ...

    def routes(self) -> list[Route]: ...

    def start(self) -> None:
        """Begin to work on what is unfinished."""

    def stop(self) -> None:
        """Stop working; unfinished batches wait in the store."""

    def clear(self) -> None:
        """Forget everything; only while stopped."""
