"""Provider name to provider. An SDK is imported when its provider is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from nightshift.errors import Misconfigured
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import BatchProvider

CONNECTION_IDS = {"openai": "openai_default"}


def open_provider(name: str, credentials: Credentials) -> BatchProvider:
    """A ready provider. Raises Misconfigured for a name without an implementation."""
    if name not in _OPENERS:
        raise Misconfigured(f"no provider is called {name!r}; known: {', '.join(sorted(_OPENERS))}")
    return _OPENERS[name](credentials)


def _open_openai(credentials: Credentials) -> BatchProvider:
    from nightshift.providers.openai_api import OpenAIBatches

    return OpenAIBatches(credentials)


_OPENERS: dict[str, Callable[[Credentials], BatchProvider]] = {"openai": _open_openai}
