"""Provider name to provider. An SDK is imported when its provider is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from nightshift.errors import Misconfigured
from nightshift.providers.port import Provider

if TYPE_CHECKING:
    from nightshift.providers.credentials import Credentials


@dataclass(frozen=True)
class Entry:
    """A provider's class (`module:Class`, called with credentials and region), and the connection that it uses."""

    factory: str
    connection_id: str


_ENTRIES = {
    "openai": Entry("nightshift.providers.openai_api:OpenAIProvider", "openai_default"),
    "azure_openai": Entry("nightshift.providers.azure_openai:AzureOpenAIProvider", "azure_openai_default"),
    "bedrock": Entry("nightshift.providers.bedrock:BedrockProvider", "aws_default"),
    "oci_genai": Entry("nightshift.providers.oci_genai:OciGenAiProvider", "oci_default"),
}


def register(name: str, entry: Entry) -> None:
    """Add a provider that lives outside of this package."""
    _ENTRIES[name] = entry


def known_providers() -> tuple[str, ...]:
    """Names of all providers."""
    return tuple(sorted(_ENTRIES))


def connection_id(name: str) -> str:
    """The Airflow Connection of a provider. Raises Misconfigured for a name without an implementation."""
    return _entry(name).connection_id


def open_provider(name: str, credentials: Credentials, region: str) -> Provider:
    """A ready provider. Raises Misconfigured for a name without an implementation, or unusable credentials."""
    module, _, factory = _entry(name).factory.partition(":")
    return cast(Provider, getattr(import_module(module), factory)(credentials, region))


def _entry(name: str) -> Entry:
    if name not in _ENTRIES:
        raise Misconfigured(f"no provider is called {name!r}; known: {', '.join(known_providers())}")
    return _ENTRIES[name]
