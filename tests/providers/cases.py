"""The providers that have to keep the contract, each with what is special about it. A new provider is one more case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nightshift.model_registry.capabilities import Capabilities, find_capabilities
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import Provider, Target
from nightshift.providers.registry import connection_id, open_provider

SECRET, LOGIN = "secret-canary", "login-canary"


@dataclass(frozen=True)
class Steps:
    """What the sandbox calls each step of a provider (faults.Operation), so that faults can be aimed at them."""

    answer: str
    embed: str
    upload: str = ""
    submit: str = ""
    status: str = ""
    download: str = ""


@dataclass(frozen=True)
class ProviderCase:
    """One provider. The name, the region and the steps are the sandbox's; `extra` goes into the connection."""

    name: str
    chat: Target
    embedding: Target
    steps: Steps
    moderation: Target | None = None
    region: str = "global"
    login: str = LOGIN
    secret: str = SECRET
    extra: dict[str, Any] = field(default_factory=dict)
    signs: bool = False  # whether requests are signed with our clock, so that a provider whose clock differs refuses

    @property
    def capabilities(self) -> Capabilities:
        return find_capabilities(self.name)

    @property
    def is_batch(self) -> bool:
        return self.capabilities.batch is not None

    @property
    def rows(self) -> int:
        """The rows of a small batch."""
        return max(6, self.capabilities.batch.min_requests if self.capabilities.batch else 0)

    @property
    def connection_id(self) -> str:
        return connection_id(self.name)

    def credentials(self, url: str, **extra: Any) -> Credentials:
        """How the sandbox at `url` is reached."""
        return Credentials(self.secret, url, {**self.extra, **extra}, sandbox=True, login=self.login)

    def open(self, credentials: Credentials) -> Provider:
        return open_provider(self.name, credentials, self.region)


OPENAI_STEPS = Steps(
    answer="chat.completions",
    embed="embeddings",
    upload="files.create",
    submit="batches.create",
    status="batches.retrieve",
    download="files.content",
)

OPENAI = ProviderCase(
    name="openai",
    chat=Target("gpt-4o-mini-2024-07-18"),
    embedding=Target("text-embedding-3-small"),
    steps=OPENAI_STEPS,
    moderation=Target("omni-moderation-latest"),
)

AZURE_OPENAI = ProviderCase(
    name="azure_openai",
    chat=Target("gpt-4o-2024-08-06"),
    embedding=Target("text-embedding-3-small"),
    steps=OPENAI_STEPS,
    moderation=Target("content-safety"),
    region="datazone-eu",
)

OCI_GENAI = ProviderCase(
    name="oci_genai",
    chat=Target("cohere.command-r-08-2024"),
    embedding=Target("cohere.embed-multilingual-v3.0"),
    steps=Steps(answer="chat", embed="embed_text"),
    moderation=Target("guardrails"),
    region="eu-frankfurt-1",
    signs=True,
)

BEDROCK = ProviderCase(
    name="bedrock",
    chat=Target("amazon.nova-lite-v1:0"),
    embedding=Target("amazon.titan-embed-text-v2:0"),
    steps=Steps(
        answer="converse",
        embed="invoke_model",
        upload="s3.put",
        submit="jobs.create",
        status="jobs.get",
        download="s3.get",
    ),
    moderation=Target("guardrail", {"guardrail": "nightshift1:1"}),
    region="us-east-1",
    signs=True,
)

CASES = (OPENAI, AZURE_OPENAI, OCI_GENAI, BEDROCK)
