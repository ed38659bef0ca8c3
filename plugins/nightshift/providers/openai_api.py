"""OpenAI: chat completions, embeddings, moderations, Files + Batches. Its connection is `openai_default`.

Password: the API key. Host: another base URL, such as https://eu.api.openai.com/v1. Extra: `organization`, `project`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nightshift.errors import AnswerLost, Misconfigured
from nightshift.providers.credentials import Credentials
from nightshift.providers.openai_wire.provider import OpenAIWireProvider
from nightshift.providers.port import Moderation, Speaker, Target

if TYPE_CHECKING:
    import openai

_BASE_URL = "https://api.openai.com/v1"


class OpenAIProvider(OpenAIWireProvider):
    """A BatchProvider and a Moderator."""

    service = "OpenAI"
    connection_id = "openai_default"
    endpoint = "/v1/chat/completions"

    def __init__(self, credentials: Credentials, region: str) -> None:
        if not credentials.secret:
            raise Misconfigured(f"the connection {self.connection_id} has no password; put the API key there")
        super().__init__(credentials, _base_url(credentials), region)

    async def moderate(self, texts: Sequence[str], target: Target, speaker: Speaker) -> tuple[Moderation, ...]:
        """`target` is a moderation model such as omni-moderation-latest."""
        client = (await self._clients_of_this_loop()).once
        with self._party.translated("moderate texts", lost=AnswerLost):
            found = await client.moderations.create(model=target.model, input=list(texts))
        return tuple(Moderation(one.flagged, one.category_scores.model_dump(by_alias=True)) for one in found.results)

    def _open(self, **options: Any) -> openai.OpenAI:
        import openai

        return openai.OpenAI(**self._account(), **options)

    def _open_async(self, **options: Any) -> openai.AsyncOpenAI:
        import openai

        return openai.AsyncOpenAI(**self._account(), **options)

    def _account(self) -> dict[str, Any]:
        extra = self._credentials.extra
        account = {"organization": extra.get("organization"), "project": extra.get("project")}
        return {"api_key": self._credentials.secret, "base_url": self._base_url, **account}


def _base_url(credentials: Credentials) -> str:
    given = credentials.base_url or _BASE_URL
    # The sandbox is known by its root; every other base URL is taken as the operator wrote it.
    return f"{given.rstrip('/')}/v1" if credentials.sandbox and urlsplit(given).path in ("", "/") else given
